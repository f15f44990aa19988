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

from math import prod

import numpy as np

from convkit.methods.mec import contiguous, lower, memory, overlapping, run_of
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


def lower_pairs(image, problem: Problem, scratch):
    """The same with even result columns apart from odd ones: (2, N, W'/2, H + padding, K·C1).

    Neighbors then lie in two blocks, and pooling over pairs works on long runs of memory. An odd
    last column is left out: it is in no pair.
    """
    image = contiguous(padded(image, problem, scratch), scratch)
    batch, height, _, channels = image.shape
    pairs, number = problem.output_size[1] // 2, image.itemsize
    window, step = problem.kernel[1] * channels, problem.stride[1] * channels * number
    lowered = scratch("pairs", (2, batch, pairs, height, window), image.dtype)
    run = run_of(window * number)  # a window's row is copied at once
    for odd, part in enumerate(lowered.view(run)[..., 0]):
        base, offset = memory(image)
        strides = (image.strides[0], 2 * step, image.strides[1])
        part[...] = np.ndarray(part.shape, run, base, offset + odd * step, strides)
    return lowered


def multiply_forward(lowered, filters, problem: Problem, out) -> None:
    """Windows · filters, into out (N, H', W', C2); filters are (K·K·C1, C2)."""
    rows = problem.output_size[0]
    multiply(overlapping(lowered, rows, problem.stride[0], len(filters)), filters, out)


def multiply_rows(lowered, filters, problem: Problem, out) -> None:
    """The same with one matrix for each result row of all images, into out (H', places, C2).

    Longer matrices are quicker. `lowered` may be of either kind; places are all but its last two
    axes: N·W', or 2·N·W'/2.
    """
    multiply(_row_windows(lowered, len(out), problem.stride[0], len(filters)), filters, out)


def _row_windows(lowered, rows: int, stride: int, weights: int):
    """The windows of each result row of all images: (H', places, K·K·C1), a view."""
    *_, column, row, number = lowered.strides
    return np.ndarray(
        (rows, prod(lowered.shape[:-2]), weights),
        lowered.dtype,
        buffer=lowered,
        strides=(stride * row, column, number),
    )


def grad_filters(lowered, grad, problem: Problem, scratch):
    """Windowsᵀ · grad for a grad (N, H', W', C2): see `grad_filters_rows`."""
    by_rows = grad.transpose(1, 0, 2, 3)
    if not by_rows.flags.c_contiguous:
        by_rows = scratch("grad by rows", by_rows.shape, grad.dtype)
        by_rows[...] = grad.transpose(1, 0, 2, 3)
    return grad_filters_rows(
        lowered, by_rows.reshape(len(by_rows), -1, problem.maps), problem, scratch
    )


def grad_filters_rows(lowered, by_rows, problem: Problem, scratch):
    """Windowsᵀ · grad for a grad (H', places, C2), summed over rows: (K·K·C1, C2)."""
    rows, _, maps = by_rows.shape
    weights = problem.kernel[0] * lowered.shape[-1]
    windows = _row_windows(lowered, rows, problem.stride[0], weights).transpose(0, 2, 1)
    products = scratch("products", (rows, weights, maps), by_rows.dtype)
    np.matmul(windows, by_rows, out=products)
    return products.sum(axis=0)
