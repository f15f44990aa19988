"""The walls: what each kind of sandbox lets through, and what happens without one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grading import landlock, sandbox, seccomp
from grading.inside import wire
from grading.session import Session
from grading.times import Times

needs_bubblewrap = pytest.mark.sandbox
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no sandbox: on Windows one grades in the container"
)


def test_without_a_sandbox_grading_is_refused_unless_it_is_said(monkeypatch):
    monkeypatch.setattr(sandbox, "best", lambda: "none")
    with pytest.raises(sandbox.NoSandbox, match="--unsafe"):
        sandbox.choose()
    assert sandbox.choose(unsafe=True) == "none"
    with pytest.raises(ValueError, match="there is no sandbox 'chroot'"):
        sandbox.choose("chroot")


@needs_bubblewrap
def test_bubblewrap_is_first_choice_here():
    assert sandbox.best() == "bubblewrap"
    assert sandbox.choose() == "bubblewrap"


@needs_bubblewrap
def test_what_is_to_be_seen_inside():
    source = (
        "import os, sys, socket\n"
        "seen = dict(root=sorted(os.listdir('/')), uid=os.getuid(), env=sorted(os.environ),\n"
        "            home=os.listdir('.'), path=[p for p in sys.path if 'packages' in p],\n"
        "            proc=os.path.exists('/proc'), pid=os.getpid(), host=socket.gethostname())\n"
    )
    with Session("bubblewrap", files={"given.txt": b"x"}) as session:
        assert session.run(source, 0)["error"] is None
        seen = session.look("seen")["value"]
    assert set(seen["root"]) <= {
        "dev",
        "etc",
        "given",
        "grader",
        "home",
        "lib",
        "lib64",
        "tmp",
        "usr",
        "root",
        "opt",
        "nix",
        *Path(sys.executable).resolve().parts[1:2],
    }
    assert seen["uid"] not in (0, os.getuid())
    assert not [name for name in seen["env"] if "SECRET" in name or "TOKEN" in name]
    assert seen["home"] == ["given.txt"]
    assert not seen["path"]
    assert not seen["proc"]
    assert seen["pid"] < 10
    assert seen["host"] == "sandbox"


@needs_bubblewrap
def test_the_filter_refuses_what_the_kernel_is_attacked_with():
    calls = {"socket": (2, 1, 0), "unshare": (0x10000000,), "ptrace": (0, 0, 0, 0)}
    source = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nfound = {}\n" + "".join(
        f"found[{name!r}] = (libc.{name}{args}, ctypes.get_errno())\n"
        for name, args in calls.items()
    ).replace("(268435456,)", "(268435456)")
    with Session("bubblewrap") as session:
        assert session.run(source, 0)["error"] is None
        found = session.look("found")["value"]
    if seccomp.program() is None:
        pytest.skip("no numbers of system calls for this machine")
    assert found == {name: (-1, 1) for name in calls}  # EPERM


def test_the_filter_is_well_formed():
    program = seccomp.program()
    if program is None:
        pytest.skip("no numbers of system calls for this machine")
    assert len(program) % 8 == 0
    length = len(program) // 8
    for place in range(length):
        code, yes, no = program[place * 8], program[place * 8 + 2], program[place * 8 + 3]
        if code & 7 == 5:  # a jump stays within the program
            assert place + 1 + max(yes, no) < length
    assert program[-8] == 6  # ends in an answer


# ---- Landlock, tried inside a container in which bubblewrap may not run


def in_a_container(code):
    """Run Python as an ordinary user, where nothing but this folder and Python is to be seen."""
    prefix, environment = sys.base_prefix, sys.prefix
    flags = ["bwrap", "--unshare-pid", "--die-with-parent", "--proc", "/proc", "--dev", "/dev"]
    # First, since this very folder may lie below it.
    flags += ["--perms", "1777", "--tmpfs", "/tmp"]
    for path in (prefix, environment, str(sandbox.ROOT)):
        for parent in reversed(Path(path).parents[:-1]):
            flags += ["--perms", "0755", "--dir", str(parent)]
    for path in ("/usr", "/bin", "/lib", "/lib64", "/etc"):
        flags += ["--ro-bind-try", path, path]
    for path in (prefix, environment, str(sandbox.ROOT)):
        flags += ["--ro-bind", path, path]
    flags += ["--setenv", "PYTHONPATH", str(sandbox.ROOT)]
    flags += ["--setenv", "HOME", "/tmp", "--setenv", "PATH", "/nowhere", "--chdir", "/tmp"]
    if os.geteuid() == 0:
        flags += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        code = "import os\nos.setgroups([])\nos.setgid(65534)\nos.setuid(65534)\n" + code
    done = subprocess.run(
        [*flags, "--", sys.executable, "-c", code], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


@needs_bubblewrap
@pytest.mark.skipif(not landlock.version(), reason="no sandbox of the second kind: no Landlock")
def test_landlock_takes_over_where_bubblewrap_cannot_run():
    mounted = [sys.base_prefix, sys.prefix, str(sandbox.ROOT)]
    code = f"""
