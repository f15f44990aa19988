#!/usr/bin/env python3
"""Every command of this project: `python run.py book`, `python run.py test`, ...

Standard library only, on Linux, macOS and Windows. Each command makes `.venv` and installs what it
needs (`gpu` and `clean` nothing); a second run finds that in place and starts at once.
`python run.py --help` lists them.
"""

# This file must also *parse* under older Pythons, to be able to say that they are too old.
import argparse
import contextlib
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from pathlib import Path

OLDEST = (3, 11)
KNOWN = ("3.14", "3.13", "3.12", "3.11")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BUILD = ROOT / "_build"
SITE = BUILD / "html"


class Stop(Exception):
    """Ends a command with a message instead of a traceback."""


class Ended(BaseException):
    """A signal asked us to end. An exception, so that what we started ends on the way out."""


def say(*words):
    print(*words, flush=True)


# ---------------------------------------------------------------- the environment


def use_new_enough_python():
    """Hand over to a newer Python on this machine, or say that there is none."""
    if sys.version_info[:2] >= OLDEST:
        return
    for version in KNOWN:
        newer = shutil.which("python" + version)
        if newer and subprocess.call([newer, "-c", "pass"], stderr=subprocess.DEVNULL) == 0:
            say(f"Python {sys.version.split()[0]} is too old; going on with {newer}.")
            sys.exit(finish(subprocess.Popen([newer, str(ROOT / "run.py"), *sys.argv[1:]])))
    raise Stop(
        f"This needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is Python "
        f"{sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one (python.org, or `apt install python3.11 python3.11-venv`), "
        "then start run.py with it."
    )


def fingerprint():
    """What decides which packages belong into .venv: what we ask for, and the Python version."""
    import tomllib

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [asked["build-system"], asked["project"], sys.version]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    digest.update("\n".join((ROOT / "constraints.txt").read_text().splitlines()).encode())
    return digest.hexdigest()


def installed():
    """What the last finished installation left in .venv: (does it still fit?, its extras)."""
    try:
        stamp = json.loads((VENV / "installed.json").read_text())
        return stamp["fingerprint"] == fingerprint(), set(stamp["extras"])
    except (OSError, ValueError, KeyError):
        return False, set()


def make_venv():
    import importlib.util

    version = "%d.%d" % sys.version_info[:2]
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise Stop(
            f"This Python ({sys.executable}) lacks the modules venv and ensurepip. On Debian and "
            f"Ubuntu they are a package of their own:\n\n"
            f"    sudo apt install python{version}-venv\n"
        )
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"`python -m venv .venv` failed:\n\n{made.stdout}")


def ensure_environment(extras):
    """Make .venv and install `extras`, unless a finished installation is already there."""
    fits, present = installed()
    if fits and set(extras) <= present and PYTHON.exists():
        return
    unfinished = VENV / "unfinished"
    # An installation that was killed may have left half a package: start over.
    if unfinished.exists() or not PYTHON.exists():
        make_venv()
    wanted = ",".join(sorted(set(extras) | present))
    target = f".[{wanted}]" if wanted else "."
    with contextlib.suppress(OSError):
        (VENV / "installed.json").unlink()
    unfinished.touch()
    say(f"Installing what is needed ({wanted or 'convkit alone'}); this takes minutes, once ...")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    log = VENV / "install.log"
    start = time.monotonic()
    with log.open("w") as out:
        code = wait(
            subprocess.Popen(
                [*pip, "-e", target, "-c", "constraints.txt"],
                cwd=str(ROOT),
                stdout=out,
                stderr=subprocess.STDOUT,
            ),
            "still installing",
        )
    unfinished.unlink(missing_ok=True)  # not reached when interrupted
    if code:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise Stop(f"pip could not install the packages. The end of {log}:\n\n{tail}")
    stamp = {"fingerprint": fingerprint(), "extras": [*filter(None, wanted.split(","))]}
    (VENV / "installed.json").write_text(json.dumps(stamp))
    say(f"Installed in {time.monotonic() - start:.0f} s.")


