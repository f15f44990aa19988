"""The counts that the course is built on, and the same counts taken by really building layers."""

import numpy as np
import pytest

from convkit import conv2d, count_parameters


def test_the_books_layer():
    ladder = count_parameters((32, 32, 3), (3, 5, 5, 64))
    assert ladder.output_shape == (28, 28, 64)
    assert (ladder.shared.weights, ladder.shared.biases) == (4_800, 64)
    assert ladder.shared.parameters == 4_864
    assert ladder.local.weights == 3_763_200
    assert (ladder.dense.weights, ladder.dense.biases) == (154_140_672, 50_176)
    assert ladder.total_ratio == 32_112.64
    assert ladder.locality_ratio == 40.96
    assert ladder.sharing_ratio == 784
    assert ladder.dense.multiply_adds / ladder.shared.multiply_adds == 40.96
    assert ladder.shared.multiply_adds == 3_763_200
    assert (ladder.dense.nbytes(), ladder.shared.nbytes()) == (616_562_688, 19_200)
    assert ladder.shared.nbytes(np.float64) == 38_400


def test_three_by_three_from_three_to_thirty_two_has_896_parameters():
    assert count_parameters((32, 32, 3), (3, 3, 3, 32)).shared.parameters == 896
    assert count_parameters((32, 32, 3), (3, 3, 3, 32), bias=False).shared.parameters == 864


@pytest.mark.parametrize(
    "options",
    [{}, {"stride": (2, 3)}, {"padding": "same"}, {"groups": 2}, {"dilation": 2, "padding": 3}],
)
def test_a_dense_layer_of_the_counted_size_does_the_same(options):
    """Each column of the dense matrix is the response to one pixel; its size is the count."""
    groups = options.get("groups", 1)
    filters = np.random.default_rng(8).standard_normal((4 // groups, 2, 3, 6))
    ladder = count_parameters((5, 6, 4), filters.shape, **options)
    pixels = np.eye(5 * 6 * 4).reshape(-1, 5, 6, 4)
    matrix = conv2d(pixels, filters, **options).reshape(len(pixels), -1)
    assert matrix.size == ladder.dense.weights
    assert ladder.shared.weights == filters.size
    assert matrix.shape[1] * filters[..., 0].size == ladder.local.weights
    assert np.count_nonzero(matrix) <= ladder.local.weights


def test_the_table_is_readable_for_small_layers():
    table = str(count_parameters((4, 5), (2, 2)))
    assert "4×5×1 → 3×4×1" in table
    assert "16 B" in table


def test_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"\(32, 32, 3\) instead of \(8, 32, 32, 3\)"):
        count_parameters((8, 32, 32, 3), (3, 5, 5, 64))


@pytest.mark.parametrize("bias", [np.zeros(4), 1, None])
def test_bias_is_a_yes_or_no_question(bias):
    with pytest.raises(TypeError, match="True or False"):
        count_parameters((32, 32, 3), (3, 5, 5, 64), bias=bias)


def test_arrays_instead_of_shapes_are_refused_without_printing_them():
    with pytest.raises(TypeError, match=r"got an array: give its .shape, \(8, 9, 3\)"):
        count_parameters(np.ones((8, 9, 3)), (3, 2, 2, 4))
