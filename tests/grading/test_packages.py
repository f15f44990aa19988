"""What an answer may import while grading: NumPy and Python's own library, nothing else."""

import copy
import importlib.metadata
import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
import nbformat

from grading import grade, judging, report, sandbox
from grading.inside.stubs import PICTURES, READY_MADE
from grading.intake import Intake
from grading.session import Session
from grading.times import Times

ROOT = Path(__file__).parent.parent.parent
NAME = "12_four_views"
QUESTION = "check-12-5"
BODY = (
    "    return sum(image[m:m+len(image)-K+1, n:n+image.shape[1]-K+1] @ filters[:, m, n]\n"
    "               for m in range(K) for n in range(K)) + bias\n"
)
HEAD = "def as_layer(image, filters, bias):\n    K = filters.shape[1]\n"
needs_bubblewrap = pytest.mark.sandbox


def graded(*, answer=None, last=None, extra=()):
    """The entry of a student who changed one answer, the last cell, or added cells."""
    path = ROOT / "exercises" / NAME / f"{NAME}.ipynb"
    release = nbformat.read(path, 4)
    sent = copy.deepcopy(release)
    for cell in sent.cells:
        if answer and cell.source.startswith("# ANSWER 12.5"):
            cell.source = f"# ANSWER 12.5 (keep this line)\n{answer}"
    if last is not None:
        sent.cells[-1].source = last
    sent.cells += extra
    content = nbformat.writes(sent).encode()
    task = grade.Task(NAME, {NAME: (json.dumps(release), json.dumps(release))})
    secret = grade.own_secret("only this test knows it", "ada", content)
    submission = grade.Submission("ada", {NAME: ("a.ipynb", content)}, secret=secret)
    return grade.grade(task, submission, sandbox.choose(), Times(cell=20, call=10, grace=3, all=90))


# ---- packages


@needs_bubblewrap
def test_of_all_packages_on_this_machine_only_numpy_is_there():
    installed = sorted(importlib.metadata.packages_distributions())
    installed = [n for n in installed if n.isidentifier() and n not in sys.stdlib_module_names]
    wanted = [n for n in installed if n not in PICTURES | {"convkit", "numpy"}]
    assert len(wanted) > 20  # nbgrader, jupyter and what they need
    source = (
        "import importlib\nfound = []\n"
        f"for name in {wanted!r} + ['numpy']:\n"
        "    try:\n        importlib.import_module(name)\n        found.append(name)\n"
        "    except ImportError:\n        pass\n"
    )
    with Session("bubblewrap") as session:
        assert session.run(source, 0)["error"] is None
        assert session.look("found")["value"] == ["numpy"]


@needs_bubblewrap
@pytest.mark.parametrize(
    ("line", "what"),
    [
        *((f"import {name}", name) for name in sorted(READY_MADE)),
        ("from scipy.signal import correlate2d", "scipy"),
        ("import convkit.reference", "convkit.reference"),
        ("from convkit import conv2d", "convkit.conv2d"),
        ("from convkit.reference import conv2d", "convkit.reference"),
        ("import convkit\nconvkit.conv2d", "convkit.conv2d"),
    ],
)
def test_each_ready_made_package_is_named_with_the_rule(line, what):
    with Session("bubblewrap") as session:
        error = session.run(line, 0)["error"]
    assert error["text"].startswith(f"{what} is not there while grading: the rule is")
    assert "writes the convolution itself" in error["text"]


@needs_bubblewrap
@pytest.mark.parametrize(
    "line", ["from scipy.signal import correlate", "from convkit import conv2d"]
)
def test_an_answer_with_a_ready_made_package_earns_nothing_and_reads_why(line):
    inside = graded(answer=f"{HEAD}    {line}\n{BODY}")["notebooks"][NAME]
    above = graded(answer=f"{line}\n{HEAD}{BODY}")["notebooks"][NAME]
    for entry in (inside, above):
        assert entry["scores"][QUESTION] == 0
        assert "is not there while grading: the rule is" in entry["feedback"]
        assert "something else (of type" not in entry["feedback"]


@needs_bubblewrap
def test_a_comparison_in_a_cell_of_its_own_costs_nothing():
    cell = nbformat.v4.new_code_cell("from convkit import conv2d\nimport torch")
    entry = graded(answer=HEAD + BODY, extra=[cell])["notebooks"][NAME]
    assert entry["scores"][QUESTION] == 3


# ---- what helped


@needs_bubblewrap
@pytest.mark.parametrize(
    ("last", "extra", "silent"),
    [
        (None, [], True),
        ("", [], True),
        ("Nobody, nothing.", [], False),
        ("*Write it here.*\n\nMy sister explained 12.3.", [], False),
        (None, ["A chat program wrote 12.4 for me."], False),
    ],
)
def test_an_empty_word_about_help_is_told_and_never_scored(last, extra, silent):
    extra = [nbformat.v4.new_markdown_cell(text) for text in extra]
    entry = graded(answer=HEAD + BODY, last=last, extra=extra)
    found = entry["notebooks"][NAME]
    assert found["silent"] is silent
    assert ("about what helped you, is empty" in found["feedback"]) is silent
    assert found["scores"][QUESTION] == 3
    assert not found["remarks"]
    outcome = {"entries": {"ada": entry}, "graded": 1, "kept": 0, "changes": []}
    text = report.summary(outcome, Intake(), "bubblewrap", 1.0)
    assert ("1 did not say what helped them (not scored): ada." in text) is silent


def test_every_notebook_ends_with_the_question_what_helped():
    for path in sorted((ROOT / "exercises").glob("*/*.ipynb")):
        *_, asks, last = nbformat.read(path, 4).cells
        assert judging.ASKS in asks.source
        assert last.source == "*Write it here.*"
        for cell in (asks, last):
            assert cell.cell_type == "markdown"
            assert "nbgrader" not in cell.metadata
