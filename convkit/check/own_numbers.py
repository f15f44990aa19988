"""Questions about a learner's own numbers, drawn so that every named mistake shows."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from functools import lru_cache, partial

from convkit.check.draw import Draw
from convkit.check.exercise import Exercise, Part
from convkit.check.mistake import Mistake
from convkit.check.questions import question_probes


def clear_numbers(
    seed: str,
    exercise_id: str,
    draw_numbers: Callable,
    recipe: Callable,
    questions: tuple[str, ...],
    mistakes: tuple[Mistake, ...],
    *,
    alone: bool = True,
) -> dict:
    """One learner's numbers, on which no two mistakes give the same wrong answer.

    Parameters
    ----------
    draw_numbers : callable
        From a Draw, a dict of numbers.
    recipe : callable
        ``recipe(question, **numbers)``, the right recipe for one question.
    questions : tuple of str
    mistakes : tuple of Mistake
    alone : bool
        Whether each question alone must tell them apart, or all of them together.

    Returns
    -------
    dict
        The first numbers drawn on which every mistake shows, and no two of them look alike.
    """
    variants = [(mistake.key, change) for mistake in mistakes for change in mistake.changes]
    for attempt in itertools.count():
        numbers = draw_numbers(Draw(seed, exercise_id, attempt))
        right = tuple(recipe(question, **numbers).carry_out() for question in questions)
        wrong = [
            (key, tuple(_spoiled(recipe(question, **numbers), change) for question in questions))
            for key, change in variants
        ]
        columns = range(len(questions)) if alone else ()
        if right not in [answers for _, answers in wrong] and all(
            _told_apart(
                [(key, pick(answers)) for key, answers in wrong if pick(answers) != pick(right)]
            )
            for pick in (tuple, *(operator.itemgetter(column) for column in columns))
        ):
            return numbers


def _spoiled(recipe, change):
    change(recipe)
    return recipe.carry_out()


def _told_apart(answers) -> bool:
    """No answer comes from two mistakes."""
    found = {}
    return all(found.setdefault(answer, key) == key for key, answer in answers)


def values_exercise(
    *,
    id: str,
    title: str,
    section: str,
    points: dict[str, float],
    draw_numbers: Callable | None = None,
    recipe: Callable,
    expected: Callable,
    mistakes: tuple[Mistake, ...],
    numbers: Callable[[str], dict] | None = None,
    praise: str = Exercise.praise,
    **options: bool,
) -> Callable[[str], Exercise]:
    """A question about the learner's own numbers, for each seed.

    Parameters
    ----------
    points : dict
        What is asked → the points that it is worth.
    draw_numbers, recipe, mistakes, options
        As in `clear_numbers`.
    expected : callable
        ``expected(question, **numbers)``, the right answer from convkit and not from the recipe.
    numbers : callable, optional
        From a seed, numbers on which every mistake shows without looking for them, in the place of
        `draw_numbers`.
    """

    @lru_cache(maxsize=500)
    def for_seed(seed: str) -> Exercise:
        if numbers:
            given = numbers(seed)
        else:
            questions = tuple(points)
            given = clear_numbers(seed, id, draw_numbers, recipe, questions, mistakes, **options)
        return Exercise(
            id=id,
            title=title,
            kind="values",
            parts=tuple(Part(*item) for item in points.items()),
            probes=lambda seed: question_probes(points),
            expected=partial(expected, **given),
            recipe=partial(recipe, **given),
            mistakes=mistakes,
            section=section,
            given=given,
            praise=praise,
        )

    return for_seed
