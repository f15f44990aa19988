"""From what was found to what is graded: one job for each student or group."""

from __future__ import annotations

import hashlib

from convkit.check import seeds
from grading import late
from grading.grade import Submission, own_secret
from grading.intake import printable
from grading.order import Order

VERSION = 1  # of what a result holds; another number means that everything is graded anew


def jobs_of(order: Order) -> tuple[dict[str, Submission], dict[str, list[str]]]:
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


def digest_of(task, submission: Submission, kind: str) -> str:
    """What changes when this submission must be graded anew."""
    text = f"{VERSION}|{task.digest}|{submission.digest}|{submission.secret}|{kind}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


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
