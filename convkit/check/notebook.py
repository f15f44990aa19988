"""The process behind `convkit check`: run a notebook's code cells one after the other."""

from __future__ import annotations

import json
import linecache
import sys
import traceback
from pathlib import Path

from convkit import check
from convkit.check import seeds
from convkit.check.compare import plain


def main(path: str, seed: str | None = None) -> int:
    """Run the notebook at `path`; print verdicts, errors, and the sum of the points."""
    sys.stdout.reconfigure(errors="replace")  # some consoles of Windows know no check mark
    try:
        cells = code_cells(Path(path))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        print(f"{path} cannot be read as a notebook: {error}")
        return 2
    if seed:
        seeds.use(seed)
        check.start = lambda token: f"Numbers of {seed!r}, as you asked on the command line."
    verdicts = {}

    def display(*values):
        for value in values:
            print(value, end="\n\n")
            if isinstance(value, check.Verdict):
                verdicts[value.exercise] = value

    namespace = {"__name__": "__main__", "display": display}
    for number, source in enumerate(cells, start=1):
        run_cell(source, f"<cell {number}>", namespace)
    return summary(verdicts)


def code_cells(path: Path) -> list[str]:
    """The sources of the code cells, without lines that only IPython reads."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    sources = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    return [
        "\n".join("" if line.startswith(("%", "!")) else line for line in source.split("\n"))
        for source in sources
    ]


def run_cell(source: str, name: str, namespace: dict) -> None:
    """Run one cell; an error is told, and the next cell runs all the same."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        exec(compile(source, name, "exec"), namespace)
    except (Exception, SystemExit) as error:
        own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == name]
        first = source.strip().split("\n")[0]
        print(f"The cell that begins “{first}” stopped: {type(error).__name__}: {error}")
        if own:
            print(f"    line {own[-1].lineno}: {own[-1].line}")
        print()


def summary(verdicts) -> int:
    """Print one line for each check and the sum; return the exit status."""
    if not verdicts:
        print("No check was run: this notebook has no verdicts to show.")
        return 2
    for verdict in verdicts.values():
        state = "right" if verdict.passed else "not yet"
        points = f"{plain(verdict.points)} of {plain(verdict.max_points)}"
        print(f"{verdict.exercise}  {points:<8} {state:<8} {verdict.title}")
    total = sum(verdict.points for verdict in verdicts.values())
    most = sum(verdict.max_points for verdict in verdicts.values())
    print(f"     {plain(total)} of {plain(most)} points, answers in words not counted")
    print(f"     ({seeds.describe(seeds.current_seed())})")
    return 0 if all(verdict.passed for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
