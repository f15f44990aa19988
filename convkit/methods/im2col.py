"""im2col: copy every window into a row of a matrix, then one matrix product.

    windows (N·H'·W', C1·K·K)  ·  filters (C1·K·K, C2)  =  result (N·H'·W', C2)

Every pixel is copied up to K² times; in exchange the whole sum is one large product, which is
what BLAS is best at. Windows are built for a few result rows at a time, so that the matrix stays
small enough for a cache instead of growing with the image.

Cost: N·H'·W'·C1·C2·K² multiply-adds; work space at most about `BLOCK_BYTES`, or one row of windows.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 1e-7 to 4e-7, at most 4e-6 (`benchmarks/errors.py`).
Source: Chellapilla, Puri, Simard, "High Performance Convolutional Neural Networks for Document
Processing", 2006, https://inria.hal.science/inria-00112631.
"""

from __future__ import annotations

from convkit.arrays import array_library
from convkit.methods.method import Method, Trials, Wish, group_slices, padded
from convkit.problem import Problem

BLOCK_BYTES = 2**21  # enough rows for a fast product, few enough for a cache


def refuses(problem: Problem) -> str | None:
    """It takes everything."""
    return None


def prepare(filters, problem: Problem):
    """Each filter becomes a column, its channels innermost as they are in the image."""
    xp = array_library(filters=filters)
    columns = filters.transpose(1, 2, 0, 3).reshape(-1, problem.maps)  # (K·K·C1/groups, C2)
    return xp.ascontiguousarray(columns)


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Copy windows and multiply, one block of result rows after the other."""
    xp = array_library(image=image)
    image = padded(image, problem, scratch)
    (rows, columns), weights = problem.output_size, len(prepared)
    per_row = columns * weights * problem.dtype.itemsize
    step = max(1, min(rows, BLOCK_BYTES // per_row))
    for index in range(problem.batch):
        for channels, maps in group_slices(problem):
            windows = window_view(image[index, :, :, channels], problem, xp)
            for first in range(0, rows, step):
                last = min(first + step, rows)
                matrix = scratch("windows", (last - first, *windows.shape[1:]), problem.dtype)
                matrix[...] = windows[first:last]  # (i, W', K, K, C1/groups)
                matrix = matrix.reshape(-1, weights)  # (i·W', K·K·C1/groups)
                target = out[index, first:last, :, maps]  # (i, W', C2/groups)
                if target.flags.c_contiguous:
                    xp.matmul(matrix, prepared[:, maps], out=target.reshape(len(matrix), -1))
                else:
                    target[...] = (matrix @ prepared[:, maps]).reshape(target.shape)


def window_view(image, problem: Problem, xp):
    """All windows of one padded image (H, W, C) as a view (H', W', K, K, C): nothing is copied."""
    (stride_rows, stride_columns), (dilate_rows, dilate_columns) = problem.stride, problem.dilation
    row, column, channel = image.strides
    shape = (*problem.output_size, *problem.kernel, image.shape[2])
    strides = (
        stride_rows * row,
        stride_columns * column,
        dilate_rows * row,
        dilate_columns * column,
        channel,
    )
    return xp.lib.stride_tricks.as_strided(image, shape, strides)


METHOD = Method(
    "im2col",
    refuses,
    prepare,
    run,
    wishes=(Wish(10, lambda problem, limits: True),),
    trials=Trials(strided_dilations=(1, 1, 2, 3), dilations=(1, 1, 2, 3)),
)
