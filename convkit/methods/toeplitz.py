"""toeplitz: with few feature maps, compute several neighboring results as if they were maps.

A matrix product with one column wastes a processor that multiplies sixteen numbers at once. So B
neighboring results of a row are made from one wider window, by a matrix in which each filter
stands B times, each time one place further:

    w0 w1 w2  0            the rows of Tᵀ for B = 2, one channel, K = 3
     0 w0 w1 w2

This is again a cross-correlation, with a kernel of K + B − 1 columns, a stride of B and B·C2
maps, and `mec` computes it.

Cost: (K + B − 1)/K times the multiply-adds of the definition, done many times as fast.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 5e-8 to 5e-7, at most 7e-6 (`benchmarks/errors.py`).
Source: G. Strang, "A Proposal for Toeplitz Matrix Calculations", 1986, doi:10.1002/sapm1986742171,
for the matrices; their use in blocks is our own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.methods import mec
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups, phases
from convkit.problem import Problem

SPREADS = "the zeros of its matrix carry a NaN to neighboring results, which fast=False forbids"
COLUMNS = 16  # of the matrix: one AVX-512 register of float32


def refuses(problem: Problem) -> str | None:
    """It takes few maps, and what `mec` takes."""
    if problem.maps // problem.groups >= COLUMNS:
        return f"fewer than {COLUMNS} maps in a group, got {problem.maps // problem.groups}"
    if not problem.fast:
        return SPREADS
    return mec.refuses(problem)


def results_at_once(problem: Problem) -> int:
    """B: enough to fill the matrix's columns, but no more than there are results in a row."""
    shortest = problem.output_size[1] // problem.dilation[1]  # of the phases' rows
    return max(1, min(-(-COLUMNS // (problem.maps // problem.groups)), shortest))


def prepare(filters, problem: Problem):
    """The matrix T for each group: (groups, K·(extent + (B − 1)·S)·C1, B·C2)."""
    depth, rows, columns, maps = filters.shape
    count, stride = results_at_once(problem), problem.stride[1]
    maps //= problem.groups
    wide = columns + (count - 1) * stride
    matrix = np.zeros((problem.groups, rows, wide, depth, count, maps), problem.dtype)
    parts = filters.reshape(depth, rows, columns, problem.groups, maps).transpose(3, 1, 2, 0, 4)
    for result in range(count):
        place = result * stride
        matrix[:, :, place : place + columns, :, result] = parts
    return matrix.reshape(problem.groups, rows * wide * depth, count * maps)


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Whole blocks of B results first; the last block ends with the row and overlaps them."""
    for part, image_index, out_index in phases(problem):
        across = part.output_size[1]
        for one, channels, maps in groups(part):
            matrix = prepared[channels.start // one.channels]
            count = min(matrix.shape[1] // one.maps, across)  # a part may be narrower
            some = image[image_index][..., channels], _first(matrix, one, count)
            target = out[out_index][..., maps]
            whole = across // count * count
            _run_blocks(*some, one, target, 0, whole, count, scratch)
            if whole < across:
                _run_blocks(*some, one, target, across - count, across, count, scratch)


def _first(matrix, problem: Problem, count: int):
    """T for `count` results: the rows and columns of the first ones."""
    if matrix.shape[1] == count * problem.maps:
        return matrix
    rows, wide = problem.kernel[0], problem.kernel[1] + (count - 1) * problem.stride[1]
    split = matrix.reshape(rows, -1, problem.channels, matrix.shape[1])
    return split[:, :wide, :, : count * problem.maps].reshape(-1, count * problem.maps)


def _run_blocks(image, matrix, problem, out, first, last, count, scratch) -> None:
    """Results of columns `first` to `last`, a multiple of `count`."""
    if last <= first:
        return
    stride, (left, _), width = problem.stride[1], problem.pads[1], problem.image_size[1]
    kernel = problem.kernel[1] + (count - 1) * stride
    begin = first * stride - left
    end = (last - count) * stride - left + kernel
    inside = slice(min(max(begin, 0), width), max(min(end, width), 0))
    size = max(inside.stop - inside.start, 0)
    before = min(max(-begin, 0), end - begin)
    blocks = replace(
        problem,
        image_size=(problem.image_size[0], size),
        kernel=(problem.kernel[0], kernel),
        stride=(problem.stride[0], count * stride),
        pads=(problem.pads[0], (before, end - begin - size - before)),
        maps=count * problem.maps,
    )
    target = out[:, :, first:last]
    image = image[:, :, inside.start : inside.start + size]
    if target.strides[2] == problem.maps * out.itemsize:  # B results are B maps of out itself
        mec.correlate(image, matrix, blocks, target.reshape(blocks.output_shape), scratch)
        return
    beside = scratch("results", blocks.output_shape, out.dtype)
    mec.correlate(image, matrix, blocks, beside, scratch)
    target[...] = beside.reshape(target.shape)


METHOD = Method(
    "toeplitz",
    refuses,
    prepare,
    run,
    wishes=(Wish(5, lambda problem, limits: group_sizes(problem)[1] < limits.few_maps),),
    trials=Trials(maps=(1, 2, 3, 5, 15), every_block=("mec.lower", 5)),
)
