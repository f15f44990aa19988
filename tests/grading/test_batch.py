"""A class from start to end: resume, regrade, groups, lateness, hand grading, and the way back."""

import csv
import datetime
import io
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grading import batch, cli, course, export, finishing, intake, jobs, late, roster, sandbox
from grading.gradebook import rows
from grading.order import Order
from tests.grading import course_copy as one
from tests.grading.answers import FULL, NAME, RIGHT, WRONG, data, notebook

pytestmark = [pytest.mark.sandbox]
HALF = FULL - 4


def half():
    return data(notebook(one.release(), {**RIGHT, "answer-1-3": WRONG["answer-1-3"]}))


@pytest.fixture
def tree(tmp_path):
    return one.hand_in(
        tmp_path / "submissions",
        {"ada": one.right(), "grace": half(), "zoe": one.wrong(), "émile o'neil": one.right()},
    )


def scores(results, student):
    query = (
        "SELECT b.name, g.auto_score, g.manual_score, g.needs_manual_grade FROM grade g "
        "JOIN submitted_notebook n ON g.notebook_id = n.id "
        "JOIN submitted_assignment a ON n.assignment_id = a.id "
        "JOIN base_cell b ON g.cell_id = b.id WHERE a.student_id = ?"
    )
    with sqlite3.connect(results / "gradebook.db") as db:
        return {name: tuple(rest) for name, *rest in db.execute(query, (student,))}


def test_a_class_is_graded_and_only_changes_are_graded_again(tmp_path, tree):
    results = tmp_path / "results"
    outcome, _ = one.grade(tree, results)
    got = {student: one.points(entry) for student, entry in outcome["entries"].items()}
    assert got == {"ada": FULL, "grace": HALF, "zoe": 0, "émile o'neil": FULL}
    assert outcome["graded"] == 4
    # A person grades a written answer and overrules a machine's score.
    with sqlite3.connect(results / "gradebook.db") as db:
        for cell, score in (("answer-2-5", 3.0), ("check-1-3", 2.5)):
            db.execute(
                "UPDATE grade SET manual_score = ?, needs_manual_grade = 0 WHERE id IN "
                "(SELECT g.id FROM grade g JOIN submitted_notebook n ON g.notebook_id = n.id "
                "JOIN submitted_assignment a ON n.assignment_id = a.id "
                "JOIN base_cell b ON g.cell_id = b.id WHERE a.student_id = 'grace' AND b.name = ?)",
                (score, cell),
            )
    before = rows(results / "gradebook.db")
    outcome, _ = one.grade(tree, results)
    assert (outcome["graded"], outcome["kept"], outcome["changes"]) == (0, 4, [])
    assert rows(results / "gradebook.db") == before
    # Grace hands in again, and right: one is graded, her manual scores stay, the log tells.
    one.hand_in(tree, {"grace": one.right()})
    outcome, _ = one.grade(tree, results)
    assert (outcome["graded"], outcome["kept"]) == (1, 3)
    assert scores(results, "grace")["check-1-3"] == (4.0, 2.5, 1)
    assert scores(results, "grace")["answer-2-5"] == (None, 3.0, 1)
    log = list(csv.DictReader((results / "changes.csv").open(encoding="utf-8")))
    assert [(c["student"], c["cell"], c["old"], c["new"]) for c in log] == [
        ("grace", "check-1-3", "0.0", "4.0")
    ]
    unchanged = [row for row in before if "grace" not in row]
    assert [row for row in rows(results / "gradebook.db") if "grace" not in row] == unchanged


