"""A convolution written out as the matrix of a dense layer: mostly zeros, the rest shared."""

from __future__ import annotations

from math import prod

from convkit.arrays import array_library, compute_dtype, plain
from convkit.problem import Problem, read_problem, shape_of

MOST_NUMBERS = 2**28  # zeros included: 2 GiB in float64


def convolution_matrix(filters, image_shape, *, stride=1, padding="valid", dilation=1, groups=1):
    r"""Write a cross-correlation with these filters as one matrix, as a dense layer has it.

    .. math:: M[(i W' + j) C_2 + c,\; (y W + x) C_1 + p] = W[p, m, n, c]
              \quad\text{where } y = iS + mD - P,\; x = jS + nD - P

    and zero everywhere else. For every image of this shape,

        (matrix @ image.ravel()).reshape(result.shape) == result

    up to rounding, with ``result = conv2d(image, filters, …)``.

    Parameters
    ----------
    filters : ndarray
        (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2), as `convkit.conv2d` takes them.
    image_shape : tuple of int
        (H, W) or (H, W, C1), of one image.
    stride, padding, dilation, groups
        As in `convkit.conv2d`.

    Returns
    -------
    ndarray, (H'·W'·C2, H·W·C1)
        A row for each number of the result, a column for each number of the image, both in the
        order of ``ravel()``. float64 if the filters are, or hold wide whole numbers; else float32.

    Raises
    ------
    ValueError
        If shapes or options do not fit together, for the shape of a batch, and for a matrix of
        more than 2²⁸ numbers.
    TypeError
        As `convkit.conv2d`.

    Notes
    -----
    A weight stands in the matrix at most H'·W' times, once for each place; less often if it
    meets padding there. Multiplying with the matrix takes H·W·C1·H'·W'·C2 multiply-adds,
    nearly all of them with zero: it is for looking at, not for computing.

    Its transpose takes gradients of the result to gradients of the image, as
    `convkit.conv2d_grad_image` does.

    Examples
    --------
    >>> import numpy as np
    >>> convolution_matrix(np.array([[1.0, 2], [3, 4]]), (3, 3))
    array([[1., 2., 0., 3., 4., 0., 0., 0., 0.],
           [0., 1., 2., 0., 3., 4., 0., 0., 0.],
           [0., 0., 0., 1., 2., 0., 3., 4., 0.],
           [0., 0., 0., 0., 1., 2., 0., 3., 4.]])
    """
    xp = array_library(filters=filters)
    dtype = compute_dtype(filters=filters)
    if len(shape_of(image_shape, "image_shape", (6, 8, 3))) > 3:
        raise ValueError(
            f"every image of a batch meets the same matrix: give one image's shape, "
            f"{tuple(image_shape[1:])} instead of {tuple(image_shape)}"
        )
    problem = read_problem(
        image_shape,
        filters.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        dtype=dtype,
    )
    shape = prod(problem.output_shape), prod(problem.image_shape)
    if prod(shape) > MOST_NUMBERS:
        raise ValueError(
            f"{shape[0]:,} rows × {shape[1]:,} columns are {prod(shape):,} numbers,\n"
            f"{prod(shape) * dtype.itemsize / 1e9:,.1f} GB: give a smaller image or fewer filters, "
            f"or use conv2d,\nwhich needs no matrix"
        )
    weights = plain(filters).astype(dtype).reshape(problem.filters_shape)
    return shared_weights(weights, problem, xp.zeros(shape, dtype), xp)


def shared_weights(W, problem: Problem, matrix, xp):
    """Put each weight of W (C1/groups, K, K, C2) wherever it is used."""
    H, width, C1 = problem.image_shape[1:]
    _, rows, columns, C2 = problem.output_shape
    S_rows, S_columns = problem.stride
    D_rows, D_columns = problem.dilation
    (top, _), (left, _) = problem.pads
    depth, K, L, _ = W.shape
    # All combinations of the six indices at once, an axis for each.
    i, j, c, p, m, n = xp.ogrid[:rows, :columns, :C2, :depth, :K, :L]
    y = i * S_rows + m * D_rows - top
    x = j * S_columns + n * D_columns - left
    first = c // (C2 // problem.groups) * depth  # first channel of c's group
    row = (i * columns + j) * C2 + c
    column = (y * width + x) * C1 + first + p
    inside = (y >= 0) & (y < H) & (x >= 0) & (x < width)  # not on padding
    parts = xp.broadcast_arrays(row, column, W[p, m, n, c], inside)
    row, column, weight, inside = parts
    matrix[row[inside], column[inside]] = weight[inside]
    return matrix
