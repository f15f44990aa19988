"""For instructors: print every student's token, and flag submissions with somebody else's.

    python -m convkit.check.tokens roster.csv
    python -m convkit.check.tokens roster.csv --submitted submitted 01_slide_and_sum

The course secret is read from the environment variable CONVKIT_COURSE_SECRET. The roster has one
student in each line, the id first, or is what Canvas or Moodle export; the folder of a submission
has the id as its name. Nobody loses a point here: a person looks at what is flagged.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from convkit.check import renumbered, seeds
from convkit.roster import RosterError, read_roster


def main(argv: list[str] | None = None) -> int:
    """Print tokens, or the submissions whose token is not their student's."""
    parser = argparse.ArgumentParser(prog="python -m convkit.check.tokens", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("roster", type=Path)
    parser.add_argument("--submitted", nargs=2, metavar=("FOLDER", "ASSIGNMENT"))
    options = parser.parse_args(argv)
    secret = os.environ.get(seeds.SECRET_VARIABLE, "")
    if not secret:
        print(f"Set {seeds.SECRET_VARIABLE} first, to a long text that only you know.")
        return 2
    try:
        students = [person.id for person in read_roster(options.roster)]
    except (OSError, RosterError) as error:
        print(error)
        return 2
    if not options.submitted:
        print_tokens(secret, students)
        return 0
    folder, assignment = options.submitted
    if words := renumbered.assignment(assignment):
        print(f"{words}.")
        return 2
    for student in students:
        words = flag(Path(folder) / student / assignment / f"{assignment}.ipynb", secret, student)
        if words:
            print(f"{student}: {words}")
    return 0


def print_tokens(secret: str, students: Iterable[str]) -> None:
    """Print a line `id,token` for each student."""
    rows = csv.writer(sys.stdout, lineterminator="\n")  # an id may hold a comma
    rows.writerows((student, seeds.token_for(secret, student)) for student in students)


def flag(notebook: Path, secret: str, student: str) -> str:
    """What a person should look at in this submission, or an empty text."""
    if not notebook.is_file():
        return "nothing submitted"
    try:
        token = read_token_cell(notebook.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError):
        return "the notebook cannot be read"
    if token is None:
        return "no token: its line TOKEN = … is gone"
    if token.strip().lower() in ("", seeds.PUBLIC):
        return "worked with the public numbers"
    if not seeds.belongs(token, secret, student):
        return f"the token {token!r} is not the one handed to {student} (mistyped, or another's)"
    return ""


def read_token_cell(text: str) -> str | None:
    """The text in the notebook's line TOKEN = "…", without running anything."""
    for cell in json.loads(text)["cells"]:
        for line in "".join(cell["source"]).splitlines():
            name, equals, value = line.partition("=")
            if cell["cell_type"] == "code" and equals and name.strip() == "TOKEN":
                try:
                    found = ast.literal_eval(value.split("#")[0].strip())
                except (ValueError, SyntaxError):
                    found = value.strip()
                return str(found)
    return None


if __name__ == "__main__":
    sys.exit(main())
