"""Which algorithm for which problem: a pure function that anyone can call."""

from __future__ import annotations

from convkit.methods import registry
from convkit.methods.choose_gpu import choose_gpu_method
from convkit.methods.crossovers import Crossovers, crossovers
from convkit.problem import Problem


def choose_method(problem: Problem, limits: Crossovers | None = None) -> str:
    """Name the method that `method="auto"` uses for `problem`.

    The rule, first that fits. Where "few" ends and "many" begins are fields of `Crossovers`; the
    number of a line is the place of a `Wish` in the file of the method that it names.

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
    10. The rest: 'im2col', and 'direct' for what that refuses.

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
        method.name
        for wish, method in registry.wishes()
        if wish.worth(problem, limits)
        and method.refuses(problem) is None
        and (problem.fast or not method.larger_rounding)
    )