def wait(process, still):
    """Wait for a program, with a sign of life every 20 seconds; it ends with us."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            say(f"  ... {still} ({time.monotonic() - start:.0f} s)")
        except BaseException as reason:
            end(process, reason)
            raise


# ---------------------------------------------------------------- the programs we start


def listen_to_signals():
    """Make SIGTERM and SIGHUP end what we started, too, and not us alone.

    What was ignored when we began stays so, for us and for all that we start: `nohup` wants a run
    to outlive its terminal, and `&` in a script that Ctrl-C passes it by.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, ended)


def ended(number, _):
    raise Ended(signal.Signals(number))


def end(process, reason, patience=10):
    """End a program as gently as it lets us: our tests close their browser and their servers.

    A terminal tells Ctrl-C to the program as well as to us; all else we must pass on.
    """
    try:
        if isinstance(reason, KeyboardInterrupt):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    finally:  # also when we are asked a second time
        process.kill()
        process.wait()


def finish(process):
    """Wait for a program that ends with us; its exit status."""
    try:
        return process.wait()
    except BaseException as reason:
        end(process, reason)
        raise


def environment():
    """The surroundings of every program we start: .venv first, nothing of the user's mixed in."""
    settings = dict(os.environ, PATH=str(BIN) + os.pathsep + os.environ.get("PATH", ""))
    settings.update(VIRTUAL_ENV=str(VENV), PYTHONUTF8="1", JUPYTER_PLATFORM_DIRS="1")
    settings.pop("PYTHONHOME", None)
    return settings


def call(*command):
    """Run a program of .venv from the top folder; its exit status."""
    words = [str(word) for word in command]
    return finish(subprocess.Popen(words, cwd=str(ROOT), env=environment()))


# ---------------------------------------------------------------- the book

NOISE = re.compile(r"\x1b\[[0-9;]*m")
EXECUTING = re.compile(r"([^/\\]+\.md): Executing notebook")
TROUBLE = re.compile(r"WARNING|ERROR|CRITICAL|Traceback|Error:|warnings? treated as")
HARMLESS = re.compile(r"IPKernelApp|without encryption")


def build_book(root=ROOT, out=say):
    """Build `root`/_build/html. True if it was built without a single warning.

    `root` holds _config.yml and book/; another folder than ours is used by the tests.
    """
    build = Path(root) / "_build"
    unfinished = build / "unfinished"
    if unfinished.exists():
        # Sphinx tells a warning once; after a failed build only a fresh start tells it again.
        shutil.rmtree(build / ".doctrees", ignore_errors=True)
    build.mkdir(exist_ok=True)
    unfinished.touch()
    # Not the script in .venv/bin: its first line breaks when the folder is moved.
    command = [PYTHON, "-c", "from jupyter_book.cli.main import main; main()", "build", "book"]
    command += ["--config", "_config.yml", "--path-output", ".", "-W", "-n", "--keep-going"]
    log = build / "build.log"
    code = run_logged(command, root, log, functools.partial(tell, out))
    if code:
        end = log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]
        out(NOISE.sub("", "\n".join(["", "The end of the log:", *end])))
        return False
    unfinished.unlink(missing_ok=True)
    (build / "built").touch()
    return True


def tell(out, line):
    """Of all that the builder says, what a person wants to know while waiting."""
    line = NOISE.sub("", line).rstrip()
    executing = EXECUTING.search(line)
    if executing:
        out(f"  executing {executing.group(1)}")
    elif TROUBLE.search(line) and not HARMLESS.search(line):
        out(line)


def run_logged(command, folder, log, tell):
    """Run a program into a log file, handing each line on; its exit status.

    A file, not a pipe: a helper that outlives the program would keep a pipe open for ever. The
    program gets a process group of its own, which ends with it, helpers included.
    """
    own_group = {"start_new_session": True} if os.name == "posix" else {}
    text = {"encoding": "utf-8", "errors": "replace"}
    with log.open("w", **text) as out, log.open(**text) as read:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=str(folder),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            **own_group,
        )
        try:
            rest = ""
            while True:
                ended = process.poll() is not None  # asked first: then all it wrote is there
                *lines, rest = (rest + read.read()).split("\n")
                for line in lines:
                    tell(line)
                if ended:
                    return process.returncode
                time.sleep(0.1)
        finally:
            if own_group:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            elif process.poll() is None:
                process.kill()


