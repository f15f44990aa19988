"""A reference that is quick enough for thousands of problems, and needs only NumPy.

It is `convkit.reference` without its Python loops; tests/test_reference.py compares the two, so
everything still rests on the seven loops.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit.problem import read_problem, result_shape


def definition(
    image, filters, *, bias=None, stride=1, padding="valid", dilation=1, groups=1, absolute=False
):
    """`convkit.reference.conv2d` by one einsum for each group; `absolute` sums |A|·|W|."""
    image, filters = np.asarray(image, np.float64), np.asarray(filters, np.float64)
    problem = read_problem(
        image.shape, filters.shape, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    A = np.pad(image.reshape(problem.image_shape), ((0, 0), *problem.pads, (0, 0)))
    W = filters.reshape(problem.filters_shape)
    if absolute:
        A, W = np.abs(A), np.abs(W)
    windows = sliding_window_view(A, problem.extent, axis=(1, 2))  # (N, ., ., C1, extent, extent)
    (rows, columns), (every_row, every_column) = problem.stride, problem.dilation
    windows = windows[:, ::rows, ::columns, :, ::every_row, ::every_column]
    channels, maps = problem.channels // groups, problem.maps // groups
    B = np.zeros(problem.output_shape)
    for g in range(groups):
        inside, across = slice(g * channels, (g + 1) * channels), slice(g * maps, (g + 1) * maps)
        B[..., across] = np.einsum("nijpab,pabc->nijc", windows[..., inside, :, :], W[..., across])
    if bias is not None:
        B += np.abs(bias) if absolute else np.asarray(bias, np.float64)
    return B.reshape(result_shape(problem, image.ndim, filters.ndim))
