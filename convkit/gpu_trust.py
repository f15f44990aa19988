"""Is a kernel right on this GPU? Each is compared with NumPy before it is first used there.

Our kernels have been emulated, not run on every GPU. So, when one is first needed on a device, it
solves a few small problems, and NumPy solves them too, on the host and in float64. One that is
wrong is switched off with a warning that has the numbers: ``method="auto"`` passes over it, and
asking for it by name is an error. What was found is kept in the cache folder, by device, driver,
CuPy and the text of the kernels, so that a later process does not repeat it.

'gpu_im2col', and all else without a kernel of ours, is not checked: it is what is left when every
kernel is switched off.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from convkit.cuda import loader
from convkit.cuda.device import is_capturing
from convkit.methods import METHODS
from convkit.problem import Problem, read_problem
from convkit.scratch import Scratch

# Image, filters, options. Each has a last tile that is not full; together they reach every tile
# size, and each kernel takes at least one of them.
CASES = (
    ((2, 9, 11, 32), (32, 3, 3, 72), {"padding": 1}),
    ((1, 10, 13, 3), (3, 5, 2, 13), {"stride": 2, "padding": (2, 1)}),
    ((1, 9, 15, 64), (64, 2, 1, 256), {}),
    ((1, 81, 80, 4), (4, 2, 1, 132), {"padding": (0, 1)}),
    ((1, 8, 9, 48), (16, 3, 3, 48), {"groups": 3, "dilation": 2, "padding": 2}),
    ((1, 9, 11, 24), (1, 3, 3, 24), {"groups": 24}),
    ((1, 40, 37, 1), (1, 9, 9, 1), {}),
)

ROUNDING = ("gpu_mma", "gpu_wgmma")  # what computes otherwise where `precision` allows it

# The largest error that is still rounding, relative to the sum of absolute products: four times
# what the tests allow, since a kernel that is wrong is wrong by more.
ALLOWED = {
    "float64": 1e-13, "float32": 4e-6, "3xtf32": 4e-6, "tf32": 3e-3, "bf16": 2e-2, "fp16": 3e-3,
    "bfloat16": 2e-2, "float16": 3e-3,
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What one kernel did with small problems in one kind of numbers.

    Attributes
    ----------
    method, kind : str
        A key of `METHODS`; a `precision`, or the dtype of the result.
    error, allowed : float
        The largest error relative to the sum of absolute products, and the limit.
    words : str
        What it raised, if it did.
    """

    method: str
    kind: str
    error: float
    allowed: float
    words: str = ""

    @property
    def right(self) -> bool:
        """Whether the kernel may be used; NaN is never right."""
        return not self.words and self.error <= self.allowed

    def __str__(self) -> str:
        found = self.words or f"worst error {self.error:.3g}, allowed {self.allowed:.3g}"
        return f"{self.method} in {self.kind}: {found}"


_checking = True
_found: dict[tuple[int, str, str], Verdict] = {}  # by device, method and kind
_wrong: set[tuple[int, str, str]] = set()  # those of them that are wrong


@contextmanager
def without_checks():
    """Use every kernel as it is within this block: for tests and benchmarks, which check anyway."""
    global _checking
    before, _checking = _checking, False
    try:
        yield
    finally:
        _checking = before


def settle(choose: Callable[[tuple], tuple[Problem, str]]) -> tuple[Problem, str]:
    """Choose until what is chosen is right on the current GPU.

    Parameters
    ----------
    choose : callable
        Gets the switched-off methods, as in `Problem.switched_off`; gives a problem that knows
        them, and the name of a method that may solve it. It raises if there is none.
    """
    problem, name = choose(())
    while _checking and (off := _switched_off(problem, name)) != problem.switched_off:
        problem, name = choose(off)
    return problem, name


def verdicts(device: int | None = None) -> list[Verdict]:
    """All that has been found about a GPU (by default the current one), here or in the cache."""
    device = _cupy().cuda.Device().id if device is None else device
    known = {(v.method, v.kind): v for v in _stored(device)}
    known |= {(v.method, v.kind): v for (where, *_), v in _found.items() if where == device}
    return list(known.values())


def kind_of(method: str, problem: Problem) -> str:
    """In which numbers: 'bf16' where it rounds what it multiplies, else the result's dtype."""
    rounded = problem.precision if method in ROUNDING else None
    return rounded or problem.result_dtype.name


def has_kernel(method: str) -> bool:
    """Whether a kernel of ours does the work."""
    return method.removeprefix("gpu_") in loader.OLDEST


def _switched_off(problem: Problem, name: str) -> tuple[tuple[str, str], ...]:
    """The methods that are wrong in this kind of numbers, after making sure about `name`."""
    device = _cupy().cuda.Device().id
    if has_kernel(name) and (device, name, kind_of(name, problem)) not in _found:
        _find_out(device, name, problem)
    return tuple(
        (method, str(_found[where, method, kind]))
        for where, method, kind in sorted(_wrong)
        if where == device and kind == kind_of(method, problem)
    )


def _find_out(device: int, name: str, problem: Problem) -> None:
    """Take the verdict from the cache folder, or judge now; tell what is wrong, once."""
    kind = kind_of(name, problem)
    stored = next((v for v in _stored(device) if (v.method, v.kind) == (name, kind)), None)
    if stored is None:
        if is_capturing(_cupy()):
            raise RuntimeError(
                f"{name} has not been compared with NumPy on this GPU yet, and a CUDA graph is "
                f"being captured: call it once before"
            )
        verdict = judge(name, problem)
        if not verdict.words:  # what failed to start may start another time
            _store(device, verdict)
    else:
        verdict = stored
    _found[device, name, kind] = verdict
    if not verdict.right:
        _wrong.add((device, name, kind))
        warnings.warn(
            f"{verdict}. It is switched off on this GPU ({describe(device)}) and others are used. "
            f"Please report this. Once it is mended, remove {_path(device)}",
            RuntimeWarning,
            stacklevel=2,
        )


