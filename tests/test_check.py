"""Checks: right answers of every kind pass, strange ones get words, nothing can spoil a check."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import convkit
from convkit import check, conv2d
from convkit.check import library_calls, run, seeds
from convkit.check.exercise import Probe
from convkit.check.registry import find
from convkit.check.sections import SECTIONS
from tests import assignments
from tests.assignments import EXERCISES, RIGHT
from tests.assignments.a01_slide_and_sum import (
    brightness_from_0_to_1,
    doubles_the_image,
    fft_in_float32,
    loops,
    no_stride,
)

SEEDS = ["public", check.hidden_seed("x"), "seed 3"]


# ---- right, however unusual


def answer_for(exercise_id, answer, seed):
    """Answers of the kinds 'values' and 'array' are made for the learner's own numbers."""
    exercise = find(exercise_id, seed)
    return answer(**exercise.given) if exercise.kind in ("values", "array") else answer


UNUSUAL = [
    pytest.param(id_, answer, id=f"{id_}-{n}-{assignments.name_of(answer)}")
    for id_, answers in RIGHT.items()
    for n, answer in enumerate(answers)
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("exercise_id", "answer"), UNUSUAL)
def test_a_right_answer_gets_full_marks_and_no_mistake_is_named(
    exercise_id, answer, seed, capfd, request
):
    handler = logging.StreamHandler(sys.stderr)  # what logging.basicConfig() in a cell does
    logging.root.addHandler(handler)
    request.addfinalizer(lambda: logging.root.removeHandler(handler))
    verdict = run(exercise_id, answer_for(exercise_id, answer, seed), seed=seed)
    assert verdict.passed, verdict
    assert (verdict.points, verdict.mistake, verdict.example) == (verdict.max_points, None, None)
    assert "nothing to reveal" in verdict.reveal()
    assert capfd.readouterr() == ("", ""), "output of a learner's function reached the grader"
    assert logging.root.manager.disable == logging.NOTSET  # logging works again afterwards


def test_every_exercise_has_unusual_answers_and_every_assignment_three():
    assert RIGHT.keys() == EXERCISES.keys()
    for module in assignments.MODULES:
        assert sum(len(RIGHT[id_]) for id_ in module.RIGHT) >= 3 + len(module.RIGHT)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("exercise_id", "answer", "points"), assignments.PARTIAL)
def test_a_partly_right_answer_gets_its_part_of_the_points(exercise_id, answer, points, seed):
    verdict = run(exercise_id, answer_for(exercise_id, answer, seed), seed=seed)
    assert verdict.points == points
    assert not verdict.passed


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_each_part_is_worth_its_points_alone(exercise_id):
    """Right on the probes of one part, and wrong on all others."""
    exercise = find(exercise_id, "public")
    if exercise.kind not in ("function", "values"):
        return  # one array or one order decides all parts together
    probes = exercise.probes("public")
    for number, part in enumerate(exercise.parts):
        known = {key(p): exercise.expected(*p.args, **p.kwargs) for p in probes if p.part == number}

        def answer(*args, known=known, **kwargs):
            return known[key(Probe(0, args, kwargs))]

        if exercise.kind == "values":
            verdict = run(exercise_id, {part.title: answer(part.title)}, seed="public")
        else:
            verdict = run(exercise_id, answer, seed="public")
        assert verdict.points == part.points


def key(probe):
    """What an answer could look its results up with."""

    def flat(value):
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.shape, value.tobytes()
        return tuple(map(flat, value)) if isinstance(value, (list, tuple)) else value

    return flat(probe.args), tuple(sorted(probe.kwargs.items()))


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_results_learned_by_heart_earn_nothing_on_the_graders_numbers(exercise_id, monkeypatch):
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "kept by the instructor")
    exercise = find(exercise_id, "public")
    if exercise.kind != "function":
        return  # an order or an array is no result; values are asked for each learner's numbers
    table = {key(p): exercise.expected(*p.args, **p.kwargs) for p in exercise.probes("public")}

    def looked_up(*args, **kwargs):
        return table[key(Probe(0, args, kwargs))]

    assert run(exercise_id, looked_up, seed="public").passed
    assert run(exercise_id, looked_up, seed=check.hidden_seed(exercise_id)).points == 0


def test_some_right_answers_round_visibly():
    """Otherwise the room for rounding would be tested by nothing."""
    probe = find("2.3", "public").probes("public")[0]
    exact = loops(*probe.args)
    for function in (fft_in_float32, brightness_from_0_to_1):
        error = np.abs(function(*probe.args) - exact).max() / np.abs(exact).max()
        assert 1e-8 < error < 1e-6


# ---- answers that are no answers


def raises(image, filters, stride=1):
    rows = image.shape[0]
    return image[rows + 5, 0]


def prints(image, filters, stride=1):
    print(loops(image, filters, stride))


def returns_nothing(image, filters, stride=1):
    loops(image, filters, stride)


def unwritten(image, filters, stride=1):
    """Only a docstring."""


def not_implemented(image, filters, stride=1):
    raise NotImplementedError