def test_the_gradebook_is_what_nbgrader_makes_of_the_same_notebooks(tmp_path, tree):
    """Nbgrader's own SaveAutoGrades, run on our autograded notebooks, changes no score."""
    from nbformat import read
    from nbgrader.preprocessors import SaveAutoGrades

    results = tmp_path / "results"
    one.grade(tree, results)
    before = rows(results / "gradebook.db")
    for student in ("ada", "grace", "zoe", "émile o'neil"):
        path = results / "autograded" / student / NAME / f"{NAME}.ipynb"
        resources = {
            "nbgrader": {
                "notebook": NAME,
                "assignment": NAME,
                "student": student,
                "db_url": f"sqlite:///{results / 'gradebook.db'}",
            }
        }
        SaveAutoGrades().preprocess(read(path, 4), resources)
    assert rows(results / "gradebook.db") == before


def test_formgraders_api_and_stock_feedback_work_on_the_results(tmp_path, tree):
    results = tmp_path / "results"
    one.grade(tree, results)
    code = (
        "from nbgrader.apps.api import NbGraderAPI\nfrom traitlets.config import Config\n"
        f"c = Config(); c.CourseDirectory.root = {str(results)!r}\n"
        "c.CourseDirectory.course_id = ''\napi = NbGraderAPI(config=c)\n"
        f"a = api.get_assignment({NAME!r})\nprint(a['num_submissions'], a['max_score'])\n"
        f"print(sorted((s['student'], s['score'], s['needs_manual_grade'], s['autograded']) "
        f"for s in api.get_submissions({NAME!r})))\n"
        f"r = api.generate_feedback({NAME!r}, 'ada')\nprint(r['success'], r.get('log', '')[-500:])"
    )
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=results,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
    )
    lines = done.stdout.splitlines()
    assert lines[0] == f"4 {FULL + 4}", done.stderr
    assert f"('ada', {FULL}, True, True)" in lines[1]
    assert "('zoe', 0.0, False, True)" in lines[1]
    assert lines[2].startswith("True"), done.stdout
    stock = (results / "feedback" / "ada" / NAME / f"{NAME}.html").read_text("utf-8")
    assert "HIDDEN TESTS" not in stock


def test_members_of_a_group_share_a_submission_and_any_token(tmp_path):
    tree = one.hand_in(tmp_path / "s", {"ada": one.right(), "zoe": half()})
    for student, hour in (("ada", 12), ("zoe", 10)):
        stamp = tree / student / NAME / "timestamp.txt"
        stamp.write_text(f"2026-12-01 {hour}:00:00 UTC")
    results = tmp_path / "results"
    groups = {"reds": ["ada", "zoe", "grace"]}
    outcome, _ = one.grade(tree, results, groups=groups)
    assert outcome["graded"] == 1  # the later one counts
    assert {s: one.points(e) for s, e in outcome["entries"].items()} == {
        "ada": FULL,
        "zoe": FULL,
        "grace": FULL,
    }
    for member in groups["reds"]:
        assert (results / "feedback" / member / NAME / f"{NAME}.html").exists()
        assert scores(results, member)["check-1-3"][0] == 4.0


def test_tokens_are_checked_and_never_cost_points(tmp_path):
    from convkit.check import seeds

    def with_token(token):
        made = notebook(one.release(), RIGHT)
        for cell in made["cells"]:
            cell["source"] = cell["source"].replace('TOKEN = "public"', f'TOKEN = "{token}"')
        return data(made)

    mine, others = (seeds.token_for(one.SECRET, s) for s in ("ada", "zoe"))
    tree = one.hand_in(
        tmp_path / "s",
        {"ada": with_token(mine.lower()), "bea": with_token(others), "cem": with_token("ABCD")},
    )
    outcome, _ = one.grade(tree, tmp_path / "results")
    entries = outcome["entries"]
    assert {s: e["notebooks"][NAME]["token"] for s, e in entries.items()} == {
        "ada": "ok",
        "bea": "mismatch",
        "cem": "invalid",
    }
    assert {one.points(entry) for entry in entries.values()} == {FULL}


