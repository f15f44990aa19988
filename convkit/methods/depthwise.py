"""depthwise: every channel has a filter of its own, so there is no matrix to multiply.

    B[i, j, c] = Σ_{m,n}  A[i·S + m·D − P,  j·S + n·D − P,  c] · W[m, n, c]

The K·K weights of a channel are repeated for a few columns, so that each step multiplies and adds
long runs: `run` numbers of a row of the image times `run` weights. `einsum` does the K·K steps of
a run one after the other while its results stay in the first-level cache.

What bounds it: K·K multiply-adds for each number are too few to hide NumPy's own speed. On a core
with AVX-512, 112² × 96 with 3 × 3 (`benchmarks/depthwise.py`): copying the image takes 0.07 ms,
PyTorch's fused kernel 0.19, `einsum` 1.5, since it multiplies and adds in vectors of 4 numbers, not
of 16. Winograd's tiles, multiplied one by one, take 1.8 in four transforms; `multiply` and `add`,
2·K·K − 1 passes over memory, 2.4; a product of matrices, 15 of 16 weights zero, 5.8.

Cost: N·H'·W'·C2·K² multiply-adds, a padded image. Rounding: that of a plain
sum; in float32 1e-7 of the results' root mean square, at most 8e-7 (`benchmarks/errors.py`).
Source: F. Chollet, "Xception", CVPR 2017, doi:10.1109/CVPR.2017.195, for the layer.
"""

from __future__ import annotations

import numpy as np

from convkit.methods.crossovers import Crossovers
from convkit.methods.mec import contiguous
from convkit.methods.method import Method, Trials, Wish, group_sizes, padded
from convkit.problem import Problem

RUN = 12_000  # numbers; shorter runs cost calls, longer ones more of the cache than they save
BLOCK_BYTES = 2**18  # of results: `einsum` goes through all of them for each place of the kernel


def refuses(problem: Problem) -> str | None:
    """It takes one channel in each group."""
    if problem.device != "cpu":
        return "einsum over overlapping windows is made for processors, not for a GPU"
    if problem.groups != problem.channels:
        return f"one channel in each group, got {problem.channels // problem.groups}"
    return None


def columns_at_once(problem: Problem) -> int:
    """Columns in a run: neighbors lie side by side only with stride 1."""
    if problem.stride[1] > 1:
        return 1
    return min(problem.output_size[1], max(1, RUN // problem.channels))


def prepare(filters, problem: Problem):
    """Weights repeated for each column of a run: (maps of a channel, K, K, columns·C1)."""
    rows, columns = problem.kernel
    each = filters[0].reshape(rows, columns, problem.channels, -1).transpose(3, 0, 1, 2)
    return np.tile(each, columns_at_once(problem))


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Whole runs first; the last run ends with the row and overlaps them."""
    image = contiguous(padded(image, problem, scratch), scratch)
    across = problem.output_size[1]
    count = min(prepared.shape[-1] // problem.channels, across)  # a part may be narrower
    whole = across // count * count
    for which, weights in enumerate(prepared[..., : count * problem.channels]):
        some = out[..., which :: len(prepared)]  # (N, H', W', C1)
        _run_columns(image, weights, problem, some, 0, whole, count)
        if whole < across:
            _run_columns(image, weights, problem, some, across - count, across, count)


def _run_columns(image, weights, problem, out, first, last, count) -> None:
    """Results of columns `first` to `last`, a multiple of `count`."""
    (stride_rows, stride_columns), (dilate_rows, dilate_columns) = problem.stride, problem.dilation
    batch, row, column, number = image.strides
    runs = (last - first) // count
    rows, length = problem.output_size[0], weights.shape[-1]
    windows = np.lib.stride_tricks.as_strided(
        image[:, :, first * stride_columns :],
        (problem.batch, rows, runs, *problem.kernel, length),
        (
            batch,
            stride_rows * row,
            count * stride_columns * column,
            dilate_rows * row,
            dilate_columns * column,
            number,
        ),
    )
    target = out[:, :, first:last]
    side_by_side = target.strides[2] == problem.channels * out.itemsize
    if side_by_side and target.strides[3] == out.itemsize:
        target = target.reshape(problem.batch, rows, runs, length)  # a view
    else:
        target = None
    step = max(1, BLOCK_BYTES // max(1, runs * length * out.itemsize))
    for index in range(problem.batch):
        for begin in range(0, rows, step):
            some = windows[index, begin : begin + step]  # (i, runs, K, K, columns·C1)
            if target is not None:
                einsum = target[index, begin : begin + step]
                np.einsum("irmnk,mnk->irk", some, weights, out=einsum)
                continue
            result = np.einsum("irmnk,mnk->irk", some, weights)
            shape = (len(some), last - first, problem.channels)
            out[index, begin : begin + step, first:last] = result.reshape(shape)


def _one_channel_each(problem: Problem, limits: Crossovers) -> bool:
    return group_sizes(problem)[0] == 1 and problem.groups > 1


# One long call after the other, at a tenth of the multiply-adds per second of a product.
METHOD = Method(
    "depthwise",
    refuses,
    prepare,
    run,
    worth_a_thread=2_000_000,
    wishes=(Wish(3, _one_channel_each),),
    trials=Trials(
        dilations=(1, 1, 2, 3),
        strided_dilations=(1, 1, 2, 3),
        depths=(1,),
        maps=(1, 1, 2, 3),
        groups=(1, 2, 5, 17),
    ),
)
