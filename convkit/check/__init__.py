"""Checks for exercises: verdicts that name the mistake. Needs NumPy and nothing else.

This is the engine alone. What an exercise is stands in `convkit.assignments`, a package for each
assignment, which `convkit.check.registry` imports when one of its exercises is asked for. What an
exercise offers to its learners (`check.slide_and_sum`, `check.your_numbers`, …) is listed in
`convkit.check.learner_helpers.HELPERS`.
"""

from convkit.check.learner_helpers import HELPERS
from convkit.check.runner import run
from convkit.check.seeds import hidden_seed, start
from convkit.check.verdict import Verdict

__all__ = ["Verdict", "hidden_seed", "run", "start"]


def __getattr__(name):
    if name in HELPERS:
        return HELPERS[name]
    raise AttributeError(f"check has no {name}; it offers run, start, {', '.join(HELPERS)}")


def __dir__():
    return sorted([*globals(), *HELPERS])
