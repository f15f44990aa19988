"""The worked examples of an assignment: its code cells that nobody has to fill in."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np

from convkit import check
from tests.assignments.sources import ROOT, SOURCES

_FREE = re.compile(r"```\{code-cell\} ipython3\n(?!---)(.*?)```", re.DOTALL)


def text_of(notebook: str) -> str:
    """The source of an assignment, such as "08_count_weights"."""
    return (ROOT / "solutions" / notebook / f"{notebook}.md").read_text(encoding="utf-8")


def printed(notebook: str, beginning: str, *answers: str, change=("", "")) -> str:
    """What the free cell with this beginning prints, once some answers are there."""
    names = {"np": np, "check": check}
    for exercise_id in answers:
        exec(SOURCES[exercise_id].cell, names)
    (cell,) = (c for c in _FREE.findall(text_of(notebook)) if c.startswith(beginning))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(cell.replace(*change) if change[0] else cell, names)
    return out.getvalue()
