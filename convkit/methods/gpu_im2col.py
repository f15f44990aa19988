"""gpu_im2col: every window copied into a row of a matrix, then cuBLAS. Rung 3 of the GPU ladder.

    windows (N·H'·W', K·K·C1)  ·  filters (K·K·C1, C2)  =  result (N·H'·W', C2)

No kernel of ours: K·K shifted views of the image, joined, and one matrix product by cuBLAS, the
fastest that exists for it. What it costs is memory: the windows are K·K/S² times the image. They
are made for some images at a time, so that the matrix stays below `WORK_BYTES`.

It uses functions of the array API standard only, and takes every option and both dtypes: whatever
the CPU can do, the GPU can do.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds; each pixel is written K²/S² times and read back.
Rounding: that of a plain sum in the given dtype, unless CUPY_TF32=1 lets cuBLAS use TF32.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from convkit.arrays import array_library
from convkit.methods.direct import reach
from convkit.methods.method import Method, group_slices
from convkit.problem import Problem

WORK_BYTES = 2**28


def refuses(problem: Problem) -> str | None:
    """It takes everything on a GPU."""
    if problem.device != "gpu":
        return "it runs on a GPU, and these are NumPy arrays: move them with cupy.asarray"
    return None


def prepare(filters, problem: Problem):
    """Each filter becomes a column, its channels innermost as they are in the image."""
    xp = array_library(filters=filters)
    places = [
        filters[:, m, n, :] for m in range(problem.kernel[0]) for n in range(problem.kernel[1])
    ]
    return xp.reshape(xp.stack(places), (-1, problem.maps))  # (K·K·C1/groups, C2)


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """As many images at a time as the work space holds, at least one."""
    xp = array_library(image=image)
    each = prod(problem.output_size) * prepared.shape[0] * problem.groups * problem.dtype.itemsize
    step = max(1, WORK_BYTES // max(each, 1))
    for first in range(0, problem.batch, step):
        some = slice(first, min(first + step, problem.batch))
        part = replace(problem, batch=some.stop - first)
        for channels, maps in group_slices(problem):
            windows = window_matrix(image[some, :, :, channels], part, xp)
            product = xp.matmul(windows, prepared[:, maps])  # (N·H'·W', C2/groups)
            out[some, :, :, maps] = xp.reshape(product, (part.batch, *problem.output_size, -1))


def window_matrix(image, problem: Problem, xp):
    """All windows of (N, H, W, C) as rows of a matrix, (N·H'·W', K·K·C)."""
    rows, columns = problem.kernel
    batch, channels = image.shape[0], image.shape[3]
    shape = (batch, *problem.output_size, rows * columns * channels)
    windows = xp.zeros(shape, dtype=image.dtype)  # padding stays zero
    for m in range(rows):
        over = reach(problem, axis=0, place=m)
        for n in range(columns):
            across = reach(problem, axis=1, place=n)
            if over is None or across is None:
                continue
            first = (m * columns + n) * channels
            windows[:, over[1], across[1], first : first + channels] = image[
                :, over[0], across[0], :
            ]
    return xp.reshape(windows, (-1, shape[3]))


METHOD = Method("gpu_im2col", refuses, prepare, run, rung=3)
