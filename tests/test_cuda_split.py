"""Sums cut into parts and added up again (reduce.cu), on the CPU emulator."""

from dataclasses import replace

import numpy as np
import pytest

from convkit import Problem
from convkit.cuda import split
from tests.emulator.build import ORDERS, compiler
from tests.emulator.stand_in import stand_in

ml_dtypes = pytest.importorskip("ml_dtypes")
needs_compiler = pytest.mark.skipif(
    compiler() is None, reason="no compiler (g++ or clang++ on Linux)"
)
LAYER = Problem(2, (3, 5), 4, (1, 1), 21, device="gpu", compute_capability=(9, 0))


def partial_sums(maps, parts=3):
    shape = (parts, 2, 3, 5, maps)
    return np.random.default_rng(2).standard_normal(shape).astype(np.float32)


@needs_compiler
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("maps", [3, 16, 20, 21])  # no, only, some and no whole threads
@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_parts_are_added_in_order_and_rounded_once(dtype, maps, order):
    sums, bias = partial_sums(maps), np.linspace(-2, 2, maps, dtype=np.float32)
    expected = np.maximum(((sums[0] + sums[1]) + sums[2]) + bias, 0).astype(dtype)
    with stand_in(order=order) as cupy:
        out = cupy.asarray(np.full((2, 3, 5, maps), 7, dtype))
        problem = replace(LAYER, maps=maps)
        split.reduce(cupy.asarray(sums), problem, out, bias=cupy.asarray(bias), activation="relu")
        np.testing.assert_array_equal(out.get(), expected)


@needs_compiler
@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_parts_are_written_through_the_steps_of_out_and_nowhere_else(dtype):
    sums = partial_sums(16)
    expected = ((sums[0] + sums[1]) + sums[2]).astype(dtype)
    with stand_in(order="random") as cupy:
        for room, view in (
            (np.full((2, 3, 5, 33), 7, dtype), lambda a: a[..., 1:17]),  # odd places
            (np.full((2, 3, 5, 32), 7, dtype), lambda a: a[..., ::2]),
            (np.full((2, 16, 3, 5), 7, dtype), lambda a: a.transpose(0, 2, 3, 1)),
        ):
            whole = cupy.asarray(room)
            split.reduce(cupy.asarray(sums), replace(LAYER, maps=16), view(whole))
            np.testing.assert_array_equal(view(whole.get()), expected)
            view(room)[...] = expected
            np.testing.assert_array_equal(whole.get(), room)
