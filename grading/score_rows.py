"""From a graded submission to rows of the gradebook, and the log of scores that changed."""

from __future__ import annotations

import csv
import datetime
import getpass
import hashlib
from pathlib import Path

from grading import course, late


def rows_for(order, student, entry, shared, written):
    """The rows to write for everybody who shares this submission, unless they are written."""
    rows = []
    found = order.found[student]
    for member in shared.get(student, [student]):
        person = order.people.get(member)
        due = late.due_for(order.extensions.get(member), order.due, order.opens)
        share = order.rule.penalty(late.seconds_late(found.time, due))
        notebooks = {
            name: {
                "scores": notebook["scores"],
                "answered": notebook["answered"],
                "penalty": share * sum(score or 0 for score in notebook["scores"].values()),
            }
            for name, notebook in entry["notebooks"].items()
        }
        row = {
            "student": member,
            "person": person.columns() if person else {},
            "timestamp": found.time,
            "extension": (due - order.due).total_seconds() if due and order.due else None,
            "notebooks": notebooks,
            "share": share,
        }
        row["digest"] = _row_digest(entry["content"], row)
        if written.get(member) != row["digest"]:
            rows.append(row)
        if member != student:
            _share_files(order, entry, student, member)
    return rows


def _row_digest(content, row):
    plain = {key: str(row[key]) for key in ("person", "timestamp", "extension", "share")}
    return hashlib.sha256(f"{content}|{plain}".encode()).hexdigest()[:24]


def _share_files(order, entry, student, member):
    """Every member of a group finds notebook and feedback under their own name."""
    for path in entry["paths"]:
        top, _, rest = Path(path).parts[0], Path(path).parts[1], Path(*Path(path).parts[2:])
        content = (order.results / path).read_bytes()
        course.write_atomically(order.results / top / member / rest, content)


def write_rows(writer, rows, order):
    """Write rows, and log each score that is another one than before."""
    if not rows:
        return []
    changes = writer.write(rows)
    if changes:
        log = order.results / "changes.csv"
        fresh = not log.exists()
        with log.open("a", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            if fresh:
                table.writerow(
                    [
                        "when",
                        "who",
                        "student",
                        "assignment",
                        "notebook",
                        "cell",
                        "old",
                        "new",
                        "manual score, kept",
                    ]
                )
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            for change in changes:
                table.writerow(
                    [
                        now,
                        _user(),
                        change["student"],
                        order.task.name,
                        change["notebook"],
                        change["cell"],
                        _blank(change["old"]),
                        _blank(change["new"]),
                        _blank(change["manual"]),
                    ]
                )
    return changes


def _user():
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _blank(value):
    return "" if value is None else value
