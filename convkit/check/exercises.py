"""All exercises, from the packages of the assignments."""

from __future__ import annotations

from convkit.check import (
    a01_slide,
    a02_design,
    a03_stacks,
    a04_formula,
    a05_layer,
    a06_matrix,
    a07_counts,
    a08_network,
    a09_training,
    a10_views,
)
from convkit.check.exercise import Exercise

EXERCISES = {
    **a01_slide.EXERCISES,
    **a02_design.EXERCISES,
    **a03_stacks.EXERCISES,
    **a04_formula.EXERCISES,
    **a05_layer.EXERCISES,
    **a06_matrix.EXERCISES,
    **a07_counts.EXERCISES,
    **a08_network.EXERCISES,
    **a09_training.EXERCISES,
    **a10_views.EXERCISES,
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
