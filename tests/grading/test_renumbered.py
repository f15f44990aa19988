"""Work of the edition before, through both graders: refused by name, and never graded wrongly."""

from __future__ import annotations

import json
import shutil

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
import nbformat

from convkit.check import renumbered
from grading import cli, grade, intake, late, roster, sandbox
from grading.times import Times
from tests import edition_before
from tests.grading.test_assignments import NAMES, ROOT, handed_in, nbgrader, read, sources

__all__ = ["sources"]  # a fixture
NEW = "12_four_views"
TIMES = Times(cell=20, call=10, grace=3, all=90)


def old(name: str) -> str:
    """What an assignment was called."""
    return next(key for key, value in renumbered.ASSIGNMENTS.items() if value == name)


def graded(sources, name: str, content: bytes, file: str = "a.ipynb") -> dict:
    """The entry of one student for the assignment `name`."""
    versions = [read(folder, name) for folder in (sources, ROOT / "exercises")]
    task = grade.Task(name, {name: tuple(json.dumps(version) for version in versions)})
    secret = grade.own_secret("only this test knows it", "ada", content)
    sent = grade.Submission("ada", {name: (file, content)}, secret=secret)
    return grade.grade(task, sent, sandbox.choose(), TIMES)["notebooks"][name]


# ---- what is in a notebook


@pytest.mark.sandbox
@pytest.mark.parametrize("made", [edition_before.four_views, edition_before.solved_four_views])
def test_an_old_notebook_is_refused_by_name_and_its_answers_are_not_tried(sources, made):
    """Solved or not: its first answer is right for numbers that nobody asks about any more."""
    found = graded(sources, NEW, made().encode(), f"{NEW}.ipynb")
    (words,) = found["remarks"]
    assert words.startswith("This notebook is of the edition before: 11.1 is 12.1, ")
    assert "Fetch the new notebook, 12_four_views, from chapter 12" in words
    assert found["unreadable"] and not any(found["scores"].values()) and not found["mistakes"]
    assert "of the edition before" in found["feedback"]


@pytest.mark.sandbox
def test_marks_or_labels_alone_tell_an_old_notebook(sources):
    notebook = json.loads(edition_before.solved_four_views())
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    without_marks = json.dumps(notebook)
    only_answers = [c for c in notebook["cells"] if "".join(c["source"]).startswith("# ANSWER")]
    script = "\n\n".join("# %%\n" + "".join(cell["source"]) for cell in only_answers)
    assert len(only_answers) == 6 and "check.run" not in script
    for content, file in ((without_marks, "a.ipynb"), (script, "a.py")):
        found = graded(sources, NEW, content.encode(), file)
        assert "of the edition before" in found["remarks"][-1]
        assert not any(found["scores"].values())


@pytest.mark.sandbox
def test_the_new_notebook_with_an_old_cell_pasted_into_it_is_graded(sources):
    solved = handed_in(sources, NEW)["solved"]
    solved.cells.append(nbformat.v4.new_code_cell("# ANSWER 11.2 (keep this line)\nmine = 'A'"))
    found = graded(sources, NEW, nbformat.writes(solved).encode())
    assert sum(found["scores"].values()) == 18 and not found["remarks"]


COLLISIONS = [
    (name, handed)
    for name in NAMES
    for handed in NAMES
    if name != handed and handed in renumbered.ASSIGNMENTS.values() and old(handed)[:2] == name[:2]
]


@pytest.mark.sandbox
@pytest.mark.parametrize(("name", "handed"), COLLISIONS)
def test_what_had_this_number_before_is_named_and_not_graded_as_what_has_it_now(
    sources, name, handed
):
    """03 was Stack maps and is Design filters: whoever uploads by number sends another one."""
    solved = nbformat.writes(handed_in(sources, handed)["solved"])
    if handed == NEW:
        solved = edition_before.solved_four_views()
    found = graded(sources, name, solved.encode(), f"{old(handed)}.ipynb")
    (words,) = found["remarks"]
    if handed == NEW:
        assert words.startswith("This notebook is of the edition before")
    else:
        assert words.startswith(f"This is {handed} ({old(handed)} in the edition before), and not")
    assert name in words or handed == NEW
    assert not any(found["scores"].values()) and not found["mistakes"]


def test_every_number_that_changed_hands_is_tried():
    assert len(COLLISIONS) == 8
    assert ("03_design_filters", "04_stack_maps") in COLLISIONS
    assert ("10_find_the_filter", "12_four_views") in COLLISIONS


@pytest.mark.sandbox
def test_an_old_name_alone_costs_nothing_where_the_exercises_kept_their_numbers(sources):
    solved = nbformat.writes(handed_in(sources, "04_stack_maps")["solved"]).encode()
    found = graded(sources, "04_stack_maps", solved, "03_stack_maps.ipynb")
    assert sum(filter(None, found["scores"].values())) == 24  # all that is counted by the checks
    assert not found["remarks"]


# ---- folders, names on the command line, extensions


def tree(place, **folders):
    """Submissions in nbgrader's form: student="assignment"."""
    for student, name in folders.items():
        folder = place / student / name
        folder.mkdir(parents=True)
        released = renumbered.ASSIGNMENTS.get(name, name)
        shutil.copy(ROOT / "exercises" / released / f"{released}.ipynb", folder / f"{name}.ipynb")
    return place


