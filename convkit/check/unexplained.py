"""What to say about a wrong answer that no named mistake explains: what differs, and where."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convkit.check.calling import Outcome
from convkit.check.compare import difference, plain
from convkit.check.exercise import Exercise, Probe
from convkit.check.python_errors import advice


def first_difference(
    exercise: Exercise,
    probe: Probe,
    outcome: Outcome,
    wanted: object,
    function: Callable | None = None,
) -> str:
    """Words for the first probe on which the answer is wrong."""
    if hasattr(function, "tell"):
        return function.tell(*probe.args)
    if exercise.kind == "values":
        name = probe.args[0]
        if outcome.value is None:
            return f"“{name}” has no answer yet."
        if isinstance(outcome.value, str):
            return f"“{name}”: {difference(outcome, wanted)} Leave out the quotes."
        return (
            f"“{name}” is not {outcome.value!r}. Take smaller numbers, work that case out by "
            "hand, and find the rule."
        )
    if outcome.error:
        where = f"\nIn your {outcome.line}" if outcome.line else ""
        return f"Your code stopped: {outcome.error}.{where}\n{_way_out(exercise, outcome)}".strip()
    options = "".join(f", {name}={value!r}" for name, value in probe.kwargs.items())
    about = [_about(name, value) for name, value in zip(exercise.names, probe.args, strict=False)]
    if about and all(about):
        what = difference(outcome, wanted)
        if isinstance(wanted, tuple) and np.shape(outcome.number) == np.shape(wanted):
            what = f"Expected {wanted}, got {tuple(outcome.number.tolist())}."
        where = (", " if len(about) > 2 else " and ").join(about)
        return f"For {where}{options}:\n{what}"
    if outcome.number is None:
        return difference(outcome, wanted)
    arguments = ", ".join(map(repr, probe.args)) + options
    got = plain(outcome.value) if outcome.number.ndim == 0 else outcome.value
    return f"{exercise.call.format(arguments)} should be {wanted}, and yours gives {got}."


def _way_out(exercise, outcome) -> str:
    """Where to look after an error, with what this exercise lets us add."""
    words = advice(outcome.error)
    if outcome.line and ("unexpected keyword" in outcome.error or "positional" in outcome.error):
        return "A function was called there with arguments that it does not take: help(…) tells."
    if exercise.lines and "NameError" in outcome.error:
        return "A line that gives this name its value is missing, or stands too late."
    if exercise.lines and "UnboundLocalError" in outcome.error:
        return f"{words} Is a line missing, or does it stand too late?"
    if "could not be broadcast" in outcome.error:
        if exercise.names == ("image", "filters") and "remapped" not in outcome.error:
            return f"{words} A window of the image is (K, K, C1), a filter is (C1, K, K)."
        if exercise.names == ("filters",):
            return f"{words} After a mean or a sum, keepdims=True keeps an axis of length 1."
    return words


def _about(name: str, value) -> str:
    """`an image (6, 8, 3)`, `filters (3, 2, 2)`, `3 maps (5, 7)`, `H = 4`; of others nothing."""
    if isinstance(value, int) and len(name) == 1:
        return f"{name} = {value}"
    if isinstance(value, list) and value and all(hasattr(one, "shape") for one in value):
        return f"{len(value)} {name} {value[0].shape}"
    if not hasattr(value, "shape"):
        return ""
    article = "" if name.endswith("s") else "an " if name[0] in "aeiou" else "a "
    return f"{article}{name} {value.shape}"
