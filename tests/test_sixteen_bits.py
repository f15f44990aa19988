"""float16 and bfloat16: they stay what they are, are summed in float32 and rounded once."""

import numpy as np
import pytest
from ml_dtypes import bfloat16, float8_e4m3fn
from problems import definition

from convkit import METHODS, conv2d, convolve2d, gradients, plan, read_problem

RANDOM = np.random.default_rng(16)
HALVES = [np.float16, bfloat16]
# Half the distance to the next number, relative to the number: one rounding to nearest.
ONE_ROUNDING = {np.float16: 2.0**-11, bfloat16: 2.0**-8}
TINIEST = {np.float16: 2.0**-25, bfloat16: 0.0}  # half a step among float16's smallest numbers

LAYERS = {
    "gray": ((31, 29), (5, 5), {}),
    "color": ((20, 21, 3), (3, 5, 5, 8), {"padding": "same"}),
    "batch": ((2, 15, 14, 16), (16, 3, 3, 24), {"padding": 1, "stride": 2}),
    "groups": ((1, 11, 12, 8), (2, 3, 3, 8), {"groups": 4, "dilation": 2}),
    "depthwise": ((1, 17, 16, 12), (1, 3, 3, 12), {"groups": 12, "padding": 1}),
    "many channels": ((1, 24, 24, 64), (64, 3, 3, 64), {"padding": 1}),
    "one by one": ((9, 9, 32), (32, 1, 1, 16), {}),
}
CPU = [name for name in METHODS if not name.startswith("gpu_")]


def draw(shape, dtype):
    return RANDOM.standard_normal(shape).astype(dtype)


def assert_rounded_once(result, exact, scale, dtype):
    """One rounding of the exact sum, and before it the error of a float32 method."""
    assert result.dtype == dtype
    allowed = ONE_ROUNDING[dtype] * np.abs(exact) + 2e-5 * scale + TINIEST[dtype]
    error = np.abs(result.astype(np.float64) - exact)
    assert (error <= allowed).all(), float((error / allowed).max())


def takes(method, name):
    image_shape, filters_shape, options = LAYERS[name]
    return METHODS[method].refuses(read_problem(image_shape, filters_shape, **options)) is None


PAIRS = [("auto", name) for name in LAYERS]
PAIRS += [(method, name) for method in CPU for name in LAYERS if takes(method, name)]


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_sixteen_bits_come_out_of_every_method_rounded_once(method, name, dtype):
    image_shape, filters_shape, options = LAYERS[name]
    image, filters = draw(image_shape, dtype), draw(filters_shape, dtype)
    wide = image.astype(np.float64), filters.astype(np.float64)
    exact = conv2d(*wide, method="direct", **options)
    scale = conv2d(*map(abs, wide), method="direct", **options)
    result = conv2d(image, filters, method=method, **options)
    assert_rounded_once(result, exact, scale.max(), dtype)


@pytest.mark.parametrize("dtype", HALVES)
def test_bias_and_activation_come_before_the_rounding(dtype):
    """169 times 16.125 is 2725.125, which 16 bits round to 2726 or 2720: then 2725 goes off."""
    image, filters = np.full((13, 13), 16.125, dtype), np.ones((13, 13), dtype)
    result = conv2d(image, filters, bias=np.array(-2725.0), activation="relu")
    assert float(result.item()) == 0.125


@pytest.mark.parametrize("dtype", HALVES)
def test_a_long_sum_does_not_drift(dtype):
    """Sixteen-bit sums would stop growing at 2,048 (float16) or 256 (bfloat16)."""
    image, filters = np.ones((1, 1, 20_000), dtype), np.ones((20_000, 1, 1, 1), dtype)
    assert float(conv2d(image, filters).item()) == float(np.array(20_000, dtype))


