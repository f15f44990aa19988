"""Which named mistake, or which two together, give exactly what this answer gave?"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from itertools import combinations, permutations, product

from convkit.check.calling import Outcome, call
from convkit.check.compare import same
from convkit.check.exercise import Exercise, Probe

# (exercise, part) → a probe that is the same for everybody, and what each wrong way gives on it.
_FIXED: dict[tuple[str, int], tuple] = {}


def explanations(
    exercise: Exercise,
    probes: list[Probe],
    outcomes: list[Outcome],
    *,
    function: Callable | None = None,
    most: int = 2,
) -> list[tuple]:
    """The named mistakes that explain an answer on every probe, at most `most` of them.

    Single mistakes come first, and pairs are looked at only if no single one explains it. Each
    entry is a tuple of one or two mistakes; several entries mean that the probes cannot tell
    them apart. With the `function` itself, most suspects are cleared by a table that is made
    once, whatever the learner's numbers are: graders look at hundreds of answers.
    """
    # Small results first: most suspects are cleared by the first probe, so it should be cheap.
    tried = sorted(zip(probes, outcomes, strict=True), key=lambda pair: _size(pair[1]))
    probes, outcomes = [probe for probe, _ in tried], [outcome for _, outcome in tried]
    cleared = _alibi(exercise, probes, function)
    singles = [
        (m,) for m in exercise.mistakes if _explains(exercise, (m,), probes, outcomes, cleared)
    ]
    if singles:
        return singles[:most]
    found = []
    for pair in combinations(exercise.mistakes, 2):
        if _explains(exercise, pair, probes, outcomes, cleared):
            found.append(pair)
            if len(found) == most:
                break
    return found


def mistaken(exercise: Exercise, changes: Iterable[Callable], probe: Probe) -> Outcome:
    """What a wrong implementation with these changes gives on a probe."""
    recipe = exercise.recipe(*copy.deepcopy(probe.args), **probe.kwargs)
    try:
        for change in changes:
            change(recipe)
        return Outcome(recipe.carry_out())
    except (IndexError, ValueError, ZeroDivisionError) as error:
        return Outcome(error=str(error) or type(error).__name__)


def _alibi(exercise, probes, function):
    """A function that tells of a wrong way whether it cannot be the learner's."""
    if function is None or exercise.given:  # other numbers, other wrong ways
        return lambda changes: False
    part = probes[0].part
    if (exercise.id, part) not in _FIXED:
        fixed = [probe for probe in exercise.probes("diagnosis") if probe.part == part]
        _FIXED[exercise.id, part] = (fixed[0], {})
    probe, known = _FIXED[exercise.id, part]
    outcome = call(function, probe)

    def cleared(changes):
        if changes not in known:
            known[changes] = mistaken(exercise, changes, probe)
        return not _alike(outcome, known[changes])

    return cleared


def _explains(exercise, mistakes, probes, outcomes, cleared) -> bool:
    for order in permutations(mistakes):
        for changes in product(*(mistake.changes for mistake in order)):
            if not cleared(changes) and all(
                _alike(outcome, mistaken(exercise, changes, probe))
                for probe, outcome in zip(probes, outcomes, strict=True)
            ):
                return True
    return False


def _alike(outcome: Outcome, wrong: Outcome) -> bool:
    """Both stopped with an error, or both gave the same numbers."""
    if outcome.error or wrong.error:
        if (outcome.error or "").startswith(("NameError", "NotImplementedError", "SyntaxError")):
            return False  # an unknown name or an unwritten case, and no slip in the numbers
        return bool(outcome.error and wrong.error)
    return same(outcome, wrong.number)


def _size(outcome: Outcome) -> int:
    return 0 if outcome.number is None else outcome.number.size
