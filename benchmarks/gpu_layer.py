"""One layer in some kinds of numbers: every rung that takes it, cuDNN, and what is wrong.

What is wrong is never timed. Results are compared for the first and the last image, in float64 by
cuBLAS or cuFFT; `tests/emulator/cases.py` and the other steps compare everything, with NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.gpu_baselines import Torch, signal_functions
from benchmarks.gpu_process import TRYING, GpuLost, alive, is_refusal, said
from benchmarks.gpu_rows import NUMBERS, GpuRow, Numbers
from benchmarks.gpu_timing import Effort, call_times, device_times
from convkit import METHODS, plan
from convkit.gpu_verdict import ROUNDING

DRAWN = 2**22  # numbers that are drawn; a larger array repeats them


def measure(
    cupy, row: GpuRow, names, torch: Torch | None, effort: Effort, skip=(), only=METHODS
) -> Iterator[dict]:
    """Yield what is found for each of the `names` in `NUMBERS`, as soon as it is measured.

    Rungs in `skip` are left alone, and of `only` those are measured at all. Raises `GpuLost`,
    with the rung's name, if one takes the GPU down.
    """
    arrays = Arrays(cupy, row)
    for name in names:
        yield _one(cupy, arrays, NUMBERS[name], torch, effort, skip, only)


class Arrays:
    """Image, filters and bias of a layer on the GPU in float32, and views for the comparison."""

    def __init__(self, cupy, row: GpuRow):
        random = np.random.default_rng(1)
        self.row, self.cupy = row, cupy
        self.image = cupy.asarray(_drawn(random, row.image_shape))
        scale = np.float32(math.sqrt(math.prod(row.filters_shape[:3])))
        self.filters = cupy.asarray(_drawn(random, row.filters_shape) / scale)
        self.bias = cupy.asarray(random.standard_normal(row.maps, np.float32))
        self.few = slice(None, None, max(1, row.batch - 1))  # the first and the last image

    def exact(self, image, filters):
        """The results of the few images in float64, by a library, and their root mean square."""
        some = image[self.few].astype(np.float64)
        method = "gpu_fft" if self.row.unsuited("gpu_im2col") else "gpu_im2col"
        made = plan(
            filters.astype(np.float64),
            some.shape,
            bias=self.bias,
            activation="relu",
            method=method,
            **self.row.options,
        )
        result = made(some)
        return result, float(self.cupy.sqrt((result**2).mean()))


def _drawn(random, shape) -> np.ndarray:
    count = math.prod(shape)
    return np.resize(random.standard_normal(min(count, DRAWN), np.float32), shape)


def _one(cupy, arrays: Arrays, numbers: Numbers, torch, effort: Effort, skip, only) -> dict:
    row = arrays.row
    found = {
        "row": row.name,
        "group": row.group,
        "precision": numbers.name,
        "words": numbers.words,
        "flops": row.flops,
        "bytes": row.bytes(numbers.itemsize),
        "l2": _cache(cupy, row, numbers),
        "errors": {},
        "wrong": {},
        "refused": {},
    }
    dtype = storage_type(numbers.storage)
    image, filters = arrays.image.astype(dtype), arrays.filters.astype(dtype)
    exact, rms = arrays.exact(image, filters)

    def judge(name: str, result) -> bool:
        """Whether a result is right; its error, or what is wrong with it, is kept."""
        error = float(abs(result.astype(np.float64) - exact).max()) / rms
        found["errors"][name] = error
        if fault := wrong(error, numbers.bound):
            found["wrong"][name] = fault
        return not fault

    given = arrays, image, filters, numbers, found, judge
    candidates = dict(_rungs(cupy, *given, skip, only))
    if torch is not None:
        candidates |= _cudnn(cupy, arrays, numbers, torch, found, judge)
    if row.group == "signal":
        candidates |= _cupys_own(cupy, arrays, found, judge)
    with cupy.cuda.Stream.null:
        times = found["milliseconds"] = device_times(cupy, candidates, effort)
        if row.group == "latency":
            found["call_milliseconds"] = with_cudnn(call_times(cupy, candidates, effort))
    found["milliseconds"] = with_cudnn(times)
    found["tflops"] = {n: row.flops / t / 1e9 for n, t in found["milliseconds"].items()}
    if torch is not None and numbers.precision is None:
        found["cudnn_kernels"] = {
            n: torch.algorithm(r) for n, r in candidates.items() if "cudnn" in n
        }
    return found


def _rungs(
    cupy, arrays, image, filters, numbers, found, judge, skip, only
) -> Iterator[tuple[str, Callable]]:
    """Our own methods: planned, run once, compared; those that are right."""
    options = arrays.row.options | {"bias": arrays.bias, "activation": "relu"}
    options["precision"] = numbers.precision
    found["chosen"] = plan(filters, image.shape, **options).method
    for name in METHODS:
        if not name.startswith("gpu_") or name not in only:
            continue
        if numbers.precision and name != found["chosen"] and name not in ROUNDING:
            continue  # what does not round is measured without a precision
        if name in skip:
            found["wrong"][name] = "left alone: it ended a process before"
            continue
        if why := arrays.row.unsuited(name):
            found["refused"][name] = why
            continue
        print(f"{numbers.name}: {TRYING} {name}", flush=True)
        try:
            planned = plan(filters, image.shape, method=name, **options)
            result = planned(image)
            if result.dtype != image.dtype:
                found["wrong"][name] = f"{result.dtype} came out of {image.dtype}"
            elif judge(name, result[arrays.few]):
                yield name, lambda planned=planned, out=result: planned(image, out=out)
        except Exception as error:  # a rung that cannot start leaves the others their turn
            no = is_refusal(error) or isinstance(error, MemoryError)
            found["refused" if no else "wrong"][name] = said(error)
            if not alive(cupy):
                raise GpuLost(f"{said(error)} {TRYING} {name}") from error
    print(f"{numbers.name}: {TRYING} all again, for their times", flush=True)


def _cudnn(cupy, arrays, numbers, torch, found, judge) -> dict[str, Callable]:
    """Its rounding is its own: the error is told, and the layer timed whatever it is."""
    given = arrays.row, arrays.image, arrays.filters, arrays.bias, numbers
    try:
        candidates = torch.candidates(*given)
        for name, run in candidates.items():
            judge(name, torch.as_cupy(cupy, run())[arrays.few])
    except RuntimeError as error:
        found["wrong"]["cudnn"] = str(error)[:300]
        return {}
    return candidates


def _cupys_own(cupy, arrays, found, judge) -> dict[str, Callable]:
    """CuPy's functions for one channel, those that are right."""
    given = arrays.row, arrays.image, arrays.filters, arrays.bias
    try:
        every = signal_functions(cupy, *given)
        return {name: run for name, run in every.items() if judge(name, run()[arrays.few])}
    except (ImportError, RuntimeError, MemoryError) as error:  # a library of CUDA is missing
        found["wrong"]["cupyx"] = said(error)
        return {}


def with_cudnn(times: dict[str, float]) -> dict[str, float]:
    """The times, and as 'cudnn' the better of its two layouts."""
    theirs = [time for name, time in times.items() if name.startswith("cudnn ")]
    return times | ({"cudnn": min(theirs)} if theirs else {})


def storage_type(name: str):
    """The dtype of arrays in storage; bfloat16 belongs to a package of its own."""
    if name != "bfloat16":
        return np.dtype(name)
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)


def wrong(error: float, bound: float) -> str | None:
    """What is wrong with a result, if anything is; one that holds a NaN always is."""
    return None if error <= bound else f"error {error:.2g} of rms, allowed {bound}"


def _cache(cupy, row: GpuRow, numbers: Numbers) -> str:
    """Whether the arrays are found in the L2 cache when a call comes again."""
    properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
    have, need = properties.get("l2CacheSize", 0) / 2**20, row.bytes(numbers.itemsize) / 2**20
    state = "warm, the arrays fit" if need <= have else "cold, the arrays are larger"
    return f"{state} ({need:.1f} MB, L2 has {have:.0f} MB)"
