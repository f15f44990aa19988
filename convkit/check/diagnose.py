"""Which named mistake, or which two together, give exactly what this answer gave?"""

from __future__ import annotations

import copy
from itertools import combinations, permutations, product

from convkit.check.calling import Outcome
from convkit.check.compare import same


def explanations(exercise, probes, outcomes, *, most: int = 2) -> list[tuple]:
    """The named mistakes that explain an answer on every probe, at most `most` of them.

    Single mistakes come first, and pairs are looked at only if no single one explains it. Each
    entry is a tuple of one or two mistakes; several entries mean that the probes cannot tell
    them apart.
    """
    # Small results first: most suspects are cleared by the first probe, so it should be cheap.
    tried = sorted(zip(probes, outcomes, strict=True), key=lambda pair: _size(pair[1]))
    probes, outcomes = [probe for probe, _ in tried], [outcome for _, outcome in tried]
    singles = [(m,) for m in exercise.mistakes if _explains(exercise, (m,), probes, outcomes)]
    if singles:
        return singles[:most]
    found = []
    for pair in combinations(exercise.mistakes, 2):
        if _explains(exercise, pair, probes, outcomes):
            found.append(pair)
            if len(found) == most:
                break
    return found


def mistaken(exercise, changes, probe) -> Outcome:
    """What a wrong implementation with these changes gives on a probe."""
    recipe = exercise.recipe(*copy.deepcopy(probe.args), **probe.kwargs)
    try:
        for change in changes:
            change(recipe)
        return Outcome(recipe.carry_out())
    except (IndexError, ValueError, ZeroDivisionError) as error:
        return Outcome(error=str(error) or type(error).__name__)


def _explains(exercise, mistakes, probes, outcomes) -> bool:
    for order in permutations(mistakes):
        for changes in product(*(mistake.changes for mistake in order)):
            if all(
                _alike(outcome, mistaken(exercise, changes, probe))
                for probe, outcome in zip(probes, outcomes, strict=True)
            ):
                return True
    return False


def _alike(outcome: Outcome, wrong: Outcome) -> bool:
    """Both stopped with an error, or both gave the same numbers."""
    if outcome.error or wrong.error:
        return bool(outcome.error and wrong.error)
    return same(outcome, wrong.number)


def _size(outcome: Outcome) -> int:
    return 0 if outcome.number is None else outcome.number.size
