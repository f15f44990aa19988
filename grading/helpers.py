"""The helpers that student code may ask for, each with a bound on what it is asked to compute."""

from __future__ import annotations

import functools
import inspect

import numpy as np

from convkit.check.learner_helpers import HELPERS
from convkit.check.parsons import Lines

_MOST_WORK = 2_000_000  # products, or numbers of a result, at once
_MOST_TEXT = 100
_MOST_NUMBER = 100_000

# What the work is, from the arguments by name: arrays by their size, whole numbers as they are.
_WORK = {
    "slide_and_sum": lambda image, filters, **_: image * filters,
    "slide_box": lambda image, filters, **_: image * filters,
    "window_rows": lambda image, K: image * K * K,
    "filter_gradient": lambda image, slopes, K: (image + slopes) * K * K,
    "matrix_row": lambda filters, H, W, **_: filters + H * W,
    "layer_matrix": lambda filters, H, W: filters * (H * W) ** 2,
}


def bounded() -> dict:
    """Name → helper, with its arguments and its work bounded however they are passed."""
    return {name: _bounded(name, helper) for name, helper in HELPERS.items()}


def _bounded(name, helper):
    @functools.wraps(helper)
    def call(*args, **kwargs):
        given = inspect.signature(helper).bind(*args, **kwargs)
        sizes = {}
        for key, value in given.arguments.items():
            given.arguments[key], sizes[key] = _plain(value)
        if _WORK.get(name, lambda **sizes: 1)(**sizes) > _MOST_WORK:
            raise ValueError("these arrays are too large while grading")
        answer = helper(*given.args, **given.kwargs)
        return repr(answer) if isinstance(answer, Lines) else answer  # plain data only

    return call


def _plain(value):
    """An argument as a number, a short text or an array, and what it counts in the work."""
    if isinstance(value, str):
        if len(value) > _MOST_TEXT:
            raise ValueError("this text is too long")
        return str(value), 1
    if isinstance(value, (bool, int, float, np.number)) or value is None:
        if value is not None and not abs(value) <= _MOST_NUMBER:
            raise ValueError("this number is too large while grading")
        return value, int(value or 0)
    array = np.array(value, subok=False)
    if array.dtype.kind not in "biufc":
        raise ValueError("an argument is a number, a short text or an array of numbers")
    return (array if isinstance(value, np.ndarray) else value), array.size
