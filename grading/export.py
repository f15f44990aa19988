"""Take grades and feedback back to a learning platform, in the files that it hands out."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path, PurePosixPath

from convkit.roster import decode, split
from convkit.roster.columns import plain
from grading import course
from grading.roster import read_roster


class ExportError(Exception):
    """The platform's file cannot be filled; the message says why."""


def totals(results: Path, assignment: str) -> dict[str, float]:
    """Student → points in the gradebook: hand-graded answers in, late penalties off."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{results / 'gradebook.db'}", "") as book:
        return {
            s.student_id: max(0.0, s.score - (s.late_submission_penalty or 0.0))
            for s in book.find_assignment(assignment).submissions
        }


def fill(platform: str, file: Path, results: Path, assignment: str, column: str | None = None):
    """Fill the gradebook that the platform handed out; return (text, how many, who is missing).

    `platform` is "canvas" or "moodle". Rows and columns stay as they were, so that it can be
    handed back.
    """
    grades = totals(results, assignment)
    at_line = {person.line: person for person in read_roster(file).values()}
    between, rows = split(decode(file.read_bytes(), file), file)
    place = _column(next(row for _, row in rows if any(row)), platform, assignment, column)
    filled, missing = 0, set(grades)
    for line, row in rows:
        student = _graded(at_line.get(line), grades)
        if student is not None:
            row += [""] * (place + 1 - len(row))
            row[place] = f"{grades[student]:g}"
            missing.discard(student)
            filled += 1
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows(row for _, row in rows)
    return text.getvalue(), filled, sorted(missing)


def _column(header, platform, assignment, column):
    if column is None and platform == "moodle":
        column = "Grade"
    wanted = plain(column or assignment)
    places = [n for n, name in enumerate(header) if plain(name) == wanted]
    # Canvas writes the assignment's number behind its name.
    places = places or [n for n, name in enumerate(header) if plain(name).startswith(wanted)]
    if len(places) != 1:
        raise ExportError(
            f"{len(places)} columns are called {column or assignment!r}; choose one with --column: "
            + ", ".join(header)
        )
    return places[0]


def _graded(person, grades) -> str | None:
    """The name under which a person of the platform's file was graded, if they were."""
    names = [person.id, *sorted(person.keys)] if person else []
    return next((name for name in names if name in grades), None)


def feedback_zip(results: Path, assignment: str, target: Path) -> int:
    """Pack every student's feedback under the platform's own names; return how many pages."""
    run = course.read_json(results / ".grading" / f"{assignment}.run") or {}
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in sorted((results / "feedback").glob(f"*/{assignment}")):
            student = folder.parent.name
            origin = run.get("origin", {}).get(student) or student
            for page in sorted(folder.glob("*.html")):
                if "assignsubmission" in origin or origin == student:
                    name = f"{PurePosixPath(origin).name}/{page.name}"
                else:  # Canvas finds the student by the name of the file
                    name = f"{origin.rsplit('.', 1)[0]}.html"
                archive.write(page, name)
                count += 1
    return count
