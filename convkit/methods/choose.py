"""Which algorithm for which problem: a pure function that anyone can call."""

from __future__ import annotations

from math import prod

from convkit.methods import (
    bands,
    depthwise,
    direct,
    fft,
    im2col,
    mec,
    pointwise,
    space_to_depth,
    split_rows,
    toeplitz,
    winograd,
)
from convkit.methods.choose_gpu import choose_gpu_method
from convkit.methods.crossovers import Crossovers, crossovers
from convkit.problem import Problem

LARGE_FILTERS = 2**17  # weights at one place of the kernel; with 3 × 3, 5 MB


def choose_method(problem: Problem, limits: Crossovers | None = None) -> str:
    """Name the method that `method="auto"` uses for `problem`.

    The rule, first that fits. Where "few" ends and "many" begins are fields of `Crossovers`.

    1. A problem that is over before Python has called twice: 'direct'.
    2. A kernel of one place: 'pointwise'.
    3. A filter for each channel: 'depthwise'.
    4. One channel and one map: 'bands' for kernels of few rows, 'split_rows' for more, 'fft' for
       many.
    5. Few maps, `fast`: 'toeplitz', which makes neighboring results into maps.
    6. Many channels and maps, stride 1 or 2, a kernel longer than the stride and of up to five
       strides, `fast`: 'winograd'. With stride 2 it saves less, and needs more of them. Its larger
       filters must be made first: a single call needs enough results to be worth it, and with
       stride 2 a kernel of 5 × 5 or more.
    7. Stride 2, a kernel of 7 × 7 or more, `fast`: 'space_to_depth', which makes many channels of
       few; of very few only on large images.
    8. A single call with very large filters: 'direct', which uses them as they are.
    9. Windows of few numbers: 'mec'.
    10. The rest: 'im2col'.

    Parameters
    ----------
    problem : Problem
        Made by `convkit.read_problem`.
    limits : Crossovers, optional
        Where one method begins to win over another. By default those that `convkit tune`
        measured on this machine, or built-in ones.

    Returns
    -------
    str
        A key of `METHODS`. Never the name of a method that refuses the problem.

    Examples
    --------
    >>> from convkit import read_problem
    >>> choose_method(read_problem((32, 32, 3), (3, 5, 5, 64)))
    'mec'
    >>> choose_method(read_problem((56, 56, 256), (256, 3, 3, 256), planned=True))
    'winograd'
    >>> choose_method(read_problem((56, 56, 256), (256, 3, 3, 256), fast=False))
    'im2col'
    """
    if problem.device == "gpu":
        return choose_gpu_method(problem)
    limits = limits or crossovers()
    return next(
        method.METHOD.name
        for method in _candidates(problem, limits)
        if method.METHOD.refuses(problem) is None
        and (problem.fast or not method.METHOD.larger_rounding)
    )


def _candidates(problem: Problem, limits: Crossovers):
    """Methods worth trying, best first; the last two take everything."""
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    results = problem.batch * prod(problem.output_size)
    if problem.multiply_adds < limits.tiny:
        yield direct
    yield pointwise
    if depth == 1 and problem.groups > 1:
        yield depthwise
    if (depth, maps) == (1, 1):
        if problem.kernel[0] < limits.bands_rows:
            yield bands
        if problem.kernel[0] >= limits.fft_rows:
            yield fft
        yield split_rows
    if maps < limits.few_maps:
        yield toeplitz
    if _winograd_pays(problem, limits, depth, maps):
        yield winograd
    if problem.stride == (2, 2) and min(problem.kernel) >= 7:
        few = limits.space_to_depth_channels
        large = problem.planned and depth >= 3 and results >= 10_000
        if large or depth >= (few if problem.planned else 2 * few):
            yield space_to_depth
    if not problem.planned and depth * maps >= LARGE_FILTERS:
        yield direct
    if depth * prod(problem.kernel) <= limits.mec_window:
        yield mec
    yield im2col
    yield direct


def _winograd_pays(problem: Problem, limits: Crossovers, depth: int, maps: int) -> bool:
    """Enough channels for its transforms, and for a single call enough results for its filters."""
    channels = min(depth, maps)
    least = limits.winograd_results * (4 if depth * maps >= LARGE_FILTERS else 1)
    worth_it = problem.planned or problem.batch * prod(problem.output_size) >= least
    if problem.stride == (1, 1):
        return worth_it and channels >= limits.winograd_channels
    if max(problem.stride) > 2:
        return False  # the usual kernels are not much longer, and leave nothing to save
    if min(problem.kernel) >= 5:
        return worth_it and channels >= limits.strided_channels
    return problem.planned and channels >= 2 * limits.strided_channels
