"""Sums cut into parts, so that a layer of few tiles gives every multiprocessor work: reduce.cu."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.cuda.launch import NO_BIAS, NUMBERS, blocks, describe, kernel_for, launch
from convkit.problem import Problem

THREADS, MAPS_A_THREAD = 256, 8


def launch_parts(
    file,
    name,
    grid,
    block,
    image,
    filters,
    problem,
    out,
    scratch,
    *,
    splits,
    bias=None,
    activation=None,
    **options,
) -> None:
    """Start a kernel; where its sums are cut into parts, add these up in a second one.

    Part s of group g is computed by the blocks with blockIdx.z = g + groups · s: the slices from
    ⌈slices / splits⌉ · s on. Its sums go to work space, (splits, N, H', W', C2) in float32.

    Parameters
    ----------
    name : str
        Of a kernel with results in float32, if splits > 1.
    grid : tuple of int
        (pixels, maps of a group, groups · splits).
    out : ndarray
        (N, H', W', C2), any view, of float32, float16 or bfloat16.
    splits : int
        Parts of each sum; 1: out is written at once.
    **options
        For `launch`.
    """
    arguments = file, name, grid, block, image, filters, problem
    if splits == 1:
        launch(*arguments, out, bias=bias, activation=activation, **options)
        return
    sums = scratch("partial sums", (splits, *problem.output_shape), np.float32)
    launch(*arguments, sums[0], splits=splits, **options)
    reduce(sums, problem, out, bias=bias, activation=activation)


def reduce(sums, problem: Problem, out, *, bias=None, activation=None) -> None:
    """Add sums (splits, N, H', W', C2) over the parts, in order; bias and activation; into out."""
    if 0 in problem.output_shape:
        return
    name = f"reduce_{NUMBERS[out.dtype.name]}"
    kernel = kernel_for(out, "reduce", name, activation=activation)
    threads = prod(problem.output_shape[:3]) * blocks(problem.maps, MAPS_A_THREAD)
    arguments = (
        sums,
        NO_BIAS if bias is None else bias,
        out,
        describe(problem, sums[0], out, splits=sums.shape[0]),
    )
    kernel((blocks(threads, THREADS),), (THREADS,), arguments)
