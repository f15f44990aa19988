"""Time the grading of a class, and check every score before a figure is written.

    .venv/bin/python benchmarks/grading.py                  # 300 two-notebook submissions
    .venv/bin/python benchmarks/grading.py --students 40 --kills 3

Needs a quiet machine with two cores. Measured: wall and CPU time for a submission with two
workers and with one, memory of a worker, what sandbox and split execution cost, stock nbgrader on
a few of the same submissions, and the gradebook after the grader was killed at random moments.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grading import batch, course, intake, sandbox  # noqa: E402
from grading.gradebook import rows  # noqa: E402
from grading.order import Order  # noqa: E402
from tests.grading.answers import FULL, NAME, RIGHT, WRONG, data, notebook  # noqa: E402
from tests.grading.course_copy import release  # noqa: E402

ASSIGNMENT = "benchmark"
SECRET = "benchmark"


def main() -> int:
    """Measure, print, and write benchmarks/results/grading.json."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stock", type=int, default=5, help="submissions graded by stock nbgrader")
    parser.add_argument("--to", type=Path, default=ROOT / "benchmarks" / "results" / "grading.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options)
    text = json.dumps(found, indent=2)
    print(text)
    options.to.parent.mkdir(exist_ok=True)
    options.to.write_text(text + "\n", encoding="utf-8")
    return 0


def measure(folder, options) -> dict:
    """All figures, each from submissions whose scores were checked."""
    source = two_notebooks(folder / "source")
    wanted = hand_in(folder / "submitted", options.students)
    small = dict(list(wanted.items())[: max(8, options.students // 6)])
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "sandbox": sandbox.best(),
        "students": options.students,
        "notebooks_each": 2,
    }
    found["two_workers"] = run(folder, source, wanted, 2)
    found["one_worker"] = run(folder, source, wanted, 1)
    one, two = found["one_worker"]["wall_s"], found["two_workers"]["wall_s"]
    found["two_against_one_worker"] = round(one / two, 2)
    found["start_of_a_sandbox_s"] = start_of_a_sandbox()
    found["sandbox_and_split_overhead_s"] = overhead(source)
    if options.stock:
        found["stock_nbgrader_cpu_s_each"] = stock(folder, source, list(wanted)[: options.stock])
    found["killed"] = killed(folder, source, list(small)[:24], options.kills)
    return found


def two_notebooks(folder) -> Path:
    """An assignment with the first exercises twice, under two names."""
    made = course.find_source(NAME, None) / f"{NAME}.ipynb"
    target = folder / ASSIGNMENT
    target.mkdir(parents=True)
    for name in ("part_one", "part_two"):
        shutil.copy(made, target / f"{name}.ipynb")
    return target


def hand_in(folder, count) -> dict[str, float]:
    """Right, partly right and wrong submissions; student → the points that they deserve."""
    kinds = [
        (RIGHT, FULL),
        ({**RIGHT, "answer-1-3": WRONG["answer-1-3"]}, FULL - 4),
        (
            {**RIGHT, "answer-2-3": RIGHT["answer-2-3"].replace("image[i", "image[::-1][i")},
            FULL - 4,
        ),
        (WRONG, 0.0),
        ({}, 0.0),
        ({**RIGHT, "answer-1-1": WRONG["answer-1-1"], "answer-2-2": WRONG["answer-2-2"]}, FULL - 5),
    ]
    wanted = {}
    for number in range(count):
        student, (answers, points) = f"s{number:04}", kinds[number % len(kinds)]
        below = folder / student / ASSIGNMENT
        below.mkdir(parents=True)
        note = f"note = 'of {student}'"  # no two files are equal
        content = data(notebook(release(), answers, after=note))
        for name in ("part_one", "part_two"):
            (below / f"{name}.ipynb").write_bytes(content)
        wanted[student] = 2 * points
    return wanted


def order_for(folder, results, source, students, workers):
    task = course.prepare(results, ASSIGNMENT, source)
    found = intake.collect(folder / "submitted", ASSIGNMENT, task.notebooks, {})
    chosen = {s: found.found[s] for s in students}
    return Order(results, task, chosen, workers=workers, secret=SECRET, kind=sandbox.choose())


def run(folder, source, wanted, workers) -> dict:
    """Grade a class; every score must be right."""
    results = Path(tempfile.mkdtemp(dir=folder))
    order = order_for(folder, results, source, wanted, workers)
    watch = Watch()
    cpu, began = system_cpu(), time.perf_counter()
    outcome = batch.run(order)
    wall, cpu = time.perf_counter() - began, system_cpu() - cpu
    watch.stop()
    got = {
        s: sum(x or 0 for n in e["notebooks"].values() for x in n["scores"].values())
        for s, e in outcome["entries"].items()
    }
    if got != wanted:
        wrong = {s: (got.get(s), points) for s, points in wanted.items() if got.get(s) != points}
        raise SystemExit(f"wrong scores, so no figures: {wrong}")
    return {
        "workers": workers,
        "submissions": len(wanted),
        "wall_s": round(wall, 1),
        "per_second": round(len(wanted) / wall, 2),
        "cpu_s_each": round(cpu / len(wanted), 3),
        "largest_worker_MB": round(watch.worker / 1e6),
        "largest_sandbox_MB": round(watch.sandbox / 1e6),
    }


def system_cpu() -> float:
    """CPU seconds of the whole machine: sandboxes are killed, so no parent counts their time."""
    numbers = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    busy = sum(int(n) for place, n in enumerate(numbers[:8]) if place not in (3, 4))
    return busy / os.sysconf("SC_CLK_TCK")


class Watch:
    """Largest memory of a worker and of a sandbox while a class is graded."""

    def __init__(self):
        self.worker = self.sandbox = 0
        self.going = True
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while self.going:
            for pid in sandbox.tree(os.getpid())[1:]:
                try:
                    command = Path(f"/proc/{pid}/cmdline").read_bytes()
                    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                except (OSError, IndexError, ValueError):
                    continue
                size = pages * os.sysconf("SC_PAGE_SIZE")
                if b"driver.py" in command:
                    self.sandbox = max(self.sandbox, size)
                elif b"forkserver" in command or b"multiprocessing" in command:
                    self.worker = max(self.worker, size)
            time.sleep(0.2)

    def stop(self):
        self.going = False
        self.thread.join()


def start_of_a_sandbox(count=20) -> float:
    """Seconds from nothing to an interpreter that is ready."""
    from grading.session import Session

    began = time.perf_counter()
    for _ in range(count):
        with Session(sandbox.best()) as session:
            session.look("x")
    return round((time.perf_counter() - began) / count, 3)


def overhead(source, count=10) -> float:
    """Seconds that a right notebook takes more than its cells and checks run in one process."""
    from convkit import check
    from grading.grade import Submission, Task, grade

    text = (source / "part_one.ipynb").read_text("utf-8")
    content = data(notebook(release(), RIGHT))
    task = Task(ASSIGNMENT, {"part_one": (text, json.dumps(release()))})
    submission = Submission("x", {"part_one": ("x.ipynb", content)}, secret="x")
    grade(task, submission, sandbox.best())
    began = time.perf_counter()
    for _ in range(count):
        grade(task, submission, sandbox.best())
    split = (time.perf_counter() - began) / count
    import contextlib
    import io

    cells = [c for c in notebook(release(), RIGHT)["cells"] if c["cell_type"] == "code"]
    began = time.perf_counter()
    for _ in range(count):
        names = {"display": lambda *values: None}
        for cell in cells:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                exec(cell["source"], names)
    check.start()
    return round(split - (time.perf_counter() - began) / count, 3)


def stock(folder, source, students) -> float:
    """CPU seconds for each submission that stock `nbgrader autograde` takes."""
    root = folder / "stock"
    shutil.copytree(source, root / "source" / ASSIGNMENT)
    for student in students:
        shutil.copytree(folder / "submitted" / student, root / "submitted" / student)
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    settings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def call(*words):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words, f"--course-dir={root}"],
            env=settings,
            cwd=root,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"nbgrader {words[0]} failed:\n{done.stderr[-2000:]}")

    call("generate_assignment", ASSIGNMENT)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call("autograde", ASSIGNMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(cpu / len(students), 2)


def killed(folder, source, students, kills) -> dict:
    """Kill the grader at random moments, go on, and compare the gradebooks."""
    quiet, shaken = (Path(tempfile.mkdtemp(dir=folder)) for _ in range(2))
    batch.run(order_for(folder, quiet, source, students, 2))
    context, draw, done = multiprocessing.get_context("spawn"), random.Random(2026), 0
    for _ in range(kills):
        arguments = (folder, shaken, source, students)
        process = context.Process(target=_grade_in_process, args=arguments)
        process.start()
        process.join(draw.uniform(0.5, 6.0))
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            done += 1
        else:  # finished: start over, so that the next kill has something to interrupt
            shutil.rmtree(shaken)
            shaken.mkdir()
        process.join()
    batch.run(order_for(folder, shaken, source, students, 2))
    same = rows(quiet / "gradebook.db") == rows(shaken / "gradebook.db")
    return {"times": done, "same_gradebook": same}


def _grade_in_process(folder, results, source, students):
    batch.run(order_for(folder, results, source, students, 2))


def machine() -> dict:
    """What it was measured on."""
    names = [
        x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")
    ]
    return {
        "cpu": names[0].split(":")[1].strip() if names else platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
