"""`convkit check` and the instructor's tokens, on real notebooks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convkit.check import seeds, terminal, tokens

ROOT = Path(__file__).parent.parent
RELEASED = sorted((ROOT / "exercises").glob("*/*.ipynb"))


def notebook(path, *sources):
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


BEGIN = "from convkit import check\nTOKEN = 'public'\nprint(check.start(TOKEN))"
RIGHT = "def convolve(image, filters):\n    return check.slide_and_sum(image, filters[::-1, ::-1])"
CHECK = "verdict = check.run('1.4', convolve)\ndisplay(verdict)\nverdict.points"


def test_a_right_notebook_exits_with_0(tmp_path, capfd):
    path = notebook(tmp_path / "a.ipynb", BEGIN, "%matplotlib inline\n!ls\nx = 1", RIGHT, CHECK)
    assert terminal.check_notebook(path) == 0
    assert "1.4  2 of 2   right    The flip" in capfd.readouterr().out


def test_a_wrong_notebook_exits_with_1_and_goes_on_after_errors(tmp_path, capfd):
    path = notebook(tmp_path / "a.ipynb", BEGIN, "1 / 0", RIGHT.replace("::-1, ", ""), CHECK)
    assert terminal.check_notebook(path) == 1
    out = capfd.readouterr().out
    assert "ZeroDivisionError" in out
    assert "line 1: 1 / 0" in out
    assert "0 of 2 points" in out


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_the_released_notebook_scores_0_without_an_answer(capfd, path):
    assert terminal.check_notebook(path) == 1
    out = capfd.readouterr().out
    first = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
    counted = re.search(r"(\d+)(?: points, all| are) counted by the checks", "".join(first)).group(
        1
    )
    assert f"0 of {counted} points" in out
    assert "Error" not in out  # nothing in it raises before somebody writes something
    assert "could not run" not in out


def test_another_seed_gives_other_numbers(tmp_path, capfd):
    show = "print('H is', check.sizes_to_predict()['H'])\ndisplay(check.run('1.4', print))"
    path = notebook(tmp_path / "a.ipynb", BEGIN, show)
    found = set()
    for seed in (None, "apple", "pear", "plum"):
        assert terminal.check_notebook(path, seed=seed) == 1
        found.add(capfd.readouterr().out.split("H is")[1][:4])
    assert len(found) > 1


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"cells": [3]}', "\x00"])
def test_what_is_no_notebook_is_said(tmp_path, capfd, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    assert terminal.check_notebook(path) == 2
    assert "cannot be read" in capfd.readouterr().out


def test_a_missing_notebook_and_a_loop_without_end_are_said(tmp_path, capfd):
    assert terminal.check_notebook(tmp_path / "none.ipynb") == 2
    assert "is not there" in capfd.readouterr().out
    path = notebook(tmp_path / "a.ipynb", "while True: pass")
    assert terminal.check_notebook(path, timeout=2) == 2
    assert "loop" in capfd.readouterr().out


def test_what_cannot_run_keeps_its_line_and_its_points(tmp_path, capfd):
    path = notebook(
        tmp_path / "a.ipynb",
        BEGIN,
        "# ANSWER 1.1\ndef one_place(image:",
        "display(check.run('1.1', one_place))",
        "# ANSWER 1.3\ndef another_name(): pass",
        "display(check.run('1.3', slide_and_sum))",
        RIGHT,
        CHECK,
    )
    assert terminal.check_notebook(path) == 1
    out = capfd.readouterr().out
    assert "1.1  0 of 2   not yet  could not run: the cell “# ANSWER 1.1” stopped: Synt" in out
    assert "1.3  0 of 4   not yet  could not run: the cell “# ANSWER 1.3” must define sl" in out
    assert "2 of 8 points" in out


LOOP = "# ANSWER 1.1\ndef one_place(image, filters, i, j):\n    while True:\n        pass"


def test_a_loop_without_an_end_spares_the_other_answers(tmp_path, capfd):
    check = "verdict = check.run('1.1', one_place)\ndisplay(verdict)"
    path = notebook(tmp_path / "a.ipynb", BEGIN, LOOP, check, RIGHT, CHECK)
    assert terminal.check_notebook(path, timeout=4) == 1
    out = capfd.readouterr().out
    assert "The cell that begins “verdict = check.run('1.1', one_place)” stopped" in out
    assert "1.1  0 of 2   not yet  could not run: it ran for 2 seconds" in out
    assert "2 of 4 points" in out


def test_a_loop_that_cannot_be_interrupted_ends_with_the_time(tmp_path, capfd):
    stubborn = "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass"
    path = notebook(tmp_path / "a.ipynb", BEGIN, RIGHT, CHECK, stubborn)
    assert terminal.check_notebook(path, timeout=3) == 2
    out = capfd.readouterr().out
    assert "Stopped after 3 seconds" in out
    assert "2 of 2 points" in out


@pytest.mark.skipif(os.name == "nt", reason="sends signals that only POSIX knows")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_check_that_is_stopped_leaves_nothing_behind(tmp_path, name):
    forever = "import os\nopen('id', 'w').write(str(os.getpid()))\nwhile True: pass"
    path = notebook(tmp_path / "a.ipynb", forever)
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "signal.signal(signal.SIGHUP, signal.SIG_DFL); "  # `nohup … &` turned both off
        f"from convkit.check.terminal import *; sys.exit(check_notebook({str(path)!r}))"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    written = tmp_path / "id"
    wait_until(lambda: written.exists() and written.read_text())
    started.send_signal(getattr(signal, name))
    out, _ = started.communicate(timeout=20)  # the pipe ends only when both processes are gone
    assert out == ("Stopped, as you asked.\n" if name == "SIGINT" else "")
    wait_until(lambda: not Path(f"/proc/{written.read_text()}").exists())


def wait_until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_instructors_get_tokens_and_see_whose_do_not_fit(tmp_path, capsys, monkeypatch):
    roster = tmp_path / "roster.csv"
    roster.write_text("# id, name\nada, Ada\nben, Ben\ncy,Cy\ndee\n\neve\nfay\n", "utf-8")
    monkeypatch.delenv(seeds.SECRET_VARIABLE, raising=False)
    assert tokens.main([str(roster)]) == 2
    assert seeds.SECRET_VARIABLE in capsys.readouterr().out
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "secret")
    assert tokens.main([str(roster)]) == 0
    handed = dict(line.split(",") for line in capsys.readouterr().out.splitlines())
    assert handed == {id_: seeds.token_for("secret", id_) for id_ in handed}
    assert len(handed) == 6
    typed = {
        "ada": f"TOKEN = '{handed['ada'].lower()}'  # mine",
        "ben": f"TOKEN = {handed['ada']!r}",
        "cy": "TOKEN = 'public'",
        "dee": "print('gone')",
        "fay": "TOKEN = os.system('true')",
    }
    for student, source in typed.items():
        folder = tmp_path / "submitted" / student / "01"
        folder.mkdir(parents=True)
        notebook(folder / "01.ipynb", source)
    submitted = ["--submitted", os.fspath(tmp_path / "submitted"), "01"]
    assert tokens.main([str(roster), *submitted]) == 0
    flagged = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert flagged.keys() == {"ben", "cy", "dee", "eve", "fay"}
    assert "not the one handed to ben" in flagged["ben"]
    assert "public" in flagged["cy"]
    assert "gone" in flagged["dee"]
    assert "nothing submitted" in flagged["eve"]
