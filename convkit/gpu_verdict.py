"""One method, some small problems, and NumPy: are its kernels right on the GPU that is here?

NumPy solves the same problems on the host, in float64.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from convkit.activations import activate
from convkit.cuda.tiles import choosing, slices_of
from convkit.methods import METHODS
from convkit.problem import Problem, read_problem
from convkit.scratch import Scratch

# Image, filters, options. A kernel that comes in several tiles runs each case in all of them, and
# one case in each of them with its sums in two parts. Each case has a last tile that is not full,
# and one has more pixels and more maps than any tile; each kernel takes at least one of them.
CASES = (
    ((2, 9, 11, 32), (32, 3, 3, 72), {"padding": 1}),
    ((1, 10, 13, 3), (3, 5, 2, 77), {"stride": 2, "padding": (2, 1)}),
    ((1, 9, 15, 64), (64, 2, 1, 200), {}),
    ((1, 21, 20, 4), (4, 2, 1, 280), {"padding": (0, 1)}),
    ((1, 8, 9, 48), (16, 3, 3, 48), {"groups": 3, "dilation": 2, "padding": 2}),
    ((1, 9, 11, 24), (1, 3, 3, 24), {"groups": 24}),
    ((1, 40, 37, 1), (1, 9, 9, 1), {}),
)

ROUNDING = ("gpu_mma", "gpu_wgmma")  # what computes otherwise where `precision` allows it

# The largest error that is still rounding, relative to the sum of absolute products: four times
# what the tests allow, since a kernel that is wrong is wrong by more.
ALLOWED = {
    "float64": 1e-13,
    "float32": 4e-6,
    "3xtf32": 4e-6,
    "tf32": 3e-3,
    "bf16": 2e-2,
    "fp16": 3e-3,
    "bfloat16": 2e-2,
    "float16": 3e-3,
}


@dataclass(frozen=True)
class Verdict:
    """What the kernels of one method did with small problems, in one kind of numbers.

    Attributes
    ----------
    method, kind : str
        A key of `METHODS`; a `precision`, or the dtype of the result.
    error, allowed : float
        The largest error relative to the sum of absolute products, and the limit.
    words : str
        What it raised, if it did.
    activation : {None, 'relu', 'sigmoid', 'tanh'}
        The one that the kernels apply: each is compiled for itself.
    """

    method: str
    kind: str
    error: float
    allowed: float
    words: str = ""
    activation: str | None = None

    @property
    def right(self) -> bool:
        """Whether the kernel may be used; NaN is never right."""
        return not self.words and self.error <= self.allowed

    def __str__(self) -> str:
        found = self.words or f"worst error {self.error:.3g}, allowed {self.allowed:.3g}"
        return f"{self.method} in {self.numbers}: {found}"

    @property
    def numbers(self) -> str:
        """Such as 'bf16 with relu'."""
        return f"{self.kind} with {self.activation}" if self.activation else self.kind


def kind_of(method: str, problem: Problem) -> str:
    """In which numbers: 'bf16' where it rounds what it multiplies, else the result's dtype."""
    rounded = problem.precision if method in ROUNDING else None
    return rounded or problem.result_dtype.name


def judge(name: str, like: Problem, activation: str | None = None) -> Verdict:
    """Run every kernel of one method for the numbers of `like` and one activation."""
    kind = kind_of(name, like)
    worst, tried = 0.0, set()
    try:
        for image, filters, options in CASES:
            shapes = read_problem(image, filters, **options)
            problem = replace(
                like,
                batch=shapes.batch,
                image_size=shapes.image_size,
                channels=shapes.channels,
                kernel=shapes.kernel,
                maps=shapes.maps,
                stride=shapes.stride,
                dilation=shapes.dilation,
                pads=shapes.pads,
                groups=shapes.groups,
                planned=False,
                switched_off=(),
            )
            if METHODS[name].refuses(problem) is None:
                error = _error(name, problem, activation, tried)
                worst = float(np.fmax(worst, error))  # an error is never NaN
    except MemoryError:
        raise
    except Exception as error:  # CuPy's own kinds: whatever stops a kernel
        words = (str(error).strip().splitlines() or [""])[0]
        words = f"{type(error).__name__}: {words}"
        return Verdict(name, kind, np.inf, ALLOWED[kind], words, activation)
    return Verdict(name, kind, worst, ALLOWED[kind], "", activation)


def _error(name: str, problem: Problem, activation: str | None, tried: set) -> float:
    """The largest error relative to the sum of absolute products; infinite for what is NaN."""
    cupy, method = sys.modules["cupy"], METHODS[name]
    random = np.random.default_rng(5)
    stored = problem.result_dtype if method.fuses else problem.dtype
    image, filters = (
        random.standard_normal(shape).astype(problem.result_dtype).astype(stored)
        for shape in (problem.image_shape, problem.filters_shape)
    )
    # Sums of about 1, where no activation is flat and hides an error.
    filters = (filters / np.sqrt(prod(problem.filters_shape[:3]))).astype(stored)
    bias = random.standard_normal(problem.maps).astype(problem.dtype)
    exact, scale = _on_host(image, filters, bias, problem, activation)
    image, filters, bias = map(cupy.asarray, (image, filters, bias))
    prepared = method.prepare(filters, problem)
    worst = 0.0
    for chosen in _every_tile(tried):
        out = cupy.asarray(np.full(problem.output_shape, np.nan, stored))  # what is left out shows
        with chosen:
            if method.fuses:
                method.run(image, prepared, problem, out, Scratch(cupy), bias, activation)
            else:
                method.run(image, prepared, problem, out, Scratch(cupy))
                out += bias
                activate(activation, out, cupy)
        error = np.abs(cupy.asnumpy(out).astype(np.float64) - exact) / scale
        worst = max(worst, float(np.where(np.isnan(error), np.inf, error).max()))
    return worst


def _every_tile(tried: set):
    """Blocks in which a method runs once in each tile that it has for a problem; one, if in none.

    Where a sum has two slices or more, also in two parts, which are other kernels, for each tile
    that is not in `tried` yet.
    """
    ways, turn = [], 0

    def choose(problem, tiles, core):
        if not ways:
            ways.extend((tile, 1) for tile in tiles)
            if slices_of(problem, core) > 1:
                ways.extend((tile, 2) for tile in tiles if (tile, tiles) not in tried)
                tried.update((tile, tiles) for tile in tiles)
        return ways[turn]

    while turn == 0 or turn < len(ways):
        yield choosing(choose)
        turn += 1


def _on_host(image, filters, bias, problem: Problem, activation: str | None):
    """Results, and what their errors are measured by, both by NumPy in float64.

    That is the sum of absolute products, with the bias. No activation is steeper than 1, so it
    does not make errors larger; but it has results of its own to round.
    """
    host = replace(
        problem,
        device="cpu",
        dtype=np.dtype(np.float64),
        storage=None,
        precision=None,
        compute_capability=None,
    )
    image, filters, bias = (array.astype(np.float64) for array in (image, filters, bias))
    direct = METHODS["direct"]
    exact = direct(image, filters, host) + bias
    scale = direct(np.abs(image), np.abs(filters), host) + np.abs(bias)
    if activation is None:
        return exact, scale
    activate(activation, exact, np)
    return exact, scale + np.abs(exact)