@pytest.mark.parametrize(("before", "now"), renumbered.ASSIGNMENTS.items())
def test_a_folder_with_an_old_name_is_told_the_new_one(tmp_path, before, now):
    place = tree(tmp_path, ada=before, zoe=now, grace=before)
    people = {name: roster.Person(name) for name in ("ada", "zoe", "grace")}
    for known in ({}, people):
        found = intake.collect(place, now, {now: ("{}", "{}")}, known)
        assert set(found.found) == {"ada", "zoe", "grace"} and not found.unmatched
        assert found.found["zoe"].notebooks and not found.found["zoe"].remarks
        for student in ("ada", "grace"):
            assert not found.found[student].notebooks
            (words,) = found.found[student].remarks
            assert words.startswith(f"Nothing was graded. {before} is {now} now")


def test_a_class_that_used_only_the_old_name_is_told_so_too(tmp_path):
    place = tree(tmp_path, ada="10_four_views", zoe="10_four_views")
    found = intake.collect(place, NEW, {NEW: ("{}", "{}")}, {})
    assert set(found.found) == {"ada", "zoe"}
    assert all("12_four_views now" in one.remarks[0] for one in found.found.values())


def test_who_handed_in_under_both_names_is_graded_under_the_new_one(tmp_path):
    place = tree(tree(tmp_path, ada="02_design_filters"), ada="03_design_filters")
    name = "03_design_filters"
    found = intake.collect(place, name, {name: ("{}", "{}")}, {}).found["ada"]
    assert found.notebooks[name][0] == f"{name}.ipynb" and not found.remarks


@pytest.mark.sandbox
def test_make_grade_finds_old_folders_and_says_what_became_of_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tree(tmp_path / "submitted", ada="10_four_views")
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert "To look at:" in said
    assert "10_four_views is 12_four_views now" in said
    table = (tmp_path / "results" / f"{NEW}.csv").read_text("utf-8-sig")
    assert "ada" in table and "10_four_views is 12_four_views now" in table


@pytest.mark.parametrize(("before", "now"), renumbered.ASSIGNMENTS.items())
def test_an_old_name_on_the_command_line_is_told_the_new_one(tmp_path, capsys, before, now):
    arguments = [before, str(tmp_path), "-o", str(tmp_path / "results")]
    assert cli.main([*arguments, "--unsafe", "--sandbox", "none"]) == 2
    assert f"{before} is {now} now" in capsys.readouterr().err


@pytest.mark.sandbox
def test_a_source_of_the_edition_before_is_no_source_any_more(tmp_path, capsys):
    """Its checks ask for exercises that are not there: everybody would get 0."""
    source = tmp_path / "sources" / "our_views"
    source.mkdir(parents=True)
    (source / "our_views.ipynb").write_text(edition_before.solved_four_views(), "utf-8")
    arguments = ["our_views", str(tmp_path), "--source", str(source.parent)]
    assert cli.main([*arguments, "-o", str(tmp_path / "results")]) == 2
    assert "our_views: This notebook is of the edition before" in capsys.readouterr().err
    assert not (tmp_path / "results" / "gradebook.db").exists()


def test_an_extension_for_the_old_name_is_not_passed_over(tmp_path):
    """It would make a student late who is not."""
    path = tmp_path / "extensions.csv"
    path.write_text("student,assignment,due\nada,02_design_filters,2026-12-05\n")
    with pytest.raises(roster.RosterError, match=r"line 2: 02_design_filters is 03_design_filters"):
        late.read_extensions(path, "03_design_filters")
    assert late.read_extensions(path, "04_stack_maps") == {}


# ---- nbgrader


@pytest.mark.slow
def test_nbgrader_stops_at_an_old_notebook_and_grades_the_others(sources, tmp_path):
    from nbgrader.api import Gradebook

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(sources / NEW, tmp_path / "_build" / "nbgrader" / "source" / NEW)
    contents = {
        "ada": edition_before.solved_four_views(),
        "zoe": nbformat.writes(handed_in(sources, NEW)["solved"]),
    }
    for student, content in contents.items():
        folder = tmp_path / "submitted" / student / NEW
        folder.mkdir(parents=True)
        (folder / f"{NEW}.ipynb").write_text(content, "utf-8")
    nbgrader(tmp_path, "generate_assignment", NEW)
    with pytest.raises(AssertionError, match=r"11\.1 is 12\.1, .*Fetch the new notebook"):
        nbgrader(tmp_path, "autograde", NEW)
    assert not (tmp_path / "autograded" / "ada").exists() or not list(
        (tmp_path / "autograded" / "ada").rglob("*.ipynb")
    )
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "convkit") as gradebook:
        found = {s.student_id: s.score for s in gradebook.find_assignment(NEW).submissions}
    assert found["zoe"] == 18 and not found.get("ada")


@pytest.mark.parametrize("word", ["10_four_views", "--assignment=02_design_filters"])
def test_nbgrader_refuses_an_old_assignment_by_name(tmp_path, word):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    with pytest.raises(AssertionError, match=r"now: assignments carry the number of their chapter"):
        nbgrader(tmp_path, "autograde", word)
