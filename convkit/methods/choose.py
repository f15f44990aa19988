"""Which algorithm for which problem: a pure function that anyone can call."""

from __future__ import annotations

from convkit.methods.choose_gpu import choose_gpu_method
from convkit.problem import Problem


def choose_method(problem: Problem) -> str:
    """Name the method that `method="auto"` uses for `problem`.

    The rule: a kernel of one place needs no windows, so 'direct' multiplies the image as it
    lies; everything else is 'im2col'.

    Parameters
    ----------
    problem : Problem
        Made by `convkit.read_problem`.

    Returns
    -------
    str
        A key of `METHODS`. Never the name of a method that refuses the problem.

    Examples
    --------
    >>> from convkit import read_problem
    >>> choose_method(read_problem((32, 32, 3), (3, 5, 5, 64)))
    'im2col'
    """
    if problem.device == "gpu":
        return choose_gpu_method(problem)
    return "direct" if problem.kernel == (1, 1) else "im2col"