@pytest.mark.parametrize("dtype", HALVES)
def test_a_plan_keeps_sixteen_bits_and_fills_out(dtype):
    image, filters = draw((2, 9, 10, 4), dtype), draw((4, 3, 3, 6), dtype)
    planned = plan(filters, image.shape, padding=1, activation=lambda x: x * 0 + 2)
    out = np.zeros((2, 9, 10, 12), dtype)[..., ::2]
    assert planned(image, out=out) is out
    assert (out == 2).all()
    assert np.dtype(dtype).name in repr(planned)
    assert planned(np.ones(image.shape, np.uint8)).dtype == dtype
    for wider in (np.float32, np.int16):
        with pytest.raises(TypeError, match=np.dtype(dtype).name):
            planned(image.astype(wider))
    with pytest.raises(ValueError, match=np.dtype(dtype).name):
        planned(image, out=np.zeros((2, 9, 10, 6), np.float32))


@pytest.mark.parametrize("dtype", HALVES)
def test_gradients_stay_in_sixteen_bits(dtype):
    image, filters = draw((2, 9, 8, 3), dtype), draw((3, 3, 3, 4), dtype)
    grad = draw((2, 7, 6, 4), dtype)
    for function, other, shape in (
        (gradients.conv2d_grad_image, filters, image.shape),
        (gradients.conv2d_grad_filters, image, filters.shape),
    ):
        wide = function(grad.astype(np.float64), other.astype(np.float64), shape)
        assert_rounded_once(function(grad, other, shape), wide, abs(wide).max(), dtype)
    total = gradients.conv2d_grad_bias(grad)
    assert_rounded_once(total, grad.astype(np.float64).sum((0, 1, 2)), 100.0, dtype)


def test_what_is_mixed_is_computed_and_given_in_float32():
    half = np.ones((4, 4), np.float16)
    for other in (bfloat16, np.float32, np.uint8):
        assert conv2d(half, np.ones((2, 2), other)).dtype == np.float32
    assert conv2d(half, np.ones((2, 2), np.float64)).dtype == np.float64
    assert convolve2d(half, np.ones((2, 2), np.float16)).dtype == np.float16


def test_float16_of_the_other_byte_order_is_float16():
    image = draw((6, 6), np.float16)
    swapped = image.astype(image.dtype.newbyteorder())
    result = conv2d(swapped, np.ones((2, 2), swapped.dtype))
    np.testing.assert_array_equal(result, conv2d(image, np.ones((2, 2), np.float16)))
    assert result.dtype == np.float16
    assert conv2d(swapped, np.ones((2, 2), np.float16)).dtype == np.float16
    assert gradients.conv2d_grad_image(result, swapped[:2, :2], (6, 6)).dtype == np.float16


def test_a_number_of_any_type_is_a_bias_for_one_map():
    image = np.ones((3, 3), np.float16)
    for bias in (bfloat16(2), np.float16(2), 2, 2.0):
        assert (conv2d(image, np.ones((2, 2), np.float16), bias=bias) == 6).all()
    assert np.isfinite(conv2d(np.ones((3, 3)), np.ones((2, 2)), bias=2**70)).all()


def test_float16_overflows_to_infinity_and_nan_stays_nan():
    image = np.full((3, 3), 300.0, np.float16)
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert np.isinf(conv2d(image, image)).all()
    image[1, 1] = np.nan
    assert np.isnan(conv2d(image, image)).all()


def test_float8_is_refused_with_a_way_out():
    with pytest.raises(TypeError, match=r"float8_e4m3fn.*scale"):
        conv2d(np.ones((3, 3), float8_e4m3fn), np.ones((2, 2), np.float16))


@pytest.mark.parametrize("dtype", HALVES)
def test_a_dask_image_of_sixteen_bits_gives_sixteen_bits(dtype):
    da = pytest.importorskip("dask.array")
    image, filters = draw((40, 30, 3), dtype), draw((3, 3, 3, 4), dtype)
    lazy = conv2d(da.from_array(image, chunks=(13, 30, 3)), filters, padding="same")
    assert lazy.dtype == dtype
    np.testing.assert_array_equal(lazy.compute(), conv2d(image, filters, padding="same"))


def test_the_definition_agrees():
    """The oracle of these tests is float64 by our own direct method; here is the loops' word."""
    image, filters = draw((5, 6, 2), np.float16), draw((2, 3, 3, 3), np.float16)
    loops = definition(image[None].astype(np.float64), filters.astype(np.float64))[0]
    result = conv2d(image, filters)
    np.testing.assert_allclose(result.astype(np.float64), loops, rtol=2.0**-11, atol=1e-5)
