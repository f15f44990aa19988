"""Grade on this machine: as many judges as asked for, each with one submission at a time."""

from __future__ import annotations

import os
import queue
import traceback
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace

from grading import grade as grading
from grading.grade import Submission, Task
from grading.judge import Judge


def grade_shard(task: Task, shard: list[Submission], kind: str, times=None, by=None) -> list[dict]:
    """Grade a few submissions, one after the other. Bytes in, plain data out."""
    return [_grade_one(task, submission, kind, times, by) for submission in shard]


def _grade_one(task, submission, kind, times, by):
    try:
        return grading.grade(task, submission, kind, times, by)
    except Exception as error:
        # A fault of ours or of the machine's: nobody else must suffer, and nobody gets a zero
        # without a flag. The next run tries again.
        traceback.print_exc()
        return failed(task, submission, kind, f" ({type(error).__name__}: {error})"[:300], by)


def shards(submissions: list, size: int) -> list[list]:
    """Cut a list into pieces of this size."""
    return [submissions[k : k + size] for k in range(0, len(submissions), size)]


def grade_here(task, submissions, kind, *, workers=None, times=None) -> Iterator[dict]:
    """Grade with a judge for each worker; results come as they are ready.

    The workers are threads: they wait for their judges, and open nothing themselves.
    """
    workers = min(workers or os.cpu_count() or 1, len(submissions))
    judges, idle = [Judge() for _ in range(workers)], queue.SimpleQueue()
    for one in judges:
        idle.put(one)

    def work(submission):
        by = idle.get()
        try:
            return grade_shard(task, [submission], kind, times, by)[0]
        finally:
            idle.put(by)

    waiting, pending = iter(submissions), set()
    pool = ThreadPoolExecutor(workers)
    try:
        while True:
            # A few ahead, and no more: results that nobody took yet lie in memory.
            while len(pending) < 2 * workers and (submission := next(waiting, None)) is not None:
                pending.add(pool.submit(work, submission))
            if not pending:
                return
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        for future in pending:
            future.cancel()
        for one in judges:
            one.close()
        pool.shutdown(wait=True, cancel_futures=True)


def failed(task: Task, submission: Submission, kind: str, why: str = "", by=None) -> dict:
    """What is written down for a submission at which graders stopped: zero, and a flag."""
    remark = f"The grader itself stopped at this submission{why}; a person must look at it."
    notebooks = {name: ("", b"") for name in task.notebooks}
    empty = replace(submission, notebooks=notebooks, files={}, tokens=(), remarks=(remark,))
    return {**grading.grade(task, empty, kind, by=by), "failed": True}
