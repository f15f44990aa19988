"""The steps that ask whether the rungs are right: a first call, all cases, the sanitizer's run."""

from __future__ import annotations

import time
from functools import partial

import cupy
import numpy as np

from benchmarks.gpu_layer import storage_type
from benchmarks.gpu_process import LOST, alive, is_refusal, said
from benchmarks.gpu_rows import LARGE, NUMBERS, SMALL, can_store
from convkit import conv2d, gpu_trust
from convkit.gpu_verdict import ALLOWED, ROUNDING
from tests.emulator.cases import CASES, TOLERANCES, compare, numbers_of


def smoke(options) -> int:
    """Call one rung in every kind of numbers that it takes, as a user would: checks are on."""
    (rung,) = options.arguments
    bad = 0
    for numbers in NUMBERS.values():
        if not can_store(numbers) or (numbers.precision and rung not in ROUNDING):
            continue  # with a precision it would do what it does without
        found = {"rung": rung, "precision": numbers.name, "right": True, "refused": False}
        words, begin = "", time.perf_counter()
        print(f"{rung} in {numbers.words}", flush=True)
        try:
            _first_taken(rung, numbers, SMALL)
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


def _first_taken(rung: str, numbers, layers):
    """Arrays, options and result of the first layer that a rung takes; raises the last refusal."""
    for image, filters, groups in layers:
        random = np.random.default_rng(3)
        drawn = (random.standard_normal(shape, np.float32) for shape in (image, filters))
        arrays = [cupy.asarray(array.astype(storage_type(numbers.storage))) for array in drawn]
        options = {"padding": 1, "groups": groups}
        try:
            result = conv2d(*arrays, method=rung, precision=numbers.precision, **options)
        except ValueError as error:
            if not is_refusal(error) or filters == layers[-1][1]:
                raise
        else:
            return arrays, options, result


def cases(options) -> int:
    """Every small case of one rung in some kinds of numbers, and real layers again and again."""
    rung, *kinds = options.arguments
    bad = 0
    with gpu_trust.without_checks():
        for kind in kinds:
            numbers = None if kind == "float32" else kind
            todo = {name: partial(compare, rung, numbers, name) for name in CASES[rung]}
            todo["a real layer, again and again"] = partial(_races, rung, kind, options)
            for name, run in todo.items():
                print(f"{rung} {kind}: {name}", flush=True)
                words = ""
                try:
                    run()
                except Exception as error:  # wrong, refused or broken: told, then the next one
                    words = said(error)
                    print(f"  {words}", flush=True)
                bad += bool(words)
                found = {"rung": rung, "precision": kind, "case": name}
                options.records.append("case", **found, right=not words, words=words)
                if words and not alive(cupy):
                    return LOST
    return 1 if bad else 0


def _races(rung: str, kind: str, options) -> None:
    """Hundreds of blocks at the same time; what depends on their order shows now and then."""
    numbers = NUMBERS[kind]
    arrays, same, result = _first_taken(rung, numbers, SMALL if options.tiny else LARGE)
    right, scale = (
        conv2d(*(part(a).astype(np.float64) for a in arrays), method="gpu_im2col", **same)
        for part in (lambda a: a, abs)
    )
    allowed = TOLERANCES[numbers.precision] if numbers.itemsize == 4 else ALLOWED[numbers.name]
    for _ in range(options.effort.repeats):
        error = float((abs(result.astype(np.float64) - right) / scale).max())
        assert error <= allowed, f"error {error:.3g}, allowed {allowed:.3g}"
        result = conv2d(*arrays, method=rung, precision=numbers.precision, **same)


def touch(options) -> int:
    """Every small case of some rungs once, each array in memory of its own: for compute-sanitizer.

    CuPy's pool is off: within a chunk of it an access beyond an array looks like any other.
    """
    cupy.cuda.set_allocator(None)
    cupy.cuda.set_pinned_memory_allocator(None)
    with gpu_trust.without_checks():
        for rung in options.arguments:
            for name in CASES[rung]:  # each case in all numbers, since time may end
                for numbers in numbers_of(rung):
                    print(f"{rung} {numbers or 'float32'}: {name}", flush=True)
                    compare(rung, numbers, name)
    return 0
