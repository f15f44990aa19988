"""Try an answer on every probe of an exercise, and count the points. Words come later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check import compare, seeds
from convkit.check.calling import Outcome, call, never_written
from convkit.check.exercise import Exercise, Probe, Refusal
from convkit.check.library_calls import library_call
from convkit.check.registry import find
from convkit.check.verdict import PartResult


@dataclass(frozen=True)
class Trial:
    """What an answer gave: one entry for each probe, and one for each part."""

    probes: list[Probe]
    wanted: list
    outcomes: list[Outcome]
    right: list[bool]  # the value, whatever became of the inputs
    parts: tuple[PartResult, ...]

    @property
    def points(self) -> float:
        """The points of the parts that passed."""
        return float(sum(part.points for part in self.parts if part.passed))


def try_out(exercise: Exercise, function: Callable, seed: str) -> Trial:
    """Call `function` on every probe."""
    probes = exercise.probes(seed)
    wanted = [exercise.expected(*probe.args, **probe.kwargs) for probe in probes]
    outcomes = [call(function, probe) for probe in probes]
    right = [compare.same(o, w) for o, w in zip(outcomes, wanted, strict=True)]
    good = [
        ok and not (p.watch and o.changed) for ok, p, o in zip(right, probes, outcomes, strict=True)
    ]
    parts = tuple(
        PartResult(
            part.title,
            part.points,
            all(ok for probe, ok in zip(probes, good, strict=True) if probe.part == number),
        )
        for number, part in enumerate(exercise.parts)
    )
    return Trial(probes, wanted, outcomes, right, parts)


def points(exercise_id: str, answer: object, *, seed: str | int | None = None) -> float:
    """The points of an answer, as `run` would give them, without a search for words."""
    seed = seeds.as_seed(seed)
    exercise = find(exercise_id, seed)
    function, refusal = as_function(exercise, answer)
    return 0.0 if refusal else try_out(exercise, function, seed).points


def as_function(exercise: Exercise, answer: object) -> tuple[Callable | None, str | None]:
    """What to call, or the words to say when there is nothing to call."""
    if exercise.lines or exercise.adapt:
        try:
            return (exercise.adapt or exercise.lines.assemble)(answer), None
        except Refusal as refusal:
            return None, str(refusal)
    if exercise.kind == "values":
        return _as_values(exercise, answer)
    if answer is None:
        return None, (
            "The check wants the function itself, and got None. If the name has no parentheses "
            "behind it here, there is no such function yet: run its cell, and look whether that "
            "cell stopped with an error."
        )
    if not callable(answer):
        kind = type(answer).__name__
        return None, (
            f"The check wants the function itself, and got its result or something else (of type "
            f"{kind}). Give the name without parentheses."
        )
    if never_written(answer):
        return (
            None,
            "Your function has no code yet. Write it in the cell above, and run that cell.",
        )
    found = library_call(answer)
    if found:
        return None, (
            f"Your function calls {found}. This exercise asks you to write it yourself, with "
            "NumPy, so this earns no points. (While grading, that package is not there.) To "
            "compare your result with a library's is a good idea: do it in a cell of its own."
        )
    return answer, None


def _as_values(exercise, answer):
    if not isinstance(answer, dict):
        return None, f"The answer should be named values; it is {type(answer).__name__}."
    if all(answer.get(part.title) is None for part in exercise.parts):
        return None, "Nothing is answered yet. Predict first, then check: there is no penalty."
    return answer.get, None
