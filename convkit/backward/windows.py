"""The gradient with respect to the filters, by windows: the im2col product, transposed.

    windowsᵀ (C1·K·K, N·H'·W')  ·  grad (N·H'·W', C2)  =  gradient (C1·K·K, C2)

Every weight met one pixel of every window, so its gradient is the sum over all windows of that
pixel times what came back at the window's place. Windows are copied for a block of rows at a
time, so that they stay in a cache.

Cost: N·H'·W'·C1·C2/groups·K² multiply-adds. Rounding: that of a plain sum.
"""

from __future__ import annotations

from math import prod

from convkit.arrays import array_library
from convkit.methods.im2col import window_view
from convkit.methods.method import group_slices, padded
from convkit.problem import Problem

BLOCK_BYTES = 2**19  # half a core's second-level cache: the other half is for grad and the sum


def grad_filters(grad, image, problem: Problem, out, scratch) -> None:
    """Write the gradient with respect to the filters into `out`, (C1/groups, K, K, C2)."""
    if problem.groups > 1 and problem.channels == problem.groups:
        _one_channel_each(grad, image, problem, out, scratch)
        return
    image = padded(image, problem, scratch)
    for channels, maps in group_slices(problem):
        total = _one_group(grad[..., maps], image[..., channels], problem, scratch)
        shape = (*problem.kernel, out.shape[0], -1)
        out[..., maps] = total.reshape(shape).transpose(2, 0, 1, 3)  # (K, K, C1, C2) → ours


def _one_group(grad, image, problem: Problem, scratch):
    """Σ over blocks of windowsᵀ · grad: (K·K·C1, C2) of one group."""
    xp = array_library(image=image)
    windows = window_view(image, problem, xp)  # (N, H', W', K, K, C1)
    batch, rows, columns = windows.shape[:3]
    weights = prod(windows.shape[3:])
    maps = grad.shape[3]
    total = scratch("sum of products", (weights, maps), problem.dtype)
    product = scratch("product", (weights, maps), problem.dtype)
    total[...] = 0
    for images, lines in image_blocks(batch, rows, columns * weights * problem.dtype.itemsize):
        part = windows[images, lines]
        matrix = scratch("windows", part.shape, problem.dtype)
        matrix[...] = part
        matrix = matrix.reshape(-1, weights)  # (n·i·W', K·K·C1)
        back = xp.ascontiguousarray(grad[images, lines]).reshape(-1, maps)  # (n·i·W', C2)
        total += xp.matmul(matrix.T, back, out=product)
    return total


def _one_channel_each(grad, image, problem: Problem, out, scratch) -> None:
    """Depthwise: a product and a sum for each place of the kernel, all groups at once."""
    xp = array_library(image=image)
    windows = window_view(padded(image, problem, scratch), problem, xp)
    batch, rows, columns, maps = grad.shape
    grouped = grad.reshape(batch, rows, columns, problem.groups, maps // problem.groups)
    for m in range(problem.kernel[0]):
        for n in range(problem.kernel[1]):
            seen = windows[:, :, :, m, n]  # (N, H', W', C1)
            out[0, m, n] = xp.einsum("nijg,nijgc->gc", seen, grouped).reshape(-1)


def image_blocks(batch: int, rows: int, row_bytes: int):
    """Blocks of (batch, rows) of about `BLOCK_BYTES`: some whole images, or some rows of one."""
    if rows * row_bytes <= BLOCK_BYTES:
        step = max(1, BLOCK_BYTES // max(1, rows * row_bytes))
        for first in range(0, batch, step):
            yield slice(first, min(first + step, batch)), slice(0, rows)
        return
    step = max(1, BLOCK_BYTES // row_bytes)
    for index in range(batch):
        for first in range(0, rows, step):
            yield slice(index, index + 1), slice(first, min(first + step, rows))
