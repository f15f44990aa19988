"""Check, then time: convkit on the CPU against PyTorch, SciPy, OpenCV and JAX, where installed.

    python run.py bench                # the whole table, into benchmarks/results/cpu.json
    python run.py bench -- --threads 2 --rows VGG
    python run.py bench -- --growth    # how the cost grows with the size
    python run.py bench -- --depthwise # what bounds the slowest of its rows

How it measures: one process, all candidates in turn, again and again, each for a short burst of
calls; the best time of each counts, because everything that disturbs only makes slower. Results
go into arrays that exist already (PyTorch allocates its own, and keeps them warm). A result that
is wrong is never timed.
The processor's own kernels are used unless OPENBLAS_CORETYPE is given with --coretype.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
STARTED = "CONVKIT_BENCH_STARTED"

AVX2 = ("haswell", "zen")


def start_again(coretype: str | None) -> int | None:
    """OpenBLAS reads its environment once, when NumPy loads it: begin in a process of our own."""
    if os.environ.get(STARTED):
        return None
    environment = dict(os.environ, **{STARTED: "1"})
    environment["PYTHONPATH"] = str(ROOT)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(name, None)
    if coretype:
        environment["OPENBLAS_CORETYPE"] = coretype
    if coretype and coretype.lower() in AVX2:  # PyTorch has its own words for the same
        environment |= {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    return subprocess.call([sys.executable, *sys.argv], env=environment)


def main() -> int:
    """Measure every row, print the table, write the JSON."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--rows", default="", help="only rows whose name contains this; only --to writes"
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="for each row (default 3)")
    parser.add_argument("--coretype", help="BLAS kernels to use instead, e.g. Haswell for AVX2")
    parser.add_argument("--growth", action="store_true", help="how cost grows with the size")
    parser.add_argument("--depthwise", action="store_true", help="what bounds a depthwise layer")
    parser.add_argument("--to", type=Path, help="where to write, instead of results/")
    options = parser.parse_args()
    if (options.growth or options.depthwise) and options.threads != 1:
        parser.error("--growth and --depthwise measure one thread: leave --threads out")
    done = start_again(options.coretype)
    if done is not None:
        return done

    from threadpoolctl import threadpool_limits

    from benchmarks.cpu_layer import measure
    from benchmarks.cpu_machine import describe
    from benchmarks.cpu_rows import ROWS

    with threadpool_limits(options.threads):
        machine = describe(options.threads)
        peak = machine["sgemm_gflops"]
        print(f"{machine['processor']}, {machine['blas']}, {options.threads} thread(s)")
        print(f"sgemm {peak['large']:.0f} GFLOP/s, of small matrices {peak['small']:.0f}\n")
        for name in ("growth", "depthwise"):
            if getattr(options, name):
                part = importlib.import_module(f"benchmarks.{name}")
                part.main(machine, result_file(name, options), options.seconds / 3)
                return 0
        print(f"{'':22}{'method':>15}{'ms':>9}{'GFLOP/s':>9}   time of others / ours", flush=True)
        rows = []
        for row in ROWS:
            if options.rows in row.name:
                rows.append(measure(row, options.threads, options.seconds))
                print(line(rows[-1]), flush=True)
    ratios = [row["ratio"]["torch"] for row in rows if "torch" in row["ratio"]]
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None
    if mean:
        print(f"\ngeometric mean over {len(ratios)} rows against torch: {mean:.2f}")
    if options.to or not options.rows:  # a part of the table replaces no whole one
        target = result_file("cpu", options)
        target.parent.mkdir(parents=True, exist_ok=True)
        result = {"machine": machine, "geometric_mean_torch": mean, "rows": rows}
        target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(f"written to {target}")
    return 0


def result_file(what: str, options) -> Path:
    """Where to write: other kernels or more threads have a file of their own."""
    coretype = f"-{options.coretype.lower()}" if options.coretype else ""
    threads = f"-{options.threads}-threads" if options.threads != 1 else ""
    return options.to or RESULTS / f"{what}{coretype}{threads}.json"


def line(row: dict) -> str:
    """One line of the table."""
    others = "  ".join(f"{name} {ratio:.2f}" for name, ratio in row["ratio"].items())
    missed = "" if row["reached"] in (True, None) else f"   (goal {row['goal']})"
    return (
        f"{row['name']:22}{row['method']:>15}{row['ms']['convkit']:9.3f}{row['gflops']:9.0f}   "
        f"{others}   unplanned {row['unplanned']:.2f}{missed}"
    )


if __name__ == "__main__":
    sys.exit(main())
