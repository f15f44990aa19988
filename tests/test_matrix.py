"""The matrix does what the definition does, and holds nothing but shared weights and zeros."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import problems

from convkit import (
    conv2d,
    conv2d_grad_image,
    convolution_matrix,
    convolve2d,
    count_parameters,
    reference,
)
from convkit.data import hand_example
from tests.emulator import stand_in as gpu

OPTIONS = [
    {},
    {"stride": (2, 3)},
    {"padding": "same"},
    {"padding": "full", "stride": 2},
    {"dilation": (2, 1), "padding": (3, 0)},
    {"groups": 2, "stride": (3, 2), "padding": 1},
]


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_the_matrix_does_what_the_definition_does(problem):
    image, filters, options = problem
    options = {key: value for key, value in options.items() if key != "bias"}
    expected = reference.conv2d(image, filters, **options)
    images, results = (image, expected) if image.ndim == 4 else (image[None], expected[None])
    matrix = convolution_matrix(filters, images.shape[1:], **options)
    assert matrix.shape == (np.prod(results.shape[1:]), np.prod(images.shape[1:]))
    made = images.reshape(len(images), matrix.shape[1]).astype(np.float64) @ matrix.T.astype(
        np.float64
    )
    np.testing.assert_allclose(made.reshape(results.shape), results, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("options", OPTIONS)
def test_each_column_is_the_answer_to_one_pixel(options):
    depth = 4 // options.get("groups", 1)
    filters = np.random.default_rng(3).standard_normal((depth, 2, 3, 6))
    pixels = np.eye(5 * 7 * 4).reshape(-1, 5, 7, 4)  # one image for each pixel
    answers = reference.conv2d(pixels, filters, **options).reshape(len(pixels), -1)
    matrix = convolution_matrix(filters, (5, 7, 4), **options)
    np.testing.assert_array_equal(matrix, answers.T)


@pytest.mark.parametrize("options", OPTIONS)
def test_it_holds_only_the_filters_weights_each_as_often_as_it_is_used(options):
    """Weights 1, 2, 3, … name themselves: what stands in the matrix tells which weight it is."""
    depth = 4 // options.get("groups", 1)
    names = np.arange(1.0, depth * 2 * 3 * 6 + 1).reshape(depth, 2, 3, 6)
    matrix = convolution_matrix(names, (5, 7, 4), **options)
    found, often = np.unique(matrix[matrix != 0], return_counts=True)
    assert found.tolist() == names.ravel().tolist()
    ladder = count_parameters((5, 7, 4), names.shape, **options)
    places = ladder.output_shape[0] * ladder.output_shape[1]
    assert matrix.size == ladder.dense.weights
    if options.get("padding", "valid") == "valid":
        assert set(often.tolist()) == {places}
        assert np.count_nonzero(matrix) == ladder.local.weights
    else:
        assert often.min() < places and often.max() <= places
        assert np.count_nonzero(matrix) < ladder.local.weights


@pytest.mark.parametrize("options", OPTIONS)
def test_its_transpose_takes_gradients_back_to_the_image(options):
    random, depth = np.random.default_rng(4), 4 // options.get("groups", 1)
    filters = random.standard_normal((depth, 2, 3, 6))
    grad = random.standard_normal(conv2d(np.zeros((5, 7, 4)), filters, **options).shape)
    back = convolution_matrix(filters, (5, 7, 4), **options).T @ grad.ravel()
    expected = conv2d_grad_image(grad, filters, (5, 7, 4), **options)
    np.testing.assert_allclose(back.reshape(5, 7, 4), expected, rtol=1e-10, atol=1e-12)


def test_two_layers_in_a_row_are_the_product_of_their_matrices():
    random = np.random.default_rng(5)
    image, first = hand_example()
    second = random.standard_normal((4, 3, 2, 5))
    product = convolution_matrix(second, (5, 7, 4)) @ convolution_matrix(first, image.shape)
    expected = conv2d(conv2d(image, first), second)
    np.testing.assert_allclose((product @ image.ravel()).reshape(expected.shape), expected)


def test_scipy_builds_the_same_matrix_for_one_row_of_pixels():
    linalg = pytest.importorskip("scipy.linalg")
    weights = np.array([2.0, -1.0, 3.0])
    theirs = linalg.convolution_matrix(weights, 7, mode="full")  # flips, as mathematics does
    ours = convolution_matrix(weights[None, ::-1], (1, 7), padding=(0, 2))
    np.testing.assert_array_equal(ours, theirs)
    image = np.arange(7.0)[None]
    flipped = convolve2d(image, weights[None], padding=(0, 2))
    np.testing.assert_allclose(theirs @ image[0], flipped[0])


@pytest.mark.parametrize(
    ("given", "kept"),
    [("float32", "float32"), ("float64", "float64"), ("int8", "float32"), ("int64", "float64")],
)
def test_dtype_follows_the_filters(given, kept):
    matrix = convolution_matrix(np.ones((2, 2), given), (3, 4))
    assert matrix.dtype == kept and set(matrix.ravel().tolist()) == {0.0, 1.0}


def test_filters_are_not_changed_and_the_matrix_is_not_a_view_of_them():
    filters = np.ones((1, 1))
    matrix = convolution_matrix(filters, (1, 1))
    matrix[:] = 7
    assert filters.tolist() == [[1.0]]


@pytest.mark.skipif(gpu.missing() is not None, reason=gpu.missing() or "")
@pytest.mark.parametrize("options", OPTIONS)
def test_filters_on_a_gpu_give_a_matrix_on_the_gpu(options):
    filters = np.random.default_rng(6).standard_normal((4 // options.get("groups", 1), 2, 3, 6))
    expected = convolution_matrix(filters, (5, 7, 4), **options)
    with gpu.stand_in() as cupy:
        matrix = convolution_matrix(cupy.asarray(filters), (5, 7, 4), **options)
        assert isinstance(matrix, cupy.ndarray)
        np.testing.assert_array_equal(cupy.asnumpy(matrix), expected)


def test_a_matrix_that_nobody_can_hold_is_refused_with_its_size():
    filters = np.zeros((3, 5, 5, 64), np.float32)
    with pytest.raises(
        ValueError, match=r"3,419,136 rows × 165,888 columns are 567,193,632,768 .*\n2,268"
    ):
        convolution_matrix(filters, (256, 216, 3))


def test_the_books_layer_is_not_refused():
    from convkit.matrix import MOST_NUMBERS

    assert count_parameters((32, 32, 3), (3, 5, 5, 64)).dense.weights <= MOST_NUMBERS


@pytest.mark.parametrize(
    ("filters", "shape", "error", "words"),
    [
        (np.ones((3, 2, 2)), (4, 5, 5, 3), ValueError, r"\(5, 5, 3\) instead of \(4, 5, 5, 3\)"),
        (np.ones((3, 2, 2)), (5, 5, 4), ValueError, "4"),
        (np.ones((2, 2)), (5, 5, 1), ValueError, "do not go together"),
        ([[1.0, 2.0]], (5, 5), TypeError, "np.asarray"),
        (np.ones((2, 2)), np.ones((5, 5)), TypeError, "got an array: give its .shape"),
        (np.ones((2, 2), complex), (5, 5), TypeError, "filters.real"),
    ],
)
def test_what_does_not_fit_is_refused(filters, shape, error, words):
    with pytest.raises(error, match=words):
        convolution_matrix(filters, shape)
