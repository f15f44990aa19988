"""Automatic mutants of every reference solution are noticed, all but those that change nothing."""

from __future__ import annotations

import contextlib
import io
import signal

import numpy as np
import pytest

from convkit.check import compare
from convkit.check.calling import call
from convkit.check.registry import find
from convkit.check.scoring import as_function, points
from convkit.check.seeds import hidden_seed
from tests.assignments import EQUAL, EXERCISES, figures
from tests.assignments.mutants import mutants, of_exercise
from tests.assignments.sources import SOURCES


def noticed(id_, cell, seed, known) -> bool:
    """Whether a cell cannot run, or loses a point. Stops at the first probe that shows it."""
    try:
        with time_limit(10), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            answer = SOURCES[id_].answer(seed, cell)
            function, refusal = as_function(find(id_, seed), answer)
            return bool(refusal) or not all(passes(function, p, wanted) for p, wanted in known)
    except Exception:
        return True


def passes(function, probe, wanted):
    outcome = call(function, probe)
    return compare.same(outcome, wanted) and not (probe.watch and outcome.changed)


@contextlib.contextmanager
def time_limit(seconds):
    """End what never ends by itself."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def survivors(id_) -> list[str]:
    """The mutants that get full marks: on the grader's numbers, or, where there are none, on all
    of several students' own.
    """
    values = find(id_, "public").kind == "values"
    left = of_exercise(id_)
    for seed in ["public", "ABCDEFGH", *"12345678"] if values else [hidden_seed(id_)]:
        exercise = find(id_, seed)
        known = [(p, exercise.expected(*p.args, **p.kwargs)) for p in exercise.probes(seed)]
        left = [(name, cell) for name, cell in left if not noticed(id_, cell, seed, known)]
    return [name for name, _ in left]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_every_mutant_is_noticed_unless_it_is_proven_equal(exercise_id):
    assert points(exercise_id, SOURCES[exercise_id].answer()) > 0
    equal = EQUAL.get(exercise_id, {})
    assert sorted(survivors(exercise_id)) == sorted(equal)
    assert all(len(why) > 20 for why in equal.values())


def test_the_table_of_figures_in_the_book_is_true():
    assert figures.FILE.read_text(encoding="utf-8") == figures.table(), (
        "python -m tests.assignments.figures writes it anew"
    )


def test_a_mutator_that_changes_nothing_would_be_noticed():
    """Each operator, constant, comparison and slice of this program is changed at least once."""
    program = "def f(a, b):\n    c = a[1:b] + 2\n    return c if a < b and not b else -c\n"
    found = dict(mutants(program, {2, 3}))
    for change in (
        "a[1:b] - 2",
        "a[1:b] * 2",
        "a[:b] + 2",
        "a[1:] + 2",
        "a[2:b] + 2",
        "a[0:b] + 2",
        "a[1:b] + 3",
        "a[1:b] + 1",
        "a <= b",
        "a > b",
        "or not b",
        "and b",
        "else c",
        "return c\n",
        "return -c\n",
        "pass",
    ):
        assert any(change in text + "\n" for text in found.values()), change
    assert len(set(found.values())) == len(found)
