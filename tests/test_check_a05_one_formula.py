"""One formula: numbers on which slips show, wrong layers written by hand, the worked example."""

from __future__ import annotations

import numpy as np
import pytest

from convkit import check, reference
from convkit.check import run
from convkit.check.registry import find
from tests.assignments.cells import printed
from tests.assignments.sources import SOURCES

NAME = "05_one_formula"


@pytest.mark.parametrize("seed", range(20))
def test_pixel_and_weight_of_one_term_are_those_that_meet(seed):
    """Put a 1 at both, zeros elsewhere: exactly this number of the result must be 1."""
    given = find("5.1", f"seed {seed}").given
    H, W, C1, K, C2 = (given[name] for name in ("H", "W", "C1", "K", "C2"))
    i, j, c = (given[name] for name in "ijc")
    expected = find("5.1", f"seed {seed}").expected
    for padding, question in (("valid", "pixel"), ("same", "same_pixel")):
        image, filters = np.zeros((H, W, C1)), np.zeros((C1, K, K, C2))
        image[expected(question)] = filters[expected("weight")] = 1
        window = np.s_[i - K : i + K + 1, j - K : j + K + 1]  # the rest takes long, and is zero
        result = reference.conv2d(
            np.pad(image, ((K // 2,) * 2, (K // 2,) * 2, (0, 0))) if padding == "same" else image,
            filters[..., c],
        )
        assert result[i, j] == 1
        assert result.sum() == result[window].sum() == 1


@pytest.mark.parametrize("seed", range(50))
def test_the_term_lies_off_the_middle_and_the_diagonals(seed):
    given = find("5.1", f"seed {seed}").given
    m, n, K = given["m"], given["n"], given["K"]
    assert m != n
    assert m + n != K - 1
    assert K // 2 not in (m, n)


def loops(image, filters, padding, read):
    """The loops of the notebook, with one's own way to read a pixel."""
    (H, W, _), (C1, K, _, C2) = image.shape, filters.shape
    before = K // 2 if padding == "same" else 0
    rows, columns = (H, W) if padding == "same" else (H - K + 1, W - K + 1)
    result = np.zeros((rows, columns, C2))
    for i, j, c in np.ndindex(rows, columns, C2):
        for p, m, n in np.ndindex(C1, K, K):
            pixel = read(image, i + m - before, j + n - before, p)
            result[i, j, c] += pixel * filters[p, m, n, c]
    return result


def half_guarded(image, y, x, p):
    return image[y, x, p] if y < image.shape[0] and x < image.shape[1] else 0


def modulo(image, y, x, p):
    return image[y % image.shape[0], x % image.shape[1], p]


def clipped(image, y, x, p):
    return image[np.clip(y, 0, len(image) - 1), np.clip(x, 0, image.shape[1] - 1), p]


BORDERS = {
    "outside-not-asked": lambda image, y, x, p: image[y, x, p],
    "border-wraps": half_guarded,
    "border-wraps-around": modulo,
    "border-repeated": clipped,
}


@pytest.mark.parametrize(("key", "read"), BORDERS.items())
def test_borders_written_by_hand_are_named(key, read):
    verdict = run(
        "5.2", lambda image, filters, padding="valid": loops(image, filters, padding, read)
    )
    assert verdict.mistake == key.removesuffix("-around")
    assert verdict.points == 2  # valid mode is right


LETTERS = {
    "ijpmn,pmnc": "maps-in-front",  # without an arrow
    "ijpmn,pmnc->cij": "maps-in-front",
    "ijpmn,pmnc->ij": "maps-added",
    "ijpmn,pmnc->ijpc": "channels-kept",
    "ijpmn,pmnc->jic": "transposed-result",
    "ijpmn,pnmc->ijc": "transposed-kernel",
    "ijpmm,pmmc->ijc": "diagonal-only",
}


@pytest.mark.parametrize(("letters", "key"), LETTERS.items())
def test_wrong_letters_are_named(letters, key):
    def with_einsum(image, filters):
        K = filters.shape[1]
        windows = np.lib.stride_tricks.sliding_window_view(image, (K, K), axis=(0, 1))
        return np.einsum(letters, windows, filters)

    assert run("5.3", with_einsum).mistake == key


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("ijmnp,pmnc->ijc", "same length wherever it stands"),
        ("ijp,pmnc->ijc", "Each axis of each array needs a letter"),
        ("ijpmn,pmnc->ijk", "letters that occur before it"),
        ("…", "Put letters in the place of the dots"),
    ],
)
def test_messages_of_einsum_are_explained(letters, words):
    def with_einsum(image, filters):
        K = filters.shape[1]
        windows = np.lib.stride_tricks.sliding_window_view(image, (K, K), axis=(0, 1))
        return np.einsum(letters, windows, filters)

    assert words in run("5.3", with_einsum).message


def test_a_stride_in_the_shift_is_named():
    def with_shifts(image, filters, stride=1):
        (H, W, _), K = image.shape, filters.shape[1]
        rows, columns = (H - K) // stride + 1, (W - K) // stride + 1
        return sum(
            image[m * stride :, n * stride :][:rows, :columns] @ filters[:, m, n]
            for m, n in np.ndindex(K, K)
        )

    verdict = run("5.6", with_shifts)
    assert (verdict.mistake, verdict.points) == ("stride-in-the-shift", 2)


def test_the_worked_example_adds_up():
    lines = printed(NAME, "A = np.arange(24.0)").splitlines()
    factors = [line.split(" = ")[1].split(" * ") for line in lines[:-1]]
    products = [float(pixel) * float(weight) for pixel, weight in factors]
    assert len(products) == 8
    assert float(lines[-1].split("= ")[1]) == sum(products)
    other = printed(NAME, "A = np.arange(24.0)", change=("i, j, c = 1, 2, 0", "i, j, c = 1, 2, 2"))
    for line, changed in zip(lines, other.splitlines()[:-1], strict=False):
        assert line.split(" * W")[0] == changed.split(" * W")[0]  # the pixel is the same


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("weights.reshape(C1, K, K, C2)", "weights.transpose(2, 0, 1, 3)", 1),
        (
            "maps = product.reshape(C2, rows, columns)",
            "return product.reshape(rows, columns, C2)",
            0,
        ),
    ],
)
def test_each_repair_shows_by_itself(old, new, part):
    source = SOURCES["5.7"]
    assert old in source.untouched
    verdict = run("5.7", source.answer(cell=source.untouched.replace(old, new)))
    assert [found.passed for found in verdict.parts] == [part == 0, part == 1, False]


def test_the_given_rows_are_those_that_are_asked():
    exercise = find("5.4", "public")
    for probe in exercise.probes("public"):
        np.testing.assert_array_equal(
            check.window_rows(*probe.args), exercise.expected(*probe.args)
        )


@pytest.mark.parametrize("exercise_id", ["5.2", "5.6"])
def test_a_result_of_zeros_is_called_by_its_name(exercise_id):
    """The cell as it is handed out: nothing is added yet, and no slip is to be guessed."""
    verdict = run(exercise_id, SOURCES[exercise_id].answer(cell=SOURCES[exercise_id].untouched))
    assert "nothing was added to it yet" in verdict.message
