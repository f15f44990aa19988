"""convkit on a GPU: check, then sanitize, then time, against cuDNN and the roofline.

    python benchmarks/gpu.py --all       # tests, compute-sanitizer, the table: the one command
    python benchmarks/gpu.py             # the table alone, into benchmarks/results/gpu-DATE.json
    python benchmarks/gpu.py --static    # no GPU: what compiled kernels can reach, gpu_static.py

Every time is of the device, by events around as many launches as take 20 ms, the best of seven
rounds in which all candidates take turns; the work of rounding an image to 16 bits is in it. The
latency rows are of the host as well: one call, until its result is there. A result that is wrong
is never timed. Nothing here runs, or claims anything, without a GPU.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
RESULTS = ROOT / "benchmarks" / "results"
ROUNDS, MILLISECONDS = 7, 20.0

from benchmarks.gpu_rows import PRECISIONS, ROWS, Torch, signal_functions  # noqa: E402 (the path comes first)

# Peaks in TFLOP/s (dense) and TB/s, by the maker's data sheets, for the roofline.
PEAKS = {
    "H200": {None: 67, "3xtf32": 495 / 3, "tf32": 495, "bf16": 989, "fp16": 989, "memory": 4.8},
    "H100": {None: 67, "3xtf32": 495 / 3, "tf32": 495, "bf16": 989, "fp16": 989, "memory": 3.35},
    "A100": {None: 19.5, "3xtf32": 52, "tf32": 156, "bf16": 312, "fp16": 312, "memory": 2.0},
    "T4": {None: 8.1, "fp16": 65, "memory": 0.32},
}


def everything() -> int:
    """Tests, then compute-sanitizer's two tools, then the table; stop at what fails."""
    python = [sys.executable]
    steps = [
        ("tests", [*python, "-m", "pytest", "-q", "tests/test_cuda_gpu.py", "--require", "gpu"]),
        ("the rest of the tests", [*python, "-m", "pytest", "-q", "-k", "cuda or array_api"]),
    ]
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None:
        print("compute-sanitizer is not installed (it comes with the CUDA toolkit): left out")
    for tool in ("memcheck", "racecheck") if sanitizer else ():
        command = [sanitizer, "--tool", tool, "--error-exitcode", "9", *python, __file__, "--touch"]
        steps.append((tool, command))
    steps.append(("table", [*python, __file__]))
    for name, command in steps:
        print(f"=== {name}", flush=True)
        if status := subprocess.run(command, cwd=ROOT).returncode:
            print(f"=== {name}: FAILED")
            return status
    return 0


def touch() -> int:
    """Run every case of every rung once: what compute-sanitizer watches."""
    import cupy

    from convkit import METHODS
    from tests.emulator.cases import CASES, compare, precisions_of

    text = cupy.cuda.Device().compute_capability
    have = int(text[:-1]), int(text[-1])
    for rung, cases in CASES.items():
        if (rung == "gpu_wgmma" and have != (9, 0)) or (rung == "gpu_mma" and have < (8, 0)):
            continue
        assert rung in METHODS
        for precision in precisions_of(rung):
            for case in cases:
                compare(rung, precision, case)
    print("All cases ran.")
    return 0


def device_times(cupy, candidates: dict) -> dict:
    """The best time of each candidate in milliseconds, all taking turns."""
    start, stop = cupy.cuda.Event(), cupy.cuda.Event()

    def once(run, count):
        start.record()
        for _ in range(count):
            run()
        stop.record()
        stop.synchronize()
        return cupy.cuda.get_elapsed_time(start, stop) / count

    counts = {}
    for name, run in candidates.items():
        once(run, 3)
        counts[name] = max(1, math.ceil(MILLISECONDS / once(run, 3)))
    best = dict.fromkeys(candidates, math.inf)
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            best[name] = min(best[name], once(run, counts[name]))
    return best


def call_times(cupy, candidates: dict, calls: int = 300) -> dict:
    """The median time of one call in milliseconds, until its result is there, all taking turns."""
    seen = {name: [] for name in candidates}
    for _ in range(calls):
        for name, run in candidates.items():
            cupy.cuda.Device().synchronize()
            begin = time.perf_counter()
            run()
            cupy.cuda.Device().synchronize()
            seen[name].append(1e3 * (time.perf_counter() - begin))
    return {name: float(np.median(times[20:])) for name, times in seen.items()}


def wrong(error: float, bound: float) -> str | None:
    """What is wrong with a result, if anything is; one that holds a NaN always is."""
    return None if error <= bound else f"error {error:.2g} of rms, allowed {bound}"


