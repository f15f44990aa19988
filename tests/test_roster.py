"""One reader of rosters: files as registries and platforms save them, and its three callers."""

from __future__ import annotations

import csv
import io
import re
import sys

import pytest

import convkit.paper
from convkit import cli
from convkit.check import seeds, tokens

SECRET = "a secret of this course"

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,01_slide_and_sum (12345),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,28,(read only)
"Lovelace, Ada",1001,S0017,ada,Monday and Friday,,91.5
"Hopper, Grace Brewster",1002,S0018,grace.h,Monday,20,80
"Li, Wei",1003,S0019,wli1,Friday,,
"Li, Wei",1004,S0020,wli2,Friday,,
"Student, Test",1005,,2d7c9f8a,Monday,,
"""
CANVAS_PEOPLE = [
    ("ada", "Ada Lovelace"),
    ("grace.h", "Grace Brewster Hopper"),
    ("wli1", "Wei Li"),
    ("wli2", "Wei Li"),
]
MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Last modified (submission)"
"Participant 1001","Ada Lovelace",0017,ada@uni.example,"Submitted for grading",,\
"Sunday, 22 November 2026, 5:59 PM"
"Participant 1002","Grace Hopper",0018,grace@uni.example,"No submission",,-
"""
GERMAN_WORKSHEET = """\
ID,"Vollständiger Name","ID-Nummer","E-Mail-Adresse",Status,Bewertung,"Feedback als Kommentar"
Teilnehmer/in1001,"Ada Lovelace",,ada@uni.example,Abgegeben,,"<p>Gut; aber
die Größe; und das Vorzeichen</p>"
Teilnehmer/in1002,"Jörg Müller",,joerg@uni.example,"Keine Abgabe",,
"""
PAIR = [("ada", "Ada Lovelace"), ("jörg", "Jörg Müller")]
MAILS = [("ada@uni.example", "Ada Lovelace"), ("joerg@uni.example", "Jörg Müller")]

