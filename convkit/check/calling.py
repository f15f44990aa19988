"""Call a learner's function so that it can spoil nothing, and note all that happened."""

from __future__ import annotations

import contextlib
import copy
import dis
import io
import logging
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convkit.check.exercise import Probe


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a value, or an error in words; what it printed; what it changed."""

    value: object = None
    error: str | None = None  # "IndexError: index 5 is out of bounds …"
    line: str | None = None  # the learner's line that raised
    printed: str = ""
    changed: bool = False  # whether an argument came back different

    @property
    def number(self) -> np.ndarray | None:
        """The value as an array of numbers, or None if it is nothing of the kind."""
        return as_numbers(self.value)


def call(function: Callable, probe: Probe) -> Outcome:
    """Call `function` on copies of a probe's inputs, with its output and warnings held back.

    Whatever a function prints or warns about must not cost its points: graders take any error
    output for a failure.
    """
    args = copy.deepcopy(probe.args)
    out, value, error, line = io.StringIO(), None, None, None
    with _held_back(out):
        try:
            value = function(*args, **probe.kwargs)
            if isinstance(value, (np.ndarray, list)):
                value = copy.deepcopy(value)  # it may be the function's own, used again next time
        except (Exception, SystemExit) as caught:
            value, line = None, getattr(caught, "learner_line", None) or line_of(caught, function)
            error = f"{type(caught).__name__}: {caught}".rstrip(": .")
    return Outcome(value, error, line, out.getvalue(), _changed(probe.args, args))


@contextlib.contextmanager
def _held_back(out):
    """Keep prints (in `out`), error output, warnings and log messages away from the notebook."""
    logging_was = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # a log handler may have kept the notebook's own stderr
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging_was)


def line_of(error: BaseException, function: object) -> str | None:
    """The last line of the learner's own code on the way to an error."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not own or not own[-1].line:
        return None
    return f"line {own[-1].lineno}: {own[-1].line.strip()}"


def as_numbers(value: object) -> np.ndarray | None:
    """An array of numbers; lists and tuples of numbers count, and complex ones that are real."""
    if value is None or isinstance(value, (str, bytes, dict, set)):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (ValueError, TypeError):
            return None
    if array.dtype.kind == "c":
        scale = max(1.0, float(np.abs(array).max(initial=0)))
        if np.abs(array.imag).max(initial=0) <= 1e-9 * scale:
            array = array.real
    return array if array.dtype.kind in "biufc" else None


def never_written(function: object) -> bool:
    """Tell whether a function's body is still empty: `...`, `pass`, or its docstring alone."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("RESUME", "NOP")]
    return all(
        step.opname in ("LOAD_CONST", "RETURN_CONST", "RETURN_VALUE") and step.argval is None
        for step in steps
    )


def _changed(before, after) -> bool:
    """Tell whether an array among the arguments, or in a list among them, came back different."""
    if isinstance(before, np.ndarray):
        return not np.array_equal(before, after)
    if isinstance(before, (list, tuple)):
        return len(before) != len(after) or any(map(_changed, before, after))
    return False
