"""Results of 16 bits are what NumPy rounds to, to the bit; sums do not drift, however long."""

import ml_dtypes
import numpy as np
import pytest

from convkit import conv2d, read_problem
from convkit.methods import METHODS
from tests.emulator.build import Kernel, build
from tests.emulator.cases import HALVES, sum_error
from tests.emulator.stand_in import missing, stand_in

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

RUNGS = ("gpu_naive", "gpu_tiled", "gpu_im2col", "gpu_mma", "gpu_wgmma")
# Beside each number of 16 bits these fall between two of them: on half the way, and beside it.
BIAS = np.array([0, 2**-9, -(2**-9), 2**-8, 3 * 2**-9, 2**-12, -(2**-12), 3 * 2**-12, 1e-8, 7.0])


def convolved(rung, image, filters, **options):
    with stand_in(order="random") as cupy:
        on_gpu = {n: cupy.asarray(o) if n == "bias" else o for n, o in options.items()}
        arrays = cupy.asarray(image), cupy.asarray(filters)
        return conv2d(*arrays, method=rung, **on_gpu).get()


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("rung", RUNGS)
def test_a_result_is_rounded_to_the_nearest_with_ties_to_even(rung, half):
    """One product of each sum is not zero, so the sum is a float32 that NumPy can round, too."""
    dtype = HALVES[half]
    patterns = np.random.default_rng(3).integers(0, 2**16, 200).astype(np.uint16)
    special = np.array([0.0, -0.0, 1, 1 + 2**-7, np.inf, -np.inf, np.nan, 65504, 3e38, 6e-8])
    image = np.concatenate([patterns.view(dtype), special.astype(dtype)]).reshape(1, 1, -1, 1)
    bias = BIAS.astype(np.float32)
    result = convolved(rung, image, np.ones((1, 1, 1, len(bias)), dtype), bias=bias)
    exact = (image.astype(np.float32) + bias).astype(dtype)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result.astype(np.float32), exact.astype(np.float32))


SOURCE = """#include "convolution.cuh"
#include "storage.cuh"
extern "C" __global__ void round_one(const float* from, unsigned short* to) {
    to[blockIdx.x] = Stored<TYPE>::round(from[blockIdx.x]);
}
extern "C" __global__ void round_eight(const float* from, unsigned short* to) {
    float eight[TOGETHER];
    for (int e = 0; e < TOGETHER; ++e) eight[e] = from[blockIdx.x * TOGETHER + e];
    Rounded<TYPE>(eight).store(to + blockIdx.x * TOGETHER);
}
"""


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize(("kernel", "each"), [("round_one", 1), ("round_eight", 8)])
def test_every_kind_of_float32_is_rounded_as_numpy_does(kernel, each, half):
    """Also the NaN of a GPU, whose bits are all ones: adding to them must not give a number."""
    kinds = [0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001, 0x7F800000, 0x7F7FFFFF, 0x00000001, 0x80000000]
    kinds += [0x3F808000, 0x3F818000, 0x3F808001, 0x477FF000, 0x33000000, 0x33000001, 0x387FF000]
    random = np.random.default_rng(5).integers(0, 2**32, 20_000 - len(kinds))
    numbers = np.array([*kinds, *random], np.uint32).view(np.float32)
    to = np.zeros(len(numbers), np.uint16)
    name = {"float16": "Fp16", "bfloat16": "Bf16"}[half]
    library = build("naive", {"naive.cu": SOURCE.replace("TYPE", name)})
    Kernel(library, kernel)((len(numbers) // each,), (1,), (numbers, to))
    expected = numbers.astype(HALVES[half]).astype(np.float32)
    np.testing.assert_array_equal(to.view(HALVES[half]).astype(np.float32), expected)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("rung", RUNGS)
def test_a_long_sum_of_positive_numbers_does_not_drift(rung, half):
    """9,216 terms that do not cancel: in 16 bits the sum would stop growing long before its end."""
    dtype = HALVES[half]
    random = np.random.default_rng(4)
    image = np.abs(random.standard_normal((1, 3, 3, 1024)) / 8).astype(dtype)
    filters = np.abs(random.standard_normal((1024, 3, 3, 8)) / 8).astype(dtype)
    result = convolved(rung, image, filters).astype(np.float64).ravel()
    exact = image.astype(np.float64).ravel() @ filters.transpose(1, 2, 0, 3).reshape(-1, 8).astype(
        np.float64
    )
    relative = {"float16": 2.0**-11, "bfloat16": 2.0**-8}[half]
    error = np.abs(result / exact - 1)
    assert (error <= relative + sum_error(rung, filters)).all(), error.max()
    # Most of the error is the one rounding: it goes up as often as down.
    assert abs((result / exact - 1).mean()) < relative * 0.7


def test_the_kernels_that_only_know_float32_refuse_16_bits():
    problem = read_problem(
        (1, 9, 9, 8),
        (8, 3, 3, 8),
        storage=np.dtype(ml_dtypes.bfloat16),
        device="gpu",
        compute_capability=(9, 0),
    )
    assert "bfloat16" in METHODS["gpu_implicit_gemm"].refuses(problem)
    for rung in RUNGS:
        assert METHODS[rung].refuses(problem) is None


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("rung", ["gpu_mma", "gpu_wgmma"])
def test_an_image_that_lies_right_is_not_copied(rung, half):
    """16 bytes at a time can be fetched from 8 channels, not from 7, nor from odd places."""
    for channels, view, copies in (
        (24, lambda a: a, 0),
        (24, lambda a: a[..., 8:16], 0),
        (24, lambda a: a[:, ::-1], 0),
        (24, lambda a: a[..., 4:12], 1),
        (24, lambda a: a[..., :7], 1),
        (24, lambda a: a[..., ::3], 1),
        (28, lambda a: a[..., :8], 1),  # every second pixel begins at 8 bytes
    ):
        image = np.ones((1, 5, 7, channels), HALVES[half])
        launched = []
        with stand_in(launched=Listed(launched)) as cupy:
            shown = view(cupy.asarray(image))
            filters = cupy.asarray(np.ones((shown.shape[3], 2, 2, 16), HALVES[half]))
            result = conv2d(shown, filters, method=rung).get()
        assert (result == 4 * shown.shape[3]).all()
        packs = launched.count(("pack", "pack_16_bits"))
        assert packs == 1 + copies, (shown.shape, shown.strides)  # one is for the filters


class Listed:
    """What is launched, each time."""

    def __init__(self, names):
        self.add = names.append
