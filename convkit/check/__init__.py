"""Checks for exercises: verdicts that name the mistake. Needs NumPy and nothing else.

What an exercise offers to its learners (`check.slide_and_sum`, `check.your_numbers`, …) is listed
in `convkit.check.given.GIVEN`.
"""

from convkit.check.given import GIVEN
from convkit.check.runner import run
from convkit.check.seeds import hidden_seed, start
from convkit.check.verdict import Verdict

__all__ = ["Verdict", "hidden_seed", "run", "start"]


def __getattr__(name):
    if name in GIVEN:
        return GIVEN[name]
    raise AttributeError(f"check has no {name}; it offers run, start, {', '.join(GIVEN)}")


def __dir__():
    return sorted([*globals(), *GIVEN])