def test_lateness_extensions_and_finish_after_hand_grading(tmp_path, tree):
    results = tmp_path / "results"
    due = datetime.datetime(2026, 12, 1, 18)
    for student, day in (("ada", 1), ("grace", 3), ("émile o'neil", 3)):
        (tree / student / NAME / "timestamp.txt").write_text(f"2026-12-0{day} 17:00:00 UTC")
    options = {
        "due": due,
        "rule": late.read_rule("10%/day"),
        "extensions": {"émile o'neil": late.Extension(datetime.datetime(2026, 12, 4))},
    }
    task = course.prepare(results, NAME, course.find_source(NAME, None))

    def run(order):
        outcome = batch.run(order)
        finishing.remember(order, {})
        return outcome

    one.grade(tree, results, run=run, **options)
    assert task.notebooks
    totals = export.totals(results, NAME)
    assert totals == {
        "ada": FULL,
        "grace": pytest.approx(HALF * 0.8),
        "zoe": 0,
        "émile o'neil": FULL,
    }
    with sqlite3.connect(results / "gradebook.db") as db:
        db.execute(
            "UPDATE grade SET manual_score = 4, needs_manual_grade = 0 WHERE cell_id IN "
            "(SELECT id FROM base_cell WHERE name = 'answer-2-5') AND auto_score IS NULL"
        )
        db.execute(
            "UPDATE comment SET manual_comment = 'Well <b>said</b>.' WHERE cell_id IN "
            "(SELECT id FROM base_cell WHERE name = 'answer-2-5')"
        )
    assert cli.main(["finish", NAME, "-o", str(results)]) == 0
    totals = export.totals(results, NAME)
    assert totals["grace"] == pytest.approx((HALF + 4) * 0.8)
    assert totals["ada"] == FULL + 4
    page = (results / "feedback" / "grace" / NAME / f"{NAME}.html").read_text("utf-8")
    assert "Well &lt;b&gt;said&lt;/b&gt;." in page
    assert "points off for lateness" in page
    assert "not counted yet" not in page


def test_feedback_names_a_seed_that_shows_the_same_inputs(tmp_path):
    from convkit import check

    tree = one.hand_in(tmp_path / "s", {"grace": half()})
    one.grade(tree, tmp_path / "results")
    page = (tmp_path / "results" / "feedback" / "grace" / NAME / f"{NAME}.html").read_text("utf-8")
    seed = page.split("--seed ")[1].split("<")[0]
    assert seed.startswith("hidden:")

    def answer(image, filters, stride=1):
        import numpy as np

        return np.full((2, 2), 0.5)

    again = check.run("1.3", answer, seed=seed)
    assert again.points == 0
    shown = " ".join(again.message.split())
    import html
    import re

    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert shown[:60] in plain


def test_hidden_inputs_differ_between_submissions_and_attempts():
    from grading.grade import own_secret

    made = {own_secret("s", a, c) for a in ("ada", "zoe") for c in (b"1", b"2")}
    assert len(made) == 4
    assert own_secret("s", "ada", b"1") in made


# ---- killed in the middle


def grade_in_process(tree, results):
    one.grade(tree, results, workers=2)


@pytest.mark.slow
def test_a_killed_grader_goes_on_and_ends_with_the_same_gradebook(tmp_path):
    students = {f"s{n}": (one.right, half, one.wrong)[n % 3]() for n in range(9)}
    tree = one.hand_in(tmp_path / "s", students)
    # One secret for both: hidden inputs, and so wrong answers' verdicts, are the same.
    quiet, shaken = tmp_path / "quiet", tmp_path / "shaken"
    one.grade(tree, quiet)
    context, draw = multiprocessing.get_context("spawn"), random.Random(7)
    kills = 0
    for _ in range(6):
        process = context.Process(target=grade_in_process, args=(tree, shaken))
        process.start()
        process.join(draw.uniform(2.0, 7.0))
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.join()
    one.grade(tree, shaken)
    assert kills
    assert rows(shaken / "gradebook.db") == rows(quiet / "gradebook.db")
    for student in students:
        below = f"{student}/{NAME}/{NAME}"
        pages = [(r / "feedback" / f"{below}.html").read_bytes() for r in (quiet, shaken)]
        assert pages[0] == pages[1]


