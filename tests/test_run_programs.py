"""The programs that run.py starts: side by side, and none of them outlives it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.browser.driver import ROOT, run

posix = pytest.mark.skipif(os.name != "posix", reason="signals and groups are a POSIX matter")


@pytest.mark.parametrize(("statuses", "expected"), [((0, 0), 0), ((0, 4), 4), ((3, 0), 3)])
def test_two_programs_run_at_the_same_time_and_either_may_fail(statuses, expected, tmp_path, capfd):
    """Each waits for a file that the other one writes: one after the other would never end."""
    code = (
        "import pathlib, sys, time; here, there, status = sys.argv[1:]; "
        "pathlib.Path(here).write_text('x'); end = time.time() + 30\n"
        "while not pathlib.Path(there).exists() and time.time() < end: time.sleep(0.01)\n"
        "print('ends', here); sys.exit(int(status) if time.time() < end else 9)"
    )
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    shown = [sys.executable, "-c", code, one, two, str(statuses[0])]
    other = [sys.executable, "-c", code, two, one, str(statuses[1])]
    assert run.side_by_side(shown, other, "tests/browser") == expected
    printed = capfd.readouterr().out
    places = [printed.index(words) for words in (f"ends {one}", "tests/browser =", f"ends {two}")]
    assert places == sorted(places)


@posix
def test_a_helper_that_outlives_its_program_neither_hangs_us_nor_stays(tmp_path):
    held, reading = fifo(tmp_path)
    child = "import time; time.sleep(60)"
    parent = (
        f"import os, subprocess, sys; held = os.open({held!r}, os.O_WRONLY); "
        f"subprocess.Popen([sys.executable, '-c', {child!r}], pass_fds=[held]); "
        "print('a line', flush=True); print('no end of line', end=''); sys.exit(3)"
    )
    said = []
    start = time.monotonic()
    log = tmp_path / "log"
    assert run.run_logged([sys.executable, "-c", parent], tmp_path, log, said.append) == 3
    assert said == ["a line"]
    assert log.read_text().endswith("no end of line")
    assert read_to_the_end(reading) == b""  # waits until the helper is gone
    assert time.monotonic() - start < 30


def fifo(folder):
    """A path for programs to open and write to; it is read to its end when all of them are gone.

    No list of processes is asked: a small system has no `ps`, and only Linux has /proc.
    """
    path = folder / "held"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reading, True)
    return str(path), reading


def wait_for(reading, expected, seconds=60):
    """Read until this has come; as long as nobody has opened the path, reading gives nothing."""
    got, end = b"", time.monotonic() + seconds
    while got != expected:
        assert time.monotonic() < end, got
        got += os.read(reading, len(expected) - len(got))
        time.sleep(0.02)


def read_to_the_end(reading):
    """What is written until all who opened the path are gone."""
    with open(reading, "rb") as file:
        return file.read()


# How a run begins at a terminal, and by `nohup … &` in a script, for whatever started these tests.
BEGIN = """
import os, signal, sys
for name in ("SIGINT", "SIGHUP"):
    signal.signal(getattr(signal, name), getattr(signal, sys.argv[1]))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def begin(how, *words, **options):
    """Start Python with SIGINT and SIGHUP at "SIG_DFL" or "SIG_IGN", in a group of its own."""
    command = [sys.executable, "-c", BEGIN, how, *words]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **options)


RUN = """
import sys
sys.path.insert(0, "")
import run

child = '''
import os, sys, time
held = os.open(sys.argv[1], os.O_WRONLY)
os.write(held, b"begun ")
try:
    time.sleep(60)
finally:
    time.sleep(0.5)
    os.write(held, b"tidied ")
'''
listen = "from tests import conftest; conftest.listen_to_signals()"
program = [sys.executable, "-c", listen + child, sys.argv[1]]
run.ensure_environment = lambda extras: None
both = (program, program, "the same")
ways = {"call": lambda _: run.call(*program), "both": lambda _: run.side_by_side(*both)}
run.COMMANDS["wheel"] = (ways[sys.argv[2]], [], "")
sys.exit(run.main(["wheel"]))
"""


@posix
@pytest.mark.parametrize("way", ["call", "both"])
@pytest.mark.parametrize(
    ("how", "name", "status"),
    [
        ("SIG_DFL", "SIGTERM", 143),
        ("SIG_DFL", "SIGHUP", 129),
        ("SIG_DFL", "SIGINT", 130),
        ("SIG_IGN", "SIGTERM", 143),
    ],
)
def test_what_runs_tidies_up_when_run_is_stopped(tmp_path, way, how, name, status):
    held, reading = fifo(tmp_path)
    started = begin(how, "-c", RUN, held, way, stdout=subprocess.PIPE, text=True)
    count = 1 if way == "call" else 2
    wait_for(reading, b"begun " * count)
    if how == "SIG_IGN":  # the terminal hangs up, and somebody presses Ctrl-C there: passed by
        for other in (signal.SIGHUP, signal.SIGINT):
            os.killpg(started.pid, other)
        time.sleep(0.5)
        assert started.poll() is None
    if name == "SIGINT":  # a terminal tells it to all
        os.killpg(started.pid, signal.SIGINT)
    else:
        started.send_signal(getattr(signal, name))
    out, _ = started.communicate(timeout=30)
    assert started.returncode == status
    assert out.endswith("Interrupted.\n" if name == "SIGINT" else f"Ended by {name}.\n")
    assert read_to_the_end(reading) == b"tidied " * count


@posix
def test_a_program_that_will_not_end_is_killed():
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); "
    started = subprocess.Popen(
        [sys.executable, "-c", deaf + "time.sleep(60)"], stdout=subprocess.PIPE
    )
    started.stdout.readline()
    run.end(started, KeyboardInterrupt(), patience=0.2)
    assert started.returncode == -signal.SIGKILL
    started.stdout.close()


@posix
def test_tests_that_are_stopped_close_what_they_opened(tmp_path):
    """What pytest makes of SIGTERM, with our conftest, when it begins by `nohup … &`."""
    held, reading = fifo(tmp_path)
    (tmp_path / "test_one.py").write_text(
        "import os, pytest, time\n"
        "@pytest.fixture(scope='session')\n"
        f"def opened(): file = os.open({held!r}, os.O_WRONLY); os.write(file, b'begun '); yield; "
        "os.write(file, b'closed ')\n"
        "def test_it(opened): time.sleep(60)\n"
    )
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(tmp_path / "pytest.ini")]
    started = begin("SIG_IGN", *words, str(tmp_path), stdout=subprocess.PIPE, text=True)
    wait_for(reading, b"begun ")
    started.send_signal(signal.SIGTERM)
    out, _ = started.communicate(timeout=30)
    assert started.returncode == pytest.ExitCode.INTERRUPTED, out
    assert read_to_the_end(reading) == b"closed "


@posix
def test_tests_of_signals_hold_however_they_are_started():
    """`nohup python run.py test &` on a server: SIGINT and SIGHUP are ignored from the start."""
    words = ["-m", "pytest", "-q", "tests/test_check_terminal.py", "-k", "stopped"]
    started = begin("SIG_IGN", *words, stdout=subprocess.PIPE, text=True)
    out, _ = started.communicate(timeout=120)
    assert started.returncode == 0, out
    assert "4 passed" in out
