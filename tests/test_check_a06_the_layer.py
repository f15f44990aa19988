"""The layer: sizes on which a wrong bias runs in silence, layers as learners write them, words."""

from __future__ import annotations

import numpy as np
import pytest

from convkit import check, conv2d
from convkit.check import run
from convkit.check.registry import find
from tests.assignments.cells import printed, text_of
from tests.assignments.sources import SOURCES

NAME = "06_the_layer"
SEEDS = ["public", "seed 1", "seed 2", "seed 3"]


@pytest.mark.parametrize("seed", SEEDS)
def test_some_sizes_let_a_wrong_bias_run(seed):
    """Rows, columns or images as many as maps: otherwise NumPy itself would refuse."""
    met = set()
    for probe in find("6.2", seed).probes(seed):
        maps, bias = probe.args
        first = probe.kwargs.get("maps_first", False)
        axes = {"rows": -2 if first else -3, "columns": -1 if first else -2}
        met |= {(first, name) for name, axis in axes.items() if maps.shape[axis] == bias.size}
        if maps.ndim == 4 and len(maps) == bias.size:
            met.add((first, "images"))
    assert met >= {
        (True, "rows"),
        (True, "columns"),
        (True, "images"),
        (False, "rows"),
        (False, "columns"),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_sigmoid_and_tanh_are_tried_where_they_bend(seed):
    exercise = find("6.3", seed)
    for probe in exercise.probes(seed):
        name = probe.kwargs["activation"]
        result = exercise.expected(*probe.args, **probe.kwargs)
        if name == "relu":
            assert 0.2 < (result == 0).mean() < 0.8
        if name == "tanh":
            assert (np.abs(result) < 0.9).mean() > 0.2
            assert result.min() < 0 < result.max()
        if name == "sigmoid":
            assert ((result > 0.05) & (result < 0.95)).mean() > 0.3


def test_a_bias_of_the_channels_is_named():
    def repaired(image, filters, bias):
        sums = check.slide_and_sum(image, filters)
        for p in range(len(filters)):
            sums = sums + bias[p]
        return np.maximum(sums, 0)

    assert run("6.4", repaired).mistake == "bias-for-each-channel"


def test_a_loop_over_images_for_maps_is_named():
    def add_bias(maps, bias, maps_first=False):
        result = maps.copy()
        for c in range(len(bias)):
            if maps_first:
                result[c] += bias[c]
            else:
                result[..., c] += bias[c]
        return result

    verdict = run("6.2", add_bias)
    assert (verdict.mistake, verdict.points) == ("bias-along-images", 2)


def test_two_merged_layers_are_one_on_every_image():
    """What exercise 6.5 asks for is true of convkit itself, in any order of the two sums."""
    for probe in find("6.5", "public").probes("public"):
        first, second = probe.args
        merged = find("6.5", "public").expected(first, second)
        image = np.random.default_rng(0).normal(size=(9, 11, first.shape[0]))
        np.testing.assert_allclose(conv2d(image, merged), conv2d(conv2d(image, first), second))


def test_exchanged_sides_are_what_sliding_gives():
    rng = np.random.default_rng(0)
    A, W = rng.normal(size=(4, 4)), rng.normal(size=(3, 3))
    other = find("6.6", "public").expected

    def full(one, two):
        around = np.pad(one, len(two) - 1)
        return check.slide_and_sum(around, two)

    np.testing.assert_allclose(other(full(A, W), "correlation"), full(W, A))
    turned = full(A, W[::-1, ::-1])
    np.testing.assert_allclose(other(turned, "convolution"), full(W, A[::-1, ::-1]))


def test_the_worked_examples_are_true():
    shown = printed(NAME, "maps = np.zeros((2, 3, 2))").split("map 1")
    assert (shown[0].count("1."), shown[1].count("3.")) == (6, 6)  # 0 + 1, and 5 - 2
    two, one = printed(NAME, "image = np.array([[5.0, 1, 0, 2, 7, 3]])").splitlines()
    assert two.split(":")[1].strip() == one.split(":")[1].strip()
    row = np.convolve([1, 2], [3, 4])  # np.convolve turns one of them, so both directions agree
    assert row.tolist() == [3, 10, 8]
    assert "3 x₀ + 10 x₁ + 8 x₂" in text_of(NAME)


def test_the_rows_on_paper_come_out_as_said():
    """6.6 suggests A = 1, 2, 3 and W = 1, 0: the two results must differ, or nothing is learned."""
    A, W = np.array([1.0, 2, 3]), np.array([1.0, 0])
    one, other = np.correlate(A, W, "full"), np.correlate(W, A, "full")
    assert one.tolist() == other[::-1].tolist() != other.tolist()
    assert np.convolve(A, W).tolist() == np.convolve(W, A).tolist()


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("total += b\n", "total += b / C1\n", 0),
        ("total += b\n", "total += bias[c]\n", 1),
    ],
)
def test_each_repair_shows_by_itself(old, new, part):
    source = SOURCES["6.4"]
    assert old in source.untouched
    verdict = run("6.4", source.answer(cell=source.untouched.replace(old, new)))
    assert [found.passed for found in verdict.parts] == [part == 0, part == 1, False]