def measure(cupy, row, precision, torch) -> dict:
    """One layer in one precision: every rung that takes it, and cuDNN."""
    from convkit import METHODS, plan

    _, _, bound = PRECISIONS[precision]
    random = cupy.random.default_rng(1)
    image = random.standard_normal((row.batch, row.size, row.size, row.channels), np.float32)
    shape = (row.channels, row.kernel, row.kernel, row.maps)
    filters = random.standard_normal(shape, np.float32) / math.sqrt(math.prod(shape[:3]))
    bias = random.standard_normal(row.maps, np.float32)
    options = {"bias": bias, "stride": row.stride, "padding": row.padding, "activation": "relu"}
    few = slice(0, min(row.batch, 2))  # float64 for two images is enough to find an error
    exact = plan(filters.astype("f8"), image[few].shape, **options)(image[few].astype("f8"))
    rms = float(cupy.sqrt((exact**2).mean()))
    result = {
        "row": row.name,
        "group": row.group,
        "precision": precision,
        "errors": {},
        "wrong": {},
    }
    candidates = {}
    chosen = plan(filters, image.shape, precision=precision, **options).method
    only = ("gpu_mma", "gpu_wgmma") if precision else None
    for name in METHODS:
        if not name.startswith("gpu_") or (only and name not in only):
            continue
        try:
            planned = plan(filters, image.shape, method=name, precision=precision, **options)
        except ValueError as refusal:
            result["wrong"][name] = f"refused: {refusal}"
            continue
        out = cupy.empty(planned.problem.output_shape, np.float32)
        error = float(abs(planned(image, out=out)[few] - exact).max()) / rms
        result["errors"][name] = error
        if fault := wrong(error, bound):
            result["wrong"][name] = fault
            continue
        candidates[name] = lambda planned=planned, out=out: planned(image, out=out)
    if torch is not None and precision != "3xtf32":
        run = torch.prepare(row, image, filters, bias, precision)
        result["cudnn_kernels"] = torch.algorithm(run)
        candidates["cudnn"] = run
    if row.group == "signal" and precision is None:
        for name, run in signal_functions(row, image, filters, bias).items():
            error = float(abs(run() - exact).max()) / rms
            result["errors"][name] = error
            if fault := wrong(error, bound):
                result["wrong"][name] = fault
            else:
                candidates[name] = run
    stream = cupy.cuda.Stream.null
    with stream:
        result["milliseconds"] = device_times(cupy, candidates)
        if row.group == "latency":
            result["call_milliseconds"] = call_times(cupy, candidates)
    result["chosen"] = chosen
    result["tflops"] = {n: row.flops / t / 1e9 for n, t in result["milliseconds"].items()}
    return result


def roofline(row, precision, peaks) -> float | None:
    """The fewest milliseconds that arithmetic and memory allow: image and result are float32."""
    if not peaks or precision not in peaks:
        return None
    return 1e3 * max(row.flops / peaks[precision] / 1e12, row.bytes(4) / peaks["memory"] / 1e12)


def table(arguments) -> int:
    """Measure all, print as it goes, write the dated JSON."""
    import cupy

    try:
        torch = Torch()
    except ImportError as missing:
        torch = None
        print(f"{missing}: no comparison with cuDNN")
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    peaks = next((p for key, p in PEAKS.items() if key in name), None)
    now = datetime.now(UTC)
    report = {
        "date": now.strftime("%Y-%m-%d"),
        "device": name,
        "driver": cupy.cuda.runtime.driverGetVersion(),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "cupy": cupy.__version__,
            "nvrtc": cupy.cuda.nvrtc.getVersion(),
            "torch": torch and torch.torch.__version__,
            "cudnn": torch and torch.torch.backends.cudnn.version(),
        },
        "rows": [],
    }
    for precision, (words, goal, _) in PRECISIONS.items():
        ratios = []
        for row in ROWS:
            if arguments.rows and arguments.rows not in row.name:
                continue
            if row.group == "signal" and precision is not None:
                continue  # one channel and one map: nothing for tensor cores
            found = measure(cupy, row, precision, torch)
            found["roofline_milliseconds"] = roofline(row, precision, peaks)
            report["rows"].append(found)
            times = found.get("call_milliseconds", found["milliseconds"])
            ours = times.get(found["chosen"])
            line = ", ".join(f"{n} {t:.3f}" for n, t in times.items())
            print(f"{words}: {row.name}: {line} ms; chosen {found['chosen']}", flush=True)
            if row.group == "layers" and ours and "cudnn" in times:
                ratios.append(times["cudnn"] / ours)
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            report.setdefault("geomean_speed_against_cudnn", {})[str(precision)] = mean
            print(f"{words}: {mean:.2f} × cuDNN (goal {goal})", flush=True)
    if arguments.rows:
        return 0  # a part of the table is for looking at, and replaces no whole one
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"gpu-{now:%Y-%m-%d}.json"
    path.write_text(json.dumps(report, indent=1) + "\n")
    print(f"Written to {path.relative_to(ROOT)}")
    return 0


def main() -> int:
    """Choose what to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="tests, sanitizer, table")
    parser.add_argument("--touch", action="store_true", help="run every case once")
    parser.add_argument("--rows", help="only rows whose name contains this; not written")
    parser.add_argument("--static", action="store_true", help="read machine code; needs no GPU")
    parser.add_argument("--json", action="store_true", help="with --static: write its result")
    arguments = parser.parse_args()
    if arguments.static:
        from benchmarks import gpu_static

        return gpu_static.main(arguments.json)
    try:
        import cupy

        usable = cupy.cuda.is_available()
    except ImportError:
        usable = False
    if not usable:
        print("No GPU here: `convkit doctor` says what is missing. Nothing was measured.")
        return 1
    if arguments.all:
        return everything()
    return touch() if arguments.touch else table(arguments)


if __name__ == "__main__":
    sys.exit(main())
