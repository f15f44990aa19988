"""The real nbgrader, from one source to a table of grades, with every score known before."""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbgrader is not installed")
pytest.importorskip("nbgrader", reason="nbgrader is not installed")

ROOT = Path(__file__).parent.parent.parent
NAME = "01_slide_and_sum"
POINTS = {"1-1": 2, "1-2": 3, "1-3": 4, "1-4": 2, "2-1": 3, "2-2": 3, "2-3": 4, "2-4": 3}
CHECKS = [f"check-{key}" for key in POINTS]


def generator():
    """solutions/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "solutions" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solved():
    """The release notebook with the answers of the source in it: what a perfect student sends."""
    release = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", 4)
    with tempfile.TemporaryDirectory() as folder:
        source = nbformat.read(generator().write_source(NAME, Path(folder)), 4)
    answers = {cell.id: cell.source for cell in source.cells}
    for cell in release.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    return release


def with_answers(notebook, **answers):
    """Replace whole answer cells: answer_1_3='def …'."""
    by_id = {cell.id: cell for cell in notebook.cells}
    for key, source in answers.items():
        by_id[key.replace("_", "-")].source = source
    return notebook


def untouched():
    return nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", 4)


def flips_and_stumbles():
    """Flips wherever it can, forgets the +1, and raises in 2.3."""
    return with_answers(
        solved(),
        answer_1_2=(
            "def result_size(size, kernel, padding='valid', stride=1):\n"
            "    if padding == 'same':\n        return -(-size // stride)\n"
            "    return (size - kernel) // stride + (padding == 'full')"
        ),
        answer_1_3=(
            "def slide_and_sum(image, filters, stride=1):\n"
            "    return check.slide_and_sum(image, filters[::-1, ::-1], stride)"
        ),
        answer_1_4="def convolve(image, filters):\n    return check.slide_and_sum(image, filters)",
        answer_2_3="def slide_box(image, filters, stride=1):\n    return image[len(image)]",
    )


def ignores_strides():
    """Right for a stride of 1 and nothing else; repairs one of two faults; leaves cells out."""
    return with_answers(
        solved(),
        answer_1_3=(
            "print('this student prints')\n"
            "import warnings; \n"
            "def slide_and_sum(image, filters, stride=1):\n"
            "    print(image); warnings.warn('careful')\n"
            "    return check.slide_and_sum(image, filters)"
        ),
        answer_2_1="products, result, strided = None, None, None",
        answer_2_2="order = 'C A F H J E G B X I'",
        answer_2_4=untouched_answer("answer-2-4").replace(
            "image[i:i + K, j:j + K, :]",
            "image[i * stride:i * stride + K, j * stride:j * stride + K, :]",
        ),
    )


def broken_python():
    """A syntax error, a name that nobody knows, a token without quotes: the rest still counts."""
    notebook = with_answers(
        solved(),
        answer_1_1="def one_place(image, filters, i, j)\n    return 1",
        answer_2_2="order = lines_that_do_not_exist",
    )
    token = next(cell for cell in notebook.cells if cell.source.startswith("TOKEN"))
    token.source = token.source.replace('"public"', "YKZJ-9XWR-Y2")
    return notebook


def untouched_answer(grade_id):
    return next(cell.source for cell in untouched().cells if cell.id == grade_id)


def tampered():
    """Wrong answers, and tests made to applaud them."""
    notebook = untouched()
    for cell in notebook.cells:
        if cell.id in CHECKS:
            cell.source = str(cell.metadata.nbgrader.points)
            cell.metadata.nbgrader.points = 100
    return notebook


SUBMISSIONS = {
    "ada": (solved, POINTS),
    "blank": (untouched, dict.fromkeys(POINTS, 0)),
    "flipper": (flips_and_stumbles, {**POINTS, "1-2": 1, "1-3": 0, "1-4": 0, "2-3": 0}),
    "strider": (ignores_strides, {**POINTS, "1-3": 3, "2-1": 0, "2-2": 0, "2-4": 1}),
    "typist": (broken_python, {**POINTS, "1-1": 0, "2-2": 0}),
    "tamper": (tampered, dict.fromkeys(POINTS, 0)),
}


def nbgrader(course, *arguments):
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT),
        "CONVKIT_COURSE_SECRET": "only this test knows it",
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of six students, graded by the configuration at the top of the repository."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    source = course / "_build" / "nbgrader" / "source"
    generator().write_source(NAME, source)
    for student, (make, _) in SUBMISSIONS.items():
        folder = course / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(make(), folder / f"{NAME}.ipynb")
    nbgrader(course, "generate_assignment", NAME)
    nbgrader(course, "autograde", NAME)
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export", "--to", "grades.csv")
    return course


def test_nbgrader_makes_the_release_that_is_committed(course):
    made = course / "exercises" / NAME / f"{NAME}.ipynb"
    assert made.read_bytes() == (ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_bytes()


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_every_cell_gets_the_points_that_it_deserves(course, student):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "convkit") as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, NAME, student)
        scores = {grade.name: (grade.score, grade.max_score) for grade in notebook.grades}
    written = scores.pop("answer-2-5")
    expected = {f"check-{key}": (got, POINTS[key]) for key, got in SUBMISSIONS[student][1].items()}
    assert scores == expected
    assert written == (0, 4)  # a person reads it


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_the_table_of_grades_has_the_sums(course, student):
    with (course / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == SUBMISSIONS.keys()
    assert float(rows[student]["score"]) == sum(SUBMISSIONS[student][1].values())
    assert float(rows[student]["max_score"]) == 28


def test_the_written_answer_waits_for_a_person_unless_it_is_untouched(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "convkit") as gradebook:
        for student in SUBMISSIONS:
            grade = gradebook.find_grade("answer-2-5", NAME, NAME, student)
            assert grade.needs_manual_grade == (student not in ("blank", "tamper"))


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_everybody_gets_feedback_that_can_be_read(course, student):
    page = (course / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Slide and sum" in page
    assert len(page) < 2_000_000
    assert ("✓ right" in page) == (student not in ("blank", "tamper"))
    assert "only this test knows it" not in page


def test_feedback_says_what_went_wrong(course):
    page = (course / "feedback" / "flipper" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "single 1 in its upper right corner" in page
    assert "An index leaves the array" in page


def test_nobody_is_graded_without_the_checks(tmp_path):
    """A broken installation must stop the grader: every check would fail for every student."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "convkit.py").write_text("# a stranger's package with our name\n")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", NAME],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "everybody 0 points" in done.stdout + done.stderr
