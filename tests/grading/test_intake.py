"""Submissions as instructors have them: trees, platforms' zips, folders of loose files."""

import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from grading import intake, roster
from tests.grading.answers import NAME

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no sandbox: on Windows one grades in the container"
)
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
NAMES = {NAME: ("{}", "{}")}
PEOPLE = {
    p.id: p
    for p in (
        roster.Person("ada", "Ada", "Lovelace", "ada@example.org", {"1001"}),
        roster.Person("grace.h", "Grace", "Hopper", "grace.hopper@example.org", {"1002"}),
        roster.Person("zoe", "Zoë", "O'Neil", None, {"1003"}),
        roster.Person("s4", "عائشة", "الحسن", None, {"1004"}),
    )
}


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def collect(place, people=PEOPLE, names=NAMES):
    return intake.collect(place, NAME, names, people)


def test_moodle_zip(tmp_path):
    place = make_zip(
        tmp_path / "m.zip",
        {
            f"Ada Lovelace_1001_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK,
            "Grace Hopper_77_assignsubmission_file_/my work.ipynb": NOTEBOOK,
            f"Nobody Here_99_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK,
        },
    )
    found = collect(place)
    assert set(found.found) == {"ada", "grace.h"}
    assert found.found["ada"].origin == "Ada Lovelace_1001_assignsubmission_file_"
    assert len(found.unmatched) == 1
    assert "Nobody Here" in found.unmatched[0]


def test_canvas_zip(tmp_path):
    place = make_zip(
        tmp_path / "c.zip",
        {
            f"lovelaceada_1001_555_{NAME}.ipynb": NOTEBOOK,
            f"hoppergrace_LATE_1002_556_{NAME}-2.ipynb": NOTEBOOK,
            "oneilzoe_1003_557_helpers.py": b"x = 1",
            f"oneilzoe_1003_558_{NAME}.ipynb": NOTEBOOK,
        },
    )
    found = collect(place).found
    assert set(found) == {"ada", "grace.h", "zoe"}
    assert found["zoe"].files == {"helpers.py": b"x = 1"}
    assert all(set(one.notebooks) == {NAME} for one in found.values())


@pytest.mark.parametrize(
    "pattern", ["Li Wei_{}_assignsubmission_file_/{}.ipynb", "weili_{}_77_{}.ipynb"]
)
def test_two_students_of_one_name_stay_two_without_a_roster(tmp_path, pattern):
    names = {pattern.format(number, NAME): NOTEBOOK for number in (101, 102)}
    found = collect(make_zip(tmp_path / "m.zip", names), {}).found
    student = pattern.split("_")[0]
    assert set(found) == {f"{student} 101", f"{student} 102"}
    assert not any(one.remarks for one in found.values())


@pytest.mark.parametrize("name", ["Joanna_hw1.ipynb", "annabel.ipynb", "susanna/x.ipynb"])
def test_a_name_within_another_word_is_nobodys(tmp_path, name):
    path = tmp_path / "all" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(NOTEBOOK)
    found = collect(tmp_path / "all", {"anna": roster.Person("anna", "Anna", "Berg")})
    assert not found.found
    assert name in found.unmatched[0]


def test_a_folder_of_a_tree_that_no_roster_knows_is_graded_and_named(tmp_path):
    for student in ("ada", "stranger"):
        (tmp_path / student / NAME).mkdir(parents=True)
        (tmp_path / student / NAME / f"{NAME}.ipynb").write_bytes(NOTEBOOK)
    found = collect(tmp_path)
    assert set(found.found) == {"ada", "stranger"}
    assert found.unmatched == ["stranger: not in the roster; graded all the same"]


def test_a_file_that_may_not_be_read_stops_nobody(tmp_path, monkeypatch):
    for student in ("ada", "zoe"):
        (tmp_path / f"{student}.ipynb").write_bytes(NOTEBOOK)
    read = Path.read_bytes

    def refuse(path):
        if path.name == "ada.ipynb":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = collect(tmp_path)
    assert found.notes == ["ada.ipynb: cannot be read (Permission denied)"]
    assert found.found["zoe"].notebooks[NAME][1] == NOTEBOOK


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ada.ipynb", "ada"),
        ("Ada Lovelace.ipynb", "ada"),
        ("lovelace_ada_homework.ipynb", "ada"),
        ("grace.hopper@example.org.ipynb", "grace.h"),
        ("HOPPER Grace (1).ipynb", "grace.h"),
        ("homework zoe o'neil.ipynb", "zoe"),
        ("Zoe ONeil - Copy2.ipynb", "zoe"),
        ("عائشة الحسن.ipynb", "s4"),
        ("zoe/Copy of task.ipynb", "zoe"),
        ("hand in/week 1/ada/x.ipynb", "ada"),
    ],
)
def test_loosely_named_files_find_their_student(tmp_path, name, student):
    path = tmp_path / "all" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(NOTEBOOK)
    assert list(collect(tmp_path / "all").found) == [student]


def test_a_name_that_fits_two_students_is_reported_not_guessed(tmp_path):
    (tmp_path / "ada and grace.hopper.ipynb").write_bytes(NOTEBOOK)
    found = collect(tmp_path)
    assert not found.found
    assert "ada and grace" in found.unmatched[0]


