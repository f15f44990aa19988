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
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cupy  # noqa: E402 (the path comes first)
import numpy as np  # noqa: E402

from benchmarks.gpu_baselines import torch_or_words  # noqa: E402
from benchmarks.gpu_ceilings import ceilings  # noqa: E402
from benchmarks.gpu_layer import Arrays, measure, storage_type  # noqa: E402
from benchmarks.gpu_lost import LOST, GpuLost, alive, is_refusal, said  # noqa: E402
from benchmarks.gpu_records import Records, machine  # noqa: E402
from benchmarks.gpu_rows import NUMBERS, ROWS, TOGETHER, wanted  # noqa: E402
from benchmarks.gpu_timing import FULL, LITTLE  # noqa: E402
from convkit import METHODS, conv2d, gpu_trust  # noqa: E402
from tests.emulator.cases import CASES, TOLERANCES, compare, precisions_of  # noqa: E402


def show_machine(options) -> int:
    """Device, driver and versions as JSON, the last line that is printed."""
    print(json.dumps(machine(cupy)))
    return 0


def doctor(options) -> int:
    """What `convkit doctor` says."""
    from convkit.cli import main

    return main(["doctor"])


def smoke(options) -> int:
    """Call one rung in every kind of numbers that it takes, as a user would: checks are on."""
    (rung,) = options.arguments
    bad = 0
    for numbers in NUMBERS.values():
        if numbers.precision and rung not in gpu_trust.ROUNDING:
            continue  # it would do what it does without
        image, filters = _small(numbers, depthwise="depthwise" in rung)
        groups = image.shape[-1] // filters.shape[0]
        found = {"rung": rung, "precision": numbers.name, "right": True, "refused": False}
        words, begin = "", time.perf_counter()
        print(f"{rung} in {numbers.words}", flush=True)
        try:
            conv2d(
                image, filters, method=rung, precision=numbers.precision, padding=1, groups=groups
            )
            cupy.cuda.Device().synchronize()
        except Exception as error:  # a refusal, a switched-off rung, or whatever CUDA raises
            words = said(error)
            found["right"], found["refused"] = False, is_refusal(error)
            bad += not found["refused"]
        print(f"  {words or 'right'}", flush=True)
        seconds = round(time.perf_counter() - begin, 3)
        options.records.append("smoke", **found, words=words, seconds=seconds)
        if not alive(cupy):
            return LOST
    for verdict in gpu_trust.verdicts():
        print(verdict if verdict.method == rung else "", flush=True)
    return 1 if bad else 0


def _small(numbers, depthwise: bool):
    random = np.random.default_rng(3)
    dtype = storage_type(numbers.storage)
    shapes = ((2, 9, 11, 32), (1 if depthwise else 32, 3, 3, 32))
    return (cupy.asarray(random.standard_normal(shape).astype(dtype)) for shape in shapes)


def cases(options) -> int:
    """Every small case of one rung in one precision, then a real layer again and again."""
    rung, precision = options.arguments
    precision = None if precision == "None" else precision
    todo = {name: lambda name=name: compare(rung, precision, name) for name in CASES[rung]}
    todo["a real layer, again and again"] = lambda: _races(rung, precision, options)
    bad = 0
    with gpu_trust.without_checks():
        for name, run in todo.items():
            print(f"{rung} {precision or 'float32'}: {name}", flush=True)
            words = ""
            try:
                run()
            except Exception as error:  # wrong, refused or broken: told, and the next one's turn
                words = said(error)
                print(f"  {words}", flush=True)
            bad += bool(words)
            found = {"rung": rung, "precision": precision or "float32", "case": name}
            options.records.append("case", **found, right=not words, words=words)
            if words and not alive(cupy):
                return LOST
    return 1 if bad else 0


def _races(rung: str, precision: str | None, options) -> None:
    """Hundreds of blocks at the same time; what depends on their order shows now and then."""
    shapes = (
        ((1, 9, 10, 16), (16, 3, 3, 40)) if options.tiny else ((8, 56, 57, 64), (64, 3, 3, 160))
    )
    random = np.random.default_rng(2)
    groups = 1
    if "depthwise" in rung:
        shapes, groups = (shapes[0], (1, 3, 3, shapes[0][-1])), shapes[0][-1]
    arrays = [cupy.asarray(random.standard_normal(shape).astype(np.float32)) for shape in shapes]
    same = {"padding": 1, "groups": groups}
    if METHODS[rung].larger_rounding or "fft" in rung:
        raise NotImplementedError("a layer of many channels is not what this rung is for")
    right, scale = (
        conv2d(*(part(a).astype(np.float64) for a in arrays), method="gpu_im2col", **same)
        for part in (lambda a: a, abs)
    )
    for _ in range(options.effort.repeats):
        result = conv2d(*arrays, method=rung, precision=precision, **same)
        error = float((abs(result - right) / scale).max())
        assert error <= TOLERANCES[precision], f"error {error:.3g}, allowed {TOLERANCES[precision]}"


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
    names = [one for one in TOGETHER[together] if one in wanted(row)]
    torch, words = torch_or_words()
    with gpu_trust.without_checks():  # wrong results are found here, and recorded
        small = row.tiny() if options.tiny else row
        for found in measure(cupy, small, names, torch, options.effort, options.skip):
            options.records.append("row", **found, **({"torch": words} if words else {}))
            times = ", ".join(f"{n} {t:.3f}" for n, t in found["milliseconds"].items())
            print(f"{found['precision']}: {times or 'nothing'} ms", flush=True)
            for rung, what in found["wrong"].items():
                print(f"  WRONG {rung}: {what}", flush=True)
    return 0


def touch(options) -> int:
    """Every small case of some rungs once, each array in memory of its own: for compute-sanitizer.

    CuPy's pool is off: within a chunk of it an access beyond an array looks like any other.
    """
    cupy.cuda.set_allocator(None)
    cupy.cuda.set_pinned_memory_allocator(None)
    with gpu_trust.without_checks():
        for rung in options.arguments:
            for precision in precisions_of(rung):
                for name in CASES[rung]:
                    print(f"{rung} {precision or 'float32'}: {name}", flush=True)
                    compare(rung, precision, name)
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
    "machine": show_machine, "doctor": doctor, "smoke": smoke, "cases": cases, "reach": reach,
    "table": table, "touch": touch, "one": one,
}  # fmt: skip


def main(arguments=None) -> int:
    """Run the step that is named; with --wait only after a line on the input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--records", type=Records.of, help="where to add what is found")
    parser.add_argument("--tiny", action="store_true", help="small layers, for an emulator")
    parser.add_argument("--wait", action="store_true", help="for a line on the input")
    options = parser.parse_args(arguments)
    options.effort = LITTLE if options.tiny else FULL
    options.skip = set()
    if options.wait:
        if options.step == "table":
            torch_or_words()
        options.skip = set(sys.stdin.readline().split())
    try:
        return STEPS[options.step](options)
    except GpuLost as lost:
        print(lost, flush=True)
        return LOST


if __name__ == "__main__":
    sys.exit(main())
