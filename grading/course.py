"""The instructor's side of a results folder: the assignment, the gradebook, the secret, the lock.

A results folder is a course as nbgrader knows it, so that formgrader opens it as it is:
source/, release/, submitted/, autograded/, feedback/, gradebook.db and nbgrader_config.py; what
only this program needs lies in .grading/.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from convkit.check import renumbered
from grading.grade import Task

ROOT = Path(__file__).resolve().parent.parent
_CONFIG = '''"""Made by `python -m grading`. Start `jupyter lab` in this folder for formgrader."""
import os
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
c = get_config()
c.CourseDirectory.course_id = ""
c.CourseDirectory.root = str(here)
c.SanitizeHTML.enabled = True
'''


class CourseError(Exception):
    """Something is wrong with the course or the folder; the message says what to do."""


def find_source(assignment: str, folder: Path | None) -> Path:
    """The folder of an assignment's instructor notebooks, made from solutions/ if need be."""
    if words := renumbered.assignment(assignment):
        raise CourseError(words)
    if folder:
        found = folder / assignment
        if not list(found.glob("*.ipynb")):
            raise CourseError(f"there is no notebook in {found}")
        return found
    text = ROOT / "solutions" / assignment / f"{assignment}.md"
    if not text.is_file():
        known = sorted(p.parent.name for p in (ROOT / "solutions").glob("*/*.md"))
        raise CourseError(
            f"there is no assignment {assignment!r}; there are {', '.join(known) or 'none'}. "
            "For notebooks of another course, name their folder: --source FOLDER"
        )
    made = ROOT / "_build" / "nbgrader" / "source" / assignment
    notebook = made / f"{assignment}.ipynb"
    if not notebook.exists() or notebook.stat().st_mtime < text.stat().st_mtime:
        sys.path.insert(0, str(ROOT / "solutions"))
        try:
            import generate
        finally:
            sys.path.pop(0)
        generate.write_source(assignment, made.parent)
    return made


def prepare(results: Path, assignment: str, source: Path) -> Task:
    """Bring an assignment into the results folder and its gradebook; a no-op if it is there.

    The gradebook is changed in a copy that takes its place when all is done: a grader that is
    killed here leaves the old one, or none.
    """
    for path in sorted(source.glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8")).get("cells", [])
        asked = renumbered.checked_in("".join(cell["source"]) for cell in cells)
        if words := renumbered.notebook(asked):
            raise CourseError(f"{path.stem}: {words}")
    results.mkdir(parents=True, exist_ok=True)
    (results / ".grading").mkdir(mode=0o700, exist_ok=True)
    for name in ("autograded", "feedback", "submitted"):
        (results / name).mkdir(exist_ok=True)
    config = results / "nbgrader_config.py"
    if not config.exists():
        write_atomically(config, _CONFIG.encode())
    stamp = results / ".grading" / f"{assignment}.stamp"
    digest = _digest(source)
    if not (stamp.exists() and stamp.read_text() == digest and (results / "gradebook.db").exists()):
        _generate(results, assignment, source)
        write_atomically(stamp, digest.encode())
    release = results / "release" / assignment
    notebooks = {
        path.stem: (path.read_text("utf-8"), (release / path.name).read_text("utf-8"))
        for path in sorted((results / "source" / assignment).glob("*.ipynb"))
    }
    return Task(assignment, notebooks)


def _digest(source) -> str:
    sha = hashlib.sha256()
    for path in sorted(source.glob("*.ipynb")):
        sha.update(path.name.encode() + b"|" + path.read_bytes())
    return sha.hexdigest()


def _generate(results, assignment, source):
    """Run nbgrader's own generate_assignment, with our stubs, into a new copy of everything."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import Config, PyFileConfigLoader

    bin_folder = str(Path(sys.executable).parent)  # nbgrader starts alembic by its bare name
    if bin_folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([bin_folder, os.environ.get("PATH", "")])
    with tempfile.TemporaryDirectory(dir=results / ".grading") as folder:
        new = Path(folder).resolve()  # nbgrader changes the working directory
        shutil.copytree(source, new / "source" / assignment)
        old = results / "gradebook.db"
        if old.exists():
            shutil.copy(old, new / "gradebook.db")
        config = Config()
        ours = ROOT / "nbgrader_config.py"
        if ours.exists():
            config = PyFileConfigLoader(ours.name, path=str(ROOT)).load_config()
        config.CourseDirectory.root = str(new)
        config.CourseDirectory.source_directory = "source"
        config.CourseDirectory.release_directory = "release"
        config.CourseDirectory.db_url = f"sqlite:///{new / 'gradebook.db'}"
        config.CourseDirectory.course_id = ""
        config.CourseDirectory.assignment_id = assignment
        config.BaseConverter.force = True
        with Gradebook(config.CourseDirectory.db_url, "") as book:
            book.update_or_create_assignment(assignment)
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        converter.log.setLevel(logging.ERROR)
        try:
            converter.start()
        except (SystemExit, Exception) as error:
            raise CourseError(
                f"nbgrader could not bring {assignment} into the gradebook: {error}. If cells "
                "were added or removed since submissions were graded, grade into a new folder."
            ) from error
        for name in ("source", "release"):
            target = results / name / assignment
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new / name / assignment, target)
        os.replace(new / "gradebook.db", old)


def course_secret(results: Path, file: Path | None = None) -> tuple[str, bool]:
    """The course's secret, and whether it was set by the instructor.

    Without one the folder gets a random secret of its own: hidden inputs are then secret all the
    same; only tokens cannot be checked.
    """
    given = file.read_text("utf-8").strip() if file else os.environ.get("CONVKIT_COURSE_SECRET", "")
    if given:
        return given, True
    own = results / ".grading" / "secret"
    if not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(own, secrets.token_hex(32).encode(), mode=0o600)
    return own.read_text(), False


@contextlib.contextmanager
def only_writer(results: Path):
    """Hold the folder's lock: two graders at once would count twice."""
    path = results / ".grading" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"another grader is at work in {results}") from None
        yield


def write_atomically(path: Path, content: bytes, mode: int = 0o644):
    """Write a file so that it is there completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    os.chmod(file.name, mode)
    os.replace(file.name, path)


def read_json(path: Path):
    """A JSON file, or None if it is not there or not whole."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
