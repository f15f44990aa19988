"""Small tools for catalogues: a change that sets a recipe's steps, and numbers that tell apart."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from functools import partial

from convkit.check.draw import Draw
from convkit.check.exercise import Exercise, Part
from convkit.check.rules import question_probes


def setting(**steps) -> Callable:
    """A change that sets fields of a recipe; a function is called with the recipe.

    To set a field to a function, wrap it in another: ``setting(join=lambda recipe: max)``.
    """

    def change(recipe):
        for name, step in steps.items():
            setattr(recipe, name, step(recipe) if callable(step) else step)

    return change


def clear_numbers(seed, exercise_id, draw_numbers, recipe, questions, mistakes) -> dict:
    """One learner's numbers, on which no two mistakes give the same wrong answer.

    Parameters
    ----------
    draw_numbers : callable
        From a Draw, a dict of numbers.
    recipe : callable
        ``recipe(question, **numbers)``, the right recipe for one question.
    questions : tuple of str
    mistakes : tuple of Mistake

    Returns
    -------
    dict
        The first numbers drawn on which each mistake shows, and each question alone tells every
        two of those apart that change its answer.
    """
    variants = [(mistake.key, change) for mistake in mistakes for change in mistake.changes]
    for attempt in itertools.count():
        numbers = draw_numbers(Draw(seed, exercise_id, attempt))
        shown = [_wrong_answers(recipe(question, **numbers), variants) for question in questions]
        if None not in shown and all(any(wrong) for wrong in zip(*shown, strict=True)):
            return numbers


def values_exercise(
    id_, title, section, points, draw_numbers, recipe, expected, mistakes
) -> Callable[[str], Exercise]:
    """A question about the learner's own numbers, for each seed.

    Parameters
    ----------
    points : dict
        What is asked → the points that it is worth.
    draw_numbers, recipe, mistakes
        As in `clear_numbers`.
    expected : callable
        ``expected(question, **numbers)``, the right answer from convkit and not from the recipe.
    """

    def for_seed(seed: str) -> Exercise:
        given = clear_numbers(seed, id_, draw_numbers, recipe, tuple(points), mistakes)
        return Exercise(
            id_, title, "values", "{}", tuple(Part(*item) for item in points.items()),
            lambda seed: question_probes(points), partial(expected, **given),
            partial(recipe, **given), mistakes, section, given=given,
        )  # fmt: skip

    return for_seed


def _wrong_answers(recipe, variants) -> list[bool] | None:
    """For each variant whether it changes this answer; None if two mistakes change it alike."""
    right, found, shown = recipe.carry_out(), {}, []
    for key, change in variants:
        spoiled = copy.copy(recipe)
        change(spoiled)
        answer = spoiled.carry_out()
        shown.append(answer != right)
        if shown[-1] and found.setdefault(answer, key) != key:
            return None
    return shown