def leaves_the_grader(image, filters, stride=1):
    sys.exit(0)


def keeps_an_axis(image, filters, stride=1):
    return loops(image, filters, stride)[:, :, None]


def as_text(image, filters, stride=1):
    return str(loops(image, filters, stride))


def not_a_number(image, filters, stride=1):
    return loops(image, filters, stride) * np.nan


def zeros(image, filters, stride=1):
    return np.zeros_like(loops(image, filters, stride))


def off_in_one_place(image, filters, stride=1):
    result = loops(image, filters, stride)
    result[-1, -1] += 1
    return result


def ragged(image, filters, stride=1):
    return [[1, 2], [3]]


WORDS = [
    (raises, "return image[rows + 5, 0]"),
    (raises, "An index leaves the array"),
    (prints, "hand back"),
    (returns_nothing, "hand back"),
    (unwritten, "no code yet"),
    (not_implemented, "not written yet"),
    (no_stride, "names of the parameters"),
    (leaves_the_grader, "SystemExit"),
    (keeps_an_axis, "axis of length 1"),
    (as_text, "text"),
    (not_a_number, "nan"),
    (zeros, "nothing was added"),
    (off_in_one_place, "1 of"),
    (ragged, "list"),
    (None, "function itself"),
    (np.zeros((3, 3)), "without parentheses"),
    ("slide_box", "without parentheses"),
]


@pytest.mark.parametrize(
    ("answer", "words"), WORDS, ids=[f"{n}-{words[:12]}" for n, (_, words) in enumerate(WORDS)]
)
def test_what_is_no_answer_gets_words_of_its_own(answer, words):
    verdict = run("2.3", answer)
    assert words in repr(verdict)
    assert not verdict.passed
    assert verdict.points == (3 if answer is no_stride else 0)
    assert words in verdict._repr_html_() or "[" in words


HABITS = {
    "changes-its-input": (doubles_the_image, 3),
    "prints-instead-of-returning": (prints, 0),
    "returns-nothing": (returns_nothing, 0),
}


@pytest.mark.parametrize("key", HABITS)
def test_habits_are_named(key):
    function, points = HABITS[key]
    verdict = run("2.3", function)
    assert (verdict.mistake, verdict.points) == (key, points)


def test_a_function_that_changes_its_input_spoils_no_other_probe():
    def wreck(image, filters, stride=1):
        result = loops(image, filters, stride)
        image[...] = 0
        filters[...] = 0
        return result

    assert [part.passed for part in run("2.3", wreck).parts] == [True, True, False]
    assert run("2.3", loops).passed


def test_predictions_give_partial_credit_and_do_not_betray_the_answer():
    your = check.sizes_to_predict()
    products = your["C1"] * your["K"] ** 2
    verdict = run("2.1", {"products": products, "result": (1, 2), "strided": None})
    assert verdict.points == 1
    right = find("2.1", "public").expected("result")
    assert str(right[0]) not in repr(verdict)
    assert run("2.1", {"products": None, "result": None, "strided": None}).points == 0
    assert run("2.1", {}).points == 0


def test_one_wrong_prediction_alone_is_explained_by_one_mistake_never_by_two():
    your = check.sizes_to_predict()
    H, W, K = your["H"], your["W"], your["K"]
    verdict = run("2.1", {"products": K * K, "result": (1, 2), "strided": (3, 4)})
    assert verdict.mistake == "channels-forgotten"
    assert "“products”" in verdict.message
    two_at_once = (W - K, H - K)  # exchanged, and the +1 forgotten; or chance
    verdict = run("2.1", {"products": 7, "result": two_at_once, "strided": (3, 4)})
    assert verdict.mistake is None


def test_a_whole_size_may_be_a_float_but_half_a_row_may_not():
    def floats(size, kernel, padding="valid", stride=1):
        if padding == "same":
            return np.ceil(size / stride)
        return np.floor((size - kernel + (padding == "full") * 2 * (kernel - 1)) / stride) + 1

    def halves(size, kernel, padding="valid", stride=1):
        return floats(size, kernel, padding) / stride

    assert run("1.2", floats).points == 3
    verdict = run("1.2", halves)
    assert (verdict.points, verdict.mistake) == (0, None)
    assert "result_size(" in verdict.message
    assert "should be" in verdict.message


def test_points_are_plain_floats_that_nbgrader_can_read():
    for answer in (loops, zeros, raises):
        assert type(run("2.3", answer).points) is float


def test_an_unknown_exercise_lists_those_there_are():
    with pytest.raises(KeyError, match=r"there is no exercise '99\.9'; there are 1\.1, 1\.2"):
        run("99.9", loops)


# ---- ready-made answers


def _a_helper(image, filters, stride):
    return convkit.conv2d(image, filters, stride=stride)


def ready_in_a_helper(image, filters, stride=1):
    return _a_helper(image, filters, stride)


def ready_by_its_name(image, filters, stride=1):
    return np.array([conv2d(image, filters, stride=stride) for _ in range(1)])[0]


