"""The reference solutions: right for every student, and worth nothing before they are written."""

from __future__ import annotations

import pytest

from convkit.check import run
from convkit.check.registry import find
from convkit.check.scoring import points
from tests import assignments
from tests.assignments import EXERCISES
from tests.assignments.sources import PATHS, SOURCES


def test_every_exercise_has_its_place_in_a_notebook_and_in_the_tests():
    assert SOURCES.keys() == EXERCISES.keys()
    assert [path.stem for path in PATHS] == [module.NAME for module in assignments.MODULES]
    for module in assignments.MODULES:
        assert {SOURCES[id_].notebook for id_ in module.RIGHT} == {module.NAME}


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_the_reference_gets_full_marks_from_100_seeds(exercise_id):
    source = SOURCES[exercise_id]
    for number in range(100):
        seed = f"seed {number}"
        most = find(exercise_id, seed).max_points
        assert points(exercise_id, source.answer(seed), seed=seed) == most, seed


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_the_untouched_cell_gets_nothing_and_kind_words(exercise_id):
    source = SOURCES[exercise_id]
    verdict = run(exercise_id, source.answer(cell=source.untouched))
    assert (verdict.points, verdict.passed) == (0, False)
    assert "stopped" not in verdict.message  # nothing raises before somebody writes something