def test_nbgrader_tree_with_timestamp_and_checkpoints(tmp_path):
    folder = tmp_path / "some one" / NAME
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(NOTEBOOK)
    (folder / ".ipynb_checkpoints" / f"{NAME}-checkpoint.ipynb").write_bytes(b"old")
    (folder / "timestamp.txt").write_text("2026-11-22 18:00:00 UTC")
    (tmp_path / "some one" / "other_assignment").mkdir()
    (tmp_path / "some one" / "other_assignment" / "x.ipynb").write_bytes(NOTEBOOK)
    found = collect(tmp_path, {}).found
    assert list(found) == ["some one"]
    assert found["some one"].notebooks == {NAME: (f"{NAME}.ipynb", NOTEBOOK)}
    assert found["some one"].time.isoformat() == "2026-11-22T18:00:00"


def test_two_notebooks_are_told_apart_by_name_and_by_content(tmp_path):
    names = {"part one": ("", '"grade_id": "q1"'), "part two": ("", '"grade_id": "q2"')}
    cell = '{"cells": [{"cell_type": "code", "source": "", "metadata": {"nbgrader": %s}}]}'
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "Copy of Part One (2).ipynb").write_bytes(NOTEBOOK)
    (folder / "untitled.ipynb").write_text(cell % '{"grade_id": "q2"}')
    notebooks = collect(tmp_path, names=names).found["ada"].notebooks
    assert notebooks["part one"][0] == "Copy of Part One (2).ipynb"
    assert notebooks["part two"][0] == "untitled.ipynb"


# ---- what is meant to hurt


def test_zip_bomb_is_named_and_not_opened(tmp_path):
    place = make_zip(
        tmp_path / "b.zip",
        {
            f"ada_1001_1_{NAME}.ipynb": b"0" * 300_000_000,
            f"hopper_1002_2_{NAME}.ipynb": NOTEBOOK,
        },
    )
    found = collect(place)
    assert any("bomb" in note for note in found.notes)
    assert "too large" in found.found["ada"].remarks[0]
    assert found.found["grace.h"].notebooks


def test_paths_that_lead_out_and_links_are_not_read(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"../../ada_1001_1_{NAME}.ipynb", NOTEBOOK)
        archive.writestr(f"/etc/ada_1001_2_{NAME}.ipynb", NOTEBOOK)
        link = zipfile.ZipInfo(f"ada_1001_3_{NAME}.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "x.zip").write_bytes(data.getvalue())
    found = collect(tmp_path / "x.zip")
    assert not found.found
    assert len(found.notes) == 3
    assert sorted(os.listdir(tmp_path)) == ["x.zip"]


def test_links_pipes_and_links_to_folders_are_named_and_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / f"{NAME}.ipynb").write_bytes(b"the solution")
    tree = tmp_path / "tree"
    (tree / "ada" / NAME).mkdir(parents=True)
    (tree / "ada" / NAME / f"{NAME}.ipynb").symlink_to(secret / f"{NAME}.ipynb")
    (tree / "zoe").mkdir()
    (tree / "zoe" / NAME).symlink_to(secret, target_is_directory=True)
    (tree / "s4" / NAME).mkdir(parents=True)
    os.mkfifo(tree / "s4" / NAME / f"{NAME}.ipynb")
    found = collect(tree)
    assert not found.found
    assert len(found.notes) == 3


def test_huge_notebook_is_not_loaded(tmp_path):
    folder = tmp_path / "ada" / NAME
    folder.mkdir(parents=True)
    with (folder / f"{NAME}.ipynb").open("wb") as file:
        file.truncate(500_000_000)
    found = collect(tmp_path).found["ada"]
    assert not found.notebooks
    assert "524 MB" in found.remarks[0] or "500 MB" in found.remarks[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a zip"])
def test_broken_zips_stop_nobody(tmp_path, content):
    (tmp_path / "ada.zip").write_bytes(content)
    (tmp_path / "zoe.ipynb").write_bytes(NOTEBOOK)
    found = collect(tmp_path)
    assert list(found.found) == ["zoe"]
    assert "ada" in found.notes[0]


def test_a_zip_within_a_folder_is_read(tmp_path):
    make_zip(tmp_path / "ada.zip", {"homework/answer.ipynb": NOTEBOOK})
    assert list(collect(tmp_path).found) == ["ada"]


@pytest.mark.parametrize(
    "name", ["-rf", "a b", 'q"uote', "o'neil", "عائشة", "🎓", "..dots", "x" * 150, "a\nb"]
)
def test_strange_folder_names_become_safe_ids(tmp_path, name):
    folder = tmp_path / name / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(NOTEBOOK)
    (student,) = collect(tmp_path, {}).found
    assert not student.startswith(("-", "."))
    assert not set(student) & set('/\\:*?"<>|\n')
    assert len(student.encode()) <= 130


def test_students_whose_names_look_alike_as_folders_stay_apart():
    names = ["a:b", "a?b", "a_b", "-x", "_-x", "🎓" * 60, "🎓" * 61, "x" * 130, "x" * 131]
    assert len({roster.safe_id(name) for name in names}) == len(names)
    assert roster.safe_id("émile o'neil@x.org") == "émile o'neil@x.org"