def ready_from_a_local_import(image, filters, stride=1):
    from convkit import reference

    return reference.conv2d(image, filters, stride=stride)


def ready_from_scipy(image, filters, stride=1):
    from scipy.signal import correlate

    return correlate(image, filters.transpose(1, 2, 0), "valid")[::stride, ::stride, 0]


READY = [conv2d, ready_in_a_helper, ready_by_its_name, ready_from_a_local_import, ready_from_scipy]
READY = [("2.3", answer) for answer in READY] + assignments.FROM_A_PACKAGE


@pytest.mark.parametrize(("exercise_id", "answer"), READY)
def test_a_ready_made_answer_is_told_so_and_earns_nothing(exercise_id, answer):
    verdict = run(exercise_id, answer)
    assert verdict.points == 0
    assert re.search(r"Your function calls (convkit|scipy)\.", verdict.message)


def test_what_is_offered_and_what_only_shows_or_compares_is_no_ready_made_answer():
    assert library_calls.library_call(check.slide_and_sum) is None
    assert (
        library_calls.library_call(lambda image: (convkit.show(image), np.fft.fft2(image))) is None
    )
    assert library_calls.library_call(np.tensordot) is None


# ---- what people see


# ---- what people see


def wrong(image, filters, stride=1):
    return loops(image, filters[:, ::-1, ::-1], stride)


def test_a_hint_comes_first_and_the_name_on_request():
    verdict = run("2.3", wrong)
    assert verdict.mistake == "flipped"
    assert "flipped" not in repr(verdict)
    assert "This looks like a flipped filter" in verdict.reveal()
    page = verdict._repr_html_()
    assert page.index("<details>") < page.index("flipped filter")
    assert "<details open" not in page


def test_the_example_is_small_and_true():
    example = run("2.3", wrong).example
    image, filters = example.inputs["image"], example.inputs["filters"]
    assert image.size <= 8
    np.testing.assert_array_equal(example.expected, loops(image, filters))
    np.testing.assert_array_equal(example.got, wrong(image, filters))
    assert not np.array_equal(example.expected, example.got)


def test_html_carries_no_state_by_color_alone_and_no_script():
    from xml.etree import ElementTree

    def hostile(image, filters, stride=1):
        raise ValueError("<script>alert(1)</script>")

    for answer in (loops, wrong, hostile, raises, doubles_the_image):
        page = run("2.3", answer)._repr_html_()
        tree = ElementTree.fromstring(page.replace("<br>", "<br/>"))  # well-formed
        assert tree.tag == "section"
        assert tree.get("aria-label") == "Check of exercise 2.3"
        assert "<script>" not in page
        assert "right" in page or "not yet" in page  # in words, not only as a sign
        # The text keeps the reader's own colors, light or dark.
        assert "background:#" not in page
        assert page.count("color:#") == 0


def test_verdicts_are_plain_text():
    """Stars and hashes of Markdown would stand there as they are."""
    for exercise_id in EXERCISES:
        for mistake in find(exercise_id, "public").mistakes:
            for words in (mistake.name, mistake.hint, mistake.why):
                assert not re.search(r"\*\w+\*|\*\*\w|^#|\]\(", words), mistake.key


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_the_verdict_on_every_mistake_can_be_read_in_full(exercise_id):
    """As text and as HTML, with its example, whatever the shapes."""
    from xml.etree import ElementTree

    exercise = find(exercise_id, "public")
    if exercise.kind != "function":
        return
    for mistake in exercise.mistakes:

        def wrong(*args, change=mistake.changes[0], **kwargs):
            recipe = exercise.recipe(*args, **kwargs)
            change(recipe)
            return recipe.carry_out()

        verdict = run(exercise_id, wrong, seed="public")
        ElementTree.fromstring(verdict._repr_html_().replace("<br>", "<br/>"))
        text = repr(verdict)
        assert mistake.hint in text
        assert "array(" not in text  # an array is shown by rows, never as Python writes it
        assert "np.float64" not in text
        if exercise.small:
            assert "A small example that shows it" in text, f"no small input shows {mistake.key}"
            assert len(text.splitlines()) < 90


def test_every_section_is_known():
    for exercise_id in EXERCISES:
        exercise = find(exercise_id, "public")
        assert exercise.section in SECTIONS
        assert {mistake.section for mistake in exercise.mistakes} <= set(SECTIONS)


def test_the_book_has_every_section_under_that_heading():
    book = Path(__file__).parent.parent / "book"
    for label, words in SECTIONS.items():
        chapter, heading = re.fullmatch("chapter (\\d+), “(.*)”", words).groups()
        text = (book / f"ch{int(chapter):02}.md").read_text(encoding="utf-8")
        assert re.search(rf"^\({label}\)=\n+#+ {re.escape(heading)}$", text, re.M), label


def test_checks_need_numpy_and_nothing_else():
    code = (
        "import sys; from convkit import check; check.run('2.2', 'CAFHJEGBDI');"
        "print([m for m in ('scipy', 'matplotlib', 'IPython', 'cupy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
