"""exercises/ is what solutions/ makes, and gives nothing away."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from convkit.check.registry import find
from tests.assignments import EXERCISES

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
import nbformat

ROOT = Path(__file__).parent.parent
RELEASED = sorted((ROOT / "exercises").glob("*/*.ipynb"))
PATHS = sorted((ROOT / "solutions").glob("*/*.md"))


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "solutions" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def fresh(generate):
    return generate.assignments()


def cells(path):
    return nbformat.read(path, 4).cells


def nbgrader(cell):
    return cell.metadata.get("nbgrader", {})


def test_every_source_has_its_notebook_and_no_notebook_is_orphaned():
    assert [path.stem for path in RELEASED] == [path.stem for path in PATHS]
    assert RELEASED


def test_what_is_committed_is_what_the_generator_makes(generate, fresh):
    assert generate.stale(fresh) == []


def test_the_generator_makes_the_same_bytes_again(generate, fresh):
    assert generate.assignments() == fresh


def test_a_stale_notebook_is_named(generate, fresh, monkeypatch, capsys):
    monkeypatch.setattr(generate, "assignments", lambda: {p: t + " " for p, t in fresh.items()})
    assert generate.main(check=True) == 1
    assert RELEASED[0].name in capsys.readouterr().err
    extra = {p: t for p, t in fresh.items() if p != RELEASED[0]}
    assert generate.stale(extra) == [RELEASED[0]]


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_nothing_is_given_away(path):
    text = path.read_text(encoding="utf-8")
    for word in ("SOLUTION", "HIDDEN", "hidden_seed", "MARK SCHEME"):
        assert word not in text
    source = (ROOT / "solutions" / path.stem / f"{path.stem}.md").read_text(encoding="utf-8")
    regions = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", source, re.S)
    assert regions
    released = {line.strip() for cell in cells(path) for line in cell.source.splitlines()}
    starters = starter_lines(source)
    for region in regions:
        for line in region.splitlines():
            secret = line.strip()
            if len(secret) > 12 and secret not in starters:
                assert secret not in released


def starter_lines(source):
    """Lines outside every solution region: they are meant to be seen."""
    outside = re.sub(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1", "", source, flags=re.S)
    return {line.strip() for line in outside.splitlines()}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_the_notebook_is_clean(path):
    raw = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(raw)
    # Colab goes by the kernel's name; VS Code, without language_info, by its language.
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert raw["metadata"] == {"kernelspec": kernel}
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in raw["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in raw["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_points_in_prose_cells_and_checks_agree(path):
    graded = {}
    for cell in cells(path):
        if nbgrader(cell).get("grade"):
            graded[nbgrader(cell)["grade_id"]] = nbgrader(cell)["points"]
    prose = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    titles = re.findall(r"^### (\d+\.\d) .*\((\d+) points?\b", prose, re.M)
    announced = {number: int(points) for number, points in titles}
    assert sum(announced.values()) == sum(graded.values())
    by_check = {i.removeprefix("check-").replace("-", "."): p for i, p in graded.items()}
    checked = [id_ for id_ in EXERCISES if id_ in by_check]
    assert checked
    for exercise_id in checked:
        assert by_check[exercise_id] == find(exercise_id, "public").max_points
        assert by_check[exercise_id] == announced[exercise_id]
    first = cells(path)[0].source
    assert f"{sum(graded.values())} points" in first
    assert "minutes" in first


def test_every_exercise_is_checked_in_one_notebook():
    ids = [nbgrader(cell).get("grade_id", "") for path in RELEASED for cell in cells(path)]
    for exercise_id in EXERCISES:
        assert ids.count(f"check-{exercise_id.replace('.', '-')}") == 1


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_answer_cells_begin_with_the_line_to_keep(path):
    for cell in cells(path):
        if nbgrader(cell).get("solution") and cell.cell_type == "code":
            number = nbgrader(cell)["grade_id"].removeprefix("answer-").replace("-", ".")
            assert cell.source.startswith(f"# ANSWER {number} (keep this line)\n")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_stranger_s_package_is_never_recommended(path):
    assert not re.search(r"pip\s+install\s+['\"]?convkit(?!-course)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_the_solution_solves_it(generate, tmp_path, path):
    """The source notebook, run from top to bottom in a kernel, gets every point."""
    from nbclient import NotebookClient

    notebook = nbformat.read(generate.write_source(path.stem, tmp_path), 4)
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    for cell in notebook.cells:
        if nbgrader(cell).get("grade") and cell.cell_type == "code":
            shown = [o for o in cell.outputs if o.output_type == "display_data"]
            assert shown
            assert all("✓ right" in output.data["text/plain"] for output in shown)
            points = cell.outputs[-1].data["text/plain"]
            assert float(points) == nbgrader(cell)["points"]