# name → (text, [(id, name), …])
ROSTERS = {
    "bare ids": ("ada\njörg\n", [("ada", ""), ("jörg", "")]),
    "ids and names, no header": ("ada, Ada\njörg\n\n# left\n", [("ada", ""), ("jörg", "")]),
    "a note before the header": ("# 2026\nid,name\nada,Ada Lovelace\njörg,Jörg Müller\n", PAIR),
    "one line of many without a comma": ("ada\njörg,Jörg\n", [("ada", ""), ("jörg", "")]),
    "semicolons": ("id;name\nada;Ada Lovelace\njörg;Jörg Müller\n", PAIR),
    "tabs": ("name\tid\nAda Lovelace\tada\nJörg Müller\tjörg\n", PAIR),
    "declared separator": ("sep=;\r\nid;name\r\nada;Ada Lovelace\r\njörg;Jörg Müller\r\n", PAIR),
    "commas in names": ('id;name\nada;Lovelace, Ada\njörg;"Müller, Jörg"\n', PAIR),
    "commas in names, no header": ("a1;Lovelace, Ada\nb2;Li, Wei\n", [("a1", ""), ("b2", "")]),
    "semicolons in names": ("a1,Ada; Countess\nb2,Wei; Dr\n", [("a1", ""), ("b2", "")]),
    "quotes": ('"id", "name"\n"ada", "Ada Lovelace"\n"jörg", "Jörg Müller"\n', PAIR),
    "a quoted comma in an id": ('id\n"a,1"\nb2\n', [("a,1", ""), ("b2", "")]),
    "spaces around": ("  id , name \n ada , Ada Lovelace\n\tjörg ,  Jörg Müller  \n", PAIR),
    "blank lines and rows": ("\n\nid,name\n,\nada,Ada Lovelace\n\n \njörg,Jörg Müller\n,,", PAIR),
    "Windows' lines": ("id,name\r\nada,Ada Lovelace\r\njörg,Jörg Müller\r\n", PAIR),
    "old Macs' lines": ("id,name\rada,Ada Lovelace\rjörg,Jörg Müller", PAIR),
    "zeros in front": ("id;name\n007;J\n0042;K\n7;L\n", [("007", "J"), ("0042", "K"), ("7", "L")]),
    "zeros kept by formulas": (
        'id,name\n="0042",Ada\n"=""007""",Ben\n',
        [("0042", "Ada"), ("007", "Ben")],
    ),
    "English": ("Student ID,First Name,Last Name\nada,Ada,Lovelace\njörg,Jörg,Müller\n", PAIR),
    "German": ("Nachname;Vorname;Matrikel-Nr.\nLovelace;Ada;ada\nMüller;Jörg;jörg\n", PAIR),
    "French": ("Nom;Prénom;N° étudiant\nLovelace;Ada;ada\nMüller;Jörg;jörg\n", PAIR),
    "Spanish": ("Matrícula,Nombre,Apellido(s)\nada,Ada,Lovelace\njörg,Jörg,Müller\n", PAIR),
    "Italian": ("COGNOME;NOME;MATRICOLA\nLovelace;Ada;ada\nMüller;Jörg;jörg\n", PAIR),
    "Polish": ("Imię;Nazwisko;Nr albumu\nAda;Lovelace;ada\nJörg;Müller;jörg\n", PAIR),
    "Japanese": ("学籍番号,氏名\nada,Ada Lovelace\njörg,Jörg Müller\n", PAIR),
    "running numbers": ("#;Student ID;Name\n1;ada;Ada Lovelace\n2;jörg;Jörg Müller\n", PAIR),
    "one column with another name": ("E-Mail\na@x\nb@x\n", [("a@x", ""), ("b@x", "")]),
    "a role in each row": ("a1,Ada,student\nb2,Ben,student\n", [("a1", ""), ("b2", "")]),
    "namesakes": ("id,name\nli1,Wei Li\nli2,Wei Li\n", [("li1", "Wei Li"), ("li2", "Wei Li")]),
    "two columns of ids": (  # the order in which they are preferred makes tokens: it stays
        "Student ID,Username,Name\n77,ada,Ada Lovelace\n78,jörg,Jörg Müller\n",
        PAIR,
    ),
    "a column of ids left empty": ("id;login;name\n;ada;Ada Lovelace\n;jörg;Jörg Müller\n", PAIR),
    "Canvas": (CANVAS, CANVAS_PEOPLE),
    "Canvas in Europe": (re.sub(",(?! )", ";", CANVAS.replace('"', "")), CANVAS_PEOPLE),
    "Canvas without logins": (
        'Student,ID,Section,Quiz (1)\n    Points Possible,,,5\n"Lovelace, Ada",1001,A,\n',
        [("1001", "Ada Lovelace")],
    ),
    "Moodle": (MOODLE, [("0017", "Ada Lovelace"), ("0018", "Grace Hopper")]),
    "Moodle, ids left empty": (GERMAN_WORKSHEET, MAILS),
    "Moodle, long comments": (GERMAN_WORKSHEET.replace("Größe; ", "Größe;\n;" * 9), MAILS),
    "Moodle, one id left empty": (
        GERMAN_WORKSHEET.replace('"Ada Lovelace",', '"Ada Lovelace",ada'),
        [PAIR[0], MAILS[1]],
    ),
    "Moodle's participants": (
        "First name,Last name,ID number,Email address,Groups\n"
        "Ada,Lovelace,,ada@uni.example,\nJörg,Müller,,joerg@uni.example,B\n",
        MAILS,
    ),
}


def paper(path, monkeypatch, capsys):
    """(id, name) of `convkit paper`."""
    students = []
    monkeypatch.setattr(convkit.paper, "make_sheets", lambda people, word: students.extend(people))
    monkeypatch.setattr(convkit.paper, "write", lambda sheets, output: ("sheets", "key"))
    assert cli.main(["paper", "--roster", str(path)]) == 0, capsys.readouterr().err
    return students


def printed(program, path, monkeypatch, capsys):
    """The rows that a program prints about a roster's tokens."""
    monkeypatch.setenv(seeds.SECRET_VARIABLE, SECRET)
    capsys.readouterr()
    assert program([str(path)]) == 0, capsys.readouterr()
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def graders_tokens(arguments):
    """`python -m grading tokens`."""
    from grading import cli as grading_cli

    return grading_cli.main(["tokens", *arguments])


needs_grader = pytest.mark.skipif(
    sys.platform == "win32", reason="no sandbox: on Windows one grades in the container"
)


