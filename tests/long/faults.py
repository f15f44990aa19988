"""Plant small faults all over the code, one at a time, and count those that the quick tests notice.

A fault is one change of one expression: a comparison, a sum, a condition, a whole number, a call of
`not`. Which ones is drawn with the seed from all that could be changed, so nobody chose them. Each
is planted in a copy of the tree. What survives is listed with its place; some of it changes
nothing that anyone could notice, and the results say which, after a person has looked.

Tools for this exist (mutmut, cosmic-ray); they want to run the whole of a project's tests on every
change of a package, and know neither a sample with a seed nor a tree of four packages.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNT = 60
LIMIT = 400  # seconds for the quick tests, on a machine that does other things too
TREE = ("convkit", "grading", "book/ext", "run.py")
SWAPS = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Div: "*",
    ast.And: "or",
    ast.Or: "and",
}
# Where a whole number counts. As an argument it is mostly a size that could as well be another.
COUNTING = (ast.Compare, ast.BinOp, ast.Slice, ast.Subscript, ast.Return)


@dataclass(frozen=True)
class Fault:
    """One change: what stands from `start` to `end` of a file becomes `new`."""

    file: str
    line: int
    start: int
    end: int
    old: str
    new: str


def faults_of(path: Path) -> list[Fault]:
    """All faults that could be planted in a file."""
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    data = text.encode()
    found = []

    def place(node, end=False):
        line, column = (
            (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)
        )
        return starts[line - 1] + column

    def add(node, start, end, new):
        old = data[start:end].decode()
        name = path.relative_to(ROOT).as_posix()
        found.append(Fault(name, node.lineno, start, end, old, new))

    def between(left, right, operator):
        new = SWAPS.get(type(operator))
        start, end = place(left, end=True), place(right)
        if new and not set(data[start:end].decode()) & set("()#\n"):
            add(left, start, end, f" {new} ")

    for node in _changeable(ast.parse(text)):
        if isinstance(node, COUNTING):
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.Constant) and type(inner.value) is int:
                    add(inner, place(inner), place(inner, end=True), str(inner.value + 1))
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                between(left, right, operator)
            case ast.BinOp(left=left, op=operator, right=right):
                between(left, right, operator)
            case ast.BoolOp(op=operator, values=[left, right]):
                between(left, right, operator)
            case ast.UnaryOp(op=ast.Not()):
                add(node, place(node), place(node) + len("not "), "")
            case ast.If(test=test) | ast.IfExp(test=test):
                source = data[place(test) : place(test, end=True)].decode()
                add(test, place(test), place(test, end=True), f"not ({source})")
            case ast.Constant(value=bool(value)):
                add(node, place(node), place(node, end=True), str(not value))
    return found


def _changeable(tree):
    """Nodes of code that runs and decides; not annotations, nor constants that only tune speed."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Assign) and all(
            isinstance(target, ast.Name) and target.id.isupper() for target in child.targets
        ):
            continue
        if isinstance(child, ast.JoinedStr | ast.Raise | ast.Assert):  # words of messages
            continue
        yield child
        yield from _changeable(child)


def sample(seed: int, count: int) -> list[Fault]:
    """So many faults from the whole tree, each as likely as any other."""
    paths = [
        path
        for name in TREE
        for path in ([ROOT / name] if name.endswith(".py") else sorted((ROOT / name).rglob("*.py")))
    ]
    return random.Random(seed).sample([f for path in paths for f in faults_of(path)], count)


def copy_of_tree(folder: Path) -> None:
    """All committed files; nothing that a test writes reaches the real tree."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    for name in filter(None, names):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)


def noticed(fault: Fault, folder: Path) -> tuple[bool, str]:
    """Whether the quick tests fail, both halves side by side as run.py runs them; and which."""
    target = folder / fault.file
    whole = target.read_bytes()
    target.write_bytes(whole[: fault.start] + fault.new.encode() + whole[fault.end :])
    try:
        return run_quick_tests(folder)
    finally:
        target.write_bytes(whole)


def run_quick_tests(folder: Path) -> tuple[bool, str]:
    """Run both halves until one of them fails, or both have passed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    logs = [folder / f"half {half}.log" for half in (1, 2)]
    with ExitStack() as stack:
        halves = [
            subprocess.Popen(
                [*command, f"--quick={number}"],
                cwd=folder,
                env=environment,
                start_new_session=True,
                stdout=stack.enter_context(log.open("w")),
                stderr=subprocess.STDOUT,
            )
            for number, log in enumerate(logs, 1)
        ]
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and None in (codes := [half.poll() for half in halves]):
            if any(codes):
                break
            time.sleep(0.2)
        codes = [half.poll() for half in halves]
        for half, code in zip(halves, codes, strict=True):
            if code is None:
                os.killpg(half.pid, signal.SIGKILL)
            half.wait()
    for log, code in zip(logs, codes, strict=True):
        if code:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            said = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
            return True, said[0].split(" - ")[0] if said else "nothing could be collected"
    return None in codes, f"still running after {LIMIT:g} s" if None in codes else ""


def campaign(seed: int, count: int, say: Callable[[str], None]) -> dict:
    """Plant so many faults; `wrong` counts nothing, since a survivor may change nothing at all."""
    survived = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_tree(folder)
        failed, by = noticed(Fault("run.py", 1, 0, 0, "", ""), folder)
        if failed:
            raise SystemExit(f"the quick tests fail without any fault: {by}")
        for number, fault in enumerate(sample(seed, count), 1):
            start = time.monotonic()
            seen, by = noticed(fault, folder)
            place = f"{fault.file}:{fault.line} {fault.old.strip()!r} -> {fault.new.strip()!r}"
            say(
                f"{number:3} {'noticed ' if seen else 'SURVIVED'} {place}, "
                f"{time.monotonic() - start:.0f} s  {by}"
            )
            if not seen:
                survived.append(place)
    return {"tried": count, "wrong": 0, "noticed": count - len(survived), "survived": survived}
