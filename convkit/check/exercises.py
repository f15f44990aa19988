"""All exercises, from the packages of the assignments."""

from __future__ import annotations

from convkit.check import (
    a01_slide_and_sum,
    a03_design_filters,
    a04_stack_maps,
    a05_one_formula,
    a06_the_layer,
    a07_shared_matrix,
    a08_count_weights,
    a09_a_whole_network,
    a10_find_the_filter,
    a12_four_views,
    renumbered,
)
from convkit.check.exercise import Exercise

_PACKAGES = (
    a01_slide_and_sum,
    a03_design_filters,
    a04_stack_maps,
    a05_one_formula,
    a06_the_layer,
    a07_shared_matrix,
    a08_count_weights,
    a09_a_whole_network,
    a10_find_the_filter,
    a12_four_views,
)
EXERCISES = {id_: exercise for package in _PACKAGES for id_, exercise in package.EXERCISES.items()}
# Exercise id → the assignment that holds it, as its folders are called: 03_design_filters.
ASSIGNMENTS = {
    id_: package.__name__.split(".")[-1].removeprefix("a")
    for package in _PACKAGES
    for id_ in package.EXERCISES
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
    if exercise_id not in EXERCISES:
        raise KeyError(f"there is no exercise {exercise_id!r}; there are {', '.join(EXERCISES)}")
    exercise = EXERCISES[exercise_id]
    return exercise(seed) if callable(exercise) else exercise
