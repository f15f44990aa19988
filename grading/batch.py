"""Grade a whole class: take what is new, hand it out, write down what comes back.

Each result is first put into the journal, then into the gradebook.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from grading import pool
from grading.gradebook import Writer
from grading.jobs import digest_of, jobs_of
from grading.journal import Journal
from grading.order import Order
from grading.score_rows import rows_for, write_rows

_BATCH = 20  # results in one transaction
_BATCH_SECONDS = 2.0


def run(order: Order, progress: Callable[[int, int, dict | None], None] | None = None) -> dict:
    """Grade what is new or changed, and bring the gradebook up to date.

    Returns
    -------
    dict
        entries: student → journal entry; graded, kept: how many; changes: scores that changed.
    """
    progress = progress or (lambda done, all_of_them, entry: None)
    jobs, shared = jobs_of(order)
    journal = Journal(order.results, order.task.name)
    entries, todo = {}, []
    for student, submission in jobs.items():
        old = None if order.again else journal.read(student)
        digest = digest_of(order.task, submission, order.kind)
        if old and old["content"] == digest and journal.complete(old):
            entries[student] = old
        else:
            todo.append(submission)
    kept, changes, pending, last = len(entries), [], [], time.monotonic()
    with Writer(order.results / "gradebook.db", order.task.name) as writer:
        writer.set_due(order.due)
        written = {} if order.again else writer.written()
        for student, entry in entries.items():
            pending += rows_for(order, student, entry, shared, written)
        changes += write_rows(writer, pending, order)
        pending = []
        for done, result in enumerate(_grade(order, todo), 1):
            student = result["student"]
            entry = journal.keep(
                result, jobs[student], digest_of(order.task, jobs[student], order.kind)
            )
            entries[student] = entry
            pending += rows_for(order, student, entry, shared, written)
            if len(pending) >= _BATCH or time.monotonic() - last > _BATCH_SECONDS:
                changes += write_rows(writer, pending, order)
                pending, last = [], time.monotonic()
            progress(done, len(todo), entry)
        changes += write_rows(writer, pending, order)
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
