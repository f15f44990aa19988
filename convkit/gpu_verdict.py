"""One kernel, some small problems, and NumPy: is it right on the GPU that is here?

NumPy solves the same problems on the host, in float64.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np

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


def kind_of(method: str, problem: Problem) -> str:
    """In which numbers: 'bf16' where it rounds what it multiplies, else the result's dtype."""
    rounded = problem.precision if method in ROUNDING else None
    return rounded or problem.result_dtype.name


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
    cupy, method = sys.modules["cupy"], METHODS[name]
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
