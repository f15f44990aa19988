"""run.py: what it says to people, what it installs, what it serves; and the files around it."""

import ast
import json
import re
import socket
import struct
import threading
import tomllib
import types
import urllib.request

import pytest

from tests.browser.driver import ROOT, run

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """run.py with a .venv in a temporary folder, and pip replaced: gives the list of its calls."""
    calls = []

    class Pip:
        code = 0

        def __init__(self, command, **_):
            calls.append(command)

        def wait(self, timeout=None):
            if isinstance(Pip.code, BaseException):
                raise Pip.code
            return Pip.code

        def kill(self):
            pass

    def make_venv():
        calls.append("make_venv")
        venv = tmp_path / "venv"
        venv.mkdir(exist_ok=True)
        (venv / "unfinished").unlink(missing_ok=True)
        (venv / "python").touch()

    monkeypatch.setattr(run, "VENV", tmp_path / "venv")
    monkeypatch.setattr(run, "PYTHON", tmp_path / "venv" / "python")
    monkeypatch.setattr(run, "make_venv", make_venv)
    monkeypatch.setattr(run.subprocess, "Popen", Pip)
    return calls, Pip


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        run.parse(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in run.COMMANDS)


def test_make_knows_the_same_commands():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^COMMANDS = (.*)$", makefile, re.MULTILINE)[1].split() == list(run.COMMANDS)


def test_run_parses_under_older_pythons():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    with pytest.raises(run.Stop, match=r"needs Python 3\.11 or newer"):
        run.use_new_enough_python()


def test_a_missing_venv_module_names_the_package_to_install(monkeypatch, tmp_path):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run, "VENV", tmp_path / "venv")
    version = ".".join(map(str, run.sys.version_info[:2]))
    with pytest.raises(run.Stop, match=f"sudo apt install python{version}-venv"):
        run.make_venv()


def test_the_second_run_does_not_call_pip(elsewhere):
    calls, _ = elsewhere
    run.ensure_environment(["book"])
    assert calls[0] == "make_venv"
    assert ".[book]" in calls[1]
    assert calls[1][calls[1].index("-c") + 1] == "constraints.txt"
    run.ensure_environment(["book"])
    assert len(calls) == 2


def test_a_further_extra_is_added_to_the_others(elsewhere):
    calls, _ = elsewhere
    run.ensure_environment(["book"])
    run.ensure_environment(["test"])
    assert ".[book,test]" in calls[-1]
    run.ensure_environment(["book"])
    assert len(calls) == 3


def test_changed_requirements_are_installed_again(elsewhere, monkeypatch):
    calls, _ = elsewhere
    run.ensure_environment(["book", "test"])
    monkeypatch.setattr(run, "fingerprint", lambda: "something else")
    run.ensure_environment(["book"])
    assert ".[book,test]" in calls[-1]
    assert calls.count("make_venv") == 1


def test_an_interrupted_installation_starts_over(elsewhere):
    calls, pip = elsewhere
    pip.code = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run.ensure_environment(["book"])
    pip.code = 0
    run.ensure_environment(["book"])
    assert calls.count("make_venv") == 2
    assert run.installed() == (True, {"book"})


def test_a_failed_installation_shows_why_and_is_tried_again(elsewhere):
    calls, pip = elsewhere
    pip.code = 1
    with pytest.raises(run.Stop, match="pip could not install"):
        run.ensure_environment(["book"])
    assert run.installed() == (False, set())
    pip.code = 0
    run.ensure_environment(["book"])
    assert run.installed() == (True, {"book"})
    assert calls.count("make_venv") == 1


def test_a_damaged_record_is_no_record(elsewhere, tmp_path):
    run.ensure_environment(["book"])
    (tmp_path / "venv" / "installed.json").write_text(json.dumps(["?"])[:-1])
    assert run.installed() == (False, set())