def html(options=None):
    start = time.monotonic()
    say("Building the book ...")
    if not build_book():
        raise Stop(f"The book was not built. Everything that was said: {BUILD / 'build.log'}")
    say(f"Built {SITE / 'index.html'} in {time.monotonic() - start:.0f} s.")
    return 0


def pdf(options):
    """Needs Chromium. The figures to work with are printed as their stills."""
    html()
    return call(PYTHON, "-m", "tests.browser.pdf", (ROOT / options.to).resolve())


class Handler(http.server.SimpleHTTPRequestHandler):
    # Some systems register other types for these, and browsers refuse modules of a wrong type.
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".whl": "application/zip",
    }

    def log_message(self, *args):
        pass

    def end_headers(self):
        # A page that was just built again must not come from the browser's cache.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class Server(http.server.ThreadingHTTPServer):
    # On Windows this option would let two servers share one port.
    allow_reuse_address = os.name != "nt"

    def handle_error(self, request, client_address):
        # A browser that leaves a page drops what it no longer wants: no news.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(folder, port, tries=20):
    """A server for `folder` on the first free port from `port` on (0: any)."""
    handler = functools.partial(Handler, directory=str(folder))
    for candidate in range(port, port + tries):
        try:
            return Server(("127.0.0.1", candidate), handler)
        except OSError:
            continue
    raise Stop(f"The ports {port} to {port + tries - 1} are all in use. Choose another: --port")


def book(options):
    html()
    server = serve(SITE, options.port)
    port = server.server_address[1]
    if port != options.port:
        say(f"Port {options.port} is in use.")
    address = f"http://localhost:{port}"
    say(f"\n    The book is at {address}\n\nCtrl-C ends it.")
    if not options.no_open:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("\nEnded.")
    finally:
        server.server_close()
    return 0


# ---------------------------------------------------------------- the other commands


def test(options):
    """Arguments after `--` go to pytest: `python run.py test -- tests/test_conv.py -x`.

    --quick runs, in two processes, a sample of all tests that takes a minute and a half
    (tests/quick.py). --long runs campaigns of hours (tests/long); what follows `--` is theirs.
    """
    if options.long:
        return call(PYTHON, "-m", "tests.long", *options.rest)
    require = ["--require", options.require] if options.require else []
    command = [str(PYTHON), "-m", "pytest", *require, *options.rest]
    if options.quick:
        return side_by_side([*command, "--quick=1"], [*command, "--quick=2"], "the second half")
    if any(not word.startswith("-") for word in options.rest) or (os.cpu_count() or 1) < 2:
        return call(*command)
    return side_by_side(
        [*command, "--ignore=tests/browser"], [*command, "tests/browser"], "tests/browser"
    )