@pytest.mark.slow
def test_a_killed_worker_costs_nobody_a_point(tmp_path):
    students = {f"s{n}": (one.right, half)[n % 2]() for n in range(6)}
    tree = one.hand_in(tmp_path / "s", students)

    def run(order):
        killed = []

        def kill_one(done, all_of_them, entry):
            judges = [
                pid
                for pid in sandbox.tree(os.getpid())
                if b"judge_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
            if done == 1 and judges:
                os.kill(judges[0], signal.SIGKILL)
                killed.append(judges[0])

        outcome = batch.run(order, kill_one)
        assert killed
        return outcome

    outcome, _ = one.grade(tree, tmp_path / "results", workers=2, run=run)
    assert {s: one.points(e) for s, e in outcome["entries"].items()} == {
        s: (FULL, HALF)[n % 2] for n, s in enumerate(students)
    }


def test_a_fault_of_the_grader_is_flagged_and_tried_again(tmp_path, tree, monkeypatch):
    from grading.judge import Judge, JudgeError

    results, real = tmp_path / "results", Judge.judge

    def no_memory(self, *, submission, **request):
        if any(content for _, content in submission.notebooks.values()):
            raise JudgeError("cannot allocate memory")
        return real(self, submission=submission, **request)

    monkeypatch.setattr(Judge, "judge", no_memory)
    outcome, _ = one.grade(tree, results)
    assert {one.points(entry) for entry in outcome["entries"].values()} == {0}
    for entry in outcome["entries"].values():
        assert "The grader itself stopped" in entry["notebooks"][NAME]["remarks"][0]
        assert "cannot allocate memory" in entry["notebooks"][NAME]["remarks"][0]
    monkeypatch.setattr(Judge, "judge", real)
    outcome, _ = one.grade(tree, results)
    assert outcome["graded"] == 4
    assert one.points(outcome["entries"]["ada"]) == FULL


def test_two_graders_at_once_are_refused(tmp_path):
    with (
        course.only_writer(tmp_path),
        pytest.raises(course.CourseError, match="another grader"),
        course.only_writer(tmp_path),
    ):
        pass


# ---- the command line, and the way back to the platform


def test_the_command_line_from_a_canvas_zip_to_a_canvas_gradebook(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CONVKIT_COURSE_SECRET", one.SECRET)
    place, results = tmp_path / "submissions.zip", tmp_path / "results"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(f"lovelaceada_1001_5_{NAME}.ipynb", one.right())
        archive.writestr(f"hoppergrace_LATE_1002_6_{NAME}-1.ipynb", half())
        archive.writestr(f"strangerbob_1009_7_{NAME}.ipynb", one.right())
    canvas = tmp_path / "canvas.csv"
    canvas.write_text(
        f"Student,ID,SIS User ID,SIS Login ID,Section,{NAME} (12345)\n"
        "    Points Possible,,,,,27\n"
        '"Lovelace, Ada",1001,S1,ada,1,\n"Hopper, Grace",1002,S2,=grace,1,\n'
        '"Nobody, Yet",1003,S3,nobody,1,\n'
    )
    arguments = [NAME, str(place), "-o", str(results), "--roster", str(canvas), "-j", "2"]
    assert cli.main(arguments) == 0
    shown = capsys.readouterr()
    assert "strangerbob" in shown.out
    assert "2 students: 2 submissions graded" in shown.out
    assert "2/2" in shown.err
    table = list(csv.DictReader(io.StringIO((results / f"{NAME}.csv").read_text("utf-8-sig"))))
    assert {row["student"]: float(row["points"]) for row in table} == {
        "ada": FULL,
        "'=grace": HALF,
        "nobody": 0,
    }
    assert cli.main(["export", "canvas", str(canvas), NAME, "-o", str(results)]) == 0
    filled = list(csv.reader((results / f"canvas-{NAME}.csv").open(encoding="utf-8")))
    assert [row[5] for row in filled[1:]] == ["27", "24", "20", ""]
    with zipfile.ZipFile(results / f"canvas-{NAME}-feedback.zip") as archive:
        assert sorted(archive.namelist()) == [
            f"hoppergrace_LATE_1002_6_{NAME}-1.html",
            f"lovelaceada_1001_5_{NAME}.html",
        ]


def test_export_to_moodle_fills_its_worksheet(tmp_path):
    place, results = tmp_path / "m.zip", tmp_path / "results"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(f"Ada Lovelace_1001_assignsubmission_file_/{NAME}.ipynb", one.right())
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,ID number,Email address,Status,Grade,Feedback comments\n"
        "Participant 1001,Ada Lovelace,ada,ada@x.org,Submitted,,\n"
        "Participant 1002,Grace Hopper,grace,g@x.org,No submission,,\n"
    )

    def run(order):
        outcome = batch.run(order)
        finishing.remember(order, {s: f.origin for s, f in order.found.items()})
        return outcome

    one.grade(place, results, people=roster.read_roster(sheet), run=run)
    text, filled, missing = export.fill("moodle", sheet, results, NAME)
    assert (filled, missing) == (1, [])
    assert [row["Grade"] for row in csv.DictReader(io.StringIO(text))] == [f"{FULL:g}", ""]
    archive = tmp_path / "f.zip"
    assert export.feedback_zip(results, NAME, archive) == 1
    with zipfile.ZipFile(archive) as packed:
        assert packed.namelist() == [f"Ada Lovelace_1001_assignsubmission_file_/{NAME}.html"]


def test_results_in_a_folder_named_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    task = course.prepare(Path("results"), NAME, course.find_source(NAME, None))
    assert list(task.notebooks) == [NAME]


def _table(results):
    return list(csv.DictReader(io.StringIO((results / f"{NAME}.csv").read_text("utf-8-sig"))))


def test_the_table_keeps_an_earlier_run_and_takes_in_what_people_scored(tmp_path, capsys):
    people = tmp_path / "roster.csv"
    people.write_text("id,first_name,last_name\nada,Ada,Lovelace\nzoe,Zoë,O'Neil\nbob,Bob,B\n")
    first = one.hand_in(tmp_path / "first", {"ada": one.right()})
    (first / "ada" / NAME / "timestamp.txt").write_text("2026-12-02 17:00:00 UTC")
    second = one.hand_in(tmp_path / "second", {"zoe": one.wrong()})
    results = tmp_path / "results"
    rest = ["-o", str(results), "--roster", str(people), "-j", "1"]
    rest += ["--due", "2026-12-01 18:00", "--late", "10%/day"]
    assert cli.main([NAME, str(first), *rest]) == 0
    assert "Nothing was taken off" not in capsys.readouterr().out
    assert cli.main([NAME, str(second), *rest]) == 0
    assert "no time of submission is known: 1 students (zoe)" in capsys.readouterr().out
    rows = {row["student"]: row for row in _table(results)}
    assert {name: float(row["points"]) for name, row in rows.items()} == {
        "ada": FULL,
        "zoe": 0,
        "bob": 0,
    }
    assert (rows["bob"]["remarks"], rows["zoe"]["remarks"]) == ("nothing handed in", "")
    assert (rows["ada"]["last_name"], rows["ada"]["waits_for_a_person"]) == ("Lovelace", "yes")
    with sqlite3.connect(results / "gradebook.db") as db:
        db.execute(
            "UPDATE grade SET manual_score = 3, needs_manual_grade = 0 WHERE auto_score IS NULL"
        )
    assert cli.main(["finish", NAME, "-o", str(results)]) == 0
    ada = next(row for row in _table(results) if row["student"] == "ada")
    assert (float(ada["points"]), ada["waits_for_a_person"]) == (FULL + 3, "")
    assert float(ada["total"]) == pytest.approx((FULL + 3) * 0.9)
    assert float(ada["total"]) == pytest.approx(export.totals(results, NAME)["ada"])


def test_a_members_own_submission_does_not_set_the_groups_lateness(tmp_path):
    tree = one.hand_in(tmp_path / "s", {"ada": one.right(), "zoe": one.wrong()})
    for student, day in (("ada", 3), ("zoe", 1)):
        (tree / student / NAME / "timestamp.txt").write_text(f"2026-12-0{day} 17:00:00 UTC")

    def run(order):
        finishing.remember(order, {})
        return batch.run(order)

    one.grade(
        tree,
        tmp_path / "results",
        run=run,
        groups={"g": ["ada", "zoe"]},
        due=datetime.datetime(2026, 12, 1, 18),
        rule=late.read_rule("10%/day"),
    )
    kept = course.read_json(tmp_path / "results" / ".grading" / f"{NAME}.run")
    assert kept["late"] == {"ada": 0.2, "zoe": 0.2}
    assert kept["counts"] == {"ada": "ada", "zoe": "ada"}


def test_a_group_whose_latest_work_cannot_be_told_is_named(tmp_path):
    found = {name: intake.Found(name) for name in ("ada", "zoe")}
    order = Order(tmp_path, None, found, groups={"g": ["ada", "zoe"]})
    assert "Group g: ada, zoe each handed in" in jobs.doubts(order)[0]


def test_bad_arguments_are_told_in_words(tmp_path, capsys):
    for arguments, words in (
        (["no_such", str(tmp_path), "-o", str(tmp_path / "r")], "there is no assignment 'no_such'"),
        ([NAME, str(tmp_path / "nowhere"), "-o", str(tmp_path / "r")], "there is no"),
        ([NAME, str(tmp_path), "-o", str(tmp_path / "r"), "--late", "harsh"], "no rule"),
        ([NAME, str(tmp_path), "-o", str(tmp_path / "r"), "--due", "soon"], "no time"),
        ([NAME, str(tmp_path), "-o", str(tmp_path / "r"), "--late", "9%/day"], "--due"),
        ([NAME, str(tmp_path), "-o", str(tmp_path / "r"), "--roster", "nowhere.csv"], "nowhere"),
        ([NAME, __file__, "-o", str(tmp_path / "r")], "neither a folder nor a whole zip"),
        ([NAME, str(tmp_path), "-o", str(tmp_path / "r"), "--sandbox", "none"], "--unsafe"),
    ):
        assert cli.main(arguments) == 2
        assert words in capsys.readouterr().err


def test_without_a_secret_the_folder_gets_one_that_only_its_owner_reads(tmp_path, monkeypatch):
    monkeypatch.delenv("CONVKIT_COURSE_SECRET", raising=False)
    secret, given = course.course_secret(tmp_path)
    assert not given
    assert len(secret) == 64
    assert course.course_secret(tmp_path) == (secret, False)
    assert (tmp_path / ".grading" / "secret").stat().st_mode & 0o077 == 0


def test_a_torn_journal_is_graded_again(tmp_path, tree):
    results = tmp_path / "results"
    one.grade(tree, results)
    before = rows(results / "gradebook.db")
    (results / ".grading" / NAME / "ada.json").write_text('{"student": "ada"')
    (results / "feedback" / "zoe" / NAME / f"{NAME}.html").unlink()
    outcome, _ = one.grade(tree, results)
    assert outcome["graded"] == 2
    assert rows(results / "gradebook.db") == before
    assert json.loads((results / ".grading" / NAME / "ada.json").read_text())["student"] == "ada"
