"""The process behind `convkit check`: run a notebook's code cells one after the other."""

from __future__ import annotations

import json
import linecache
import re
import sys
import traceback
from pathlib import Path

from convkit import check
from convkit.check import renumbered, seeds
from convkit.check.clock import Clock, end_with_parent
from convkit.check.compare import plain
from convkit.check.ipython_cells import as_python
from convkit.check.registry import find, package_of

_ASKED = re.compile(r"""^[^#\n]*check\.run\(\s*["']([\d.]+)["']\s*,\s*(\w*)""", re.MULTILINE)
_ANSWER = re.compile(r"^# ANSWER ([\d.]+)", re.MULTILINE)


def main(path: str, seed: str = "", seconds: str = "120") -> int:
    """Run the notebook at `path`; print verdicts, errors, and the sum of the points."""
    sys.stdout.reconfigure(errors="replace")  # some consoles of Windows know no check mark
    try:
        cells = code_cells(Path(path))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        print(f"{path} cannot be read as a notebook: {error}")
        return 2
    if words := renumbered.notebook(renumbered.ids_in(cells)):
        print(f"{path} was not checked. {words}")
        return 2
    if seed:
        seeds.use(seed)
        check.start = lambda token: f"Numbers of {seed!r}, as you asked on the command line."
    asked = {id_: name for source in cells for id_, name in _ASKED.findall(as_python(source))}
    verdicts = dict.fromkeys(id_ for id_ in asked if package_of(id_))
    reasons = {}  # exercise → why it could not run

    def display(*values):
        for value in values:
            print(value, end="\n\n")
            if isinstance(value, check.Verdict):
                verdicts[value.exercise] = value

    def out_of_time():
        print(f"\nStopped after {float(seconds):g} seconds. Is there a loop without an end?\n")
        summary(verdicts, reasons)

    clock = Clock(float(seconds), out_of_time)
    namespace = {"__name__": "__main__", "display": display}
    for number, source in enumerate(cells, start=1):
        for id_ in _ANSWER.findall(source):
            reasons[id_] = "its answer took too long"
        error = run_cell(source, f"<cell {number}>", namespace, clock)
        for id_ in _ANSWER.findall(source):
            reasons[id_] = error and f"the cell “# ANSWER {id_}” stopped: {error}"
        for id_, name in _ASKED.findall(source):
            if error.startswith("NameError") and name and name not in namespace:
                error = f"the cell “# ANSWER {id_}” must define {name}"
            reasons[id_] = reasons.get(id_) or error
    return summary(verdicts, reasons)


def code_cells(path: Path) -> list[str]:
    """The sources of the code cells."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def run_cell(source: str, name: str, namespace: dict, clock: Clock) -> str:
    """Run one cell; an error is told and returned in words, and the next cell runs all the same."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        clock.begin_cell()
        try:
            exec(compile(as_python(source), name, "exec"), namespace)
        finally:
            clock.end_cell()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        words = f"{type(error).__name__}: {error}"
        if clock.stopped_cell:
            words = f"it ran for {clock.cell_seconds:g} seconds. Is there a loop without an end?"
        own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == name]
        first = source.strip().split("\n")[0]
        print(f"The cell that begins “{first}” stopped: {words}")
        if own:
            print(f"    line {own[-1].lineno}: {own[-1].line}")
        print()
        return words
    return ""


def summary(verdicts: dict, reasons: dict[str, str]) -> int:
    """Print one line for each check and the sum; return the exit status."""
    if not verdicts:
        print("No check was run: this notebook has no verdicts to show.")
        return 2
    total = most = 0
    for id_, verdict in verdicts.items():
        if verdict is None:
            worth = find(id_, seeds.current_seed()).max_points
            why = reasons.get(id_) or "its check showed no verdict"
            print(f"{id_}  {f'0 of {plain(worth)}':<8} not yet  could not run: {why}")
        else:
            worth, total = verdict.max_points, total + verdict.points
            state = "right" if verdict.passed else "not yet"
            points = f"{plain(verdict.points)} of {plain(worth)}"
            print(f"{id_}  {points:<8} {state:<8} {verdict.title}")
        most += worth
    print(f"     {plain(total)} of {plain(most)} points, answers in words not counted")
    print(f"     ({seeds.describe(seeds.current_seed())})")
    return 0 if all(verdict and verdict.passed for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    end_with_parent()
    sys.exit(main(*sys.argv[1:]))
