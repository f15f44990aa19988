"""The steps that ask whether the rungs are right: a first call, all cases, the sanitizer's run."""

from __future__ import annotations

import time

import cupy
import numpy as np

from benchmarks.gpu_layer import storage_type
from benchmarks.gpu_lost import LOST, alive, is_refusal, said
from benchmarks.gpu_rows import NUMBERS
from convkit import conv2d, gpu_trust
from convkit.gpu_verdict import ROUNDING
from tests.emulator.cases import CASES, TOLERANCES, compare, precisions_of


def smoke(options) -> int:
    """Call one rung in every kind of numbers that it takes, as a user would: checks are on."""
    (rung,) = options.arguments
    bad = 0
    for numbers in NUMBERS.values():
        if numbers.precision and rung not in ROUNDING:
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
