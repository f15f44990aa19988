"""The table of figures in book/instructors.md: what every assignment is tried with.

`python -m tests.assignments.figures` writes it anew.
"""

from __future__ import annotations

from math import comb
from pathlib import Path

from convkit.check.registry import find
from tests import assignments
from tests.assignments.mutants import of_exercise
from tests.assignments.sources import SOURCES

FILE = Path(__file__).parent.parent.parent / "book" / "check_figures.txt"
HEAD = """\
| assignment | exercises | named mistakes | ways to make them | pairs of mistakes | \
mutants noticed | mutants that change nothing | right but unusual answers |
|---|---:|---:|---:|---:|---:|---:|---:|
"""


def row(module) -> list[int]:
    """The numbers of one assignment."""
    ids = [id_ for id_, source in SOURCES.items() if source.notebook == module.NAME]
    mistakes = [find(id_, "public").mistakes for id_ in ids]
    equal = sum(len(module.EQUAL.get(id_, ())) for id_ in ids)
    return [
        len(ids),
        sum(map(len, mistakes)),
        sum(len(mistake.changes) for found in mistakes for mistake in found),
        sum(comb(len(found), 2) for found in mistakes),
        sum(len(of_exercise(id_)) for id_ in ids) - equal,
        equal,
        sum(len(assignments.RIGHT[id_]) for id_ in module.RIGHT),
    ]


def table() -> str:
    """All assignments and their sum, in Markdown."""
    rows = {module.NAME[:2]: row(module) for module in assignments.MODULES}
    rows["all"] = [sum(numbers) for numbers in zip(*rows.values(), strict=True)]
    lines = [
        f"| {name} | {' | '.join(f'{n:,}' for n in found)} |\n" for name, found in rows.items()
    ]
    return HEAD + "".join(lines)


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8", newline="\n")
    print(f"wrote {FILE}")
