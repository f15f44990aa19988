"""Grade shards in processes of this machine; a killed worker costs time, and nothing else."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from grading import grade as grading
from grading.grade import Submission, Task

_MOST_TRIES = 3


def grade_shard(task: Task, shard: list[Submission], kind: str, times=None) -> list[dict]:
    """Grade a few submissions, one after the other. Bytes in, plain data out."""
    return [_grade_one(task, submission, kind, times) for submission in shard]


def _grade_one(task, submission, kind, times):
    try:
        return grading.grade(task, submission, kind, times)
    except Exception as error:
        # A fault of ours or of the machine's: nobody else must suffer, and nobody gets a zero
        # without a flag. The next run tries again.
        traceback.print_exc()
        return failed(task, submission, kind, f" ({type(error).__name__}: {error})"[:300])


def shards(submissions: list, size: int) -> list[list]:
    """Cut a list into pieces of this size."""
    return [submissions[k : k + size] for k in range(0, len(submissions), size)]


def grade_here(task, submissions, kind, *, workers=None, times=None) -> Iterator[dict]:
    """Grade with a pool of processes; results come as they are ready."""
    workers = workers or os.cpu_count() or 1
    tries = {s.student: 0 for s in submissions}
    waiting = shards(submissions, 4 if len(submissions) > 8 * workers else 1)
    while waiting:
        unfinished = []
        with _executor(min(workers, len(waiting))) as pool:
            futures = {pool.submit(grade_shard, task, s, kind, times): s for s in waiting}
            pending = set(futures)
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    try:
                        yield from future.result()
                    except BrokenProcessPool:
                        unfinished.append(futures[future])
        waiting = []
        for submission in [one for shard in unfinished for one in shard]:
            # Whoever brings a worker down again and again does so alone, and then waits.
            tries[submission.student] += 1
            if tries[submission.student] >= _MOST_TRIES:
                yield failed(task, submission, kind)
            else:
                waiting.append([submission])


def failed(task: Task, submission: Submission, kind: str, why: str = "") -> dict:
    """What is written down for a submission that no worker survived: zero, and a flag."""
    remark = f"The grader itself stopped at this submission{why}; a person must look at it."
    notebooks = {name: ("", b"") for name in task.notebooks}
    empty = Submission(submission.student, notebooks, remarks=(remark,))
    return {**grading.grade(task, empty, kind), "failed": True}


@contextlib.contextmanager
def _executor(workers):
    # Not a fork of this process, which holds the gradebook and the secret.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["grading.preload"])
    pool = ProcessPoolExecutor(workers, mp_context=context)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
