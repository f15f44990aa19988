"""convkit on a GPU, in one command: is it right, how fast is it, and beside what?

    python run.py gpu                       # or: python benchmarks/gpu.py
    python run.py gpu --compile-only sm_90  # without a GPU: fill the cache of compiled kernels
    python run.py gpu --static              # without a GPU: what the machine code says

It runs from a bare source tree with this Python, and needs NumPy and CuPy; PyTorch (for cuDNN),
pytest, hypothesis, compute-sanitizer and ncu are used where they are. In order: doctor; a call of
each rung; correctness of every rung and precision; the table; memcheck and racecheck; the tests;
ncu on six kernels. Each step is a process of its own with a time limit. What it finds is on disk
at once, a line of JSON each, in benchmarks/results/gpu-DATE-DEVICE.jsonl.

Every time is of the device, by events around as many launches as take 20 ms, the best of seven
rounds in which all candidates take turns; the work of rounding an image to 16 bits is in it. The
latency rows are of the host as well: one call, until its result is there. A result that is wrong
is never timed. Nothing here runs, or claims anything, without a GPU.

Exit status: 0 if all was run and right, 1 if something was wrong, failed or was left out for lack
of time, 2 if there is no GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks import gpu_compile, gpu_order, gpu_rows, gpu_summary  # noqa: E402 (the path first)
from benchmarks.gpu_process import Outcome, Running, Step  # noqa: E402
from benchmarks.gpu_records import RESULTS, Records, file_for  # noqa: E402
from benchmarks.gpu_run import LOGS, Run  # noqa: E402


def find_machine(launcher: tuple[str, ...]) -> dict | None:
    """Device, driver and versions, asked in a process of its own; None without a GPU."""
    step = Step("machine", "doctor", (*launcher, gpu_order.STEP, "machine"), 60)
    running = Running(step, LOGS)
    outcome = running.finish(step.limit)
    if outcome.status == "ok":
        return json.loads(running.said().splitlines()[-1])
    print(outcome.last_words.splitlines()[-1] if outcome.last_words else outcome.status)
    told = Running(Step("doctor", "doctor", (*launcher, gpu_order.STEP, "doctor"), 60), LOGS)
    told.finish(60)
    print(told.said())
    return None


def run(options) -> int:
    """All steps, then the summary."""
    begin = time.monotonic()
    launcher = tuple(shlex.split(options.launcher)) or (sys.executable,)
    machine = find_machine(launcher)
    if machine is None:
        print("No GPU here that can be used. Nothing was measured.")
        return 2
    machine["commit"] = options.commit or machine["commit"]
    path = file_for(machine["device"], Path(options.to))
    records = Records(path, datetime.now(UTC).isoformat(timespec="seconds"), machine)
    text = machine["capability"]
    asked = gpu_order.Asked(
        records.handle(),
        (int(text[:-1]), int(text[-1])),
        launcher,
        options.rows,
        tuple(filter(None, options.rungs.split(","))),
        options.tiny,
        options.limit,
    )
    steps, missing = gpu_order.steps(asked)
    if options.only:
        steps = [step for step in steps if step.phase in options.only.split(",")]
        missing = {phase: why for phase, why in missing.items() if phase in options.only.split(",")}
    records.append(
        "begin", minutes=options.minutes, rows=options.rows, steps=[s.name for s in steps]
    )
    work = Run(records, options.minutes, begin)
    budget = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in work.budget.items())
    print(f"{machine['device']}: {len(steps)} steps in {options.minutes:g} min ({budget})")
    print(f"Recorded in {path}", flush=True)
    for phase, why in missing.items():
        work.record(phase, Outcome("not there", 0.0, None, why))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # then, too, say what there is
    try:
        work.all(steps)
    finally:
        work.close()
        print(f"\n{gpu_summary.summary(records.read())}\n\nRecorded in {path}", flush=True)
    ended = {one["status"] for one in records.read("step")}
    wrong = any(row["wrong"] for row in records.read("row"))
    return 1 if wrong or ended - {"ok", "not there"} else 0


def mistake(options) -> str | None:
    """What is wrong with the options, said before anything starts."""
    from convkit import METHODS

    rungs = [name for name in METHODS if name.startswith("gpu_")]
    for option, given, known in (
        ("--only", options.only, list(gpu_order.BUDGET)),
        ("--rungs", options.rungs, rungs),
    ):
        unknown = sorted(set(filter(None, given.split(","))) - set(known))
        if unknown:
            return f"{option} knows {', '.join(known)}, not {', '.join(unknown)}"
    if options.rows and not any(options.rows in row.name for row in gpu_rows.ROWS):
        names = "; ".join(row.name for row in gpu_rows.ROWS)
        return f"no row has {options.rows!r} in its name. There are: {names}"
    if options.minutes <= 0:
        return f"--minutes must be more than 0, got {options.minutes:g}"
    if options.summary and not gpu_summary.is_record(Path(options.summary)):
        return f"--summary needs a file gpu-DATE-DEVICE.jsonl of records, got {options.summary}"
    return None


def main(arguments=None) -> int:
    """Choose what to do."""
    parser = argparse.ArgumentParser(prog="run.py gpu", description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=8.0, help="default: %(default)s")
    parser.add_argument("--to", default=RESULTS, help="folder of the records (%(default)s)")
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--rungs", default="", help="only these, as in gpu_mma,gpu_wgmma")
    phases = ",".join(gpu_order.BUDGET)
    parser.add_argument("--only", default="", help=f"only these of {phases}")
    parser.add_argument("--compile-only", metavar="ARCH", help="fill the cache, as for sm_90")
    parser.add_argument("--static", action="store_true", help="read the machine code; no GPU")
    parser.add_argument("--json", action="store_true", help="with --static: write its result")
    parser.add_argument("--commit", default="", help="its name, where git is not there to tell")
    parser.add_argument("--summary", metavar="FILE", help="print what a file of records says")
    parser.add_argument("--launcher", default="", help=argparse.SUPPRESS)  # an emulator's
    parser.add_argument("--tiny", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=float, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if wrong := mistake(options):
        parser.error(wrong)
    if not os.environ.get("CONVKIT_CACHE"):
        os.environ["CONVKIT_CACHE"] = str(ROOT / "_build" / "gpu-cache")
    if options.static:
        from benchmarks import gpu_static

        return gpu_static.main(options.json)
    if options.summary:
        print(gpu_summary.summary(gpu_summary.last_run(Path(options.summary))))
        return 0
    if options.compile_only:
        return gpu_compile.fill(options.compile_only)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
