"""A shared matrix: the real matrix agrees, wrong ones as learners write them, worked examples."""

from __future__ import annotations

import re

import numpy as np
import pytest

from convkit import check, conv2d, convolution_matrix
from convkit.check import run
from convkit.check.registry import find
from tests.assignments.cells import printed, text_of
from tests.assignments.sources import SOURCES

NAME = "07_shared_matrix"


@pytest.mark.parametrize("exercise_id", ["7.3", "7.4", "7.6"])
def test_what_is_asked_is_the_matrix_of_chapter_7(exercise_id):
    exercise = find(exercise_id, "public")
    for probe in exercise.probes("public"):
        filters, H, W = probe.args
        shape = (H, W) if filters.ndim == 2 else (H, W, filters.shape[0])
        matrix = exercise.expected(*probe.args, **probe.kwargs)
        np.testing.assert_allclose(matrix, convolution_matrix(filters, shape, **probe.kwargs))
        image = np.random.default_rng(0).normal(size=shape)
        maps = conv2d(image, filters, **probe.kwargs)
        np.testing.assert_allclose((matrix @ image.ravel()).reshape(maps.shape), maps)


@pytest.mark.parametrize("seed", ["public", "seed 1", "seed 2"])
def test_the_claimed_matrices_are_wrong_in_different_ways(seed):
    exercise = find("7.5", seed)
    cells = [np.count_nonzero(exercise.expected(*probe.args)) for probe in exercise.probes(seed)]
    assert 1 <= cells[0] <= 3
    assert cells[1] == 0
    assert cells[2] > 20


def rolled(filters, H, W, stride=1):
    K = len(filters)
    first = check.matrix_row(filters, 0, 0, H, W)
    return np.array([np.roll(first, k) for k in range((H - K + 1) * (W - K + 1))])


def in_lists(filters, H, W, stride=1):
    K = len(filters)
    return [
        [check.matrix_row(filters, i, j, H, W) for j in range(0, W - K + 1, stride)]
        for i in range(0, H - K + 1, stride)
    ]


def down_first(filters, H, W, stride=1):
    K = len(filters)
    places = [(i, j) for j in range(0, W - K + 1, stride) for i in range(0, H - K + 1, stride)]
    return np.array([check.matrix_row(filters, i, j, H, W) for i, j in places])


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (rolled, "rows-rolled-by-one + stride-ignored"),
        (in_lists, "places-not-tied"),
        (down_first, "column-by-column"),
    ],
)
def test_wrong_matrices_written_by_hand_are_named(answer, key):
    assert run("7.3", answer).mistake == key


@pytest.mark.parametrize("plus", [False, True])
def test_channels_that_fall_on_one_another_are_named(plus):
    def layer_matrix(filters, H, W):
        C1, K, _, C2 = filters.shape
        rows, columns = H - K + 1, W - K + 1
        matrix = np.zeros((rows * columns * C2, H * W * C1))
        for i, j, c in np.ndindex(rows, columns, C2):
            for p, m, n in np.ndindex(C1, K, K):
                cell = i * columns + j + c, (i + m) * W + j + n + p
                matrix[cell] = filters[p, m, n, c] + plus * matrix[cell]
        return matrix

    assert run("7.4", layer_matrix).mistake == "channels-on-one-another"


def test_a_row_outside_the_image_is_refused_with_the_numbers():
    with pytest.raises(ValueError, match=r"2 × 2 that begins at \[3, 0\] leaves an image of 4 × 5"):
        check.matrix_row(np.ones((2, 2)), 3, 0, 4, 5)


def test_the_worked_row_agrees_with_sliding():
    lines = printed(NAME, "image = np.array([").splitlines()
    by_row, by_sliding = (line.split(": ")[1] for line in lines[-2:])
    assert by_row == by_sliding


def test_the_claimed_matrix_agrees_on_one_picture_and_is_wrong():
    first = re.search(
        r"^image = np\.array.*?\], dtype=float\)\n\n", text_of(NAME), re.M | re.S
    ).group()
    begin = "claimed = np.array("
    shown = printed(NAME, begin, change=(begin, first + begin)).splitlines()
    by_matrix, by_sliding = (line.split(":")[1].split() for line in shown)
    assert by_matrix == by_sliding
    assert "claimed[0, 2] += 10" in text_of(NAME)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("(i + m) * columns + (j + n)", "(i + m) * W + (j + n)", 0),
        ("p * H * W + pixel", "pixel * C1 + p", 1),
    ],
)
def test_each_repair_shows_by_itself(old, new, part):
    source = SOURCES["7.6"]
    assert old in source.untouched
    verdict = run("7.6", source.answer(cell=source.untouched.replace(old, new)))
    assert [found.passed for found in verdict.parts] == [part == 0, part == 1, False]
