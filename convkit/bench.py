"""`convkit bench`: every method on one layer, on this machine: is it right, and how long?

What is timed are plans: filters transformed before, results written into an array that exists.
The best time counts, since whatever else the machine does can only make it slower.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from convkit.arrays import find_cupy
from convkit.cuda.device import has_device
from convkit.methods import METHODS
from convkit.plans import plan

SECONDS = 0.5  # for each method


@dataclass(frozen=True)
class Timed:
    """One method on one layer.

    Attributes
    ----------
    method : str
    chosen : bool
        Whether ``method="auto"`` takes it.
    milliseconds : float or None
        None if the method refuses.
    gflops : float or None
        Multiplications and additions of the definition for each nanosecond; a method that needs
        fewer may show more than the processor can do.
    error : float or None
        The largest error against float64, relative to the results' root mean square.
    refusal : str or None
        Why the method does not take the layer.
    """

    method: str
    chosen: bool
    milliseconds: float | None = None
    gflops: float | None = None
    error: float | None = None
    refusal: str | None = None


def bench(image_shape, filters_shape, *, xp=np, seconds: float = SECONDS, threads=None, **options):
    """Time every method that takes a layer, in float32; one after the other.

    Parameters
    ----------
    image_shape, filters_shape : tuple of int
        As for `convkit.plan`.
    xp : module
        numpy or cupy.
    seconds : float
        For each method.
    threads, **options
        As for `convkit.plan`.

    Yields
    ------
    Timed
        One for each name in `convkit.METHODS`, as soon as it is measured.

    Raises
    ------
    ValueError, TypeError
        As `convkit.plan`; and for a batch without images, and a time that never ends.

    Examples
    --------
    >>> rows = list(bench((9, 9, 3), (3, 3, 3, 4), seconds=0.01))
    >>> [row.method for row in rows if row.chosen]
    ['toeplitz']
    >>> max(row.error for row in rows if row.refusal is None) < 1e-3
    True
    """
    if len(image_shape) == 4 and image_shape[0] < 1:
        raise ValueError(f"a batch of {image_shape[0]} images leaves nothing to time: take 1")
    if not 0 <= seconds < np.inf:
        raise ValueError(f"seconds must be a number from 0 on, got {seconds}: for each method")
    random = np.random.default_rng(0)
    image = xp.asarray(random.standard_normal(image_shape, np.float32))
    filters = xp.asarray(random.standard_normal(filters_shape, np.float32))
    chosen = plan(filters, image_shape, threads=threads, **options).method
    exact = plan(filters.astype(np.float64), image_shape, fast=False, **options)(
        image.astype(np.float64)
    )
    size = float(xp.sqrt((exact * exact).mean())) or 1.0
    for name in METHODS:
        try:
            made = plan(filters, image_shape, method=name, threads=threads, **options)
        except ValueError as refusal:
            reason = str(refusal).split(": ", 1)[-1].split(". method=")[0]
            yield Timed(name, name == chosen, refusal=reason)
            continue
        out = made(image)
        error = float(xp.abs(out - exact).max()) / size
        best = _best_time(lambda made=made, out=out: made(image, out=out), xp, seconds)
        operations = 2 * made.problem.multiply_adds
        yield Timed(name, name == chosen, best * 1e3, operations / best / 1e9, error)


def _best_time(call, xp, seconds: float) -> float:
    best, end = np.inf, time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        call()
        if xp is not np:
            xp.cuda.Device().synchronize()
        now = time.perf_counter()
        best = min(best, now - start)
        if now > end:
            return best


def line(row: Timed) -> str:
    """One line for the terminal."""
    mark = "→" if row.chosen else " "
    if row.refusal:
        return f"{mark} {row.method:16} {row.refusal}"
    return (
        f"{mark} {row.method:16}{row.milliseconds:10.3f} ms{row.gflops:9.1f} GFLOP/s"
        f"   error {row.error:.0e}"
    )


def library(device: str):
    """The array library of a device, 'cpu' or 'gpu'."""
    if device == "cpu":
        return np
    cupy = find_cupy()
    if cupy is None:
        raise ValueError("CuPy is not installed: `convkit doctor` says how to get it")
    if not has_device(cupy):
        raise ValueError("CuPy finds no GPU: `convkit doctor` says what is missing")
    return cupy