def judge(name: str, like: Problem) -> Verdict:
    """Run one method on every small problem that it takes, in the numbers of `like`."""
    kind = kind_of(name, like)
    worst = 0.0
    try:
        for image, filters, options in CASES:
            shapes = read_problem(image, filters, **options)
            problem = replace(
                like, batch=shapes.batch, image_size=shapes.image_size, channels=shapes.channels,
                kernel=shapes.kernel, maps=shapes.maps, stride=shapes.stride,
                dilation=shapes.dilation, pads=shapes.pads, groups=shapes.groups, planned=False,
                switched_off=(),
            )  # fmt: skip
            if METHODS[name].refuses(problem) is None:
                worst = float(np.fmax(worst, _error(name, problem)))  # an error is never NaN
    except MemoryError:
        raise
    except Exception as error:  # CuPy's own kinds: whatever stops a kernel
        words = (str(error).strip().splitlines() or [""])[0]
        return Verdict(name, kind, np.inf, ALLOWED[kind], f"{type(error).__name__}: {words}")
    return Verdict(name, kind, worst, ALLOWED[kind])


def _error(name: str, problem: Problem) -> float:
    """The largest error relative to the sum of absolute products; infinite for what is NaN."""
    cupy, method = _cupy(), METHODS[name]
    random = np.random.default_rng(5)
    stored = problem.result_dtype if method.fuses else problem.dtype
    image, filters = (
        random.standard_normal(shape).astype(problem.result_dtype).astype(stored)
        for shape in (problem.image_shape, problem.filters_shape)
    )
    bias = 3 * random.standard_normal(problem.maps).astype(problem.dtype)
    out = cupy.asarray(np.full(problem.output_shape, np.nan, stored))  # what is left out shows
    given = cupy.asarray(image), method.prepare(cupy.asarray(filters), problem), problem, out
    if method.fuses:
        method.run(*given, Scratch(cupy), cupy.asarray(bias), None)
    else:
        method.run(*given, Scratch(cupy))
        out += cupy.asarray(bias)
    result = cupy.asnumpy(out).astype(np.float64)
    exact, scale = _on_host(image, filters, bias, problem)
    error = np.abs(result - exact) / scale
    return float(np.where(np.isnan(error), np.inf, error).max())


def _on_host(image, filters, bias, problem: Problem):
    """Sums and sums of absolute products, both with the bias, by NumPy in float64."""
    host = replace(
        problem, device="cpu", dtype=np.dtype(np.float64), storage=None, precision=None,
        compute_capability=None,
    )  # fmt: skip
    image, filters, bias = (array.astype(np.float64) for array in (image, filters, bias))
    direct = METHODS["direct"]
    exact = direct(image, filters, host) + bias
    return exact, direct(np.abs(image), np.abs(filters), host) + np.abs(bias)


def _cupy():
    return sys.modules["cupy"]


# ---------------------------------------------------------------- what is kept on disk


@cache
def facts(device: int) -> dict:
    """What a verdict rests on: another GPU, driver, CuPy or kernel asks for a new one."""
    runtime, nvrtc = _cupy().cuda.runtime, _cupy().cuda.nvrtc
    properties = runtime.getDeviceProperties(device)
    name, uuid = properties["name"], properties.get("uuid", b"")
    return {
        "device": name.decode() if isinstance(name, bytes) else name,
        "uuid": uuid.hex() if isinstance(uuid, bytes) else str(uuid),
        "driver": driver_release() or f"for CUDA {runtime.driverGetVersion()}",
        "cupy": _cupy().__version__,
        "nvrtc": ".".join(map(str, nvrtc.getVersion())),
        "kernels": _sources(),
    }


def describe(device: int) -> str:
    """GPU and driver in words."""
    found = facts(device)
    return f"{found['device']}, driver {found['driver']}, CuPy {found['cupy']}"


def driver_release() -> str | None:
    """The driver's own version, such as '580.95.05'; None where the system does not tell."""
    try:
        words = Path("/proc/driver/nvidia/version").read_text().split()
    except OSError:
        return None
    return next((word for word in words if word[:1].isdigit() and "." in word), None)


def _sources() -> str:
    """A fingerprint of every kernel and of what starts it."""
    methods = sorted(Path(__file__).with_name("methods").glob("gpu_*.py"))
    texts = [path.read_bytes() for path in (*sorted(loader.SOURCES.glob("*.*")), *methods)]
    return hashlib.sha256(b"\0".join([Path(__file__).read_bytes(), *texts])).hexdigest()[:20]


def _path(device: int) -> Path:
    key = hashlib.sha256(json.dumps(facts(device)).encode()).hexdigest()[:20]
    return loader.cache_folder() / f"verdicts-{key}.json"


def _stored(device: int) -> list[Verdict]:
    try:
        found = json.loads(_path(device).read_text(encoding="utf-8"))
        return [Verdict(**verdict) for verdict in found["verdicts"]]
    except (OSError, ValueError, TypeError, KeyError):  # no file, or not one of ours
        return []


def _store(device: int, verdict: Verdict) -> None:
    known = {(v.method, v.kind): v for v in (*_stored(device), verdict)}
    content = facts(device) | {"verdicts": [asdict(v) for v in known.values()]}
    loader.write_at_once(_path(device), json.dumps(content, indent=1).encode())
