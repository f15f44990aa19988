"""The first assignment, and small classes made of it, for the tests of grading."""

import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path

from grading import batch, course, intake
from grading.order import Order
from grading.times import Times
from tests.grading.answers import NAME, RIGHT, WRONG, data, notebook

ROOT = Path(__file__).resolve().parents[2]
TIMES = Times(cell=10, call=6, grace=3, all=75)
SECRET = "only the instructor knows 73921"


def load(path):
    """A notebook whose sources are text, not lines."""
    made = json.loads(Path(path).read_text("utf-8"))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    return made


def release():
    """The notebook that students are handed."""
    return load(ROOT / "exercises" / NAME / f"{NAME}.ipynb")


def right(**options) -> bytes:
    """A right notebook."""
    return data(notebook(release(), RIGHT, **options))


def wrong(**options) -> bytes:
    """A wrong one."""
    return data(notebook(release(), WRONG, **options))


def hand_in(tree, students: dict):
    """Write submissions as nbgrader has them: student → content of the notebook."""
    for student, content in students.items():
        folder = tree / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").write_bytes(content)
    return tree


def grade(place, results, *, people=None, workers=1, run=batch.run, **options):
    """Grade what lies in a folder or a zip; the outcome and what the intake found."""
    if not results.exists():  # what is the same for every test is made once
        shutil.copytree(_prepared(), results)
    task = course.prepare(results, NAME, course.find_source(NAME, None))
    found = intake.collect(place, NAME, task.notebooks, people or {})
    order = Order(
        results,
        task,
        found.found,
        people or {},
        workers=workers,
        times=TIMES,
        secret=SECRET,
        secret_given=True,
        **options,
    )
    return run(order), found


@functools.cache
def _prepared():
    folder = tempfile.mkdtemp(prefix="prepared-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    course.prepare(Path(folder), NAME, course.find_source(NAME, None))
    return folder


def points(entry) -> float:
    """All points that a machine gave."""
    return sum(s or 0 for n in entry["notebooks"].values() for s in n["scores"].values())
