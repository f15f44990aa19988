"""Renew every pinned version, and say what changed.

    python run.py pins                            # all of them
    python run.py pins -- --dry-run               # says what would change, and writes nothing
    python run.py pins -- --only packages,tools

    packages   constraints.txt: the newest that fit, for all Python versions and systems, by uv
    katex      the styles of formulas, of the version that sphinxcontrib-katex renders with
    pyodide    Python for Run in the page, with the NumPy that its lock file names
    editor     the npm packages of the cells' editor (editor/)
    tools      those that check the scripts (script_tools/)

Each is done in a copy of the files, which replaces them only if it succeeded; what fails is told,
and stays as it was. What pyproject.toml pins with == is a decision of ours: told, never changed.
"""

import argparse
import contextlib
import json
import re
import shutil
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import fetching
import run_vendor
import vendor
from fetching import NotFetched

ROOT = Path(__file__).resolve().parents[2]
EDITOR, TOOLS = "book/ext/editor", "book/ext/script_tools"
PINNED, VENDORED = "book/ext/pinned.json", "book/assets/vendor"
FILES = ("pyproject.toml", "constraints.txt", PINNED, EDITOR, TOOLS, VENDORED)
# Large, or chosen by the machine's driver; constraints.txt says nothing of them.
LEFT_OUT = {"peers", "cuda12", "cuda13"}
EXACT = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)")


def asked(root: Path) -> dict:
    """The table `project` of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def renew_packages(root: Path) -> None:
    """Write constraints.txt anew, below the comment at its head."""
    project = asked(root)
    extras = [name for name in project["optional-dependencies"] if name not in LEFT_OUT]
    oldest = re.search(r"[\d.]+", project["requires-python"])[0]
    new = root / "renewed.txt"
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--upgrade", "--quiet"]
    uv += ["--python-version", oldest, "--python", sys.executable, "--no-annotate", "--no-header"]
    uv += [word for name in extras for word in ("--extra", name)]
    fetching.call([*uv, "pyproject.toml", "-o", new.name], root, "constraints.txt")
    old = root / "constraints.txt"
    head = re.match(r"(?:#.*\n)*", old.read_text(encoding="utf-8"))[0]
    old.write_text(head + new.read_text(encoding="utf-8"), encoding="utf-8")
    new.unlink()


def pin(root: Path, name: str, version: str) -> None:
    """Write a version into pinned.json, with the SHA-256 of npm's archive if it has one."""
    path = root / PINNED
    known = json.loads(path.read_text(encoding="utf-8"))
    one = known[name]
    one["version"] = version
    if "sha256" in one:
        with tempfile.TemporaryDirectory() as work:
            package = f"{one['package']}@{version}"
            fetching.npm(["pack", package, "--silent"], Path(work), package)
            one["sha256"] = fetching.sha256(next(Path(work).glob("*.tgz")))
    path.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def newest(package: str, root: Path) -> str:
    """The version that npm calls latest."""
    return fetching.npm(["view", package, "version"], root, package).strip()


def renew_katex(root: Path) -> None:
    """Pin and write the KaTeX inside the sphinxcontrib-katex that constraints.txt pins."""
    pins = dict(EXACT.findall((root / "constraints.txt").read_text(encoding="utf-8")))
    package = f"sphinxcontrib-katex=={pins['sphinxcontrib-katex']}"
    with tempfile.TemporaryDirectory() as work:
        pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-input", "-q"]
        fetching.call([*pip, "--target", work, package], root, package)
        code = (Path(work) / "sphinxcontrib" / "katex.py").read_text(encoding="utf-8")
    version = re.search(r"^katex_version = ['\"]([\d.]+)", code, re.M)[1]
    if version != fetching.pinned("katex")["version"]:
        pin(root, "katex", version)
        vendor.vendor_katex(root / VENDORED)
        vendor.write_checksums(root / VENDORED)


def renew_pyodide(root: Path) -> None:
    """Pin the newest Pyodide if its NumPy can be fetched, from its release or a newer carrier."""
    version = newest("pyodide", root)
    if version == fetching.pinned("pyodide")["version"]:
        return
    pin(root, "pyodide", version)
    with tempfile.TemporaryDirectory() as work:
        wheel = fetching.pip_download("numpy carrier", Path(work), newest=True)
        pin(root, "numpy carrier", wheel.name.split("-")[1])
    with tempfile.TemporaryDirectory() as target, tempfile.TemporaryDirectory() as work:
        try:
            run_vendor.fetch_pyodide(Path(target), Path(work))
            run_vendor.fetch_numpy(Path(target), Path(work))
        except (NotFetched, LookupError) as reason:
            raise NotFetched(f"Pyodide {version} cannot be used: {reason}") from reason


