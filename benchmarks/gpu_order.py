"""What is run on a GPU, in which order and for how long: the most telling first."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gpu_layer import storage_type
from benchmarks.gpu_process import ROOT, Step
from benchmarks.gpu_rows import NUMBERS, ROWS, SMALL, TIMED_TOGETHER, Numbers, can_store, wanted
from convkit import METHODS, read_problem
from tests.emulator.cases import CASES, numbers_of

STEP = str(ROOT / "benchmarks" / "gpu_step.py")

# Seconds of an eight-minute run for each phase; what a phase has not done by then is put off
# until the others have had their turn.
BUDGET = {
    "doctor": 15,
    "smoke": 50,
    "correctness": 80,
    "table": 200,
    "memcheck": 40,
    "racecheck": 30,
    "tests": 35,
    "ncu": 30,
}

# What ncu looks at, the most telling first.
LOOKED_AT = (
    ("gpu_wgmma", "bfloat16"),
    ("gpu_implicit_gemm", "float32"),
    ("gpu_mma", "tf32"),
    ("gpu_mma", "bfloat16"),
    ("gpu_depthwise", "float32"),
    ("gpu_tiled", "float32"),
)


@dataclass(frozen=True)
class Asked:
    """What the caller of the command wants.

    `launcher` is what a Python program is started with: this Python, or an emulator's. Only
    `rows` whose name contains this, and these `rungs` (all, if none is named), are looked at.
    `limit` replaces the seconds that a step may take.
    """

    handle: str
    capability: tuple[int, int]
    launcher: tuple[str, ...] = (sys.executable,)
    rows: str = ""
    rungs: tuple[str, ...] = ()
    tiny: bool = False
    limit: float = 0.0


def steps(asked: Asked) -> tuple[list[Step], dict[str, str]]:
    """All steps in order, and what is left out with the reason."""
    missing: dict[str, str] = {}
    found = [
        _step(asked, "doctor", "doctor", ["doctor"], 60),
        *_smoke(asked),
        *_correctness(asked),
        *_table(asked),
    ]
    if not can_store(NUMBERS["bfloat16"]):
        missing["bfloat16"] = "ml_dtypes is not installed"
    sanitizer = shutil.which("compute-sanitizer")
    for tool in ("memcheck", "racecheck"):
        if sanitizer is None:
            missing[tool] = "compute-sanitizer is not installed (it comes with the CUDA toolkit)"
        else:
            found += _sanitized(asked, sanitizer, tool)
    if lacking := [n for n in ("pytest", "hypothesis") if importlib.util.find_spec(n) is None]:
        missing["tests"] = f"{' and '.join(lacking)} not installed"
    else:
        found.append(_tests(asked))
    if (ncu := shutil.which("ncu")) is None:
        missing["ncu"] = "ncu is not installed (it comes with the CUDA toolkit)"
    else:
        found += _looked_at(asked, ncu)
    return found, missing


def _step(
    asked: Asked, name: str, phase: str, words, limit: float, *before: str, wait=False, rung=""
) -> Step:
    options = ["--records", asked.handle, *(["--tiny"] if asked.tiny else [])]
    options += ["--wait"] if wait else []
    options += ["--rungs", ",".join(asked.rungs)] if asked.rungs else []
    command = (*before, *asked.launcher, STEP, *words, *options)
    return Step(name, phase, command, asked.limit or limit, waits=wait, rung=rung)


def rungs() -> list[str]:
    """Every method of ours on a GPU that has cases: those with tensor cores first."""
    names = [name for name in METHODS if name.startswith("gpu_") and name in CASES]
    first = ("gpu_wgmma", "gpu_mma", "gpu_implicit_gemm", "gpu_depthwise")
    return sorted(names, key=lambda name: (*first, name).index(name))


def takes(asked: Asked, rung: str, numbers: Numbers) -> bool:
    """Whether this GPU has the instructions of a rung, by its own refusal of small layers."""
    if not can_store(numbers):
        return False
    storage = None if numbers.storage == "float32" else storage_type(numbers.storage)
    problems = (
        read_problem(
            image,
            filters,
            groups=groups,
            device="gpu",
            precision=numbers.precision,
            storage=storage,
            compute_capability=asked.capability,
        )
        for image, filters, groups in SMALL
    )
    return any(METHODS[rung].refuses(problem) is None for problem in problems)


def _runs(asked: Asked) -> list[str]:
    wished = [rung for rung in rungs() if rung in (asked.rungs or rungs())]
    return [rung for rung in wished if any(takes(asked, rung, n) for n in NUMBERS.values())]


def _smoke(asked: Asked) -> list[Step]:
    return [
        _step(asked, f"smoke: {rung}", "smoke", ["smoke", rung], 60, wait=True, rung=rung)
        for rung in _runs(asked)
    ]


def _correctness(asked: Asked) -> list[Step]:
    """For each rung its float32 arrays in all precisions, then those of 16 bits."""
    found = []
    for half in (False, True):
        for rung in _runs(asked):
            kinds = [name or "float32" for name in numbers_of(rung)]
            some = [kind for kind in kinds if (NUMBERS[kind].itemsize == 2) == half]
            if some:
                name = f"correctness: {rung}, {' and '.join(some)}"
                words = ["cases", rung, *some]
                found.append(_step(asked, name, "correctness", words, 60, wait=True, rung=rung))
    return found


def _table(asked: Asked) -> list[Step]:
    """Ceilings first; then layer by layer float32 and bfloat16, and float16 after all of them."""
    rows = [row for row in ROWS if asked.rows in row.name]
    pairs = [(row, part) for row in rows for part in ("float32", "bfloat16")]
    pairs += [(row, "float16") for row in rows]
    found = [_step(asked, "ceilings", "table", ["reach"], 40, wait=True)]
    for row, part in pairs:
        if set(TIMED_TOGETHER[part]) & set(wanted(row)):
            name = f"table: {row.name}, {part}"
            found.append(_step(asked, name, "table", ["table", row.name, part], 40, wait=True))
    return found


def _sanitized(asked: Asked, program: str, tool: str) -> list[Step]:
    """Rungs that share a process: a fault of one hides no other group's."""
    have = _runs(asked)
    parts = [["gpu_wgmma"], ["gpu_mma"], ["gpu_implicit_gemm", "gpu_depthwise"]]
    named = {"gpu_im2col", *(rung for part in parts for rung in part)}  # im2col is cuBLAS'
    rest = [rung for rung in have if rung not in named]
    before = program, "--tool", tool, "--error-exitcode", "9"
    return [
        _step(asked, f"{tool}: {', '.join(some)}", tool, ["touch", *some], 90, *before)
        for part in (*parts, rest)
        if (some := [rung for rung in part if rung in have])
    ]


