"""space_to_depth: with a stride of S, neighboring pixels become channels, and the stride is gone.

A window that moves by S pixels meets pixel S·i + a always at a place of the same remainder a.
So blocks of S·S pixels become S·S·C1 channels of an image with stride 1:

    image (S·h, S·w, C1)  →  (h, w, S·S·C1)        kernel K  →  ⌈K/S⌉

Methods that need stride 1 then do the rest: `winograd` where it takes the problem, else `mec`.

Cost: one copy of the image; the kernel grows to a multiple of S, in both directions. Then that
of the other method. Rounding: that of the other method; for 7 × 7 with stride 2 and
`winograd` 2e-6 of the results' root mean square, the largest 3e-5 (`benchmarks/errors.py`).
Source: W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient
Sub-Pixel Convolutional Neural Network", CVPR 2016, doi:10.1109/CVPR.2016.207, for the
rearrangement (there in the opposite direction).
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from convkit.methods import mec, winograd
from convkit.methods.crossovers import Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups
from convkit.problem import Problem


def refuses(problem: Problem) -> str | None:
    """It takes strides, without dilation."""
    if problem.device != "cpu":
        return "it rearranges for a processor's caches, not for a GPU"
    if problem.stride == (1, 1):
        return "stride 1 has nothing to rearrange"
    if problem.dilation != (1, 1):
        return f"no dilation, got {problem.dilation}"
    return None


def without_stride(problem: Problem) -> Problem:
    """The problem of one group after the rearrangement."""
    kernel = tuple(-(-k // s) for k, s in zip(problem.kernel, problem.stride, strict=True))
    sizes = zip(problem.output_size, kernel, strict=True)
    return replace(
        problem,
        image_size=tuple(size + k - 1 for size, k in sizes),
        channels=problem.channels // problem.groups * problem.stride[0] * problem.stride[1],
        maps=problem.maps // problem.groups,
        kernel=kernel,
        stride=(1, 1),
        pads=((0, 0), (0, 0)),
        groups=1,
    )


def inner_method(problem: Problem):
    """Who computes the rearranged problem."""
    return mec if winograd.refuses(problem) or not problem.fast else winograd


def prepare(filters, problem: Problem):
    """Rearrange the filters of each group like the image, then prepare them."""
    inner = without_stride(problem)
    (rows, columns), (kernel_rows, kernel_columns) = problem.stride, inner.kernel
    depth, height, width, maps = filters.shape
    large = np.zeros((depth, kernel_rows * rows, kernel_columns * columns, maps), problem.dtype)
    large[:, :height, :width] = filters
    # (C1, K', S, K', S, C2) → (S, S, C1, K', K', C2)
    split = large.reshape(depth, kernel_rows, rows, kernel_columns, columns, maps)
    deep = split.transpose(2, 4, 0, 1, 3, 5).reshape(inner.channels, *inner.kernel, maps)
    parts = np.split(deep, problem.groups, axis=3)
    return [inner_method(inner).prepare(part, inner) for part in parts]


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Rearrange, then run the other method: for each group, and a few images at once."""
    for one, channels, maps in groups(problem):
        inner = without_stride(one)
        deep = rearrange(image[..., channels], one, inner, scratch)
        filters = prepared[channels.start // one.channels]
        inner_method(inner).run(deep, filters, inner, out[..., maps], scratch)


def rearrange(image, problem: Problem, inner: Problem, scratch):
    """The padded image as (N, h, w, S·S·C1)."""
    (top, _), (left, _) = problem.pads
    batch, _, _, channels = image.shape
    (rows, columns), (height, width) = problem.stride, inner.image_size
    flat = scratch("flat", (batch, height * rows, width * columns, channels), image.dtype)
    some = image[:, : height * rows - top, : width * columns - left]
    flat[:, :top] = 0
    flat[:, top + some.shape[1] :] = 0
    inside = flat[:, top : top + some.shape[1]]
    inside[:, :, :left] = 0
    inside[:, :, left + some.shape[2] :] = 0
    inside[:, :, left : left + some.shape[2]] = some
    deep = scratch("deep", inner.image_shape, image.dtype)
    # S neighboring pixels lie side by side already: move them as one element.
    run = mec.run_of(columns * channels * image.itemsize)
    pixels = flat.reshape(batch, height, rows, width * columns * channels).view(run)
    deep.reshape(batch, height, width, rows * columns * channels).view(run)[...] = pixels.transpose(
        0, 1, 3, 2
    )
    return deep


def _pays(problem: Problem, limits: Crossovers) -> bool:
    """Enough channels; of three, only on large images."""
    if problem.stride != (2, 2) or min(problem.kernel) < 7:
        return False
    depth, _ = group_sizes(problem)
    if problem.planned:
        results = problem.batch * prod(problem.output_size)
        return depth >= limits.space_to_depth_channels or (depth >= 3 and results >= 10_000)
    return depth >= 2 * limits.space_to_depth_channels


def _not_of_one(kernel, stride, choose):
    return kernel, (2, 2) if stride == (1, 1) else stride


METHOD = Method(
    "space_to_depth",
    refuses,
    prepare,
    run,
    larger_rounding=True,
    wishes=(Wish(7, _pays),),
    trials=Trials(dilations=(1,), fit=_not_of_one),
)
