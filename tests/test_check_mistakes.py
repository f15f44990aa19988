"""Every named mistake is caught and named, on any numbers; every two can be told apart."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from convkit.check import run
from convkit.check.calling import Outcome
from convkit.check.compare import same
from convkit.check.diagnose import explanations, mistaken
from convkit.check.registry import find
from convkit.check.seeds import PUBLIC, hidden_seed
from tests.assignments import EXERCISES, WHOLE
from tests.assignments.sources import SOURCES
from tests.assignments.verdicts import spoiled, verdict_of

SEEDS = [PUBLIC, hidden_seed("any"), "ABCDEFGH", "seed 4", "seed 5"]
CASES = [
    pytest.param(id_, mistake, id=f"{id_}-{mistake.key}")
    for id_ in EXERCISES
    for mistake in find(id_, PUBLIC).mistakes
]
FUNCTIONS = [id_ for id_ in EXERCISES if find(id_, PUBLIC).kind == "function"]
ASKED = [id_ for id_ in EXERCISES if find(id_, PUBLIC).kind in ("function", "order")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("exercise_id", "mistake"), CASES)
def test_each_variant_of_each_mistake_is_caught_and_named(exercise_id, mistake, seed):
    exercise = find(exercise_id, seed)
    for change in mistake.changes:
        verdict = verdict_of(exercise, seed, change)
        assert not verdict.passed
        assert verdict.points < verdict.max_points
        assert verdict.mistake == mistake.key
        assert verdict.message == mistake.hint
        assert mistake.name in verdict.reveal()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_the_probes_tell_every_two_mistakes_apart(exercise_id, seed):
    exercise = find(exercise_id, seed)
    probes = exercise.probes(seed)
    variants = [
        (mistake.key, [mistaken(exercise, (change,), probe) for probe in probes])
        for mistake in exercise.mistakes
        for change in mistake.changes
    ]
    right = [exercise.expected(*probe.args, **probe.kwargs) for probe in probes]
    variants.append(("right", [Outcome(value) for value in right]))
    for (one, ones), (other, others) in itertools.combinations(variants, 2):
        if one != other:
            assert not all(map(alike, ones, others)), f"{one} and {other} look the same"


def alike(one, other):
    if one.error or other.error:
        return bool(one.error and other.error)
    return same(one, other.number)


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_a_recipe_without_a_mistake_is_the_definition(exercise_id):
    exercise = find(exercise_id, PUBLIC)
    for probe in exercise.probes(PUBLIC) + (exercise.small() if exercise.small else []):
        got = exercise.recipe(*probe.args, **probe.kwargs).carry_out()
        assert same(Outcome(got), exercise.expected(*probe.args, **probe.kwargs))


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_every_pair_of_mistakes_is_caught_and_named(exercise_id):
    """Two slips at once: both are named, or others that give the very same results everywhere."""
    exercise = find(exercise_id, PUBLIC)
    probes = exercise.probes(PUBLIC)
    right = [Outcome(exercise.expected(*probe.args, **probe.kwargs)) for probe in probes]
    for one, other in itertools.combinations(exercise.mistakes, 2):
        for changes in itertools.product(one.changes, other.changes):
            outcomes = [mistaken(exercise, changes, probe) for probe in probes]
            if all(map(alike, outcomes, right)):
                assert {one.key, other.key} in UNDO, f"{one.key} and {other.key} pass together"
                break
        else:
            changes = one.changes[0], other.changes[0]
            outcomes = [mistaken(exercise, changes, probe) for probe in probes]
            if not all(outcome.error for outcome in outcomes):  # an error has its own words
                function = spoiled(exercise, *changes)
                found = explanations(exercise, probes, outcomes, function=function)
                assert found, f"{one.key} and {other.key} together are not explained"


# Two wrongs that make a right, on every input: no check can or should see them.
UNDO: list[set[str]] = []

# In the order in which the recipe is spoiled.
PAIRS = [
    ("1.1", "flipped", "average"),
    ("1.2", "no-plus-one", "same-means-equal"),
    ("1.3", "flipped", "stride-ignored"),
    ("1.3", "flipped", "full-size"),  # what scipy.signal.convolve2d does unless told
    ("1.3", "average", "one-short"),
    ("2.1", "channels-forgotten", "height-width-swapped"),
    ("2.1", "channels-kept", "stride-ignored"),
    ("2.3", "flipped", "channels-averaged"),
    ("2.3", "one-kernel-for-all", "stride-only-in-size"),
    ("2.3", "a-map-for-each-channel", "average"),
    ("2.4", "channels-averaged", "stride-only-in-size"),
]


@pytest.mark.parametrize("seed", SEEDS[:3])
@pytest.mark.parametrize(("exercise_id", "one", "other"), PAIRS)
def test_two_mistakes_together_are_both_named(exercise_id, one, other, seed):
    exercise = find(exercise_id, seed)
    by_key = {mistake.key: mistake for mistake in exercise.mistakes}
    changes = by_key[one].changes[0], by_key[other].changes[0]
    verdict = verdict_of(exercise, seed, *changes)
    named = [set(group.split(" + ")) for group in verdict.mistake.split(" | ")]
    assert {one, other} in named
    if exercise.starter == {one, other}:
        assert "Nothing is repaired yet" in verdict.message
    else:
        assert "Two things at once" in verdict.message
    assert by_key[one].name in verdict.reveal()
    assert by_key[other].name in verdict.reveal()


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize("exercise_id", [i for i in EXERCISES if find(i, PUBLIC).starter])
def test_a_program_to_repair_begins_with_both_its_mistakes(exercise_id, seed):
    verdict = run(exercise_id, SOURCES[exercise_id].answer(cell=SOURCES[exercise_id].untouched))
    assert set(verdict.mistake.split(" + ")) == find(exercise_id, seed).starter
    assert verdict.points == 0
    assert "Nothing is repaired yet" in verdict.message


SLIDING = [id_ for id_ in ASKED if find(id_, PUBLIC).names == ("image", "filters")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise_id", [id_ for id_ in SLIDING if id_ not in WHOLE])
def test_no_probe_is_kind_enough_to_hide_a_mistake(exercise_id, seed):
    """Squares, channels as many as the kernel is wide, strides without a rest: all hide some."""
    rests = set()
    for probe in find(exercise_id, seed).probes(seed):
        image, filters = probe.args[:2]
        K = filters.shape[-1] if filters.ndim < 4 else filters.shape[2]
        assert image.shape[0] != image.shape[1]
        if image.ndim == 3:
            assert image.shape[2] == filters.shape[0] != K
        if filters.ndim == 4:
            assert len({filters.shape[0], K, filters.shape[3]}) == 3
        if probe.args[0].dtype != np.uint8:
            assert len(np.unique(np.abs(filters))) == filters.size
        stride = probe.kwargs.get("stride", 1)
        if stride > 1:
            room = 2 * probe.kwargs.get("padding", 0) - K
            rests |= {(size + room) % stride for size in image.shape[:2]}
    assert rests in (set(), {0, 1})


def test_what_cannot_be_told_apart_is_named_both_ways():
    """A flip over both axes and a flip of the rows are one thing for a kernel of one column."""
    exercise = find("1.4", PUBLIC)
    narrow = replace(exercise, probes=lambda seed: [])  # nothing tells anything apart
    assert len(explanations(narrow, [], [])) == 2


def wrong_slides():
    """Answers as learners write them, not as our recipes do."""

    def loops(image, filters, stride=1, *, at=lambda m, n, K: (m, n), step=None):
        image = image.astype(float)
        step = stride if step is None else step
        K = filters.shape[0]
        result = np.zeros(((image.shape[0] - K) // stride + 1, (image.shape[1] - K) // stride + 1))
        for i, j in np.ndindex(result.shape):
            for m, n in np.ndindex(K, K):
                result[i, j] += image[i * step + m, j * step + n] * filters[at(m, n, K)]
        return result

    def holes(image, filters, stride=1):
        H, W = image.shape
        K = filters.shape[0]
        result = np.zeros((H - K + 1, W - K + 1))
        for i in range(0, H - K + 1, stride):
            for j in range(0, W - K + 1, stride):
                result[i, j] = (image[i : i + K, j : j + K].astype(float) * filters).sum()
        return result

    def square(image, filters, stride=1):
        K = filters.shape[0]
        size = (image.shape[0] - K) // stride + 1
        result = np.zeros((size, size))
        for i, j in np.ndindex(size, size):
            window = image[i * stride : i * stride + K, j * stride : j * stride + K]
            result[i, j] = (window.astype(float) * filters).sum()
        return result

    def zeros_like(image, filters, stride=1):
        K = filters.shape[0]
        H, W = ((size - K) // stride + 1 for size in image.shape)
        result = np.zeros((H, W), dtype=image.dtype)
        for i, j in np.ndindex(H, W):
            window = image[i * stride : i * stride + K, j * stride : j * stride + K]
            result[i, j] = (window.astype(float) * filters).sum()
        return result

    def uint8_products(image, filters, stride=1):
        K = filters.shape[0]
        H, W = ((size - K) // stride + 1 for size in image.shape)
        result = np.zeros((H, W))
        for i, j in np.ndindex(H, W):
            window = image[i * stride : i * stride + K, j * stride : j * stride + K]
            result[i, j] = np.sum(window * filters)
        return result

    def only_last(image, filters, stride=1):
        K = filters.shape[0]
        H, W = ((size - K) // stride + 1 for size in image.shape)
        result = np.zeros((H, W))
        for i, j in np.ndindex(H, W):
            for m, n in np.ndindex(K, K):
                result[i, j] = float(image[i * stride + m, j * stride + n]) * float(filters[m, n])
        return result

    yield "flipped", lambda *a, **k: loops(*a, **k, at=lambda m, n, K: (K - 1 - m, K - 1 - n))
    yield "transposed-kernel", lambda *a, **k: loops(*a, **k, at=lambda m, n, K: (n, m))
    yield "flipped-rows", lambda *a, **k: loops(*a, **k, at=lambda m, n, K: (-1 - m, n))
    yield "stride-only-in-size", lambda *a, **k: loops(*a, **k, step=1)
    yield "stride-ignored", lambda image, filters, stride=1: loops(image, filters)
    yield "transposed-result", lambda *a, **k: loops(*a, **k).T
    yield "stride-holes", holes
    yield "square-image", square
    yield "uint8-wraps", zeros_like
    yield "uint8-wraps", uint8_products
    yield "last-product", only_last


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize(("key", "function"), list(wrong_slides()))
def test_mistakes_written_by_hand_are_named(key, function, seed):
    verdict = run("1.3", function, seed=seed)
    assert verdict.mistake == key
    assert verdict.points < 4


WRONG_ORDERS = {
    "C A F H J E G Z D I": "one-kernel-for-all",
    "C A F H J E G B X I": "channels-averaged",
}


@pytest.mark.parametrize(("order", "key"), WRONG_ORDERS.items())
def test_a_line_too_many_is_named(order, key):
    assert run("2.2", order).mistake == key


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("", "No letters"),
        (None, "The order is text"),
        ("C A F H J E G B D I Q", "no line Q"),
        ("C A A F H J E G B D I", "occurs twice"),
        ("C F A H J E G B D I", "cannot read"),
        ("C A F J E G B D I", "set to 0 first"),  # no total = 0.0
        ("C A F H J E G Y D I", "Several numbers were put into one place"),
        ("C A F H J E G B D", "returned None"),
    ],
)
def test_an_order_that_is_no_program_is_explained(order, words):
    verdict = run("2.2", order)
    assert verdict.points == 0
    assert words in repr(verdict) + verdict.reveal()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise_id", [id_ for id_ in ASKED if id_ not in WHOLE])
def test_every_part_asks_for_numbers_below_zero_and_for_fractions(exercise_id, seed):
    exercise = find(exercise_id, seed)
    for number in range(len(exercise.parts)):
        results = [
            np.ravel(exercise.expected(*probe.args, **probe.kwargs))
            for probe in exercise.probes(seed)
            if probe.part == number
        ]
        found = np.concatenate(results)
        assert found.min() < 0 < found.max()
        assert (found % 1 != 0).any()


LOSSES = [
    (np.abs, "negatives-lost"),
    (lambda result: np.maximum(result, 0), "negatives-lost"),
    (lambda result: np.asarray(result).astype(int), "cut-to-whole"),
]


@pytest.mark.parametrize("exercise_id", [id_ for id_ in FUNCTIONS if id_ not in WHOLE])
@pytest.mark.parametrize(("loss", "key"), LOSSES)
def test_lost_numbers_earn_nothing_in_any_part(exercise_id, loss, key):
    exercise = find(exercise_id, PUBLIC)
    lossy = lambda *args, **kwargs: loss(exercise.expected(*args, **kwargs))  # noqa: E731
    verdict = run(exercise_id, lossy)
    assert verdict.points == 0
    assert verdict.mistake == key or key not in {mistake.key for mistake in exercise.mistakes}


def test_whole_numbers_in_the_result_of_a_loop_are_named():
    def slide(image, filters, stride=1):
        K = filters.shape[0]
        result = np.zeros([(size - K) // stride + 1 for size in image.shape], int)
        for i, j in np.ndindex(result.shape):
            for m, n in np.ndindex(K, K):
                result[i, j] += float(image[i * stride + m, j * stride + n]) * filters[m, n]
        return result

    assert run("1.3", slide).mistake == "cut-to-whole"
    assert run("1.3", slide).points == 0


def test_one_place_must_leave_its_image_alone():
    def one_place(image, filters, i, j):
        K = len(filters)
        image[i : i + K, j : j + K] *= filters
        return image[i : i + K, j : j + K].sum()

    verdict = run("1.1", one_place)
    assert (verdict.points, verdict.mistake) == (0, "changes-its-input")


def test_letters_in_a_list_and_numbers_in_quotes():
    assert run("2.2", list("CAFHJEGBDI")).passed
    assert "The answer is text, '200'" in run("2.1", {"products": "200"}).message