def test_files_are_served_with_the_types_that_browsers_ask_for(tmp_path):
    types = {
        "a.mjs": "text/javascript",
        "a.js": "text/javascript",
        "a.css": "text/css",
        "a.svg": "image/svg+xml",
        "a.wasm": "application/wasm",
        "a.woff2": "font/woff2",
        "a.html": "text/html",
    }
    server = run.serve(tmp_path, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for name, expected in types.items():
            (tmp_path / name).write_text("x")
            address = f"http://127.0.0.1:{server.server_address[1]}/{name}"
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.headers.get_content_type() == expected
                assert answer.headers["Cache-Control"] == "no-cache"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("reset", [False, True], ids=["left in the middle", "reset"])
def test_a_browser_that_leaves_is_no_news_and_an_error_is(tmp_path, capfd, reset):
    (tmp_path / "large").write_bytes(bytes(50_000_000))  # more than the system keeps under way
    server = run.serve(tmp_path, 0)
    server.daemon_threads = False  # closing the server waits until each request is over
    threading.Thread(target=server.serve_forever, daemon=True).start()
    leaving = socket.create_connection(server.server_address, timeout=10)
    if reset:
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    leaving.sendall(b"GET /large HTTP/1.0\r\n\r\n")
    assert leaving.recv(12) == b"HTTP/1.0 200"
    leaving.close()
    server.shutdown()
    server.server_close()
    assert capfd.readouterr().err == ""
    try:
        raise ValueError("a fault of ours")
    except ValueError:
        server.handle_error(None, ("127.0.0.1", 1))
    assert "a fault of ours" in capfd.readouterr().err


def test_a_taken_port_gives_way_to_the_next(tmp_path):
    first = run.serve(tmp_path, 0)
    try:
        taken = first.server_address[1]
        second = run.serve(tmp_path, taken)
        assert taken < second.server_address[1] < taken + 20
        second.server_close()
        with pytest.raises(run.Stop, match="--port"):
            run.serve(tmp_path, taken, tries=1)
    finally:
        first.server_close()


def test_one_file_is_tested_alone_and_all_in_two_programs(monkeypatch):
    calls = []
    monkeypatch.setattr(run, "call", lambda *words: calls.append(words) or 0)
    monkeypatch.setattr(run, "side_by_side", lambda *both: calls.append(both) or 0)
    monkeypatch.setattr(run.os, "cpu_count", lambda: 2)
    every = {"quick": False, "long": False}
    run.test(types.SimpleNamespace(require="", rest=["tests/test_conv.py", "-x"], **every))
    assert calls.pop()[-2:] == ("tests/test_conv.py", "-x")
    run.test(types.SimpleNamespace(require="browser", rest=["--durations=5"], **every))
    shown, other, _ = calls.pop()
    assert shown[3:] == ["--require", "browser", "--durations=5", "--ignore=tests/browser"]
    assert other[-1] == "tests/browser"


def test_quick_tests_run_in_two_halves_and_campaigns_have_their_own_words(monkeypatch):
    calls = []
    monkeypatch.setattr(run, "call", lambda *words: calls.append(words) or 0)
    monkeypatch.setattr(run, "side_by_side", lambda *both: calls.append(both) or 0)
    options = run.parse(["test", "--quick", "--", "-x"])
    run.test(options)
    shown, other, _ = calls.pop()
    assert shown[3:] == ["-x", "--quick=1"] and other[3:] == ["-x", "--quick=2"]
    run.test(run.parse(["test", "--long", "--", "--only", "kills"]))
    assert calls.pop()[1:] == ("-m", "tests.long", "--only", "kills")


# ---------------------------------------------------------------- the files around it


def pinned():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_package_we_ask_for_is_pinned():
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in pinned()}
    assert all(re.match(r"[\w.-]+==[\w.]+( ; .*)?$", line) for line in pinned())
    for extra in ("book", "course", "test", "fast", "dask"):
        for wanted in PROJECT["optional-dependencies"][extra]:
            assert re.match(r"[\w.-]+", wanted)[0].lower() in names


def test_every_python_that_we_support_finds_one_numpy():
    from packaging.requirements import Requirement

    for version in ("3.11", "3.12", "3.13", "3.14"):
        surroundings = {"python_version": version, "python_full_version": f"{version}.5"}
        found = [
            one
            for one in map(Requirement, pinned())
            if one.name == "numpy" and (not one.marker or one.marker.evaluate(surroundings))
        ]
        assert len(found) == 1, version
        assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]


def test_versions_agree():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation


def test_workflows_use_pinned_actions_and_known_commands():
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = workflow.read_text(encoding="utf-8")
        for action in re.findall(r"uses: (\S+)", text):
            assert re.search(r"@v\d+(\.\d+)*$|@[0-9a-f]{40}$", action), action
        for command in re.findall(r"python run\.py (\w+)", text):
            assert command in run.COMMANDS