@needs_grader
@pytest.mark.parametrize("kind", ROSTERS)
def test_paper_tokens_and_grader_read_the_same_roster(kind, tmp_path, monkeypatch, capsys):
    text, people = ROSTERS[kind]
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode())
    ids = [id_ for id_, _ in people]
    handed = [[id_, seeds.token_for(SECRET, id_)] for id_ in ids]
    assert paper(path, monkeypatch, capsys) == people
    assert printed(tokens.main, path, monkeypatch, capsys) == handed
    assert printed(graders_tokens, path, monkeypatch, capsys) == handed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_any_encoding_and_separator_give_the_same_tokens(
    encoding, between, tmp_path, monkeypatch, capsys
):
    path = tmp_path / "roster.csv"
    path.write_bytes("id,name\nada,Ada\njörg,Jörg\n".replace(",", between).encode(encoding))
    rows = printed(tokens.main, path, monkeypatch, capsys)
    assert rows == [["ada", "H8JT-MFSR-45"], ["jörg", "381H-2JTD-EA"]]
    assert paper(path, monkeypatch, capsys) == [("ada", "Ada"), ("jörg", "Jörg")]


@needs_grader
@pytest.mark.parametrize(
    ("text", "handed"),
    [
        (
            "ada\n007\nzoë@x.org\n",
            {"ada": "H8JT-MFSR-45", "007": "0DQK-PE7D-SR", "zoë@x.org": "ZS65-T32N-1Y"},
        ),
        ("id,first_name\nada,Ada\n007,J\n", {"ada": "H8JT-MFSR-45", "007": "0DQK-PE7D-SR"}),
    ],
)
def test_tokens_of_rosters_that_were_always_read_stay(text, handed, tmp_path, monkeypatch, capsys):
    path = tmp_path / "roster.csv"
    path.write_text(text, "utf-8")
    for program in (tokens.main, graders_tokens):
        assert dict(printed(program, path, monkeypatch, capsys)) == handed


def test_ids_that_platforms_name_in_several_ways_keep_all_of_them(tmp_path):
    from convkit.roster import read_roster

    path = tmp_path / "r.csv"
    path.write_text(CANVAS, "utf-8")
    assert read_roster(path)[0].keys == {"1001", "S0017", "ada"}
    path.write_text(MOODLE, "utf-8")
    ada, grace = read_roster(path)
    assert ada.keys == {"1001", "0017", "ada@uni.example"}
    assert (ada.time, grace.time) == ("Sunday, 22 November 2026, 5:59 PM", "-")
    path.write_text(GERMAN_WORKSHEET, "utf-8")
    assert [person.line for person in read_roster(path)] == [2, 4]
    assert read_roster(path)[1].keys == {"1002", "joerg@uni.example"}


