"""Lines that only IPython reads cost no point anywhere: in Jupyter, a terminal, or the grader."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed")

from convkit.check import terminal
from grading import course, grade, sandbox
from tests.grading import course_copy as one
from tests.grading.answers import NAME, POINTS, RIGHT, data, notebook

# Runs a notebook's cells as a kernel of Jupyter reads them, and prints exercise → points.
JUPYTER = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from convkit import check
points, run = {}, check.run
def watched(id_, *answers, **options):
    verdict = run(id_, *answers, **options)
    points[id_] = verdict.points
    return verdict
check.run = watched
shell = InteractiveShell.instance()
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        shell.run_cell(cell["source"])
print("\\n" + json.dumps(points))
"""


def in_jupyter(path):
    program = [sys.executable, "-c", JUPYTER, str(path)]
    done = subprocess.run(program, capture_output=True, text=True, cwd=path.parent, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {id_: found.get(id_, 0.0) for id_ in POINTS}


def in_a_terminal(path, capfd):
    capfd.readouterr()
    terminal.check_notebook(path)
    lines = re.findall(r"^(\d+\.\d+)  (\S+) of", capfd.readouterr().out, re.MULTILINE)
    return {id_: float(points) for id_, points in lines}


def in_the_grader(made, results):
    task = course.prepare(results, NAME, course.find_source(NAME, None))
    sent = grade.Submission("ada", {NAME: (f"{NAME}.ipynb", data(made))}, secret=one.SECRET)
    scores = grade.grade(task, sent, sandbox.choose(), one.TIMES)["notebooks"][NAME]["scores"]
    return {id_: scores["check-" + id_.replace(".", "-")] for id_ in POINTS}


def beside(id_, after="", before=""):
    return before + RIGHT["answer-" + id_.replace(".", "-")] + after


KEPT = {
    "1.1": beside("1.1", "\nnp.sum?"),
    "1.2": beside("1.2", before="%%time\n"),
    "1.3": beside(
        "1.3", "\nfiles = !ls\n!echo it's done \\\n   and more\nassert files is not None"
    ),
    "1.4": beside("1.4", "\nhelp_text = '''\n%time\n!ls\nwhat?\n'''\nconvolve??"),
    "2.1": beside("2.1").replace("products = ", "%time products = "),
    "2.2": beside("2.2", "\nif order:\n    %pwd\n    ?order\nassert '%d?' % 7 == '7?'"),
    "2.3": beside("2.3").replace("def slide_box", "import helper_of_mine\n\ndef slide_box"),
    "2.4": beside(
        "2.4", "\nlogged = %who_ls\nrest = (7\n        % 4)\n", before="%%capture\n%pwd\n"
    ),
}
LOST = {
    "1.1": beside("1.1", "\nnp.sum ?"),  # a space before the question mark: nobody reads that
    "1.2": beside("1.2", before="%%writefile elsewhere.py\n"),
    "1.3": beside("1.3", before="%%bash\n"),
    "1.4": beside("1.4", "\nfor k in range(3): !ls"),
    "2.1": beside("2.1", "\n%time\nproducts = = 1"),
    "2.2": textwrap.indent(beside("2.2"), "    "),  # all of it indented: IPython reads it
    "2.3": beside("2.3", "\n%time\n1 / 0"),  # an error below the function
    "2.4": textwrap.indent(beside("2.4").rstrip(), ">>> "),  # prompts copied along
}


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("answers", "right"), [(KEPT, set(POINTS)), (LOST, {"2.2", "2.3", "2.4"})], ids=["kept", "lost"]
)
def test_jupyter_terminal_and_grader_give_the_same_points(answers, right, tmp_path, capfd):
    written = {"answer-" + id_.replace(".", "-"): text for id_, text in answers.items()}
    before = "%%writefile helper_of_mine.py\nX = 7 % 3"
    made = notebook(one.release(), {**RIGHT, **written}, before=before)
    places = []
    for place in ("jupyter", "terminal"):
        folder = tmp_path / place
        folder.mkdir()
        places.append(folder / f"{NAME}.ipynb")
        places[-1].write_bytes(data(made))
    wanted = {id_: float(most * (id_ in right)) for id_, most in POINTS.items()}
    assert in_jupyter(places[0]) == wanted
    assert in_a_terminal(places[1], capfd) == wanted
    assert in_the_grader(made, tmp_path / "results") == wanted


@pytest.mark.sandbox
def test_an_error_below_a_magic_names_the_line_where_it_stands(tmp_path, capfd):
    path = tmp_path / f"{NAME}.ipynb"
    path.write_bytes(data(notebook(one.release(), RIGHT, before="%%time\nx = 1\n%pwd\nx / 0")))
    terminal.check_notebook(path)
    assert "    line 4: x / 0" in capfd.readouterr().out
    from grading.session import Session

    with Session(sandbox.choose(), times=one.TIMES) as session:
        answer = session.run("%%time\nx = 1\n%pwd\n%time x / 0", 1)
    assert answer["error"]["line"] == "line 4: %time x / 0"


@pytest.mark.sandbox
def test_the_grader_reads_cells_by_the_very_file_that_convkit_check_uses():
    from convkit.check import ipython_cells
    from grading.session import Session

    source = "import ipython_cells\nopen(ipython_cells.__file__).read()"
    with Session(sandbox.choose(), times=one.TIMES) as session:
        (shown,) = session.run(source, 1)["shown"]
    with open(ipython_cells.__file__, encoding="utf-8") as file:
        assert shown == repr(file.read())[:20_000]
