"""One step of a run on a GPU, in a process of its own: benchmarks/gpu.py starts it.

    python benchmarks/gpu_step.py NAME [ARGUMENTS] [--records HANDLE] [--tiny] [--wait]

What a step finds it adds to the records at once; whether it ends well, the one who started it sees.
With --wait it reads a line before it begins: the rungs to leave alone, since they took a process
or the GPU down before. Exit status 3 says that the GPU answers no more.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cupy  # noqa: E402 (the path comes first)

from benchmarks import gpu_checks  # noqa: E402
from benchmarks.gpu_baselines import ceilings, torch_or_words  # noqa: E402
from benchmarks.gpu_layer import Arrays, measure, storage_type  # noqa: E402
from benchmarks.gpu_process import LOST, GpuLost  # noqa: E402
from benchmarks.gpu_records import Records, machine  # noqa: E402
from benchmarks.gpu_rows import NUMBERS, ROWS, TOGETHER, can_store, wanted  # noqa: E402
from benchmarks.gpu_timing import FULL, LITTLE  # noqa: E402
from convkit import METHODS, conv2d, gpu_trust  # noqa: E402


def show_machine(options) -> int:
    """Device, driver and versions as JSON, the last line that is printed."""
    print(json.dumps(machine(cupy)))
    return 0


def doctor(options) -> int:
    """What `convkit doctor` says."""
    from convkit.cli import main

    return main(["doctor"])


def reach(options) -> int:
    """Measure what this GPU reaches at all."""
    found = ceilings(cupy, options.effort, options.tiny)
    options.records.append("ceilings", **found)
    print(json.dumps(found))
    return 0


def table(options) -> int:
    """One row of the table, in the kinds of numbers that share arrays."""
    name, together = options.arguments
    row = next(row for row in ROWS if row.name == name)
    names = [one for one in TOGETHER[together] if one in wanted(row) and can_store(NUMBERS[one])]
    torch, words = torch_or_words()
    with gpu_trust.without_checks():  # wrong results are found here, and recorded
        small = row.tiny() if options.tiny else row
        given = small, names, torch, options.effort, options.skip, options.only
        for found in measure(cupy, *given):
            options.records.append("row", **found, **({"torch": words} if words else {}))
            times = ", ".join(f"{n} {t:.3f}" for n, t in found["milliseconds"].items())
            print(f"{found['precision']}: {times or 'nothing'} ms", flush=True)
            for rung, what in found["wrong"].items():
                print(f"  WRONG {rung}: {what}", flush=True)
    return 0


def one(options) -> int:
    """One rung on one layer, three times: what ncu looks at."""
    rung, precision = options.arguments
    numbers = NUMBERS[precision]
    group = "depthwise" if "depthwise" in rung else "layers"
    row = next(row for row in ROWS if row.group == group)
    arrays = Arrays(cupy, row.tiny() if options.tiny else row)
    dtype = storage_type(numbers.storage)
    image, filters = arrays.image.astype(dtype), arrays.filters.astype(dtype)
    with gpu_trust.without_checks():
        for _ in range(3):
            conv2d(image, filters, method=rung, precision=numbers.precision, **arrays.row.options)
    cupy.cuda.Device().synchronize()
    return 0


STEPS = {
    "machine": show_machine,
    "doctor": doctor,
    "smoke": gpu_checks.smoke,
    "cases": gpu_checks.cases,
    "touch": gpu_checks.touch,
    "reach": reach,
    "table": table,
    "one": one,
}


def main(arguments=None) -> int:
    """Run the step that is named; with --wait only after a line on the input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--records", type=Records.of, help="where to add what is found")
    parser.add_argument("--rungs", default="", help="the only ones of the table")
    parser.add_argument("--tiny", action="store_true", help="small layers, for an emulator")
    parser.add_argument("--wait", action="store_true", help="for a line on the input")
    options = parser.parse_args(arguments)
    options.effort = LITTLE if options.tiny else FULL
    options.skip, options.only = set(), options.rungs.split(",") if options.rungs else METHODS
    if options.wait:
        if options.step in ("table", "reach"):
            torch, _ = torch_or_words()
            version = torch and torch.torch.backends.cudnn.version()  # its library is large
            print(f"cuDNN {version}", flush=True)
        options.skip = set(sys.stdin.readline().split())
    try:
        return STEPS[options.step](options)
    except GpuLost as lost:
        print(lost, flush=True)
        return LOST


if __name__ == "__main__":
    sys.exit(main())
