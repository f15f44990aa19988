"""Gradients: the adjoint identity, central differences, PyTorch's autograd, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import definition, problems

from convkit import (
    METHODS,
    conv2d,
    conv2d_grad_bias,
    conv2d_grad_filters,
    conv2d_grad_image,
    read_problem,
)
from convkit.layouts import filters_from, filters_to, image_from, image_to

TOLERANCE = {np.dtype(np.float32): 3e-5, np.dtype(np.float64): 1e-12}


def back(image, filters, options, seed=0):
    """A gradient that fits the result, and the options without the bias."""
    options = {name: value for name, value in options.items() if name != "bias"}
    result = definition(image, filters, **options)
    grad = np.random.default_rng(seed).standard_normal(result.shape).astype(image.dtype)
    return result, grad, options


@settings(max_examples=200, deadline=None)
@given(problems())
def test_gradients_satisfy_the_adjoint_identity(problem):
    """⟨A ⋆ W, G⟩ = ⟨A, gradient to the image⟩ = ⟨W, gradient to the filters⟩."""
    image, filters, options = problem
    result, grad, options = back(image, filters, options)
    to_image = conv2d_grad_image(grad, filters, image.shape, **options)
    to_filters = conv2d_grad_filters(grad, image, filters.shape, **options)
    assert to_image.shape == image.shape
    assert to_image.dtype == image.dtype
    assert to_filters.shape == filters.shape
    assert to_filters.dtype == image.dtype
    expected = np.sum(result * grad)
    scale = np.sum(definition(image, filters, absolute=True, **options) * np.abs(grad))
    limit = TOLERANCE[image.dtype] * scale
    assert abs(np.sum(image * to_image.astype(float)) - expected) <= limit
    assert abs(np.sum(filters * to_filters.astype(float)) - expected) <= limit


def central_difference(function, array, index, step=1e-3):
    """The slope of `function`, a polynomial of degree one in each number: exact up to rounding."""
    up, down = array.copy(), array.copy()
    up[index] += step
    down[index] -= step
    return (function(up) - function(down)) / (2 * step)


@settings(max_examples=60, deadline=None)
@given(problems(dtypes=[np.float64], largest=6))
def test_each_number_of_the_gradients_is_a_slope(problem):
    image, filters, options = problem
    _, grad, options = back(image, filters, options)
    to_image = conv2d_grad_image(grad, filters, image.shape, **options)
    to_filters = conv2d_grad_filters(grad, image, filters.shape, **options)
    random = np.random.default_rng(1)
    for array, gradient, loss in [
        (image, to_image, lambda a: np.sum(grad * definition(a, filters, **options))),
        (filters, to_filters, lambda w: np.sum(grad * definition(image, w, **options))),
    ]:
        for _ in range(min(6, array.size)):
            index = tuple(random.integers(size) for size in array.shape)
            slope = central_difference(loss, array, index)
            assert gradient[index] == pytest.approx(slope, rel=1e-7, abs=1e-8)


@pytest.mark.peers
@settings(max_examples=200, deadline=None)
@given(problems(dtypes=[np.float64]))
def test_gradients_equal_torch_autograd(problem):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    image, filters, options = problem
    _, grad, options = back(image, filters, options)
    described = read_problem(image.shape, filters.shape, **options)
    (top, bottom), (left, right) = described.pads
    theirs = torch.from_numpy(image_to("torch", image.reshape(described.image_shape)).copy())
    weights = torch.from_numpy(filters_to("torch", filters.reshape(described.filters_shape)).copy())
    bias = torch.zeros(described.maps, dtype=torch.float64)
    for tensor in (theirs, weights, bias):
        tensor.requires_grad_()
    result = torch.nn.functional.conv2d(
        torch.nn.functional.pad(theirs, (left, right, top, bottom)),
        weights,
        bias,
        stride=described.stride,
        dilation=described.dilation,
        groups=described.groups,
    )
    four = grad.reshape(described.output_shape)
    result.backward(torch.from_numpy(image_to("torch", four).copy()))
    ours = conv2d_grad_image(grad, filters, image.shape, **options)
    expected = image_from("torch", theirs.grad.numpy()).reshape(image.shape)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10)
    ours = conv2d_grad_filters(grad, image, filters.shape, **options)
    expected = filters_from("torch", weights.grad.numpy()).reshape(filters.shape)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10)
    np.testing.assert_allclose(conv2d_grad_bias(four), bias.grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_the_image_gradient_takes_every_method(method):
    random = np.random.default_rng(2)
    grad, filters = random.standard_normal((2, 10, 13, 4)), random.standard_normal((3, 3, 3, 4))
    expected = conv2d_grad_image(grad, filters, (2, 12, 15, 3), method="direct")
    try:
        result = conv2d_grad_image(grad, filters, (2, 12, 15, 3), method=method)
    except ValueError as refusal:
        assert "does not take" in str(refusal)
        return
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


def test_filters_that_are_never_a_multiple_of_a_cache_block():
    """More images and rows than one block of windows holds: the blocks must add up."""
    random = np.random.default_rng(3)
    image = random.standard_normal((3, 90, 70, 16))
    grad = random.standard_normal((3, 88, 68, 8))
    ours = conv2d_grad_filters(grad, image, (16, 3, 3, 8))
    seen = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(1, 2))
    np.testing.assert_allclose(ours, np.einsum("nijpab,nijc->pabc", seen, grad), rtol=1e-9)


def test_views_are_taken_and_nothing_is_changed():
    random = np.random.default_rng(4)
    image = random.standard_normal((12, 9, 3)).transpose(1, 0, 2)[:, ::-1]
    filters = random.standard_normal((3, 4, 2, 5)).transpose(0, 2, 1, 3)[:, ::-1]
    grad = np.broadcast_to(random.standard_normal(5), (8, 9, 5))
    before = image.copy(), filters.copy(), grad.copy()
    to_image = conv2d_grad_image(grad, filters, image.shape)
    to_filters = conv2d_grad_filters(grad, image, filters.shape)
    plain = [np.ascontiguousarray(a) for a in (image, filters, grad)]
    np.testing.assert_allclose(to_image, conv2d_grad_image(plain[2], plain[1], image.shape))
    np.testing.assert_allclose(to_filters, conv2d_grad_filters(plain[2], plain[0], filters.shape))
    for array, old in zip((image, filters, grad), before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize(
    ("shape", "one_filter", "expected"),
    [
        ((4, 5), False, ()),
        ((4, 5, 3), False, (3,)),
        ((2, 4, 5), True, ()),
        ((2, 4, 5, 3), False, (3,)),
    ],
)
def test_the_bias_gradient_has_one_number_for_each_map(shape, one_filter, expected):
    grad = np.random.default_rng(5).standard_normal(shape)
    result = conv2d_grad_bias(grad, one_filter=one_filter)
    assert result.shape == expected
    axes = tuple(range(grad.ndim - len(expected)))
    np.testing.assert_allclose(result, grad.sum(axis=axes), rtol=1e-12)


@pytest.mark.parametrize(
    ("size", "kernel", "padding"),
    [
        ((14, 14), (3, 3), "valid"),
        ((13, 30), (3, 2), "same"),
        ((9, 12), (5, 5), "full"),
        ((70, 40), (3, 3), 1),
        ((5, 6), (1, 4), "same"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_winograd_gives_the_filters_gradient_of_plain_sums(size, kernel, padding, dtype):
    """Also over several blocks of tile rows and of images, and tiles that are cut."""
    random = np.random.default_rng(6)
    image = random.standard_normal((5, *size, 20)).astype(dtype)
    shape = (20, *kernel, 17)
    grad = random.standard_normal(definition(image, np.zeros(shape), padding=padding).shape).astype(
        dtype
    )
    plain = conv2d_grad_filters(
        grad.astype(float), image.astype(float), shape, padding=padding, method="im2col"
    )
    ours = conv2d_grad_filters(grad, image, shape, padding=padding, method="winograd")
    assert ours.dtype == dtype
    limit = {np.float32: 2e-5, np.float64: 1e-12}[dtype] * np.abs(plain).max()
    assert np.abs(ours - plain).max() <= limit


def test_fast_false_keeps_the_filters_gradient_to_plain_sums():
    random = np.random.default_rng(7)
    image = random.standard_normal((2, 20, 20, 32)).astype(np.float32)
    grad = random.standard_normal((2, 18, 18, 32)).astype(np.float32)
    options = {"filters_shape": (32, 3, 3, 32)}
    exact = conv2d_grad_filters(grad, image, **options, fast=False)
    np.testing.assert_array_equal(
        exact, conv2d_grad_filters(grad, image, **options, method="im2col")
    )
    assert not np.array_equal(exact, conv2d_grad_filters(grad, image, **options))


GRAD, IMAGE, FILTERS = np.ones((8, 9, 5)), np.ones((9, 12, 3)), np.ones((3, 2, 4, 5))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: conv2d_grad_image(GRAD[1:], FILTERS, IMAGE.shape),
            ValueError,
            r"grad has shape \(7, 9, 5\).*shape \(8, 9, 5\)",
        ),
        (
            lambda: conv2d_grad_image(GRAD, FILTERS, IMAGE.shape, stride=2),
            ValueError,
            r"shape \(4, 5, 5\).*forward pass",
        ),
        (lambda: conv2d_grad_image(GRAD, FILTERS, (9, 12, 4)), ValueError, "4 channels"),
        (
            lambda: conv2d_grad_image(GRAD, FILTERS, IMAGE.shape, method="magic"),
            ValueError,
            "method must be one of 'auto'",
        ),
        (
            lambda: conv2d_grad_image(GRAD, FILTERS, IMAGE.shape, precision="tf32"),
            ValueError,
            "for GPUs",
        ),
        (lambda: conv2d_grad_filters(GRAD, IMAGE, (3, 2, 4, 6)), ValueError, r"shape \(8, 9, 6\)"),
        (lambda: conv2d_grad_filters([1.0], IMAGE, (3, 2, 4, 5)), TypeError, "np.asarray"),
        (lambda: conv2d_grad_filters(GRAD * 1j, IMAGE, (3, 2, 4, 5)), TypeError, "complex"),
        (
            lambda: conv2d_grad_filters(GRAD, IMAGE, (3, 2, 4, 5), method="magic"),
            ValueError,
            "method must be",
        ),
        (
            lambda: conv2d_grad_filters(
                GRAD[::2], IMAGE, (3, 2, 4, 5), method="winograd", stride=(2, 1)
            ),
            ValueError,
            "need stride 1",
        ),
        (lambda: conv2d_grad_bias(np.ones(3)), ValueError, r"got \(3,\)"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_numbers(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_whole_numbers_do_not_wrap_around():
    grad, image = np.full((2, 2), 200, np.uint8), np.full((3, 3), 200, np.uint8)
    result = conv2d_grad_filters(grad, image, (2, 2))
    assert result.dtype == np.float32
    assert (result == 160_000).all()


ONES = np.ones((2, 2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: conv2d_grad_filters(ONES, np.ones((3, 3)), 2), "filters_shape must be a shape"),
        (lambda: conv2d_grad_filters(ONES, np.ones((3, 3)), None), "filters_shape must be a shape"),
        (lambda: conv2d_grad_bias(np.ones((2, 3, 4)), one_filter="no"), "one_filter must be True"),
    ],
)
def test_slips_meet_words_and_not_tracebacks(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_a_method_is_a_name():
    with pytest.raises(ValueError, match=r"method must be one of .*got \[\]"):
        conv2d_grad_image(ONES, ONES, (3, 3), method=[])


@pytest.mark.parametrize("padding", [(3, 1), (1, 3), 4])
@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("size", [6, 7, 13, 18])
def test_the_filters_gradient_where_some_tiles_hold_nothing_but_padding(padding, kernel, size):
    random = np.random.default_rng(3)
    image = random.standard_normal((1, size, size + 1, 16))
    shape = (16, kernel, kernel, 16)
    grad = random.standard_normal(conv2d(image, np.zeros(shape), padding=padding).shape)
    both = [
        conv2d_grad_filters(grad, image, shape, padding=padding, method=method)
        for method in ("winograd", "im2col")
    ]
    np.testing.assert_allclose(*both, atol=1e-10)
