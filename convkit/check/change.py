"""Small tools for catalogues: a change that sets a recipe's steps, and numbers that tell apart."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable

from convkit.check.draw import Draw


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
        The first numbers drawn on which each question alone tells every two mistakes apart.
    """
    for attempt in itertools.count():
        numbers = draw_numbers(Draw(seed, exercise_id, attempt))
        if all(_clear(recipe(question, **numbers), mistakes) for question in questions):
            return numbers


def _clear(recipe, mistakes) -> bool:
    """Each wrong answer to this question comes from one mistake only."""
    right = recipe.carry_out()
    found = {}
    for mistake in mistakes:
        for change in mistake.changes:
            spoiled = copy.copy(recipe)
            change(spoiled)
            answer = spoiled.carry_out()
            if answer != right and found.setdefault(answer, mistake.key) != mistake.key:
                return False
    return True
