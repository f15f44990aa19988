"""Everything about a convolution that follows from shapes and options: its problem, its method.

A network asks the same question for every image. The answer depends on a few small numbers and on
nothing else, so it is kept: a single call on a small image spends half its time on it otherwise.
Only this is kept between calls, never an array.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from convkit.gpu_trust import settle
from convkit.methods import METHODS, choose_method
from convkit.methods.crossovers import crossovers
from convkit.problem import Problem, read_problem

# What `precision` may be on a GPU; on a CPU every sum is in the arrays' own type.
PRECISIONS = ("tf32", "3xtf32", "bf16", "fp16")


def problem_and_method(
    image_shape, filters_shape, *, method: str, activation: str | None = None, **options
) -> tuple[Problem, str]:
    """Check and normalize; choose the method, or check the one that was asked for.

    Parameters
    ----------
    image_shape, filters_shape : tuple of int
    method : str
        'auto' or a key of `convkit.METHODS`.
    activation : {None, 'relu', 'sigmoid', 'tanh'}
        The one that is named: on a GPU it belongs to the kernel.
    **options
        Those of `convkit.read_problem`.

    Raises
    ------
    ValueError, TypeError
        As `convkit.read_problem`; and for a method that is unknown or refuses.
    """

    def choose(switched_off):
        if all(map(_plain, (method, *options.values()))):
            rest = crossovers(), switched_off, tuple(options), *options.values()
            return _kept(image_shape, filters_shape, method, *rest)
        return _decide(image_shape, filters_shape, method, switched_off, options)

    return settle(choose, activation) if options.get("device") == "gpu" else choose(())


def _plain(value) -> bool:
    """Whether it can be a key: equal keys must mean the same, unlike (1, 1) and (True, 1.0)."""
    if type(value) is tuple:
        return all(type(item) is int for item in value)
    return value is None or type(value) in (int, str, bool) or isinstance(value, np.dtype)


@lru_cache(maxsize=1024, typed=True)
def _kept(image_shape, filters_shape, method, limits, switched_off, names, *values):
    options = dict(zip(names, values, strict=True))
    return _decide(image_shape, filters_shape, method, switched_off, options)


def _decide(image_shape, filters_shape, method, switched_off, options):
    problem = read_problem(image_shape, filters_shape, **options)
    problem = replace(problem, switched_off=switched_off) if switched_off else problem
    return problem, _named(problem, method)


def method_for(problem: Problem, method: str, activation: str | None = None) -> str:
    """The method's name, after making sure that it exists, takes the problem and is right here."""

    def choose(switched_off):
        known = replace(problem, switched_off=switched_off)
        return known, _named(known, method)

    return (settle(choose, activation) if problem.device == "gpu" else choose(()))[1]


def _named(problem: Problem, method: str) -> str:
    if method == "auto":
        return choose_method(problem)
    if not isinstance(method, str) or method not in METHODS:
        names = ", ".join(map(repr, ["auto", *METHODS]))
        raise ValueError(f"method must be one of {names}, got {method!r}")
    if METHODS[method].larger_rounding and not problem.fast:
        reason = "fast=False asks for the rounding of direct summation"
    else:
        reason = METHODS[method].refuses(problem)
    if reason is None and method in dict(problem.switched_off):
        reason = f"it is wrong on this GPU and switched off ({dict(problem.switched_off)[method]})"
    if reason is not None:
        other = choose_method(problem)
        raise ValueError(
            f"method {method!r} does not take this problem: {reason}. method={other!r} does"
        )
    return method


def check_precision(precision, device: str, storage=None) -> None:
    """Refuse a precision that is unknown, or has no meaning for these arrays."""
    if precision is None:
        return
    if precision not in PRECISIONS:
        raise ValueError(
            f"precision must be None or one of {', '.join(map(repr, PRECISIONS))}, "
            f"got {precision!r}"
        )
    if device == "cpu":
        raise ValueError(
            f"precision={precision!r} is for GPUs; on a CPU choose by dtype: "
            f"image.astype(np.float32) or np.float64"
        )
    if storage is not None:
        raise ValueError(
            f"precision={precision!r} is for float32 arrays: those of {storage} are multiplied as "
            f"they are, on tensor cores where there are any; leave precision out"
        )