REFUSED = {
    "empty": (b"", ["is empty", "the id first"]),
    "blank": (b"\n \n,,\n", ["is empty"]),
    "a header alone": (b"id,name\n\n", ["names no student", "line 1", "'id, name'"]),
    "an id twice": (b"id\nada\n\nben\nada\n", ["line 5", "'ada'", "line 2 already", "delete"]),
    "an id twice, accents apart": ("zoë\nzoe\u0308\n".encode(), ["line 2", "line 1 already"]),
    "a student without an id": (b"id;name\na;Ada\n;Ben\n", ["line 3", "'Ben'", "“id”", "delete"]),
    "no id below sep=": (b"sep=;\r\nid;name\r\n;Ben\r\n", ["line 3", "'Ben'"]),
    "no id before the comma": (b"ada,A\n ,Ben\n", ["line 2", "'Ben'", "delete"]),
    "no column of ids": (b"Name,Group\nAda,1\nBen,2\n", ["line 1", "'Name, Group'", "“id”"]),
    "an open quote": (b'id,name\nada,"Ada\nben,Ben\n', ["line 2", "never closed"]),
    "a workbook": (b"PK\x03\x04\x14\0\6\0", ["line 1", "workbook", "as CSV"]),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", ["line 1", "Excel", "as CSV"]),
    "a PDF": (b"%PDF-1.7\n", ["line 1", "a PDF"]),
    "bytes": (b"ada\nben\0\0\n", ["line 2", "not text"]),
    "a notebook": (b'\n{\n "cells": []\n}', ["line 2", "'{'", "CSV file"]),
    "a page that asks to log in": (b"<!DOCTYPE html>\n<p>", ["line 1", "'<!DOCTYPE html>'"]),
    "a letter": (
        b"Dear all,\nplease find attached the list of everybody who takes this course.\n",
        ["line 2", "'please find", "begins with 'Dear all'", "the id first"],
    ),
    "a cell too large": (b"id\n" + b"a" * 200_000, ["line 2", "field larger"]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_roster_is_refused_with_its_line_and_a_way_out(
    kind, tmp_path, capsys, monkeypatch
):
    from convkit.roster import RosterError, read_roster

    content, words = REFUSED[kind]
    path = tmp_path / "my roster.csv"
    path.write_bytes(content)
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    for word in ("my roster.csv", *words):
        assert word in str(caught.value)
    monkeypatch.setenv(seeds.SECRET_VARIABLE, SECRET)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert cli.main(["paper", "--roster", str(path)]) == 2
    assert str(caught.value) in capsys.readouterr().err
    assert tokens.main([str(path)]) == 2
    assert str(caught.value) in capsys.readouterr().out
    if sys.platform != "win32":
        assert graders_tokens([str(path)]) == 2
        assert str(caught.value) in capsys.readouterr().err
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["my roster.csv"]


def test_a_missing_roster_is_told_by_all(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(seeds.SECRET_VARIABLE, SECRET)
    path = tmp_path / "none.csv"
    assert tokens.main([str(path)]) == 2
    assert "none.csv" in capsys.readouterr().out
    assert cli.main(["paper", "--roster", str(path)]) == 2
    assert "none.csv" in capsys.readouterr().err


@needs_grader
def test_a_token_of_an_id_that_no_folder_can_have_is_known_however_it_was_handed_out(
    tmp_path, monkeypatch, capsys
):
    from grading import intake, roster
    from grading.jobs import jobs_of
    from grading.order import Order

    path = tmp_path / "r.csv"
    path.write_text("id\n12/345\nada\n")
    people = roster.read_roster(path)
    folder = next(iter(people))
    assert folder.startswith("12_345~")
    found = {student: intake.Found(student) for student in people}
    order = Order(tmp_path, None, found, people, secret=SECRET, secret_given=True)
    jobs, _ = jobs_of(order)
    for program in (tokens.main, graders_tokens):
        handed = [token for _, token in printed(program, path, monkeypatch, capsys)]
        assert handed[0] in jobs[folder].tokens
        assert (handed[1],) == jobs["ada"].tokens


@needs_grader
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_groups_and_extensions_are_read_like_rosters(tmp_path, between):
    from grading import late, roster

    path = tmp_path / "groups.csv"
    text = "# of week 3\n Group ,Student\nred,007\nred,ada\n\nblue,zoë\n"
    path.write_bytes(text.replace(",", between).encode("cp1252"))
    assert roster.read_groups(path) == {"red": ["007", "ada"], "blue": ["zoë"]}
    path.write_text("student,assignment,due,time_multiplier\n007,*,,1.5\n".replace(",", between))
    assert late.read_extensions(path, "01")["007"].multiplier == 1.5


@needs_grader
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("group,student\nred,\n", "line 2"),
        ("team,student\nred,ada\n", "no column group among 'team, student'"),
        ("", "no column group or student"),
    ],
)
def test_groups_that_cannot_be_read_name_the_line(tmp_path, text, words):
    from grading import roster

    path = tmp_path / "groups.csv"
    path.write_text(text)
    with pytest.raises(roster.RosterError, match=words):
        roster.read_groups(path)


@needs_grader
def test_a_platforms_file_is_filled_and_left_as_it_was(tmp_path, monkeypatch):
    from grading import export

    path = tmp_path / "g.csv"
    monkeypatch.setattr(export, "totals", lambda *_: {"ada@uni.example": 24.0, "1002": 3.5})
    path.write_bytes(GERMAN_WORKSHEET.replace(",", ";").encode("utf-8-sig"))
    text, filled, missing = export.fill("moodle", path, tmp_path, "01", "Bewertung")
    assert (filled, missing) == (2, [])
    before = list(csv.reader(io.StringIO(GERMAN_WORKSHEET, newline=""), delimiter=","))
    after = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row.pop(5) for row in after] == ["Bewertung", "24", "3.5"]
    assert [[cell.replace(",", ";") for cell in row[:5] + row[6:]] for row in before] == after
    path.write_text(CANVAS, "utf-8")
    monkeypatch.setattr(export, "totals", lambda *_: {"ada": 7.0, "gone": 1.0})
    text, filled, missing = export.fill("canvas", path, tmp_path, "01_slide_and_sum")
    assert (filled, missing) == (1, ["gone"])
    assert text.splitlines()[2].startswith("    Points Possible,")
    assert text.splitlines()[3].endswith("Monday and Friday,7,91.5")
