"""What follows a run: the table of points, and penalties and feedback after hand grading."""

from __future__ import annotations

import json
from pathlib import Path

from grading import course, feedback, late, report
from grading.gradebook import Writer
from grading.jobs import jobs_of
from grading.journal import Journal
from grading.order import Order


def finish(results: Path, assignment: str, rule: late.Rule, shares: dict[str, float]) -> int:
    """After hand grading: late penalties of the full score, and feedback with what people wrote.

    Returns how many pages were written.
    """
    count = 0
    with Writer(results / "gradebook.db", assignment) as writer:
        people, penalties = writer.people(), {}
        for path in sorted((results / ".grading" / assignment).glob("*.reports")):
            reports = course.read_json(path) or {}
            for student in _sharers(results, assignment, path.stem):
                for name, report in reports.items():
                    person = people.get(student, {}).get(name) or {
                        "scores": {},
                        "comments": {},
                        "penalty": 0.0,
                    }
                    points, _, _ = feedback.total(report, {**person, "penalty": 0.0})
                    person["penalty"] = shares.get(student, 0.0) * points
                    penalties[student, name] = person["penalty"]
                    target = results / "feedback" / student / assignment / f"{name}.html"
                    page = feedback.page(report, person)
                    course.write_atomically(target, page.encode("utf-8", "replace"))
                    count += 1
        writer.set_penalties(penalties)
    return count


def _sharers(results, assignment, student):
    order = course.read_json(results / ".grading" / f"{assignment}.run") or {}
    return order.get("shared", {}).get(student, [student])


def remember(order: Order, entries_origin: dict[str, str]):
    """Keep what `finish` and `export` need later: who shares, who is late, the platform's names."""
    jobs, shared = jobs_of(order)
    shares, counts = {}, {}
    for student in jobs:  # not what a group handed in besides
        found = order.found[student]
        for member in shared.get(student, [student]):
            counts[member] = student
            due = late.due_for(order.extensions.get(member), order.due, order.opens)
            shares[member] = order.rule.penalty(late.seconds_late(found.time, due))
    path = order.results / ".grading" / f"{order.task.name}.run"
    old = course.read_json(path) or {}
    names = {p.id: [p.last_name or "", p.first_name or ""] for p in order.people.values()}
    text = {
        "people": {**old.get("people", {}), **names},
        "counts": {**old.get("counts", {}), **counts},
        "shared": {**old.get("shared", {}), **shared},
        "late": {**old.get("late", {}), **shares},
        "origin": {**old.get("origin", {}), **entries_origin},
    }
    course.write_atomically(path, json.dumps(text).encode())


def write_table(results: Path, assignment: str):
    """Points of everybody, whichever run graded them, with what people scored by hand."""
    run = course.read_json(results / ".grading" / f"{assignment}.run") or {}
    journal = Journal(results, assignment)
    entries = {member: journal.read(student) for member, student in run.get("counts", {}).items()}
    entries = {member: entry for member, entry in entries.items() if entry}
    with Writer(results / "gradebook.db", assignment) as writer:
        by_hand = writer.people()
    path = results / f"{assignment}.csv"
    report.table(path, entries, run.get("people", {}), run.get("late", {}), by_hand)
