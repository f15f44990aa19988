"""Take grades and feedback back to a learning platform, in the files that it hands out."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path, PurePosixPath

from grading import course
from grading.roster import decode, plain, read_roster


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
    people = read_roster(file)
    by_key = {}
    for person in people.values():
        for key in {person.id, *person.keys}:
            by_key[key] = person.id
    rows = list(csv.reader(io.StringIO(decode(file.read_bytes()))))
    if not rows:
        raise ExportError(f"{file} is empty")
    place = _column(rows[0], platform, assignment, column)
    keys = _keys(rows[0])
    filled, missing = 0, set(grades)
    for row in rows[1:]:
        student = _student(row, keys, by_key, grades)
        if student is None:
            continue
        row += [""] * (place + 1 - len(row))
        row[place] = f"{grades[student]:g}"
        missing.discard(student)
        filled += 1
    text = io.StringIO()
    csv.writer(text).writerows(rows)
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


def _keys(header):
    wanted = ("id", "student id", "student_id", "sis login id", "sis user id", "username",
              "id number", "email address", "email", "identifier")  # fmt: skip
    return [n for n, name in enumerate(header) if name.strip().lower() in wanted]


def _student(row, keys, by_key, grades):
    for place in keys:
        value = row[place].strip() if place < len(row) else ""
        for key in (value, value.removeprefix("Participant ")):
            for student in (key, by_key.get(key)):
                if student in grades:
                    return student
    return None


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
