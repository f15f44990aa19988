"""Groups and dilation taken apart, for methods that know neither.

The channels of each group form a convolution of their own. So do the pixels of each dilation
phase: with stride 1 and dilation D, result i reads pixels i − P, i − P + D, i − P + 2D, …, all
of which leave the same remainder when divided by D.
"""

from __future__ import annotations

from dataclasses import replace

from convkit.methods.method import group_slices
from convkit.problem import Problem


def phases(problem: Problem):
    """Split a problem of stride 1 into D·D problems without dilation, without a copy.

    Yields (problem, image index, output index) where the indices select rows and columns of
    (N, H, W, C1) and of (N, H', W', C2).
    """
    if problem.dilation == (1, 1):
        yield problem, (), ()
        return
    for part, image_rows, out_rows in _axis_phases(problem, axis=0):
        for both, image_columns, out_columns in _axis_phases(part, axis=1):
            yield (
                both,
                (slice(None), image_rows, image_columns),
                (slice(None), out_rows, out_columns),
            )


def _axis_phases(problem: Problem, axis: int):
    dilation, size = problem.dilation[axis], problem.image_size[axis]
    if dilation == 1:
        yield problem, slice(None), slice(None)
        return
    if problem.stride[axis] != 1:
        raise ValueError(f"phases need stride 1, got {problem.stride}")
    before, kernel = problem.pads[axis][0], problem.kernel[axis]
    for phase in range(min(dilation, problem.output_size[axis])):
        results = len(range(phase, problem.output_size[axis], dilation))
        # Result phase + D·t reads pixel D·(t + place + turns) + remainder.
        turns, remainder = divmod(phase - before, dilation)
        pixels = len(range(remainder, size, dilation))
        wanted = results + kernel - 1 + turns  # pixels up to the last one read; turns is ≤ 0
        used = max(0, min(pixels, wanted))
        pads = list(problem.pads)
        pads[axis] = (-turns, wanted - used)
        if -turns > results + kernel - 1:  # nothing but padding: keep the size right
            pads[axis] = (results + kernel - 1, 0)
        yield (
            replace(
                problem,
                image_size=_with(problem.image_size, axis, used),
                dilation=_with(problem.dilation, axis, 1),
                pads=tuple(pads),
            ),
            slice(remainder, remainder + used * dilation, dilation),
            slice(phase, None, dilation),
        )


def groups(problem: Problem):
    """Split into one problem for each group; yields (problem, channels, maps)."""
    if problem.groups == 1:
        yield problem, slice(0, problem.channels), slice(0, problem.maps)
        return
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    part = replace(problem, channels=depth, maps=maps, groups=1)
    for channel_slice, map_slice in group_slices(problem):
        yield part, channel_slice, map_slice


def _with(pair, axis: int, value: int):
    return (value, pair[1]) if axis == 0 else (pair[0], value)
