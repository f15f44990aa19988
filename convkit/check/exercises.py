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
)
from convkit.check.exercise import Exercise

EXERCISES = {
    **a01_slide_and_sum.EXERCISES,
    **a03_design_filters.EXERCISES,
    **a04_stack_maps.EXERCISES,
    **a05_one_formula.EXERCISES,
    **a06_the_layer.EXERCISES,
    **a07_shared_matrix.EXERCISES,
    **a08_count_weights.EXERCISES,
    **a09_a_whole_network.EXERCISES,
    **a10_find_the_filter.EXERCISES,
    **a12_four_views.EXERCISES,
}


def find(exercise_id: str, seed: str) -> Exercise:
    """Return the exercise with this id, for this learner's numbers.

    Raises
    ------
    KeyError
        With the ids that there are.
    """
    if exercise_id not in EXERCISES:
        raise KeyError(f"there is no exercise {exercise_id!r}; there are {', '.join(EXERCISES)}")
    exercise = EXERCISES[exercise_id]
    return exercise(seed) if callable(exercise) else exercise