def side_by_side(shown, other, what):
    """Run two programs at the same time; what `other` prints comes when both have ended."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        beside = subprocess.Popen(
            other, cwd=str(ROOT), env=environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            say(f"Two runs of tests, side by side; the report of {what} comes last.")
            status = call(*shown)
            second = beside.wait()
        except BaseException as reason:
            end(beside, reason)
            raise
        log.seek(0)
        say(f"\n{'=' * 30} {what} {'=' * 30}")
        say(log.read())
    return status or second


def bench(options):
    """Arguments after `--`: `python run.py bench -- --help`."""
    return call(PYTHON, ROOT / "benchmarks" / "cpu.py", *options.rest)


def gpu(options):
    """Whatever follows goes to benchmarks/gpu.py; it installs nothing and uses this Python."""
    command = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), *options.rest]
    return subprocess.call(command, cwd=str(ROOT))


def grade(options):
    """Arguments after `--` go to `python -m grading`; without any, submitted/ is graded."""
    return call(PYTHON, "-m", "grading", *options.rest)


def words(options):
    """Words, reading time and reading level of each page, and words that no dictionary knows."""
    return call(PYTHON, ROOT / "book" / "ext" / "words.py")


def scripts(options):
    """Arguments after `--`: `--fix` writes what can be put right; tests/scripts is run, too."""
    return call(PYTHON, ROOT / "book" / "ext" / "scripts.py", *options.rest)


def pins(options):
    """Arguments after `--`: `--dry-run` writes nothing, `--only packages,tools` is a part."""
    return call(PYTHON, ROOT / "book" / "ext" / "pins.py", *options.rest)


def exercises(options):
    return call(PYTHON, ROOT / "solutions" / "generate.py", *options.rest)


def wheel(options):
    """The same sources give the same file, byte for byte, with its SHA-256 beside it."""
    target = (ROOT / options.to).resolve()
    target.mkdir(parents=True, exist_ok=True)
    pip = [PYTHON, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if call(*pip, "--wheel-dir", target, "."):
        raise Stop("The wheel was not built.")
    found = sorted(target.glob("convkit_course-*.whl"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in found]
    (target / "SHA256SUMS").write_text("".join(lines))
    say("".join(lines).rstrip())
    return 0


def clean(options):
    for folder in [BUILD, *([VENV] if options.all else [])]:
        if folder.exists():
            say(f"Removing {folder}")
            shutil.rmtree(folder)
    return 0


# name: (function, extras that it needs, what --help says)
COMMANDS = {
    "book": (book, ["book"], "build the book, serve it on http://localhost:8000, open it"),
    "html": (html, ["book"], "build the book into _build/html"),
    "pdf": (pdf, ["book", "test"], "print the book into one PDF (needs Chromium)"),
    "test": (test, ["book", "course", "dask", "fast", "test"], "run all tests"),
    "bench": (bench, ["fast", "peers", "test"], "time convkit against other libraries"),
    "gpu": (gpu, [], "test and time convkit on the GPU that is here (installs nothing)"),
    "grade": (grade, ["course", "dask"], "grade what lies in submitted/, into results/"),
    "words": (words, ["book", "test"], "count the words of each page, and check their spelling"),
    "scripts": (scripts, ["book"], "check the form, rules, types and tests of the book's scripts"),
    "pins": (pins, ["book", "test"], "renew every pinned version, and say what changed"),
    "exercises": (exercises, ["course"], "make exercises/ from solutions/"),
    "wheel": (wheel, [], "build the wheel of convkit, with its SHA-256, into dist/"),
    "clean": (clean, [], "remove what was built (--all: and .venv)"),
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", metavar="command")
    each = {}
    for name, (function, _, explanation) in COMMANDS.items():
        each[name] = commands.add_parser(name, help=explanation, description=function.__doc__)
        each[name].add_argument("--extras", default="", help="more extras to install, as in a,b")
    each["book"].add_argument(
        "--port", type=int, default=8000, choices=range(1, 65536), metavar="PORT"
    )
    each["book"].add_argument("--no-open", action="store_true", help="do not open a browser")
    each["test"].add_argument(
        "--require", default="", help="what must not be skipped: browser,sandbox,torch"
    )
    each["test"].add_argument(
        "--quick", action="store_true", help="a sample of all tests: a minute and a half"
    )
    each["test"].add_argument(
        "--long", action="store_true", help="campaigns of hours; their results are kept"
    )
    each["pdf"].add_argument(
        "--to", default="_build/pdf/convkit-book.pdf", help="file to write (default: %(default)s)"
    )
    each["wheel"].add_argument("--to", default="dist", help="folder to write to (default: dist)")
    each["clean"].add_argument("--all", action="store_true", help="remove .venv, too")
    rest = []
    if arguments[:1] == ["gpu"]:  # its options are those of another program
        arguments, rest = ["gpu"], [word for word in arguments[1:] if word != "--"]
    elif "--" in arguments:
        at = arguments.index("--")
        arguments, rest = arguments[:at], arguments[at + 1 :]
    options = parser.parse_args(arguments)
    options.rest = rest
    if not options.command:
        parser.print_help()
        parser.exit(0)
    return options


def main(arguments):
    options = parse(arguments)
    function, extras, _ = COMMANDS[options.command]
    listen_to_signals()
    try:
        use_new_enough_python()
        if function not in (clean, gpu):
            ensure_environment([*extras, *filter(None, options.extras.split(","))])
        return function(options)
    except Stop as stop:
        say(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130
    except Ended as reason:
        number = reason.args[0]
        with contextlib.suppress(OSError):  # the terminal that hung up
            say(f"\nEnded by {number.name}.")
        return 128 + number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
