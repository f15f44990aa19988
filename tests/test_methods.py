"""Every CPU method against the definition, on problems made for it."""

import importlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convkit import METHODS, choose_method, conv2d, plan, read_problem
from tests.fuzz.made import CPU, blocks_of, error, make
from tests.problems import definition

REACHED = Counter()


@st.composite
def made_for(draw, method):
    return make(method, lambda options: draw(st.sampled_from(options)))


@pytest.mark.parametrize("method", CPU)
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_method_matches_reference(method, data):
    image, filters, options, block = data.draw(made_for(method))
    described = read_problem(image.shape, filters.shape, dtype=image.dtype, **options)
    assert METHODS[method].refuses(described) is None, "the generator left what the method takes"
    REACHED[method] += 1
    with blocks_of(block):
        result = conv2d(image, filters, method=method, threads=1, **options)
    assert error(method, result, image, filters, options) <= 1


def test_each_method_was_given_five_hundred_problems():
    if not REACHED:
        pytest.skip("the problems were not part of this run")
    assert {method: REACHED[method] >= 500 for method in REACHED} == dict.fromkeys(REACHED, True)


BLOCKS = [name for name, method in METHODS.items() if method.trials.every_block]


@pytest.mark.parametrize("method", BLOCKS)
def test_problems_reach_the_second_block(method, monkeypatch):
    place, least = METHODS[method].trials.every_block
    module = importlib.import_module(METHODS[method].run.__module__)
    *inner, name = place.split(".")
    target = getattr(module, inner[0]) if inner else module
    original, calls = getattr(target, name), Counter()

    def counted(*arguments):
        calls[name] += 1
        return original(*arguments)

    monkeypatch.setattr(target, name, counted)
    random = np.random.default_rng(5)
    image, filters = random.standard_normal((40, 37, 1)), random.standard_normal((1, 5, 3, 1))
    if method == "fft":
        monkeypatch.setattr(module, "tile_size", lambda problem: (16, 16))
    with blocks_of(600):
        result = conv2d(image, filters, padding="same", method=method, threads=1)
    np.testing.assert_allclose(result, definition(image, filters, padding="same"), atol=1e-12)
    assert calls[name] >= least


@pytest.mark.parametrize("method", CPU)
def test_part_problems_give_the_rows_of_the_whole(method):
    """Threads and large images hand over rows; at the border some parts have no pixel at all."""
    image, filters, options, _ = make(method, lambda options: options[-1])
    image = np.random.default_rng(0).standard_normal((2, 60, 59, image.shape[3]))
    filters = filters.astype(np.float64)
    problem = read_problem(image.shape, filters.shape, dtype=np.float64, **options)
    whole = METHODS[method](image, filters, problem)
    for first in range(0, problem.output_size[0], 5):
        part, rows = problem.rows(first, min(first + 5, problem.output_size[0]))
        got = METHODS[method](image[:, rows], filters, part)
        np.testing.assert_allclose(got, whole[:, first : first + 5], atol=1e-11)


@pytest.mark.parametrize("method", CPU)
def test_fast_false_keeps_what_is_not_finite_in_its_windows(method):
    image, filters, options, _ = make(method, lambda options: options[0])
    image = np.ones((1, 20, 21, image.shape[3]))
    image[0, 10, 11] = np.nan
    problem = read_problem(image.shape, filters.shape, dtype=np.float64, fast=False, **options)
    if METHODS[method].larger_rounding or METHODS[method].refuses(problem):
        return
    result = conv2d(image, filters.astype(np.float64), method=method, fast=False, **options)
    expected = definition(image, filters, **options)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(expected))


SIZES = [(4, 4, 1), (40, 40, 1), (64, 64, 3), (56, 56, 64), (200, 200, 1), (28, 28, 512)]


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kernel", [1, 3, 5, 9, 31, 120])
@pytest.mark.parametrize("maps", [1, 5, 64])
@pytest.mark.parametrize("stride", [1, 2])
def test_choose_method_never_picks_a_refusing_or_coarse_method(
    size, kernel, maps, stride, fast, planned
):
    if kernel > size[0]:
        return
    problem = read_problem(
        size, (size[2], kernel, kernel, maps), stride=stride, fast=fast, planned=planned
    )
    method = METHODS[choose_method(problem)]
    assert method.refuses(problem) is None
    assert fast or not method.larger_rounding


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_default_keeps_its_documented_error_bound(dtype):
    """Relative to the largest sum of absolute products; see `conv2d`'s notes."""
    from tests.fuzz.made import ALLOWED_LARGER

    random = np.random.default_rng(3)
    for size, kernel, channels, maps in [(60, 3, 64, 64), (60, 5, 32, 32), (150, 31, 1, 1)]:
        image = random.standard_normal((size, size, channels)).astype(dtype)
        filters = random.standard_normal((channels, kernel, kernel, maps)).astype(dtype)
        made = plan(filters, image.shape)
        assert METHODS[made.method].larger_rounding
        scale = definition(image, filters, absolute=True).max()
        worst = np.abs(made(image) - definition(image, filters)).max()
        assert worst <= ALLOWED_LARGER[np.dtype(dtype)] * scale


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_cost_grows_linearly_with_the_size(axis, monkeypatch):
    """Twice the images, rows or columns make twice the multiplications, not four times."""
    from convkit.methods import tiles

    counted = []
    original = tiles.np.matmul

    class Counting:
        def __getattr__(self, name):
            return getattr(np, name)

        def matmul(self, a, b, out):
            counted.append(out.size * a.shape[-1])
            return original(a, b, out=out)

    monkeypatch.setattr(tiles, "np", Counting())
    costs = []
    for factor in (1, 2, 4):
        shape = [2, 24, 24, 16]
        shape[axis] *= factor
        counted.clear()
        conv2d(
            np.ones(shape), np.ones((16, 3, 3, 16)), padding="same", method="winograd", threads=1
        )
        costs.append(sum(counted))
    assert 1.7 < costs[1] / costs[0] < 2.3
    assert 1.7 < costs[2] / costs[1] < 2.3
