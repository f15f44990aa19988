"""Checks: right answers of every kind pass, strange ones get words, nothing can spoil a check."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check, conv2d
from convkit.check import run, seeds
from convkit.check.exercises import EXERCISES, find
from convkit.check.sections import SECTIONS

SEEDS = ["public", check.hidden_seed("x"), "seed 3"]


# ---- right, however unusual


def loops(image, filters, stride=1):
    image, filters = image.astype(float), filters.astype(float)
    C1, K, _ = filters.shape
    result = np.zeros([(size - K) // stride + 1 for size in image.shape[:2]])
    for i, j in np.ndindex(result.shape):
        for p, m, n in np.ndindex(C1, K, K):
            result[i, j] += image[i * stride + m, j * stride + n, p] * filters[p, m, n]
    return result


def windows(image, filters, stride):
    K = filters.shape[1]
    found = sliding_window_view(image.astype(float), (K, K), axis=(0, 1))  # (H', W', C1, K, K)
    return found[::stride, ::stride]


def einsum(image, filters, stride=1):
    return np.einsum("ijpmn,pmn->ij", windows(image, filters, stride), filters)


def tensordot(image, filters, stride=1):
    return np.tensordot(windows(image, filters, stride), filters.astype(float), axes=3)


def im2col(image, filters, stride=1):
    found = windows(image, filters, stride)
    columns = found.reshape(-1, filters.size)  # (H'·W', C1·K·K)
    return (columns @ filters.astype(float).ravel()).reshape(found.shape[:2])


def fft(image, filters, stride=1):
    K, size = filters.shape[1], image.shape[:2]
    total = 0
    for p in range(len(filters)):
        total = total + np.fft.fft2(image[:, :, p]) * np.conj(np.fft.fft2(filters[p], s=size))
    result = np.fft.ifft2(total)  # complex, with nothing in its imaginary part
    return result[: size[0] - K + 1 : stride, : size[1] - K + 1 : stride]


def shifted_images(image, filters, stride=1):
    K = filters.shape[1]
    H, W = image.shape[0] - K + 1, image.shape[1] - K + 1
    total = 0
    for m in range(K):
        for n in range(K):
            total = total + image[m : m + H, n : n + W].astype(float) @ filters[:, m, n]
    return total[::stride, ::stride]


def float32(image, filters, stride=1):
    return loops(image, filters, stride).astype(np.float32)


def float32_throughout(image, filters, stride=1):
    return einsum(image.astype(np.float32), filters.astype(np.float32), stride).astype(np.float32)


def fft_in_float32(image, filters, stride=1):
    return fft(image.astype(np.float32), filters.astype(np.float32), stride).real


def brightness_from_0_to_1(image, filters, stride=1):
    """Scales a photograph as frameworks like it, in float32, and scales back."""
    scaled = image.astype(np.float32) / np.float32(255)
    return einsum(scaled, filters.astype(np.float32), stride) * np.float32(255)


def fortran_order(image, filters, stride=1):
    return np.asfortranarray(loops(image, filters, stride))


def nested_lists(image, filters, stride=1):
    return loops(image, filters, stride).tolist()


def chatty(image, filters, stride=1):
    import warnings

    print("working …")
    print("to stderr", file=sys.stderr)
    logging.getLogger("student").error("a log message")
    warnings.warn("something", stacklevel=1)
    return loops(image, filters, stride)


def _helper(window, filters):
    return sum((window[:, :, p] * filters[p]).sum() for p in range(len(filters)))


def with_a_helper(image, filters, stride=1):
    K = filters.shape[1]
    image = image.astype(float)
    return np.array(
        [
            [
                _helper(image[i : i + K, j : j + K], filters.astype(float))
                for j in range(0, image.shape[1] - K + 1, stride)
            ]
            for i in range(0, image.shape[0] - K + 1, stride)
        ]
    )


def reuses_one_array(image, filters, stride=1, _keep={}):  # noqa: B006 - that is the point
    """Hands out the same array again and again, as a plan with work space might."""
    result = loops(image, filters, stride)
    store = _keep.setdefault(result.shape, np.empty_like(result))
    store[...] = result
    return store


class Proxy:
    """What a grader hands in when the function itself lives in another process."""

    __name__ = "slide_box"

    def __call__(self, *args, **kwargs):
        return loops(*args, **kwargs)


RIGHT = [
    loops, einsum, tensordot, im2col, fft, shifted_images, float32, float32_throughout,
    fft_in_float32, brightness_from_0_to_1, fortran_order, nested_lists, chatty,
    with_a_helper, reuses_one_array, Proxy(),
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", RIGHT, ids=lambda f: getattr(f, "__name__", "proxy"))
def test_a_right_answer_gets_full_marks_and_no_mistake_is_named(answer, seed, capfd, request):
    handler = logging.StreamHandler(sys.stderr)  # what logging.basicConfig() in a cell does
    logging.root.addHandler(handler)
    request.addfinalizer(lambda: logging.root.removeHandler(handler))
    verdict = run("2.3", answer, seed=seed)
    assert verdict.passed
    assert (verdict.points, verdict.mistake, verdict.example) == (4.0, None, None)
    assert "nothing to reveal" in verdict.reveal()
    assert capfd.readouterr() == ("", ""), "output of a learner's function reached the grader"
    assert logging.root.manager.disable == logging.NOTSET  # logging works again afterwards


@pytest.mark.parametrize("answer", RIGHT[:8], ids=lambda f: f.__name__)
def test_a_right_answer_passes_in_two_dimensions_too(answer):
    def flat(image, filters, stride=1):
        return answer(image[:, :, None], filters[None], stride)

    assert run("1.3", flat).points == 4


def test_right_answers_to_all_exercises_pass():
    def convolve(image, filters):
        return check.slide_and_sum(image, np.rot90(filters, 2))

    def one_place(image, filters, i, j):
        return np.vdot(image[i : i + len(filters), j : j + len(filters)], filters)

    def result_size(size, kernel, padding="valid", stride=1):
        starts = {
            "valid": range(0, size - kernel + 1, stride),
            "same": range(0, size, stride),
            "full": range(1 - kernel, size, stride),
        }
        return len(starts[padding])

    your = check.sizes_to_predict()
    H, W, C1, K, S = (your[name] for name in ("H", "W", "C1", "K", "S"))
    shapes = {
        "products": C1 * K**2,
        "result": [H - K + 1, W - K + 1],  # a list is as good as a tuple
        "strided": np.array([len(range(0, H - K + 1, S)), len(range(0, W - K + 1, S))]),
    }
    answers = {
        "1.1": one_place, "1.2": result_size, "1.3": check.slide_and_sum, "1.4": convolve,
        "2.1": shapes, "2.2": "cafhj egb-d,i", "2.3": conv2d_of_photographs, "2.4": loops,
    }  # fmt: skip
    assert answers.keys() == EXERCISES.keys()
    for exercise_id, answer in answers.items():
        verdict = run(exercise_id, answer)
        assert verdict.passed, verdict
        assert verdict.points == verdict.max_points


def conv2d_of_photographs(image, filters, stride=1):
    return conv2d(image, filters, stride=stride)


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


def no_stride(image, filters):
    return loops(image, filters)


def leaves_the_grader(image, filters, stride=1):
    sys.exit(0)


def doubles_the_image(image, filters, stride=1):
    result = loops(image, filters, stride)
    image *= 2
    return result


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


def test_hard_coded_results_do_not_pass_on_the_graders_numbers(monkeypatch):
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "kept by the instructor")
    exercise = find("2.3", "public")
    table = {
        (probe.args[0].tobytes(), probe.args[1].tobytes()): exercise.expected(
            *probe.args, **probe.kwargs
        )
        for probe in exercise.probes("public")
    }

    def looked_up(image, filters, stride=1):
        return table[image.tobytes(), filters.tobytes()]

    assert run("2.3", looked_up, seed="public").points == 4
    assert run("2.3", looked_up, seed=check.hidden_seed("2.3")).points == 0


def test_points_are_plain_floats_that_nbgrader_can_read():
    for answer in (loops, zeros, raises):
        assert type(run("2.3", answer).points) is float


def test_an_unknown_exercise_lists_those_there_are():
    with pytest.raises(KeyError, match=r"there is no exercise '9\.9'; there are 1\.1, 1\.2"):
        run("9.9", loops)


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
