"""JupyterLab's Validate button, which is `nbgrader validate`: right for every assignment."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
import nbformat

from tests.assignments.sources import SOURCES

ROOT = Path(__file__).parent.parent
RELEASED = sorted((ROOT / "exercises").glob("*/*.ipynb"))
_SOLUTION = re.compile(r"^ *### (BEGIN|END) SOLUTION\n", re.MULTILINE)


def marks(cell):
    return cell.metadata.get("nbgrader", {})


def validate(notebook, folder):
    """What Validate says: the sources of the checks that failed, and of those that changed."""
    from nbgrader.validator import Validator

    path = folder / "a.ipynb"
    nbformat.write(notebook, path)
    said = Validator().validate(str(path))
    return {kind: [one["source"] for one in found] for kind, found in said.items()}


def checks(notebook):
    """The cells with points that a program can judge."""
    graded = [cell for cell in notebook.cells if marks(cell).get("grade")]
    return [cell.source.strip() for cell in graded if cell.cell_type == "code"]


def solved(notebook):
    """The released notebook with our answers typed into it."""
    notebook = copy.deepcopy(notebook)
    answers = {f"answer-{id_.replace('.', '-')}": source.cell for id_, source in SOURCES.items()}
    for cell in notebook.cells:
        if marks(cell).get("grade_id") in answers:
            cell.source = _SOLUTION.sub("", answers[marks(cell)["grade_id"]])
    return notebook


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_validate_names_every_check_of_an_empty_notebook_and_none_of_a_solved_one(path, tmp_path):
    notebook = nbformat.read(path, 4)
    empty = validate(notebook, tmp_path)
    assert empty.keys() == {"failed"}
    found = {source.strip() for source in empty["failed"]}
    assert found >= set(checks(notebook))
    right = validate(solved(notebook), tmp_path)
    written = {c.source.strip() for c in notebook.cells if marks(c).get("task")}
    by_hand = [c for c in notebook.cells if marks(c).get("grade") and c.cell_type != "code"]
    written |= {cell.source.strip() for cell in by_hand}
    assert {source.strip() for source in right.get("failed", [])} <= written


def test_validate_tells_that_a_check_was_changed(tmp_path):
    notebook = solved(nbformat.read(RELEASED[0], 4))
    (cell, *_) = [cell for cell in notebook.cells if marks(cell).get("grade")]
    cell.source += "  # as I like it"
    assert validate(notebook, tmp_path).keys() == {"changed"}
