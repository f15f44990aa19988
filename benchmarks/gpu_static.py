"""Kernels judged before there is a GPU: what their machine code can reach on an H200.

    python benchmarks/gpu.py --static           # both tables
    python benchmarks/gpu.py --static --json    # and benchmarks/results/gpu-static.json

The first table is of each kernel's main loop, the second of each row of the benchmark: what bounds
it, by the model in gpu_bounds.py. The model gave the table of an outside review of these kernels,
all 18 cells of it within a tenth, before any of them was changed (tests/test_cuda_static.py).
Nothing is measured here, and no speed is claimed. It needs `pip install convkit[gpu-build]`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from math import prod
from pathlib import Path

from benchmarks import gpu_bounds, gpu_sass
from benchmarks.gpu_launches import MODELED_NUMBERS, launch_of
from benchmarks.gpu_rows import ROWS
from benchmarks.gpu_sass import Counts
from convkit.cuda import loader

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "gpu-static.json"
KEPT = ROOT / "_build" / "gpu-static"
HOPPER = (9, 0)


def all_counts() -> dict[str, Counts]:
    """The counts of every kernel of every file."""
    return {name: c for file in loader.OLDEST for name, c in kept_counts(file).items()}


def kept_counts(file: str) -> dict[str, Counts]:
    """The counts of one file's kernels, compiled only if anything has changed since."""
    from cupy.cuda import nvrtc

    arch = loader.architecture(file, HOPPER)
    texts = [loader.source_of(file), *loader.headers().values(), arch, repr(loader.OPTIONS)]
    texts += [repr(nvrtc.getVersion()), Path(gpu_sass.__file__).read_text()]
    key = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
    path = KEPT / f"{file}-{arch}-{key}.json"
    if not path.exists():
        found = gpu_sass.counts_of(file, arch)
        KEPT.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({name: asdict(counts) for name, counts in found.items()}))
    return {name: Counts(**counts) for name, counts in json.loads(path.read_text()).items()}


def report() -> dict:
    """All that is known without a GPU, as it is written to the result."""
    kernels = all_counts()
    rows = []
    for numbers in MODELED_NUMBERS:
        for row in (row for row in ROWS if row.groups == 1):  # the model knows no others
            launch = launch_of(row, numbers)
            if isinstance(launch, str):
                rows.append({"row": row.name, "numbers": numbers, "method": launch})
                continue
            bound = gpu_bounds.bound(row, kernels[launch.kernel], launch)
            rows.append(
                {
                    "row": row.name,
                    "numbers": numbers,
                    "kernel": launch.kernel,
                    "blocks": prod(launch.grid),
                    "splits": launch.splits,
                    "resident": bound.resident,
                    "busy": bound.busy,
                    "waves": round(bound.waves, 2),
                    "bound_by": bound.by,
                    "tflops": round(bound.tflops, 1),
                    "milliseconds": {n: round(t, 4) for n, t in bound.milliseconds.items()},
                }
            )
    return {
        "model": {
            "multiprocessors": gpu_bounds.MULTIPROCESSORS,
            "hertz": gpu_bounds.HERTZ,
            "l2_bytes_per_second": gpu_bounds.L2,
            "hbm_bytes_per_second": gpu_bounds.HBM,
            "slots_issued": gpu_bounds.ISSUED,
        },
        "kernels": {name: describe(counts) for name, counts in kernels.items()},
        "rows": rows,
    }


def describe(counts: Counts) -> dict:
    """What is written of one kernel: its counts, and what follows from them."""
    per_byte = {
        f"multiply_adds_per_{place}_byte": round(counts.multiply_adds / moved, 2) if moved else None
        for place, moved in (("shared", counts.shared_bytes), ("l2", counts.fetched_bytes))
    }
    size = counts.instructions * gpu_sass.INSTRUCTION_BYTES
    share = round(counts.share, 4)
    return {**asdict(counts), "share": share, "instruction_bytes": size, **per_byte}


def print_report(found: dict) -> None:
    """Two tables: of kernels, and of rows."""
    line = "{:24} {:>9} {:>5} {:>6} {:>6} {:>9} {:>7} {:>9} {:>7}"
    print(line.format("", "", "", "", "", "mult-adds", "a byte", "bytes", ""))
    print(
        line.format(
            "kernel", "registers", "loop", "of it", "share", "of shared", "of L2", "of code", ""
        )
    )
    for name, k in found["kernels"].items():
        share = f"{k['share']:.1%}" if k["operation"] else "–"
        per = [k["multiply_adds_per_shared_byte"], k["multiply_adds_per_l2_byte"]]
        print(
            line.format(
                name,
                k["registers"],
                k["loop"],
                k["multiplies"],
                share,
                *("–" if p is None else p for p in per),
                k["instruction_bytes"],
                k["operation"],
            )
        )
    line = "{:24} {:8} {:26} {:>6} {:>5} {:>6} {:>8} {:>8}  {}"
    heads = "blocks", "on SM", "waves", "ms", "TFLOP/s", "bound by"
    print("\n" + line.format("row", "", "kernel", *heads))
    for row in found["rows"]:
        start = row["row"], row["numbers"]
        if "method" in row:
            print(line.format(*start, f"({row['method']})", *["–"] * 5, ""))
            continue
        times = row["milliseconds"]
        total = times["passes"] + max(t for name, t in times.items() if name != "passes")
        passes = f", passes {times['passes']:.3f} ms" if times["passes"] else ""
        print(
            line.format(
                *start,
                row["kernel"],
                row["blocks"],
                row["resident"],
                row["waves"],
                f"{total:.3f}",
                row["tflops"],
                row["bound_by"] + passes,
            )
        )


def main(write: bool) -> int:
    """Compile, count, print; write the result if asked to."""
    try:
        gpu_sass.disassembler()
        import cupy  # noqa: F401 (its compiler is needed)
    except ImportError as missing:  # PackageNotFoundError is one
        print(f"{missing}: `python run.py test --extras gpu-build` installs what compiles kernels")
        return 1
    found = report()
    print_report(found)
    if write:
        RESULT.write_text(json.dumps(found, indent=1) + "\n")
        print(f"\nWritten to {RESULT.relative_to(ROOT)}")
    return 0
