"""Grade a whole class: take what is new, hand it out, write down what comes back.

Each result is first put into a file of its own (the journal), then into the gradebook. Whenever
the grader is killed, the next run takes up the journal and grades only what is missing.
"""

from __future__ import annotations

import csv
import datetime
import getpass
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from convkit.check import seeds
from grading import course, feedback, late, pool, report
from grading.grade import Submission, Task, own_secret
from grading.gradebook import Writer
from grading.intake import Found, printable
from grading.times import Times

VERSION = 1  # of what a result holds; another number means that everything is graded anew
_BATCH = 20  # results in one transaction
_BATCH_SECONDS = 2.0


@dataclass
class Order:
    """What to grade, and how."""

    results: Path
    task: Task
    found: dict[str, Found]
    people: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    kind: str = "bubblewrap"
    workers: int | None = None
    dask: str | None = None
    secret: str = ""
    secret_given: bool = False
    due: datetime.datetime | None = None
    opens: datetime.datetime | None = None
    extensions: dict = field(default_factory=dict)
    rule: late.Rule = field(default_factory=late.Rule)
    again: bool = False
    times: Times | None = None


def run(order: Order, progress: Callable[[int, int, dict | None], None] | None = None) -> dict:
    """Grade what is new or changed, and bring the gradebook up to date.

    Returns
    -------
    dict
        entries: student → journal entry; graded, kept: how many; changes: scores that changed.
    """
    progress = progress or (lambda done, all_of_them, entry: None)
    jobs, shared = _jobs(order)
    journal = _Journal(order.results, order.task.name)
    entries, todo = {}, []
    for student, submission in jobs.items():
        old = None if order.again else journal.read(student)
        digest = _digest(order.task, submission, order.kind)
        if old and old["content"] == digest and journal.complete(old):
            entries[student] = old
        else:
            todo.append(submission)
    kept, changes, pending, last = len(entries), [], [], time.monotonic()
    with Writer(order.results / "gradebook.db", order.task.name) as writer:
        writer.set_due(order.due)
        written = {} if order.again else writer.written()
        for student, entry in entries.items():
            pending += _to_write(order, student, entry, shared, written)
        changes += _write(writer, pending, order)
        pending = []
        for done, result in enumerate(_grade(order, todo), 1):
            student = result["student"]
            entry = journal.keep(
                result, jobs[student], _digest(order.task, jobs[student], order.kind)
            )
            entries[student] = entry
            pending += _to_write(order, student, entry, shared, written)
            if len(pending) >= _BATCH or time.monotonic() - last > _BATCH_SECONDS:
                changes += _write(writer, pending, order)
                pending, last = [], time.monotonic()
            progress(done, len(todo), entry)
        changes += _write(writer, pending, order)
    everyone = {
        member: entries[student] for student in entries for member in shared.get(student, [student])
    }
    return {"entries": everyone, "graded": len(todo), "kept": kept, "changes": changes}


def _grade(order, todo):
    if not todo:
        return iter(())
    if order.dask:
        from grading.cluster import grade_there

        return grade_there(order.task, todo, order.kind, order.dask, times=order.times)
    return pool.grade_here(order.task, todo, order.kind, workers=order.workers, times=order.times)


def _jobs(order):
    """One submission for each student or group, and who shares it."""
    member_of = {m: name for name, members in order.groups.items() for m in members}
    best: dict[str, str] = {}  # group → whose submission counts
    for student, found in order.found.items():
        if student in order.groups:  # handed in under the group's name
            best[student] = student
            continue
        group = member_of.get(student)
        if group is None:
            continue
        old = order.found.get(best.get(group, ""))
        if old is None or (found.time and old.time and found.time > old.time):
            best[group] = student
    jobs, shared = {}, {}
    for student, found in order.found.items():
        group = student if student in order.groups else member_of.get(student)
        if group is not None:
            if best[group] != student:
                continue
            shared[student] = order.groups[group]
        members = shared.get(student, [student])
        names = {name: None for m in members for name in _token_names(order.people.get(m), m)}
        tokens = tuple(seeds.token_for(order.secret, name) for name in names)
        content = b"".join(c for _, (_, c) in sorted(found.notebooks.items()))
        jobs[student] = Submission(
            student,
            found.notebooks,
            found.files,
            tokens if order.secret_given else (),
            own_secret(order.secret, student, content),
            tuple(found.remarks),
        )
    return jobs, shared


def _token_names(person, member) -> list[str]:
    """What a token may have been made of: the folder's name, or the id as the roster has it."""
    return [member, person.written] if person and person.written else [member]


def _digest(task, submission, kind) -> str:
    text = f"{VERSION}|{task.digest}|{submission.digest}|{submission.secret}|{kind}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class _Journal:
    """.grading/ASSIGNMENT/STUDENT.json: what was found out, before it is in the gradebook."""

    def __init__(self, results, assignment):
        self.results, self.assignment = results, assignment
        self.folder = results / ".grading" / assignment
        self.folder.mkdir(parents=True, exist_ok=True)

    def read(self, student):
        return course.read_json(self.folder / f"{student}.json")

    def complete(self, entry):
        return all((self.results / path).exists() for path in entry["paths"])

    def keep(self, result, submission, digest) -> dict:
        """Write the notebooks, the feedback and the journal's entry, in this order."""
        student, paths = result["student"], []
        reports = {}
        for name, notebook in result["notebooks"].items():
            below = Path(student) / self.assignment
            for path, content in (
                (Path("autograded") / below / f"{name}.ipynb", notebook.pop("autograded")),
                (Path("feedback") / below / f"{name}.html", notebook.pop("feedback")),
            ):
                course.write_atomically(self.results / path, content.encode("utf-8", "replace"))
                paths.append(path.as_posix())
            if name in submission.notebooks:
                path = self.results / "submitted" / below / f"{name}.ipynb"
                course.write_atomically(path, submission.notebooks[name][1])
            reports[name] = notebook.pop("report")
        # What the grader failed at is tried again by the next run.
        content = "" if result.get("failed") else digest
        entry = {**result, "content": content, "paths": paths}
        course.write_atomically(self.folder / f"{student}.reports", json.dumps(reports).encode())
        course.write_atomically(self.folder / f"{student}.json", json.dumps(entry).encode())
        return entry


def _to_write(order, student, entry, shared, written):
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


def _write(writer, rows, order):
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
    jobs, shared = _jobs(order)
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
    journal = _Journal(results, assignment)
    entries = {member: journal.read(student) for member, student in run.get("counts", {}).items()}
    entries = {member: entry for member, entry in entries.items() if entry}
    with Writer(results / "gradebook.db", assignment) as writer:
        by_hand = writer.people()
    path = results / f"{assignment}.csv"
    report.table(path, entries, run.get("people", {}), run.get("late", {}), by_hand)


def doubts(order: Order) -> list[str]:
    """What could not be decided for want of a time of submission, in words."""
    found, words = order.found, []
    timeless = sorted(student for student in found if found[student].time is None)
    if timeless and order.rule != late.Rule():
        names = ", ".join(map(printable, timeless[:8])) + (", …" if len(timeless) > 8 else "")
        words.append(
            "Nothing was taken off for lateness where no time of submission is known: "
            f"{len(timeless)} students ({names}). A roster may tell the times, see --roster."
        )
    for group, members in sorted(order.groups.items()):
        several = [member for member in members if member in found]
        if len(several) > 1 and group not in found and set(several) & set(timeless):
            words.append(
                f"Group {printable(group)}: {', '.join(map(printable, several))} each handed in, "
                "and no times tell whose was the latest."
            )
    return words
