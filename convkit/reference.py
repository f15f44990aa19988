"""The definition in seven loops. Slow, plain, and trusted by every test."""

from __future__ import annotations

import numpy as np

from convkit.problem import read_problem, result_shape


def conv2d(
    image, filters, *, bias=None, stride=1, padding="valid", dilation=1, groups=1
) -> np.ndarray:
    r"""Cross-correlate an image with filters, exactly as the formula says, in float64.

    .. math:: B[i,j,c] = b[c] + \sum_{p,m,n} A[iS + mD - P,\; jS + nD - P,\; p]\; W[p,m,n,c]

    where A is zero outside the image, S is the stride, D the dilation, P the padding before.

    Parameters
    ----------
    image, filters : ndarray
        In any pair of shapes that `convkit.conv2d` takes.
    bias, stride, padding, dilation, groups
        As in `convkit.conv2d`.

    Returns
    -------
    ndarray of float64

    Raises
    ------
    ValueError, TypeError
        As `convkit.conv2d`, for shapes and options that do not fit together.

    Notes
    -----
    One multiplication and one addition for each step of the innermost loop:
    N·H'·W'·C2·(C1/groups)·K·K.

    Examples
    --------
    >>> image = np.arange(12.0).reshape(3, 4)
    >>> conv2d(image, np.array([[-1.0, 1.0]]))     # right neighbor minus left neighbor
    array([[1., 1., 1.],
           [1., 1., 1.],
           [1., 1., 1.]])
    """
    image, filters = np.asarray(image, np.float64), np.asarray(filters, np.float64)
    problem = read_problem(
        image.shape, filters.shape, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    A, W = image.reshape(problem.image_shape), filters.reshape(problem.filters_shape)
    b = np.zeros(problem.maps) + (0 if bias is None else np.asarray(bias, np.float64))
    B = seven_loops(A, W, b, problem)
    return B.reshape(result_shape(problem, image.ndim, filters.ndim))


def seven_loops(A, W, b, problem):
    """Sum over the channels p and the kernel's places (m, n)."""
    N, H, Wd, _ = A.shape
    depth, K_rows, K_columns, maps = W.shape
    S_rows, S_columns = problem.stride
    D_rows, D_columns = problem.dilation
    (top, _), (left, _) = problem.pads
    B = np.zeros(problem.output_shape)
    for image in range(N):
        for i in range(B.shape[1]):
            for j in range(B.shape[2]):
                for c in range(maps):
                    # The first channel of c's group; without groups 0.
                    first = c // (maps // problem.groups) * depth
                    total = b[c]
                    for p in range(depth):
                        for m in range(K_rows):
                            for n in range(K_columns):
                                row = i * S_rows + m * D_rows - top
                                column = j * S_columns + n * D_columns - left
                                # Outside the image everything is zero.
                                if 0 <= row < H and 0 <= column < Wd:
                                    pixel = A[image, row, column, first + p]
                                    total += pixel * W[p, m, n, c]
                    B[image, i, j, c] = total
    return B
