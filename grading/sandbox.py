"""Start an interpreter for a stranger's code: bubblewrap, else Landlock, else only if told to.

Nothing of the instructor's is inside: no home, no gradebook, no secret, no solutions, no network,
no environment variables; of Python only the standard library, NumPy and grading/inside.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from grading import landlock, seccomp
from grading.inside import wire

ROOT = Path(__file__).resolve().parent.parent
INSIDE = ROOT / "grading" / "inside"
CELLS = ROOT / "convkit" / "check" / "ipython_cells.py"  # how `convkit check` reads cells, too
KINDS = ("bubblewrap", "landlock", "none")
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_ENVIRONMENT = {
    "HOME": "/home/student",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class NoSandbox(RuntimeError):
    """No sandbox works on this machine, and nobody said that one may do without."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use. Sizes in bytes, times in seconds."""

    memory: int = 1 << 30  # address space of one process
    all_memory: int = 1200 << 20  # resident, all processes together
    disk: int = 64 << 20
    file: int = 32 << 20
    processes: int = 24
    cpu: int = 60
    files: int = 64


@dataclass
class Sandbox:
    """A running interpreter, its two pipes, and what to tidy up after it."""

    kind: str
    process: subprocess.Popen
    inbox: int  # we write requests here
    outbox: int  # and read answers here
    home: Path | None = None  # only where no tmpfs could be had
    folders: list[Path] = field(default_factory=list)

    def kill(self):
        """End every process in it, and wait until the last one is gone."""
        for pid in tree(self.process.pid) if self.kind != "bubblewrap" else []:
            _kill(pid)
        self.process.kill()
        for fd in (self.inbox, self.outbox):
            with contextlib.suppress(OSError):
                os.close(fd)
        self.process.wait()
        if self.kind != "bubblewrap" and os.geteuid() == 0:
            _kill_user(_uid())
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def best() -> str:
    """The best kind of sandbox that works on this machine, found by trying; "none" if none does."""
    for kind in KINDS[:2]:
        if works(kind):
            return kind
    return "none"


def choose(wanted: str | None = None, *, unsafe: bool = False) -> str:
    """Return the kind to use, or raise NoSandbox with the way out."""
    if sys.platform == "win32":
        raise NoSandbox("On Windows, grade in the container: see Containerfile.")
    kind = wanted or best()
    if kind not in KINDS:
        raise ValueError(f"there is no sandbox {kind!r}; there are {', '.join(KINDS)}")
    if kind == "none" and not unsafe:
        raise NoSandbox(
            "No sandbox works on this machine: bubblewrap cannot start here (not installed, or "
            "forbidden by the system), and the kernel has no Landlock (Linux 5.13 and newer). "
            "Student code would run with your rights. Install bubblewrap, or grade in the "
            "container (Containerfile), or say --unsafe if you wrote every submission yourself."
        )
    return kind


def works(kind: str) -> bool:
    """Tell whether a sandbox of this kind really starts here and answers."""
    if sys.platform != "linux":
        return False
    if kind == "bubblewrap" and not shutil.which("bwrap"):
        return False
    if kind == "landlock" and not landlock.version():
        return False
    try:
        box = start(kind)
    except OSError:
        return False
    try:
        return bool(wire.receive(box.outbox, time.monotonic() + 20).get("ready"))
    except (EOFError, TimeoutError, wire.WireError):
        return False
    finally:
        box.kill()


def start(kind: str, *, limits: Limits | None = None, files: dict[str, bytes] | None = None):
    """Start an interpreter. `files` are put into its working folder. It says "ready" first."""
    limits = limits or Limits()
    folders = []
    given = None
    if files:
        given = _folder(folders)
        for name, content in files.items():
            (given / name).write_bytes(content)
    if kind == "bubblewrap":
        command, passed = _bubblewrap(limits, given)
        home = None
    else:
        home = _folder(folders)
        for name, content in (files or {}).items():
            (home / name).write_bytes(content)
        command, passed = _plain(kind, limits, home, folders), ()
    environment = {"PATH": os.environ.get("PATH", os.defpath)}
    if kind == "none":
        environment = _clear(environment, home)
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        pass_fds=passed,
        env=environment,
        start_new_session=True,
        cwd="/",
    )
    for fd in passed:
        os.close(fd)
    inbox, outbox = os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
    process.stdin.close()
    process.stdout.close()
    return Sandbox(kind, process, inbox, outbox, home, folders)


# ---- bubblewrap


