"""For instructors: print every student's token, and flag submissions with somebody else's.

    python -m convkit.check.tokens roster.csv
    python -m convkit.check.tokens roster.csv --submitted submitted 01_slide_and_sum

The course secret is read from the environment variable CONVKIT_COURSE_SECRET. The roster has one
student in each line; the id is what stands before the first comma, and the folder of a submission
has that name. Nobody loses a point here: a person looks at what is flagged.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
from pathlib import Path

from convkit.check import renumbered, seeds


def main(argv=None) -> int:
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
    students = read_roster(options.roster.read_text(encoding="utf-8-sig"))
    if not options.submitted:
        for student in students:
            print(f"{student},{seeds.token_for(secret, student)}")
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


def read_roster(text: str) -> list[str]:
    """The ids, one from each line; empty lines and lines that begin with # are passed over."""
    ids = [line.split(",")[0].strip() for line in text.splitlines()]
    return [id_ for id_ in ids if id_ and not id_.startswith("#")]


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
