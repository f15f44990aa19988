"""Where an exercise's mistakes are: `python -m convkit.assignments 3.2`.

For each mistake, the place of its words, and the places where the assignment says what makes it.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import convkit
from convkit.check import mistakes, registry
from convkit.check.compare import plain

TOP = Path(convkit.__file__).parent.parent
SHARED = ("formula", "sliding")  # packages that several assignments take from


@dataclass(frozen=True)
class Words:
    """One entry of the catalogue, as it stands in its file."""

    family: str
    constant: str
    place: str  # convkit/check/mistakes/size.py:12


@cache
def catalogue() -> dict[str, Words]:
    """Key of a mistake → where its words are."""
    found = {}
    for file in Path(mistakes.__file__).parent.glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                key, constant = ast.literal_eval(node.value.args[0]), node.targets[0].id
                found[key] = Words(file.stem, constant, _place(file, node.lineno))
    return found


@cache
def used_in(folder: Path) -> dict[str, list[str]]:
    """`size.NO_PLUS_ONE` → the lines of a package that take it from the catalogue."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.setdefault(ast.unparse(node), []).append(_place(file, node.lineno))
    return found


def made_in(exercise_id: str, key: str) -> list[str]:
    """The lines that say what makes a mistake: in its assignment, or in a package it shares."""
    words = catalogue()[key]
    own = Path(registry.package_of(exercise_id).__file__).parent
    for folder in (own, *(own.parent / name for name in SHARED)):
        if places := used_in(folder).get(f"{words.family}.{words.constant}"):
            return places
    return []


def _place(file: Path, line: int) -> str:
    return f"{file.relative_to(TOP).as_posix()}:{line}"


def told(exercise_id: str) -> Iterator[str]:
    """The lines to print for one exercise."""
    exercise = registry.find(exercise_id, "public")
    file = Path(registry.package_of(exercise_id).__file__)
    yield f"{exercise.id} {exercise.title}: {file.relative_to(TOP).as_posix()}"
    for part in exercise.parts:
        yield f"  part, {plain(part.points)} of {plain(exercise.max_points)} points: {part.title}"
    for mistake in exercise.mistakes:
        yield f"  {mistake.key}: {mistake.name}"
        yield f"      words {catalogue()[mistake.key].place}"
        yield f"      made  {', '.join(made_in(exercise_id, mistake.key))}"


def main(argv=None) -> int:
    """Print what there is of each exercise that is named; of all, if none is."""
    parser = argparse.ArgumentParser(prog="python -m convkit.assignments", description=__doc__)
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="such as 3.2")
    for exercise_id in parser.parse_args(argv).exercises or registry.all_exercises():
        try:
            print(*told(exercise_id), sep="\n")
        except KeyError as error:
            print(error.args[0])
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
