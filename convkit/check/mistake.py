"""What a named mistake is, and how to make a recipe with one or more of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mistake:
    """A wrong idea that learners really have, as a change to a right recipe.

    Attributes
    ----------
    key : str
        A short name for tests and tables.
    name : str
        What to call it in a sentence that begins "This looks like …".
    hint : str
        Where to look, without telling what is wrong.
    why : str
        What happened, and what to do instead.
    section : str
        The label of the place in the book that explains it.
    changes : tuple of callables
        The wrong implementations of one exercise: each changes a right recipe in one way in which
        this mistake shows. Those of an entry of the catalogue are `made_by` an exercise.
    """

    key: str
    name: str
    hint: str
    why: str
    section: str
    changes: tuple[Callable, ...] = ()

    def made_by(self, *changes: Callable, **words: str) -> Mistake:
        """Say what makes this mistake in one exercise: its wrong implementations there.

        `words` are another `hint`, `why` or `section`, where the exercise's symbols or its chapter
        are others than those of the catalogue.
        """
        return replace(self, changes=changes, **words)
