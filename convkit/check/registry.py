"""The one place that knows the assignments: chapter → package, imported when it is asked for."""

from __future__ import annotations

import importlib
from types import ModuleType

from convkit.check import renumbered
from convkit.check.exercise import Exercise

# The chapter in an exercise's id → the package in convkit/assignments/ that holds it.
_PACKAGES = {
    1: "a01_slide_and_sum",
    2: "a01_slide_and_sum",
    3: "a03_design_filters",
    4: "a04_stack_maps",
    5: "a05_one_formula",
    6: "a06_the_layer",
    7: "a07_shared_matrix",
    8: "a08_count_weights",
    9: "a09_a_whole_network",
    10: "a10_find_the_filter",
    12: "a12_four_views",
}


def find(exercise_id: str, seed: str) -> Exercise:
    """Return the exercise with this id, for this learner's numbers.

    Raises
    ------
    KeyError
        With the ids that there are; with the new one, if it is an id of the edition before.
    """
    if words := renumbered.exercise(exercise_id):
        raise KeyError(words)
    package = package_of(exercise_id)
    if package is None:
        there = ", ".join(all_exercises())
        raise KeyError(f"there is no exercise {exercise_id!r}; there are {there}")
    exercise = package.EXERCISES[exercise_id]
    return exercise(seed) if callable(exercise) else exercise


def package_of(exercise_id: str) -> ModuleType | None:
    """The package of the assignment that has an exercise with this id, or None."""
    chapter = str(exercise_id).partition(".")[0]
    name = _PACKAGES.get(int(chapter)) if chapter.isdecimal() else None
    package = importlib.import_module(f"convkit.assignments.{name}") if name else None
    return package if package and exercise_id in package.EXERCISES else None


def assignment_of(exercise_id: str) -> str:
    """What the folders of an exercise's assignment are called, 03_design_filters; or nothing."""
    package = package_of(exercise_id)
    return package.__name__.split(".")[-1].removeprefix("a") if package else ""


def all_exercises() -> dict:
    """Exercise id → the exercise, or a function of a seed that makes it; imports everything."""
    packages = [importlib.import_module(f"convkit.assignments.{n}") for n in _PACKAGES.values()]
    return {id_: exercise for package in packages for id_, exercise in package.EXERCISES.items()}
