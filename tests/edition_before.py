"""Notebooks as the edition before had them, made from today's: exercises 12.x were 11.x."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def renumbered(text: str) -> str:
    """The text with the ids that the four views had before."""
    text = re.sub(r"\b12\.([1-6])\b", r"11.\1", text)
    return re.sub(r"\b(answer|check|numbers)-12-", r"\1-11-", text)


def four_views() -> str:
    """10_four_views.ipynb as it was handed out."""
    return renumbered((ROOT / "exercises/12_four_views/12_four_views.ipynb").read_text("utf-8"))


def solved_four_views() -> str:
    """The same with the right answers in it, as a perfect student of that edition had it."""
    source = (ROOT / "solutions/12_four_views/12_four_views.md").read_text("utf-8")
    answers = {
        label: re.sub(r" *### (BEGIN|END) SOLUTION\n", "", cell)
        for cell, label in re.findall(r"^(# ANSWER (12\.\d).*?)^```", source, re.S | re.M)
    }
    notebook = json.loads((ROOT / "exercises/12_four_views/12_four_views.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        found = re.match(r"# ANSWER (12\.\d)", "".join(cell["source"]))
        if found:
            cell["source"] = answers[found[1]]
    return renumbered(json.dumps(notebook))
