"""Problems made for one method: inside what it takes, across its tiles and blocks, at its borders.

`choose(options)` picks one of a list: hypothesis draws it in the tests, a random generator in the
long run, so that both search the same space.
"""

from __future__ import annotations

import importlib
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np

from convkit.methods import METHODS, tile_sizes
from convkit.shapes import kernel_extent
from tests.problems import definition

CPU = [name for name, method in METHODS.items() if method.device == "cpu"]

# Error allowed, relative to the largest sum of absolute products (of the same result for direct
# summation, of the whole map where tiles mix neighbors): a few times what convkit.methods.errors
# measures.
ALLOWED = {np.dtype(np.float32): 2e-6, np.dtype(np.float64): 4e-15}
ALLOWED_LARGER = {np.dtype(np.float32): 2e-5, np.dtype(np.float64): 4e-14}

SMALL_BLOCK = 600  # bytes: a few rows, so that small problems have many blocks


def make(method: str, choose):
    """(image, filters, options, block bytes or None) that `method` is meant for."""
    trials = METHODS[method].trials
    kernel = choose(trials.rows), choose(trials.columns or trials.rows)
    stride = tuple(choose(trials.strides) for _ in "hw")
    if trials.fit:
        kernel, stride = trials.fit(kernel, stride, choose)
    dilation = tuple(
        choose(trials.dilations if s == 1 else trials.strided_dilations) for s in stride
    )
    groups, depth, per_group = choose(trials.groups), choose(trials.depths), choose(trials.maps)
    padding = choose(trials.paddings)
    extent = [kernel_extent(k, d) for k, d in zip(kernel, dilation, strict=True)]
    inside = padding in ("same", "full")
    pads = (0, 0) if isinstance(padding, str) else np.broadcast_to(padding, 2)
    least = [1 if inside else max(1, e - 2 * int(p)) for e, p in zip(extent, pads, strict=True)]
    size = [low + choose([0, 0, 1, 2, 4, 7, 12, 19, 26]) for low in least]
    shape = (choose([0, 1, 1, 1, 2, 3]), *size, depth * groups)
    random = np.random.default_rng(choose(range(2**16)))
    dtype = np.dtype(choose([np.float32, np.float64]))
    image = _numbers(random, shape, choose(["normal"] * 6 + ["offset", "tiny", "sparse", "whole"]))
    filters = random.standard_normal((depth, *kernel, per_group * groups))
    options = {"stride": stride, "dilation": dilation, "padding": padding, "groups": groups}
    return image.astype(dtype), filters.astype(dtype), options, choose([None, SMALL_BLOCK])


def _numbers(random, shape, kind: str):
    """Pixels of one kind: 'offset' cancels, 'tiny' is denormal in float32, 'whole' exact."""
    normal = random.standard_normal(shape)
    if kind == "offset":
        return 1000 + normal
    if kind == "tiny":
        return normal * 1e-39
    if kind == "sparse":
        return normal * (random.random(shape) < 0.1)
    if kind == "whole":
        return np.round(8 * normal)
    return normal


@contextmanager
def blocks_of(size: int | None):
    """Let every method cut its work into blocks of `size` bytes; None leaves them as they are."""
    modules = {importlib.import_module(METHODS[name].run.__module__) for name in CPU} | {tile_sizes}
    with ExitStack() as patches:
        for module in modules if size else ():
            for name, value in (("BLOCK_BYTES", size), ("READ_AGAIN", 10**9)):
                if hasattr(module, name):
                    patches.enter_context(patch.object(module, name, value))
        yield


def error(method: str, result, image, filters, options) -> float:
    """Largest error in units of what is allowed: at most 1 is right. A wrong shape is infinite."""
    expected = definition(image, filters, **options)
    if result.shape != expected.shape or result.dtype != image.dtype:
        return np.inf
    if not result.size:
        return 0.0
    scale = definition(image, filters, absolute=True, **options)
    allowed = ALLOWED
    if METHODS[method].larger_rounding:
        scale, allowed = scale.max(), ALLOWED_LARGER
    # Denormal numbers have fewer digits: their steps count too, and transforms enlarge them.
    least = (
        np.finfo(image.dtype).smallest_subnormal
        * filters[..., 0].size
        * (2000 if METHODS[method].larger_rounding else 8)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.max(np.abs(result - expected) / (allowed[image.dtype] * scale + least)))