def _tests(asked: Asked) -> Step:
    """The test files that have something for a GPU; those that lack a package skip themselves."""
    files = sorted(Path(ROOT, "tests").glob("test_*.py"))
    marked = [str(f.relative_to(ROOT)) for f in files if "mark.gpu" in f.read_text("utf-8")]
    command = (
        *asked.launcher,
        "-m",
        "pytest",
        "-q",
        "--maxfail=30",
        "-m",
        "gpu",
        "-p",
        "no:cacheprovider",
    )
    return Step("tests", "tests", (*command, "--require", "gpu", *marked), 120)


def _looked_at(asked: Asked, program: str) -> list[Step]:
    found = []
    for rung, name in LOOKED_AT:
        if rung not in _runs(asked) or not takes(asked, rung, NUMBERS[name]):
            continue
        kernel = f"regex:^{rung.removeprefix('gpu_')}"
        before = [program, "--csv", "--clock-control", "none", "--launch-skip", "1"]
        before += ["--launch-count", "1", "--kernel-name", kernel]
        for section in ("SpeedOfLight", "Occupancy", "WarpStateStats", "MemoryWorkloadAnalysis"):
            before += ["--section", section]
        words = ["one", rung, name]
        found.append(_step(asked, f"ncu: {rung}, {name}", "ncu", words, 45, *before))
    return found
