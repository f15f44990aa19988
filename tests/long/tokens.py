"""Tokens: on anybody's numbers the right answer is right, and no named mistake is."""

from __future__ import annotations

from collections.abc import Callable

from convkit.check import run
from convkit.check.registry import all_exercises, find
from convkit.check.seeds import token_for

COUNT = 2_000
DRAWN = [id_ for id_ in all_exercises() if find(id_, "public").kind == "values"]


def campaign(seed: int, count: int, say: Callable[[str], None]) -> dict:
    """Answer each question about own numbers as every mistake would, for `count` learners."""
    wrong = tried = 0
    for number in range(count):
        token = token_for(f"campaign {seed}", f"student {number}")
        for id_ in DRAWN:
            exercise = find(id_, token.replace("-", "")[:8])
            for name, changes in answers_of(exercise):
                answer = {
                    part.title: given(exercise, part.title, changes) for part in exercise.parts
                }
                verdict = run(id_, answer, seed=token)
                tried += 1
                if verdict.passed != (name == "right"):
                    wrong += 1
                    say(f"{id_}, token {token}: {name} {'passed' if verdict.passed else 'failed'}")
    return {"tried": tried, "wrong": wrong, "exercises": len(DRAWN)}


def answers_of(exercise):
    """The right answer, and each way in which each mistake shows."""
    yield "right", ()
    for mistake in exercise.mistakes:
        for number, change in enumerate(mistake.changes):
            yield f"{mistake.key} ({number})", (change,)


def given(exercise, question: str, changes):
    """What somebody with these mistakes answers; what stops with an error is an answer too."""
    recipe = exercise.recipe(question)
    try:
        for change in changes:
            change(recipe)
        return recipe.carry_out()
    except (IndexError, ValueError, ZeroDivisionError):
        return None
