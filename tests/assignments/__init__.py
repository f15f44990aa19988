"""What the tests know of each assignment: right but unusual answers, and partly right ones.

One module for each, named like its package in convkit/assignments:

    NAME      the assignment, as in solutions/ and exercises/
    RIGHT     exercise id → list of right answers; those that only call a package's function have
              right results and earn nothing: see READY
    PARTIAL   list of (exercise id, answer, points)
    WHOLE     ids of exercises whose right results are never negative, or always whole numbers
    EQUAL     exercise id → {mutant of the reference solution: why it does the same everywhere}

An answer of the kind 'values' or 'array' is a function of the learner's own numbers.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from convkit.check.registry import all_exercises

EXERCISES = all_exercises()
MODULES = [
    importlib.import_module(f"tests.assignments.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("a[0-9][0-9]_*.py"))
]
# Right results from a ready-made function: told so, and no points. By name, so that a check that
# finds too much or too little is noticed.
READY = {
    "5.7": {"moved_axis"},
    "6.3": {"in_one_call"},
    "6.4": {"relu_in_one_call"},
    "6.5": {"bright_pixels", "convolved"},
    "7.3": {"in_one_call"},
    "7.4": {"in_one_call"},
    "7.5": {"all_at_once"},
    "7.6": {"in_one_call"},
    "8.3": {"from_the_package"},
    "8.7": {"stack_as_a_model"},
    "9.3": {"mix_by_layer"},
    "9.4": {"pool_by_layer"},
    "10.5": {"gradient_spread"},
    "10.7": {"train_by_fit", "train_with_our_gradients"},
    "12.6": {"back_by_a_full_slide"},
}


def name_of(answer) -> str:
    """The name of a function, or what else an answer is."""
    return getattr(answer, "__name__", type(answer).__name__)


def is_ready(id_, answer) -> bool:
    """Whether an answer only calls what a package has."""
    return name_of(answer) in READY.get(id_, ())


_ALL = [(id_, a) for module in MODULES for id_, found in module.RIGHT.items() for a in found]
FROM_A_PACKAGE = [(id_, answer) for id_, answer in _ALL if is_ready(id_, answer)]
RIGHT = {id_: [] for module in MODULES for id_ in module.RIGHT}
for _id, _answer in _ALL:
    if not is_ready(_id, _answer):
        RIGHT[_id].append(_answer)
PARTIAL = [case for module in MODULES for case in module.PARTIAL]
WHOLE = {id_ for module in MODULES for id_ in module.WHOLE}
EQUAL = {id_: equal for module in MODULES for id_, equal in module.EQUAL.items()}
