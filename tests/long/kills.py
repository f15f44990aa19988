"""Kill the grader at random moments, as a power cut does: the gradebook is the same in the end."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.grading import course_copy
from tests.grading.test_batch import grade_in_process, half, rows

COUNT = 30


def campaign(seed: int, count: int, say: Callable[[str], None]) -> dict:
    """Grade a class of nine until it has been killed `count` times, and compare."""
    draw, kills, finished, wrong = random.Random(seed), 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = (course_copy.right, half, course_copy.wrong)
        students = {f"s{n}": kinds[n % 3]() for n in range(9)}
        tree = course_copy.hand_in(folder / "submitted", students)
        course_copy.grade(tree, folder / "quiet")
        wanted = rows(folder / "quiet" / "gradebook.db")
        while kills < count:
            results = folder / f"shaken {finished}"
            moment = draw.uniform(0.5, 8.0)
            if kill_after(moment, tree, results):
                kills += 1
                say(f"killed after {moment:.1f} s ({kills} of {count})")
                continue
            finished += 1
            if rows(results / "gradebook.db") != wanted:
                wrong += 1
                say(f"the gradebook differs after {kills} kills")
        course_copy.grade(tree, folder / f"shaken {finished}")
        wrong += rows(folder / f"shaken {finished}" / "gradebook.db") != wanted
    return {"tried": kills, "wrong": wrong, "gradebooks": finished + 1}


def kill_after(seconds: float, tree: Path, results: Path) -> bool:
    """Start the grader and kill it, unless it is done before; whether it was killed."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=grade_in_process, args=(tree, results))
    process.start()
    process.join(seconds)
    alive = process.is_alive()
    if alive:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    return alive
