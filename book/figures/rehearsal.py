"""Kernels for GPUs, run from their own source where there is none: the tests' emulator at work."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np

from convkit import METHODS, conv2d, read_problem
from convkit.data import hand_example

from .tables import Table

ROOT = Path(__file__).resolve().parents[2]


def emulator():
    """The emulator of the tests, or None where it lacks a C++ compiler."""
    for folder in (ROOT, ROOT / "tests"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    module = importlib.import_module("tests.emulator.build")
    return module if module.compiler() else None


def small_layer(channels: int):
    """Whole numbers, so that no rounding blurs a comparison: the by-hand layer, or a deeper one."""
    image, filters = hand_example()
    if channels != image.shape[2]:
        random = np.random.default_rng(0)
        image = random.integers(0, 10, (*image.shape[:2], channels))
        filters = random.integers(-2, 3, (channels, *filters.shape[1:]))
    return image.astype(np.float32), filters.astype(np.float32)


@cache
def without_a_gpu(file: str, lost: str = "", order: str = "forward", channels: int = 3) -> str:
    """Run a rung's own source on a small layer, here, and say what happened.

    `lost` is taken out of the source first: a planted bug.
    """
    if emulator() is None:
        return "not run: no C++ compiler here"
    source = importlib.import_module("convkit.cuda.loader").source_of(file)
    if lost and source.count(lost) != 1:
        raise ValueError(f"{lost!r} stands {source.count(lost)} times in {file}.cu, not once")
    changed = {f"{file}.cu": source.replace(lost, "")} if lost else None
    image, filters = small_layer(channels)
    shapes = read_problem(image.shape, filters.shape)
    library = emulator().build(file, changed)

    def kernel_for(array, file, name, shared=0, activation=None):
        return emulator().Kernel(library, name, order)

    launch = importlib.import_module("convkit.cuda.launch")
    try:
        with patch.object(launch, "kernel_for", kernel_for):
            result = METHODS[f"gpu_{file}"](image[None], filters, shapes)[0]
    except RuntimeError as fault:
        return f"stopped: {fault}"
    wrong = int((result != conv2d(image, filters)).sum())  # NaN is wrong, too
    return f"{wrong} wrong" if wrong else "all right"


FETCH = "__syncthreads();                           // until all have fetched"
MULTIPLY = "__syncthreads();                           // until all have multiplied"
TRIALS = {
    "naive.cu": ("naive", ""),
    "tiled.cu": ("tiled", ""),
    "tiled.cu, no first wait": ("tiled", FETCH),
    "tiled.cu, no second wait": ("tiled", MULTIPLY),
}
DEPTHS = (3, 7)  # channels: 12 terms in a sum, which is less than one tile of 16, and 28


def rehearsal() -> Table:
    """Two rungs from their own source, then with a barrier missing, in two orders of threads."""
    columns = [(channels, order) for channels in DEPTHS for order in ("forward", "random")]
    rows = tuple(
        (name, *(without_a_gpu(*trial, order, channels) for channels, order in columns))
        for name, trial in TRIALS.items()
    )
    head = ("source", *(f"{channels} channels, {order}" for channels, order in columns))
    caption = "Run without a GPU when this page was built: of 140 results, how many are wrong?"
    return Table(caption, head, rows)


def bugs() -> int:
    """How many bugs the tests plant in kernels, one after the other."""
    emulator()
    return len(importlib.import_module("tests.emulator.planted_bugs").BUGS)


def host_faults() -> int:
    """How many they plant in the Python that starts kernels."""
    emulator()
    return len(importlib.import_module("tests.emulator.host_faults").FAULTS)
