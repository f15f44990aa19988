"""Changes: functions of a right recipe that make it wrong, in the way a mistake does."""

from __future__ import annotations

from collections.abc import Callable


def setting(**steps: object) -> Callable:
    """Set fields of a recipe; a function among them is called with the recipe, for its result."""

    def change(recipe):
        for name, step in steps.items():
            setattr(recipe, name, step(recipe) if callable(step) else step)

    return change


def replacing(**steps: Callable) -> Callable:
    """Put other functions in the place of a recipe's steps: ``replacing(join=max)``."""

    def change(recipe):
        for name, step in steps.items():
            setattr(recipe, name, step)

    return change


def changing(**functions: Callable) -> Callable:
    """Send fields of a recipe through functions: ``changing(image=np.trunc)``."""

    def change(recipe):
        for name, function in functions.items():
            setattr(recipe, name, function(getattr(recipe, name)))

    return change


def after(function: Callable) -> Callable:
    """Send the result through a function, at the end of a recipe."""
    return lambda recipe: recipe.after.append(function)


def together(*changes: Callable) -> Callable:
    """Several changes as one, in this order."""

    def change(recipe):
        for each in changes:
            each(recipe)

    return change
