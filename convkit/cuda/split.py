"""Sums cut into parts, so that a layer of few tiles gives every multiprocessor work: reduce.cu."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.cuda import loader
from convkit.cuda.launch import NO_BIAS, blocks, describe, kernel_for, launch
from convkit.problem import Problem

THREADS, TOGETHER = 256, 8
# An H100's or H200's. The same for every GPU, so that the same call gives the same sums everywhere.
MULTIPROCESSORS = 132
MOST_PARTS = 8


def parts_of_sum(problem: Problem, tiles: int, slices: int, overhead: int) -> int:
    """Into how many parts to cut each sum: as many as leave the busiest multiprocessor the least.

    A multiprocessor's time is counted in slices, the rounds of a kernel's main loop:
    ⌈tiles · parts / 132⌉ · (⌈slices / parts⌉ + overhead).

    Parameters
    ----------
    problem : Problem
        Its GPU must be one for which reduce.cu can be compiled; else there is one part.
    tiles : int
        Blocks that the kernel would have without parts.
    slices : int
        Rounds of its main loop.
    overhead : int
        What a part costs besides, in slices: to begin, to write its sums, to have them read again.

    Returns
    -------
    int
        1 if nothing is gained.

    Examples
    --------
    >>> layer = Problem(32, (14, 14), 512, (3, 3), 512, device="gpu", compute_capability=(9, 0))
    >>> parts_of_sum(layer, tiles=196, slices=288, overhead=4)
    2
    >>> parts_of_sum(layer, tiles=784, slices=288, overhead=4)
    1
    """
    if not loader.runs_on("reduce", problem.compute_capability):
        return 1

    def cost(parts):
        rounds = blocks(slices, parts) + (overhead if parts > 1 else 0)
        return blocks(tiles * parts, MULTIPROCESSORS) * rounds

    most = min(MOST_PARTS, slices, 65_535 // problem.groups)
    return min(range(1, most + 1), key=cost, default=1)  # of equals the fewest


def sums_of_parts(problem: Problem, parts: int, scratch):
    """Work space for `parts` partial sums of every result: (parts, N, H', W', C2) float32."""
    return scratch("partial sums", (parts, *problem.output_shape), np.float32)


def launch_parts(
    file, name, grid, block, image, filters, problem, sums, out, *, bias=None, activation=None,
    **options,
) -> None:  # fmt: skip
    """Start a kernel of float32 results whose sums are cut into parts, and add the parts up.

    Parameters
    ----------
    grid : tuple of int
        (pixels, maps, groups) of the kernel without parts. It is started with groups · parts as
        the third; the block of part s and group g has blockIdx.z = g + groups · s, computes the
        slices ⌈slices / parts⌉ · s and the following, and writes to sums[s].
    sums : ndarray
        From `sums_of_parts`.
    out : ndarray
        (N, H', W', C2), any view, of float32, float16 or bfloat16.
    **options
        For `launch`.
    """
    parts = sums.shape[0]
    grid = (*grid[:2], grid[2] * parts)
    launch(file, name, grid, block, image, filters, problem, sums[0], **options)
    reduce(sums, problem, out, bias=bias, activation=activation)


def reduce(sums, problem: Problem, out, *, bias=None, activation=None) -> None:
    """Add sums (parts, N, H', W', C2) over the parts, in order; bias and activation; into out."""
    if 0 in problem.output_shape:
        return
    kind = {"float32": "float", "float16": "fp16"}.get(str(out.dtype), "bf16")
    kernel = kernel_for(out, "reduce", f"reduce_{kind}")
    threads = prod(problem.output_shape[:3]) * blocks(problem.maps, TOGETHER)
    arguments = (
        sums, NO_BIAS if bias is None else bias, out, np.int32(sums.shape[0]),
        describe(problem, sums[0], out, activation),
    )  # fmt: skip
    kernel((blocks(threads, THREADS),), (THREADS,), arguments)
