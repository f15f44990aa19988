"""conv2d and convolve2d: every option against the definition, and the arrays people really have."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import assert_close, definition, problems
from scipy import signal

from convkit import METHODS, conv2d, convolve2d

IMAGE = np.random.default_rng(3).standard_normal((9, 12, 3))
FILTERS = np.random.default_rng(4).standard_normal((3, 2, 4, 5))


@settings(max_examples=300, deadline=None)
@given(problems())
def test_conv2d_equals_the_definition(problem):
    image, filters, options = problem
    result = conv2d(image, filters, **options)
    assert result.dtype == image.dtype
    assert_close(result, image, filters, options, tolerance=1e-5 if image.itemsize == 4 else 1e-13)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_conv2d_without_fast_methods_has_the_rounding_of_a_plain_sum(problem):
    image, filters, options = problem
    assert_close(conv2d(image, filters, fast=False, **options), image, filters, options)


@settings(max_examples=60, deadline=None)
@given(problems(dtypes=[np.float64]))
def test_threads_do_not_change_the_result(problem):
    image, filters, options = problem
    one = conv2d(image, filters, threads=1, method="im2col", **options)
    three = conv2d(image, filters, threads=3, method="im2col", **options)
    np.testing.assert_allclose(one, three, rtol=0, atol=1e-12)


def test_every_rank_gives_the_shape_of_the_table():
    image, filters = np.ones((2, 6, 8, 3)), np.ones((3, 2, 2, 4))
    assert conv2d(image[0, :, :, 0], filters[0, :, :, 0]).shape == (5, 7)
    assert conv2d(image[0], filters[..., 0]).shape == (5, 7)
    assert conv2d(image[0], filters).shape == (5, 7, 4)
    assert conv2d(image, filters[..., 0]).shape == (2, 5, 7)
    assert conv2d(image, filters).shape == (2, 5, 7, 4)


@pytest.mark.parametrize("padding", ["valid", "full"])
def test_convolve2d_is_scipys_convolution(padding):
    image, kernel = IMAGE[:, :, 0], FILTERS[0, :, :, 0]
    expected = signal.convolve2d(image, kernel, mode=padding)
    np.testing.assert_allclose(convolve2d(image, kernel, padding=padding), expected, atol=1e-13)


def test_convolve2d_flips_space_and_not_channels():
    expected = definition(IMAGE, FILTERS[:, ::-1, ::-1])
    np.testing.assert_allclose(convolve2d(IMAGE, FILTERS), expected, atol=1e-12)


def test_full_convolution_commutes_and_cross_correlation_does_not():
    a, b = IMAGE[:4, :5, 0], IMAGE[4:7, :3, 1]
    np.testing.assert_allclose(
        convolve2d(a, b, padding="full"), convolve2d(b, a, padding="full"), atol=1e-13
    )
    assert not np.allclose(conv2d(a, b, padding="full"), conv2d(b, a, padding="full"))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("relu", lambda x: np.maximum(x, 0)),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
        ("tanh", np.tanh),
    ],
)
def test_activations_come_after_the_bias(name, function):
    bias = np.arange(5.0) - 2
    expected = function(definition(IMAGE, FILTERS, bias=bias))
    by_name = conv2d(IMAGE, FILTERS, bias=bias, activation=name)
    np.testing.assert_allclose(by_name, expected, atol=1e-12)
    by_function = conv2d(IMAGE, FILTERS, bias=bias, activation=function)
    np.testing.assert_allclose(by_function, expected, atol=1e-12)


def test_sigmoid_does_not_overflow():
    with np.errstate(over="raise"):
        result = conv2d(np.array([[-1e4, 1e4]]), np.ones((1, 1)), activation="sigmoid")
    assert result.tolist() == [[0.0, 1.0]]


VIEWS = {
    "transposed": lambda a: np.ascontiguousarray(a.transpose(1, 0, 2)).transpose(1, 0, 2),
    "fortran": np.asfortranarray,
    "negative strides": lambda a: np.ascontiguousarray(a[::-1, ::-1, ::-1])[::-1, ::-1, ::-1],
    "every other": lambda a: np.repeat(np.repeat(a, 2, 0), 2, 1)[::2, ::2],
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "memmap-like subclass": lambda a: a.view(np.memmap),
    "broadcast": lambda a: np.broadcast_to(a, a.shape),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("view", VIEWS)
def test_memory_order_does_not_matter(method, view):
    expected = definition(IMAGE, FILTERS, padding="same")
    image, filters = VIEWS[view](IMAGE), FILTERS[::-1][::-1]
    try:
        result = conv2d(image, filters, padding="same", method=method)
    except ValueError as refusal:  # a refusal with a reason is an answer; a wrong number is not
        assert "does not take this problem" in str(refusal)
        return
    np.testing.assert_allclose(result, expected, atol=1e-10)
    assert type(result) is np.ndarray


def test_read_only_arrays_are_fine_and_stay_as_they_are():
    image, filters = IMAGE.copy(), FILTERS.copy()
    image.flags.writeable = filters.flags.writeable = False
    conv2d(image, filters, activation="relu")
    np.testing.assert_array_equal(image, IMAGE)
    np.testing.assert_array_equal(filters, FILTERS)


@pytest.mark.parametrize("size", [(1, 9), (9, 1), (1, 1)])
def test_images_one_pixel_high_or_wide(size):
    image = np.random.default_rng(5).standard_normal((2, *size, 3))
    assert_close(
        conv2d(image, FILTERS, padding="full"), image, FILTERS, {"padding": "full"}, tolerance=1e-13
    )


def test_a_batch_of_no_images_gives_no_maps():
    assert conv2d(np.zeros((0, 9, 12, 3)), FILTERS).shape == (0, 8, 9, 5)


@pytest.mark.parametrize(
    ("image", "filters", "expected"),
    [
        (np.uint8, np.float32, np.float32),
        (np.uint8, np.int8, np.float32),
        (np.int16, np.uint16, np.float32),
        (bool, np.float32, np.float32),
        (np.float16, np.float16, np.float16),
        (np.float16, np.float32, np.float32),
        (np.float16, np.uint8, np.float32),
        (">f2", ">f4", np.float32),
        (np.int32, np.float32, np.float64),
        (np.uint8, np.int64, np.float64),
        (np.float32, np.float64, np.float64),
    ],
)
def test_whole_numbers_are_promoted(image, filters, expected):
    result = conv2d(np.ones((3, 3), image), np.ones((2, 2), filters))
    assert result.dtype == expected
    assert (result == 4).all()


def test_bytes_do_not_wrap_around():
    result = conv2d(np.full((2, 2), 255, np.uint8), np.full((2, 2), -3, np.int8))
    assert result.item() == -3060


def test_out_is_written_and_returned():
    out = np.full((8, 9, 5), np.nan)
    assert conv2d(IMAGE, FILTERS, out=out) is out
    np.testing.assert_allclose(out, definition(IMAGE, FILTERS), atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_out_may_be_any_view(method):
    large = np.zeros((16, 18, 5, 2))
    out = large[::2, ::-2, :, 1]
    try:
        conv2d(IMAGE, FILTERS, bias=np.ones(5), out=out, method=method)
    except ValueError as refusal:
        assert "does not take this problem" in str(refusal)
        return
    np.testing.assert_allclose(out, definition(IMAGE, FILTERS, bias=np.ones(5)), atol=1e-10)
    assert not large[..., 0].any(), "wrote beside out"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_out_may_overlap_the_image(method, padding):
    image = IMAGE[:, :, 0].copy()
    expected = definition(image, np.ones((3, 3)), padding=padding)
    out = image[image.shape[0] - expected.shape[0] :, image.shape[1] - expected.shape[1] :]
    try:
        result = conv2d(image, np.ones((3, 3)), padding=padding, method=method, out=out)
    except ValueError as refusal:
        assert "does not take this problem" in str(refusal)
        return
    assert result is out
    np.testing.assert_allclose(out, expected, atol=1e-11)


@pytest.mark.parametrize("method", ["direct", "im2col"])
def test_out_may_be_the_filters(method):
    image, filters = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    expected = definition(image, filters)
    assert conv2d(image, filters, out=filters, method=method) is filters
    np.testing.assert_array_equal(filters, expected)


@pytest.mark.parametrize("method", [name for name in METHODS if METHODS[name].larger_rounding])
def test_fast_false_refuses_methods_with_larger_rounding(method):
    with pytest.raises(ValueError, match="fast=False asks for the rounding of direct summation"):
        conv2d(np.ones((1, 32, 32, 32)), np.ones((32, 3, 3, 32)), method=method, fast=False)


@pytest.mark.parametrize("method", ["direct", "im2col"])
def test_nan_reaches_the_windows_that_hold_it_and_no_others(method):
    image = np.ones((7, 8))
    image[3, 4] = np.nan
    result = conv2d(image, np.ones((2, 3)), method=method)
    expected = np.zeros((6, 6), bool)
    expected[2:4, 2:5] = True
    np.testing.assert_array_equal(np.isnan(result), expected)