from pathlib import Path
Path("/tmp/secret").write_text("the gradebook")
from grading import sandbox
from grading.session import Session
print(sandbox.best())
source = '''
import os, ctypes
libc = ctypes.CDLL(None, use_errno=True)
def tries(action):
    try:
        return str(action())
    except Exception as error:
        return type(error).__name__
seen = [
    tries(lambda: open("/tmp/secret").read()),
    tries(lambda: open("{sandbox.ROOT}/run.py").read()),
    tries(lambda: open("/proc/self/environ").read()),
    tries(lambda: open("/tmp/new", "w")),
    tries(lambda: open("own.txt", "w").write("mine")),
    tries(lambda: __import__("socket").socket()),
    tries(lambda: os.kill(os.getppid(), 9)),
    tries(lambda: sum(len(os.environ[k]) for k in os.environ if "SECRET" in k)),
]
'''
with Session("landlock") as session:
    assert session.run(source, 0)["error"] is None, session.run(source, 0)
    print(session.look("seen")["value"])
mounted = {{p.parts[2] for p in map(Path, {mounted}) if p.parts[1] == "tmp"}}
print(sorted({{p.name for p in Path("/tmp").iterdir()}} - mounted))
"""
    lines = in_a_container(code)
    assert lines[0] == "landlock"
    seen = lines[1]
    assert "gradebook" not in seen
    expected = "['PermissionError', 'PermissionError', 'PermissionError', 'PermissionError', '4'"
    assert seen.startswith(expected), seen
    assert seen.endswith("'PermissionError', 'PermissionError', '0']"), seen
    assert lines[2] == "['secret']"


# ---- the talk across the wall


def test_plain_data_crosses_and_comes_back_equal():
    import numpy as np

    value = {
        "numbers": [1, 2**80, -0.5, 1j, True, None, "ä\ud83d".encode("utf-8", "replace").decode()],
        "arrays": (np.arange(6.0).reshape(2, 3), np.float32(2.5), np.array([True, False])),
        (1, 2): slice(1, None, 2),
        "empty": np.zeros((0, 3), np.uint8),
    }
    reader, writer = os.pipe()
    wire.send(writer, {"value": value})
    got = wire.receive(reader, time.monotonic() + 5)["value"]
    os.close(reader), os.close(writer)
    assert got["numbers"] == value["numbers"]
    for a, b in zip(got["arrays"], value["arrays"], strict=True):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b)
    assert got[1, 2] == slice(1, None, 2)
    assert got["empty"].shape == (0, 3)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (b"{}", b""),
        (b"[[], []]", b""),
        (b'[{"v": {"array": ["<f8", [3], false]}}, [8]]', b"12345678"),
        (b'[{"v": {"array": ["O", [1], false]}}, [8]]', b"12345678"),
        (b'[{"v": {"array": ["<f8", [-1], false]}}, [8]]', b"12345678"),
        (b'[{"v": {"array": ["<f8", [1], false]}}, [-8]]', b""),
        (b'[{"v": {"call": ["os.system"]}}, []]', b""),
        (b'[{"v": {"int": "0x1z"}}, []]', b""),
        (b"[" * 100_000, b""),
        (b"\xff\xfe", b""),
        (b'[{"v": {"a": 1, "b": 2}}, []]', b""),
        (b'[{"v": {"slice": [1]}}, []', b""),
        (b'[{"v": {"dict": [[[1], 2]]}}, []]', b""),
    ],
)
def test_what_is_no_message_is_refused_in_one_way(text, raw):
    with pytest.raises(wire.WireError):
        wire.unpack(text, raw)


def test_objects_do_not_cross():
    class Thing:
        pass

    for value in (Thing(), lambda: 0, {1, 2}, b"bytes", [[Thing()]]):
        with pytest.raises(wire.WireError, match="cannot be graded"):
            wire.pack({"value": value})


@needs_bubblewrap
def test_an_interpreter_that_ends_is_started_again_with_the_same_names():
    with Session("bubblewrap", times=Times(cell=5, call=3, grace=2)) as session:
        session.run("x = 41", 0)
        assert session.run("import os\nos._exit(1)", 1)["error"]["type"] == "Stopped"
        session.run("x += 1\ndef die(): os._exit(0)\nimport os", 2)
        assert session.call("die", [], {})["error"]["type"] == "Stopped"
        assert session.call("die", [], {})["error"]["type"] == "Stopped"
        assert session.look("x") == {"id": session.number, "kind": "value", "value": 42}


@needs_bubblewrap
def test_children_that_an_answer_leaves_behind_take_no_request():
    with Session("bubblewrap", times=Times(call=5)) as session:
        source = "import os\ndef split(n):\n    os.fork()\n    return n\ndef same(n):\n    return n"
        assert session.run(source, 0)["error"] is None
        for n in range(12):
            assert session.call("split", [n], {}).get("value") == n
            assert session.call("same", [n], {}).get("value") == n
        assert session.restarts == 1