def _bubblewrap(limits, given):
    root = os.geteuid() == 0
    flags = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    flags += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    flags += ["--cap-drop", "ALL", "--hostname", "sandbox"]
    if root:
        # Started by root, the driver's first act is to become a user that owns nothing.
        flags += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        flags += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    for name, value in _ENVIRONMENT.items():
        flags += ["--setenv", name, value]
    flags += _folders([*_LIBRARIES, *_python_paths(), "/grader/site/x", "/home/x", "/dev/x"])
    for path in _LIBRARIES:
        if os.path.islink(path):
            flags += ["--symlink", os.readlink(path), path]
        else:
            flags += ["--ro-bind-try", path, path]
    for path in _python_paths():
        flags += ["--ro-bind", path, path]
    for path in _others_packages():  # more packages lie there than students get
        flags += ["--tmpfs", path]
    flags += ["--ro-bind", str(INSIDE), "/grader/inside"]
    for name, path in _packages().items():
        flags += ["--ro-bind", path, f"/grader/site/{name}"]
    for path in _DEVICES:
        flags += ["--dev-bind", path, path]
    if given:
        flags += ["--ro-bind", str(given), "/given"]
    for path in ("/home/student", "/tmp"):
        flags += ["--perms", "1777", "--size", str(limits.disk), "--tmpfs", path]
    flags += ["--remount-ro", "/"]
    passed = ()
    program = seccomp.program()
    if program:
        reading, writing = os.pipe()
        os.write(writing, program)
        os.close(writing)
        passed = (reading,)
        flags += ["--seccomp", str(reading)]
    settings = _settings(limits, "/home/student", ["/grader/inside", "/grader/site"], bool(given))
    return [*flags, "--", *_python(), "/grader/inside/driver.py", settings], passed


def _folders(paths):
    """Make the folders above these paths, open to all: by itself bubblewrap shuts them."""
    above = {str(parent) for path in paths for parent in Path(path).parents} - {"/"}
    flags = []
    for folder in sorted(above):
        if not os.path.islink(folder):
            flags += ["--perms", "0755", "--dir", folder]
    return flags


# ---- Landlock, or nothing


def _plain(kind, limits, home, folders):
    site = _folder(folders)
    for name, path in _packages().items():
        (site / name).symlink_to(path)
    if os.geteuid() == 0:
        os.chown(home, _uid(), _uid())
    settings = _settings(limits, str(home), [str(INSIDE), str(site)], False)
    inner = [*_python(), str(INSIDE / "driver.py"), settings]
    if kind == "none":
        return inner
    readable = [*_LIBRARIES, *_python_paths(), str(INSIDE), str(site), *_packages().values()]
    program = seccomp.program()
    outer = {
        "uid": _uid(),
        "readable": [path for path in readable if os.path.exists(path)],
        "writable": [str(home)],
        "devices": list(_DEVICES),
        "filter": program.hex() if program else "",
        "environment": _clear({}, home),
    }
    script = Path(__file__).resolve().parent / "landlock.py"
    return [*_python(), str(script), json.dumps(outer), "--", *inner]


def _clear(environment, home):
    return {**environment, **_ENVIRONMENT, "HOME": str(home), "TMPDIR": str(home)}


# ---- shared


def _settings(limits, home, path, given):
    return json.dumps(
        {
            "uid": _uid(),
            "home": home,
            "given": given,
            "path": path,
            "limits": {
                "AS": limits.memory,
                "FSIZE": limits.file,
                "NOFILE": limits.files,
                "NPROC": limits.processes,
                "CPU": limits.cpu,
                "CORE": 0,
            },
        }
    )


def _uid() -> int:
    """A user of this worker's own, so that the limit on processes counts only its student's."""
    return 100_000 + os.getpid() % 900_000 if os.geteuid() == 0 else 0


def _python():
    return [os.path.realpath(sys.executable), "-I", "-S", "-B"]


@functools.cache
def _python_paths() -> tuple[str, ...]:
    """The interpreter, its library if that is a shared one, and the standard library."""
    paths = [os.path.realpath(sys.executable), sysconfig.get_path("stdlib")]
    dynamic = sysconfig.get_path("platstdlib")
    library = sysconfig.get_config_var("INSTSONAME") or ""
    folder = sysconfig.get_config_var("LIBDIR") or ""
    if ".so" in library:
        paths.append(os.path.join(folder, library))
    if os.path.join(dynamic).startswith(sys.base_prefix):
        paths.append(dynamic)
    return tuple(dict.fromkeys(path for path in paths if os.path.exists(path)))


@functools.cache
def _others_packages() -> tuple[str, ...]:
    """Folders of installed packages within what is shown to students."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [Path(sysconfig.get_path("stdlib"), "site-packages")]
    for top in ("/usr/lib", "/usr/local/lib"):
        for name in ("python3", version):
            places += [Path(top, name, "dist-packages"), Path(top, name, "site-packages")]
    return tuple(dict.fromkeys(str(path) for path in places if path.is_dir()))


@functools.cache
def _packages() -> dict[str, str]:
    """NumPy, the shared libraries that its wheel brings, and the reader of cells."""
    folder = Path(importlib.util.find_spec("numpy").origin).parent
    found = {"numpy": str(folder), CELLS.name: str(CELLS)}
    libraries = folder.parent / "numpy.libs"
    if libraries.is_dir():
        found["numpy.libs"] = str(libraries)
    return found


def _folder(folders) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="grading-"))
    folder.chmod(0o755)
    folders.append(folder)
    return folder


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                text = Path(f"/proc/{one}/task/{task}/children").read_text()
                waiting += [int(child) for child in text.split()]
        except (OSError, ValueError):
            continue
    return found


def _kill(pid):
    with contextlib.suppress(OSError):
        os.kill(pid, 9)


def _kill_user(uid):
    """End what a student's user still runs: without namespaces, an orphan leaves its tree."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == uid:
                    _kill(int(name))
            except OSError:
                continue
