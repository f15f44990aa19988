"""The verdicts on every known answer, right or wrong, are those of the table."""

from __future__ import annotations

import json

import pytest

from tests.assignments import EXERCISES, verdicts

TABLE = json.loads(verdicts.TABLE.read_text("utf-8"))


def test_the_table_has_every_exercise():
    assert TABLE.keys() == EXERCISES.keys()


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_no_verdict_has_changed_its_points_or_its_mistakes(exercise_id):
    """If one should: python -m tests.assignments.verdicts, and say in CHANGELOG what changed."""
    assert verdicts.digest(exercise_id) == TABLE[exercise_id]
