"""A convolution and the gradient to its filters from windows that are lowered only once.

`convkit.methods.mec` copies windows in one direction: lowered (N, W', H, K·C1). The windows of one
result row i, of all images, are then a matrix whose rows are equally far apart in memory,

    windows of row i:  (N·W', K·K·C1)      grad of row i:  (N·W', C2)

so windowsᵀ · grad needs no copy either, and the K·K-fold copy of im2col is never made. The products
of all rows are stacked, and summed at the end.

Cost: N·H'·W'·C1·C2·K² multiply-adds each. Rounding: that of a plain sum.
Source: M. Cho, D. Brand, doi:10.48550/arXiv.1706.06873, for the forward pass.
"""

from __future__ import annotations

import numpy as np

from convkit.methods.mec import contiguous, lower, overlapping
from convkit.methods.method import padded
from convkit.methods.products import multiply
from convkit.problem import Problem

LARGEST_PRODUCT = 2**15  # numbers of one row's product; above, im2col's single product is better


def pays(problem: Problem) -> bool:
    """Whether this is worth it: few channels, so that a product for each row is small."""
    weights = problem.kernel[0] * problem.kernel[1] * problem.channels
    return (
        problem.device == "cpu"
        and problem.groups == 1
        and problem.dilation == (1, 1)
        and weights * problem.maps <= LARGEST_PRODUCT
    )


def lower_windows(image, problem: Problem, scratch):
    """(N, W', H + padding, K·C1)."""
    image = contiguous(padded(image, problem, scratch), scratch)
    window = problem.kernel[1] * problem.channels
    return lower(image, problem.output_size[1], window, problem.stride[1], scratch)


def multiply_forward(lowered, filters, problem: Problem, out) -> None:
    """Windows · filters, into out (N, H', W', C2); filters are (K·K·C1, C2)."""
    rows = problem.output_size[0]
    multiply(overlapping(lowered, rows, problem.stride[0], len(filters)), filters, out)


def grad_filters(lowered, grad, problem: Problem, scratch):
    """Windowsᵀ · grad, summed: (K·K·C1, C2)."""
    batch, across = lowered.shape[:2]
    rows, maps = grad.shape[1], grad.shape[3]
    weights = problem.kernel[0] * lowered.shape[3]
    _, column, row, number = lowered.strides
    windows = np.ndarray(
        (rows, weights, batch * across), lowered.dtype, buffer=lowered,
        strides=(problem.stride[0] * row, number, column),
    )  # fmt: skip
    by_rows = grad.transpose(1, 0, 2, 3)
    if not by_rows.flags.c_contiguous:
        by_rows = scratch("grad by rows", by_rows.shape, grad.dtype)
        by_rows[...] = grad.transpose(1, 0, 2, 3)
    products = scratch("products", (rows, weights, maps), grad.dtype)
    np.matmul(windows, by_rows.reshape(rows, -1, maps), out=products)
    return products.sum(axis=0)
