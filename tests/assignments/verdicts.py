"""Every verdict there is on known answers, as one digest for each exercise.

What counts of a verdict is what it costs and what it names: points, parts, and the mistakes' keys.
Its words may be mended. `python -m tests.assignments.verdicts` writes the table anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from convkit.check import run, runner
from convkit.check.registry import find
from tests import assignments
from tests.assignments import EXERCISES
from tests.assignments.sources import SOURCES

TABLE = Path(__file__).with_name("verdicts.json")
SEEDS = ("public", "hidden:public")


def spoiled(exercise, *changes):
    """A function that answers as a recipe with these changes does."""

    def answer(*args, **kwargs):
        recipe = exercise.recipe(*args, **kwargs)
        for change in changes:
            change(recipe)
        return recipe.carry_out()

    return answer


def verdict_of(exercise, seed: str, *changes):
    """What a learner whose answer has these changes is told.

    No order of given lines has most of the mistakes of an assembled program, so the program
    itself is checked.
    """
    answer = spoiled(exercise, *changes)
    if exercise.kind == "values":
        answer = {part.title: answer(part.title) for part in exercise.parts}
    if exercise.kind not in ("order", "array"):
        return run(exercise.id, answer, seed=seed)
    asked = replace(exercise, kind="function", lines=None, adapt=None)
    with patch.object(runner, "find", lambda exercise_id, seed: asked):
        return run(exercise.id, answer, seed=seed)


def verdicts(exercise_id: str) -> Iterator[tuple]:
    """Where from, and the verdict: each mistake alone, the solution, and all kinds of answers."""
    for seed in SEEDS:
        exercise = find(exercise_id, seed)

        def fit(answer, exercise=exercise):
            return answer(**exercise.given) if exercise.kind in ("values", "array") else answer

        for mistake in exercise.mistakes:
            for number, change in enumerate(mistake.changes):
                yield (seed, mistake.key, number), verdict_of(exercise, seed, change)
        source = SOURCES[exercise_id]
        answers = [source.answer(seed), source.answer(seed, cell=source.untouched)]
        answers += map(fit, assignments.RIGHT[exercise_id])
        answers += [fit(answer) for id_, answer, _ in assignments.PARTIAL if id_ == exercise_id]
        for number, answer in enumerate(answers):
            yield (seed, "answer", number), run(exercise_id, answer, seed=seed)


def digest(exercise_id: str) -> str:
    """How many verdicts, and a number that changes with any of them."""
    found = [
        (*at, verdict.points, verdict.mistake, [part.passed for part in verdict.parts])
        for at, verdict in verdicts(exercise_id)
    ]
    text = json.dumps(found, ensure_ascii=False)
    return f"{len(found)} verdicts, {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def main() -> None:
    """Write the table."""
    table = {exercise_id: digest(exercise_id) for exercise_id in EXERCISES}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
