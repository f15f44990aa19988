"""Where nbgrader finds this course. Read by every nbgrader command run in this folder.

python solutions/generate.py                          notebooks with solutions, for nbgrader
nbgrader generate_assignment 01_slide_and_sum --force   fills the gradebook; without --force it
                                                      skips, for exercises/ is there already
nbgrader autograde 01_slide_and_sum                   reads submitted/STUDENT/01_slide_and_sum/
nbgrader generate_feedback 01_slide_and_sum
nbgrader export                                       grades.csv

Set CONVKIT_COURSE_SECRET to a long text that only you know, in the shell that grades, and keep it
for the whole course: the grader's hidden numbers and all tokens come from it. Then
`python -m convkit.check.tokens roster.csv` prints a token for each student; hand each one out.
nbgrader runs what students wrote with your rights, and they could read the secret:
`python -m grading --help` tells of the safe way.
"""

import os
import sys
from pathlib import Path

root = Path(__file__).resolve().parent

# nbgrader starts alembic by its bare name, and that lies beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

try:
    from convkit.check import renumbered
except ImportError as error:
    raise SystemExit(
        f"The checks cannot be imported ({error}), and grading would give everybody 0 points. "
        f"Install the course's package for {sys.executable}."
    ) from error

for word in sys.argv[1:]:
    if words := renumbered.assignment(word.rpartition("=")[2]):
        raise SystemExit(words)

from nbgrader.converters import Autograde  # noqa: E402
from nbgrader.preprocessors import NbGraderPreprocessor  # noqa: E402 - after what can be told


class RefuseEditionBefore(NbGraderPreprocessor):
    """Stop at a notebook whose exercises have other numbers now, before any is graded."""

    def preprocess(self, nb, resources):
        grade_ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
        ids = renumbered.ids_in([cell.source for cell in nb.cells], grade_ids)
        if words := renumbered.notebook(ids):
            raise ValueError(words)
        return nb, resources


c = get_config()  # noqa: F821 - nbgrader hands it in

c.CourseDirectory.course_id = "convkit"
c.CourseDirectory.root = str(root)
# The one edited source is solutions/*.md; these notebooks are made from it.
c.CourseDirectory.source_directory = str(root / "_build" / "nbgrader" / "source")
c.CourseDirectory.release_directory = str(root / "exercises")

# An empty body makes the check say "no code yet", where an error would hide it.
c.ClearSolutions.code_stub = {"python": "pass  # your code goes here"}
c.ClearSolutions.text_stub = "*Write your answer here.*"

steps = Autograde.class_traits()["sanitize_preprocessors"].default()
c.Autograde.sanitize_preprocessors = [RefuseEditionBefore, *steps]

# One cell may search through pairs of mistakes; a loop without end must not hold up the others.
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True

# Feedback shows what students wrote: their HTML must not run in somebody else's browser.
c.SanitizeHTML.enabled = True
