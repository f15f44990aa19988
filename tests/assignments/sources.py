"""Read solutions/NN_name/NN_name.md: the answers in it, with and without their solutions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convkit import check
from convkit.check import seeds

ROOT = Path(__file__).parent.parent.parent
PATHS = sorted((ROOT / "solutions").glob("[0-9][0-9]_*/[0-9][0-9]_*.md"))
_CELL = re.compile(r"```\{code-cell\} ipython3\n(?:---\n.*?\n---\n)?(.*?)```", re.DOTALL)
_ANSWER = re.compile(r"# ANSWER ([\d.]+) \(keep this line\)\n")
_SOLUTION = re.compile(r"( *)### BEGIN SOLUTION\n(.*?) *### END SOLUTION\n", re.DOTALL)
_RUN = re.compile(r"^verdict = check\.run\(\"([\d.]+)\", (.*?)\)\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Source:
    """One answer cell and what its check hands over."""

    id: str
    notebook: str  # 01_slide_and_sum
    cell: str  # with the solution
    handed: str  # an expression: slide_and_sum, or {"products": products, …}

    @property
    def untouched(self) -> str:
        """The cell as students get it."""
        return _SOLUTION.sub(r"\1pass  # your code goes here\n", self.cell)

    @property
    def solution_lines(self) -> set[int]:
        """The numbers of the lines between the marks."""
        found = set()
        for match in _SOLUTION.finditer(self.cell):
            first = self.cell[: match.start()].count("\n") + 1
            found |= set(range(first, first + match.group().count("\n")))
        return found

    def answer(self, seed: str = seeds.PUBLIC, cell: str | None = None):
        """Run the cell alone, for the numbers of this seed, and return what its check gets."""
        before = seeds.current_seed()
        seeds.use(seed)
        try:
            names = {"np": np, "check": check}
            name = f"<answer {self.id}>"
            exec(compile(self.cell if cell is None else cell, name, "exec"), names)
            return eval(self.handed, names)
        finally:
            seeds.use(before)


def read() -> dict[str, Source]:
    """Exercise id → its source, from all assignments."""
    found = {}
    for path in PATHS:
        cells = _CELL.findall(path.read_text(encoding="utf-8"))
        handed = dict(match for cell in cells for match in _RUN.findall(cell)[:1])
        for cell in cells:
            answer = _ANSWER.match(cell)
            if answer:
                id_ = answer.group(1)
                found[id_] = Source(id_, path.stem, cell, handed[id_])
    return found


SOURCES = read()
