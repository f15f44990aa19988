"""The judge has limits: what a student made costs that student's question, and nobody else."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grading import course, grade, helpers, judge, sandbox
from grading.inside import wire
from tests.grading import course_copy as one
from tests.grading.answers import FULL, NAME, POINTS, RIGHT, code, data, notebook

pytestmark = [pytest.mark.sandbox]


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    results = tmp_path_factory.mktemp("course")
    return course.prepare(results, NAME, course.find_source(NAME, None))


def graded(task, content, limits=None):
    submission = grade.Submission("ann", {NAME: (f"{NAME}.ipynb", content)}, secret="x")
    with judge.Judge(limits) as by:
        return grade.grade(task, submission, sandbox.choose(), one.TIMES, by)


def test_what_kills_a_judge_costs_one_question_with_a_remark(task):
    limits = judge.Limits(cpu=3)
    busy = (
        "from convkit import check\n"
        "for _ in range(1000):\n"
        "    check.slide_and_sum(np.ones((140, 140)), np.ones((10, 10)))\n"
    )
    answers = {**RIGHT, "answer-2-2": RIGHT["answer-2-2"] + "\n" + busy}
    found = graded(task, data(notebook(one.release(), answers)), limits)
    assert one.points(found) == FULL - POINTS["2.2"]
    assert "it took too much computing time" in found["notebooks"][NAME]["feedback"]


def test_long_text_is_no_answer_and_costs_no_time(task):
    order = {"answer-2-2": "order = 'A ' * 1_500_000"}
    found = graded(task, data(notebook(one.release(), {**RIGHT, **order})))
    assert one.points(found) == FULL - POINTS["2.2"]
    assert "is a text of 3000000 characters" in found["notebooks"][NAME]["feedback"]


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("slide_and_sum", [], {"image": np.ones((400, 400)), "filters": np.ones((100, 100))}),
        ("slide_and_sum", [[[1.0] * 400] * 400, [[1.0] * 100] * 100], {}),
        ("window_rows", [np.ones((1000, 1000, 1)), 18], {}),
        ("layer_matrix", [np.ones((1, 3, 3, 1))], {"H": 1000, "W": 1000}),
        ("matrix_row", [np.ones((3, 3)), 0, 0, 90_000, 90_000], {}),
        ("your_numbers", ["2.1" * 1000], {}),
    ],
)
def test_helpers_bound_their_work_however_it_is_passed(name, args, kwargs):
    with pytest.raises(ValueError, match="too l"):
        helpers.bounded()[name](*args, **kwargs)


def test_a_message_of_colliding_keys_is_refused():
    pairs = {n * (2**61 - 1): 0 for n in range(3000)}
    with pytest.raises(wire.WireError):
        wire.pack({"value": pairs})
    body = {"dict": [[{"int": hex(k)}, 0] for k in pairs]}
    with pytest.raises(wire.WireError):
        wire.decode(body, iter(()))


def test_a_judge_knows_no_secret_of_the_course(task, monkeypatch):
    monkeypatch.setenv("CONVKIT_COURSE_SECRET", "nobody may know this")
    with judge.Judge() as by:
        submission = grade.Submission("ann", {NAME: (f"{NAME}.ipynb", one.right())}, secret="x")
        found = grade.grade(task, submission, sandbox.choose(), one.TIMES, by)
        environment = Path(f"/proc/{by._process.pid}/environ").read_bytes()
    assert one.points(found) == FULL
    assert b"nobody may know this" not in environment


def test_scratch_cells_take_no_time_from_answers(task):
    busy = "while True:\n    pass"
    made = notebook(one.release(), RIGHT, "pass")
    place = made["cells"].index(code("pass"))
    made["cells"][place : place + 1] = [code(busy)] * 8
    found = graded(task, data(made))
    assert one.points(found) == FULL
    assert "cells of your own" in " ".join(found["notebooks"][NAME]["remarks"])


def test_a_killed_judge_is_started_again(task):
    with judge.Judge() as by:
        submission = grade.Submission("ann", {NAME: (f"{NAME}.ipynb", one.right())}, secret="x")
        grade.grade(task, submission, sandbox.choose(), one.TIMES, by)
        os.kill(by._process.pid, 9)
        found = grade.grade(task, submission, sandbox.choose(), one.TIMES, by)
    assert one.points(found) == FULL


LIMITED = """
import ctypes, socket
import numpy as np
from grading import judge_process

judge_process.limit_this_process({"memory": 200 << 20}, ctypes.CDLL(None))
small = np.ones(10 << 20, np.uint8)
for attempt in (lambda: np.ones(400 << 20, np.uint8), lambda: socket.socket(socket.AF_INET)):
    try:
        attempt()
        print("done")
    except (MemoryError, PermissionError) as error:
        print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_judge_gets_no_more_memory_than_its_limit_and_no_socket():
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["MemoryError", "PermissionError"], done.stderr
