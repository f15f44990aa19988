"""mec: copy windows in one direction only, and let the products overlap in the other.

im2col copies every pixel K·K times. Here each row of the image is cut into windows of K columns,
so a pixel is copied K times; the K rows that a result needs then lie one behind the other:

    lowered (W', H, K·C1)      result row i:  lowered[:, i·S : i·S + K]  as  (W', K·K·C1)

Matrices of neighboring result rows share their memory. One row of such a matrix is as far from
the next as H·K·C1 numbers, which BLAS accepts (its "leading dimension"), so no matrix is built.

Cost: N·H'·W'·C1·C2·K² multiply-adds. Work space: about `BLOCK_BYTES`, and a padded image.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 1e-7 to 5e-7, at most 7e-6 (`benchmarks/errors.py`).
Source: M. Cho, D. Brand, "MEC: Memory-efficient Convolution for Deep Neural Network", ICML 2017,
doi:10.48550/arXiv.1706.06873.
"""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np

from convkit.methods.crossovers import Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes, padded
from convkit.methods.phases import groups, phases
from convkit.methods.products import multiply
from convkit.problem import Problem

BLOCK_BYTES = 2**20  # of lowered rows: a core's second-level cache


def refuses(problem: Problem) -> str | None:
    """It takes everything but a stride together with a dilation of the same direction."""
    if problem.device != "cpu":
        return "it is written for a processor's caches, not for a GPU"
    for stride, dilation in zip(problem.stride, problem.dilation, strict=True):
        if stride > 1 and dilation > 1:
            return f"stride {problem.stride} and dilation {problem.dilation} at once"
    return None


def prepare(filters, problem: Problem):
    """Each filter becomes a column: rows, columns, channels, as in a window."""
    columns = filters.transpose(1, 2, 0, 3).reshape(-1, problem.maps)  # (K·K·C1/groups, C2)
    return np.ascontiguousarray(columns)


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation and groups, each a plain convolution."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            correlate(
                image[image_index][..., channels],
                prepared[:, maps],
                one,
                out[out_index][..., maps],
                scratch,
            )


def correlate(image, filters, problem: Problem, out, scratch) -> None:
    """Lower and multiply, block after block. No dilation, one group.

    Parameters
    ----------
    image, filters, out : ndarray
        (N, H, W, C1), (K·K·C1, C2), (N, H', W', C2).
    """
    image = contiguous(padded(image, problem, scratch), scratch)
    (rows, across), (kernel_rows, kernel_columns) = problem.output_size, problem.kernel
    window = kernel_columns * problem.channels  # numbers in one row of a window
    per_row = across * window * problem.dtype.itemsize
    # Result rows i to i + n need (n − 1)·S + K rows of pixels.
    stride = problem.stride[0]
    at_once = max(1, (BLOCK_BYTES // per_row - kernel_rows) // stride + 1)
    images_at_once = max(1, BLOCK_BYTES // (per_row * image.shape[1])) if at_once >= rows else 1
    count = -(-rows // min(at_once, rows))
    for begin in range(0, problem.batch, images_at_once):
        some = slice(begin, begin + images_at_once)
        for block in range(count):
            first, last = rows * block // count, rows * (block + 1) // count
            pixels = image[some, first * stride : (last - 1) * stride + kernel_rows]
            lowered = lower(pixels, across, window, problem.stride[1], scratch)
            matrices = overlapping(lowered, last - first, stride, kernel_rows * window)
            multiply(matrices, filters, out[some, first:last])


def contiguous(image, scratch):
    """The image, copied only if its numbers do not lie side by side."""
    if image.flags.c_contiguous:
        return image
    copy = scratch("contiguous", image.shape, image.dtype)
    copy[...] = image
    return copy


def lower(image, across: int, window: int, stride: int, scratch):
    """Cut each row of pixels into overlapping windows: (N, W', H, K·C1).

    A window's row is one run of memory. Declared as one opaque element, it is copied by one
    call that moves memory, and not number by number.
    """
    batch, height, _, channels = image.shape
    number = image.itemsize
    lowered = scratch("lowered", (batch, across, height, window), image.dtype)
    if not lowered.size:
        return lowered
    shape = (batch, across, height, 1)
    strides = (image.strides[0], stride * channels * number, image.strides[1], number)
    run = run_of(window * number)
    if image.flags.c_contiguous:
        windows = np.ndarray(shape, run, buffer=image, strides=strides)
    else:  # some rows of several images
        windows = np.lib.stride_tricks.as_strided(image, (*shape[:3], window), strides).view(run)
    np.copyto(lowered.view(run), windows)
    return lowered


@cache
def run_of(nbytes: int) -> np.dtype:
    """A type of that many bytes, whatever they mean."""
    return np.dtype((np.void, nbytes))


def memory(image):
    """The contiguous array that `image` is a part of, and where in it `image` begins."""
    base = image
    while not base.flags.c_contiguous:
        base = base.base
    return base, image.ctypes.data - base.ctypes.data


def overlapping(lowered, rows: int, stride: int, length: int):
    """The matrices of all result rows, (N, H', W', K·K·C1), which share their memory."""
    batch, across, _, _ = lowered.shape
    image, column, row, number = lowered.strides
    return np.ndarray(
        (batch, rows, across, length),
        lowered.dtype,
        buffer=lowered,
        strides=(image, stride * row, column, number),
    )


def _small_windows(problem: Problem, limits: Crossovers) -> bool:
    return group_sizes(problem)[0] * prod(problem.kernel) <= limits.mec_window


METHOD = Method(
    "mec",
    refuses,
    prepare,
    run,
    wishes=(Wish(9, _small_windows),),
    trials=Trials(every_block=("lower", 5)),
)
