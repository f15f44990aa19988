"""Work of the edition before is refused by name: by the check, in the terminal, for instructors.

What the graders say of it is in grading/test_renumbered.py.
"""

from __future__ import annotations

import json
import re
import time

import pytest

from convkit import check
from convkit.check import renumbered, terminal, tokens
from convkit.check.registry import assignment_of
from convkit.check.seeds import SECRET_VARIABLE
from tests import edition_before
from tests.assignments import EXERCISES
from tests.edition_before import ROOT

NAMES = sorted(path.name for path in (ROOT / "solutions").glob("[0-9][0-9]_*"))


# ---- one assignment, one number


def test_an_assignment_has_one_name_in_all_four_places():
    packages = sorted(p.name[1:] for p in (ROOT / "convkit" / "assignments").glob("a[0-9][0-9]_*"))
    answers = sorted(p.stem[1:] for p in (ROOT / "tests" / "assignments").glob("a[0-9][0-9]_*.py"))
    notebooks = sorted(path.name for path in (ROOT / "exercises").glob("[0-9][0-9]_*"))
    assert NAMES == packages == answers == notebooks == sorted({*map(assignment_of, EXERCISES)})


def test_an_exercise_carries_its_assignment_s_number():
    for id_ in EXERCISES:
        name, chapter = assignment_of(id_), int(id_.split(".")[0])
        assert chapter == int(name[:2]) or (chapter, name) == (2, "01_slide_and_sum")


def test_an_assignment_is_handed_out_in_its_chapter():
    for name in NAMES:
        page = (ROOT / "book" / f"ch{name[:2]}.md").read_text("utf-8")
        assert f"../exercises/{name}/{name}.ipynb" in page


# ---- no old name means something else now


def test_no_old_id_is_an_exercise_again():
    """An old notebook would be graded by another question. A new exercise of 11 begins at 11.7."""
    assert not renumbered.EXERCISES.keys() & EXERCISES.keys()
    assert set(renumbered.EXERCISES.values()) <= EXERCISES.keys()


def test_no_old_name_is_an_assignment_again():
    assert not renumbered.ASSIGNMENTS.keys() & set(NAMES)
    assert set(renumbered.ASSIGNMENTS.values()) == set(NAMES) - {"01_slide_and_sum"}
    for old, new in renumbered.ASSIGNMENTS.items():
        assert old[2:] == new[2:], "a name that is not the same assignment's"


# ---- the student's check


@pytest.mark.parametrize("old", renumbered.EXERCISES)
def test_the_check_names_the_new_exercise(old):
    new = renumbered.EXERCISES[old]
    with pytest.raises(KeyError, match=f"exercise {old} is {new} now.*12_four_views.*chapter 12"):
        check.run(old, lambda *arguments: None)
    for ask in (check.your_numbers, check.assembly_lines):
        with pytest.raises(KeyError, match=f"exercise {old} is {new} now"):
            ask(old)


def test_an_id_that_never_was_is_told_as_before():
    with pytest.raises(KeyError, match=r"there is no exercise '11.7'; there are 1.1, "):
        check.run("11.7", None)


@pytest.mark.parametrize(
    "piece", ["\n", " ", "#", "#\n", "check.run(", "check.run(\n", "# ANSWER "]
)
def test_no_text_makes_the_search_for_ids_slow(piece):
    """Graders look at what strangers wrote: twice the text may take twice the time, not more."""
    began = time.monotonic()
    assert renumbered.ids_in([piece * 300_000, "# ANSWER 11.2"]) == {"11.2"}
    assert time.monotonic() - began < 5


# ---- the terminal


@pytest.mark.parametrize("made", [edition_before.four_views, edition_before.solved_four_views])
def test_convkit_check_refuses_an_old_notebook_whatever_its_name(made, tmp_path, capfd):
    for name in ("10_four_views", "12_four_views", "homework"):
        path = tmp_path / f"{name}.ipynb"
        path.write_text(made(), "utf-8")
        assert terminal.check_notebook(path) == 2
        out = capfd.readouterr().out
        assert "was not checked. This notebook is of the edition before: 11.1 is 12.1, " in out
        assert "Fetch the new notebook, 12_four_views, from chapter 12 of the book" in out
        assert "points" not in out and "✗" not in out


def test_a_new_notebook_with_an_old_cell_in_it_is_checked(tmp_path, capfd):
    path = ROOT / "exercises" / "12_four_views" / "12_four_views.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cell = {"cell_type": "code", "metadata": {}, "source": "# ANSWER 11.2\norder = 'A'"}
    notebook["cells"].append(cell)
    (tmp_path / "mine.ipynb").write_text(json.dumps(notebook), "utf-8")
    assert terminal.check_notebook(tmp_path / "mine.ipynb") == 1
    assert "12.2  0 of 3" in capfd.readouterr().out


@pytest.mark.parametrize(("old", "new"), list(renumbered.ASSIGNMENTS.items())[:-1])
def test_an_old_notebook_whose_exercises_kept_their_numbers_is_checked(old, new, tmp_path, capfd):
    """The same cells under another name; only the four views have other numbers."""
    path = tmp_path / f"{old}.ipynb"
    path.write_text((ROOT / "exercises" / new / f"{new}.ipynb").read_text("utf-8"), "utf-8")
    assert terminal.check_notebook(path) == 1
    assert re.search(rf"^{int(new[:2])}\.1  0 of ", capfd.readouterr().out, re.M)


def test_a_path_of_the_edition_before_is_told_the_new_name(capsys):
    assert terminal.check_notebook("exercises/03_stack_maps/03_stack_maps.ipynb") == 2
    assert "03_stack_maps is 04_stack_maps now" in capsys.readouterr().out


# ---- for instructors


def test_tokens_of_an_old_assignment_are_not_looked_for_in_vain(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "only this test knows it")
    (tmp_path / "roster.csv").write_text("ada\n")
    arguments = [str(tmp_path / "roster.csv"), "--submitted", str(tmp_path), "02_design_filters"]
    assert tokens.main(arguments) == 2
    said = capsys.readouterr().out
    assert "02_design_filters is 03_design_filters now" in said and "nothing submitted" not in said
