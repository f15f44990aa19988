"""Every assignment through both graders: the solution gets all points, the empty notebook none."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbgrader is not installed")
pytest.importorskip("nbgrader", reason="nbgrader is not installed")

ROOT = Path(__file__).parent.parent.parent
NAMES = [path.stem for path in sorted((ROOT / "exercises").glob("*/*.ipynb"))]
SECRET = "only this test knows it"


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The instructor's notebooks, made from solutions/."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "solutions" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    folder = tmp_path_factory.mktemp("sources")
    for name in NAMES:
        generate.write_source(name, folder)
    return folder


def read(folder, name):
    return nbformat.read(folder / name / f"{name}.ipynb", 4)


def marks(cell) -> dict:
    return cell.metadata.get("nbgrader", {})


def handed_in(sources, name):
    """What a perfect student sends, and what one sends who wrote nothing."""
    untouched = read(ROOT / "exercises", name)
    solved = copy.deepcopy(untouched)
    answers = {cell.id: cell.source for cell in read(sources, name).cells}
    for cell in solved.cells:
        if marks(cell).get("solution"):
            cell.source = answers[cell.id]
    return {"solved": solved, "untouched": untouched}


def checked(notebook) -> dict[str, float]:
    """Name of each check → its points."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {marks(c)["grade_id"]: float(marks(c)["points"]) for c in cells if marks(c).get("grade")}


@pytest.mark.sandbox
@pytest.mark.parametrize("name", NAMES)
def test_the_sandbox_gives_the_solution_all_points(sources, name):
    """What an answer asks of `check` crosses the wall, too."""
    from grading import grade, sandbox
    from grading.times import Times

    versions = [read(folder, name) for folder in (sources, ROOT / "exercises")]
    task = grade.Task(name, {name: tuple(json.dumps(version) for version in versions)})
    kind = sandbox.choose()
    for student, notebook in handed_in(sources, name).items():
        content = nbformat.writes(notebook).encode()
        secret = grade.own_secret(SECRET, student, content)
        sent = grade.Submission(student, {name: ("a.ipynb", content)}, secret=secret)
        entry = grade.grade(task, sent, kind, Times(cell=20, call=10, grace=3, all=90))
        scores = entry["notebooks"][name]["scores"]
        wanted = {id_: most * (student == "solved") for id_, most in checked(notebook).items()}
        assert {id_: scores[id_] for id_ in wanted} == wanted, student


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES[1:])  # the first one has test_nbgrader.py to itself
def test_nbgrader_gives_the_solution_all_points(sources, tmp_path, name):
    from nbgrader.api import Gradebook

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    target = tmp_path / "_build" / "nbgrader" / "source"
    shutil.copytree(sources / name, target / name)
    students = handed_in(sources, name)
    for student, notebook in students.items():
        folder = tmp_path / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    nbgrader(tmp_path, "generate_assignment", name)
    nbgrader(tmp_path, "autograde", name)
    released = tmp_path / "exercises" / name / f"{name}.ipynb"
    assert released.read_bytes() == (ROOT / "exercises" / name / f"{name}.ipynb").read_bytes()
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "convkit") as gradebook:
        for student, notebook in students.items():
            found = gradebook.find_submission_notebook(name, name, student)
            scores = {grade.name: grade.score for grade in found.grades}
            wanted = {i: most * (student == "solved") for i, most in checked(notebook).items()}
            assert {id_: scores[id_] for id_ in wanted} == wanted, student


def nbgrader(course, *arguments):
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT),
        "CONVKIT_COURSE_SECRET": SECRET,
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