def renew_npm(folder: Path) -> None:
    """Pin the newest version of each package in package.json, and what they need, by SHA-512."""
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    install = ["install", "--package-lock-only", "--save-exact", "--ignore-scripts", "--silent"]
    install += ["--no-audit", "--no-fund", "--omit-lockfile-registry-resolved"]
    for kind, save in (("dependencies", "--save"), ("devDependencies", "--save-dev")):
        if names := wanted.get(kind):
            latest = [f"{name}@latest" for name in names]
            fetching.npm([*install, save, *latest], folder, folder.name)


PARTS = {
    "packages": renew_packages,
    "katex": renew_katex,
    "pyodide": renew_pyodide,
    "editor": lambda root: renew_npm(root / EDITOR),
    "tools": lambda root: renew_npm(root / TOOLS),
}


def versions(root: Path) -> dict[str, dict[str, str]]:
    """All that is pinned: file → what → version."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    packages = {}
    for line in lines:
        if found := EXACT.match(line):
            marker = line[found.end() :].strip(" ;")
            packages[f"{found[1]} ({marker})" if marker else found[1]] = found[2]
    ours = json.loads((root / PINNED).read_text(encoding="utf-8"))
    return {
        "constraints.txt": packages,
        PINNED: {name: one["version"] for name, one in ours.items()},
        EDITOR: locked(root / EDITOR),
        TOOLS: locked(root / TOOLS),
    }


def locked(folder: Path) -> dict[str, str]:
    """The packages of a package-lock.json: name → version."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    found = {name.removeprefix("node_modules/"): one for name, one in lock["packages"].items()}
    return {name: one["version"] for name, one in found.items() if name}


def changes(old: dict, new: dict) -> Iterator[str]:
    """A line for each version that is another, new or gone."""
    for file, before in old.items():
        after = new[file]
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name, "(none)"), after.get(name, "(none)")
            if one != other:
                yield f"{file}: {name} {one} → {other}"


def copy(source: Path, target: Path) -> None:
    """Make the pinned files of one tree those of another."""
    for name in FILES:
        place = target / name
        if (source / name).is_dir():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(source / name, place)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, place)


@contextlib.contextmanager
def pinned_in(root: Path) -> Iterator[None]:
    """A block in which what is fetched is what this tree pins."""
    ours, fetching.PINNED = fetching.PINNED, root / PINNED
    try:
        yield
    finally:
        fetching.PINNED = ours


def renew(root: Path, parts: list[str], dry: bool, say: Callable[[str], None] = print) -> int:
    """Renew these parts of the tree at `root`; how many of them failed."""
    failed, before = 0, versions(root)
    with tempfile.TemporaryDirectory() as place:
        done, work = Path(place) / "done", Path(place) / "work"
        copy(root, done)
        for part in parts:
            say(f"looking for newer versions: {part} ...")
            copy(done, work)
            try:
                with pinned_in(work):
                    PARTS[part](work)
            except (NotFetched, OSError, LookupError, StopIteration, tarfile.TarError) as reason:
                failed += 1
                say(f"{part} stays as it was: {reason}")
            else:
                copy(work, done)
        found = list(changes(before, versions(done)))
        if not dry:
            copy(done, root)
    say("\n".join(found) or "Nothing has changed.")
    project = asked(root)
    exact = [
        EXACT.match(one) for group in project["optional-dependencies"].values() for one in group
    ]
    held = ", ".join(one[0] for one in exact if one)
    say(f"Held by pyproject.toml, to be changed there: {held or 'nothing'}.")
    if found:
        say("Nothing was written." if dry else "Now `.ci/run`, then commit.")
    return failed


def main(arguments: list[str]) -> int:
    """Read the command line and renew; the exit status."""
    parser = argparse.ArgumentParser(prog="run.py pins --", description=__doc__.split("\n\n")[0])
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument("--only", default=",".join(PARTS), help="of %(default)s")
    options = parser.parse_args(arguments)
    parts = options.only.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"--only knows {', '.join(PARTS)}, not {', '.join(unknown)}")
    return 1 if renew(ROOT, parts, options.dry_run, lambda said: print(said, flush=True)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
