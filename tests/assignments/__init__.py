"""What the tests know of each assignment: right but unusual answers, and partly right ones.

One module for each, named like its package in convkit/check:

    NAME      the assignment, as in solutions/ and exercises/
    RIGHT     exercise id → list of right answers
    PARTIAL   list of (exercise id, answer, points)
    WHOLE     ids of exercises whose right results are never negative, or always whole numbers
    EQUAL     exercise id → {mutant of the reference solution: why it does the same everywhere}

An answer of the kind 'values' or 'array' is a function of the learner's own numbers.
"""

from __future__ import annotations

import importlib
from pathlib import Path

MODULES = [
    importlib.import_module(f"tests.assignments.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("a[0-9][0-9]_*.py"))
]
RIGHT = {id_: answers for module in MODULES for id_, answers in module.RIGHT.items()}
PARTIAL = [case for module in MODULES for case in module.PARTIAL]
WHOLE = {id_ for module in MODULES for id_ in module.WHOLE}
EQUAL = {id_: equal for module in MODULES for id_, equal in module.EQUAL.items()}
