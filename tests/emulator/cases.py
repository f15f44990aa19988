"""The problems that every rung is run on, and how exact its answer must be.

Sizes are small, and chosen so that each has a last tile that is not full in some direction, more
than one tile in some direction, and H ≠ W, C1 ≠ C2; together they reach every branch of a kernel.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import ExitStack
from unittest.mock import patch

import numpy as np

from convkit import conv2d
from convkit.cuda.tiles import Tile
from tests.definition import definition

try:
    import ml_dtypes
except ImportError:  # there is no bfloat16 then, and nothing to compare
    ml_dtypes = None

# Relative to the sum of absolute products of each result.
TOLERANCES = {None: 1e-6, "tf32": 6e-4, "3xtf32": 5e-7, "bf16": 5e-3, "fp16": 6e-4}
# Where all numbers are positive, errors of rounding even out over a long sum, and those of cutting
# off add up; so the sum can be held to less than the error of one product.
POSITIVE = TOLERANCES | {"tf32": 1e-4, "bf16": 8e-4, "fp16": 1e-4}

# Arrays of 16 bits: half a step between neighbors, relative to a number, and absolute for the
# smallest. A result is rounded once, so this is its error, and that of a float32 sum.
HALVES = {"float16": np.dtype(np.float16)}
if ml_dtypes is not None:
    HALVES["bfloat16"] = np.dtype(ml_dtypes.bfloat16)
ONE_ROUNDING = {"float16": (2.0**-11, 2.0**-25), "bfloat16": (2.0**-8, 0.0)}

FUNCTIONS = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}

# image, filters, options. `tile` and `splits` stand for what best_tile would choose.
SMALL = {
    "batch": ((2, 7, 6, 3), (3, 3, 3, 5), {"padding": 1, "activation": "relu"}),
    "stride": ((1, 9, 13, 5), (5, 5, 2, 17), {"stride": (2, 3), "padding": (2, 0)}),
    "dilation": (
        (2, 9, 11, 2),
        (2, 3, 3, 4),
        {"dilation": (2, 3), "padding": (3, 4), "activation": "tanh"},
    ),
    "groups": ((1, 6, 7, 6), (2, 3, 2, 39), {"groups": 3, "padding": "same"}),
    "one by one": ((1, 5, 4, 35), (35, 1, 1, 18), {"activation": "sigmoid"}),
    "one pixel": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
}
GEMM = {
    "wide": ((1, 12, 13, 8), (8, 3, 3, 68), {"padding": 1, "activation": "relu"}),
    "wide, two tiles": ((2, 11, 9, 16), (16, 2, 3, 132), {"stride": 2, "padding": 1}),
    "wide, large": ((1, 13, 14, 4), (4, 2, 1, 200), {"padding": (0, 1), "tile": (128, 128)}),
    "large": ((1, 12, 13, 3), (3, 2, 1, 201), {"tile": (64, 128)}),
    "wide, groups": ((1, 8, 9, 24), (12, 3, 3, 8), {"groups": 2, "dilation": 2, "padding": 2}),
    "groups": ((2, 7, 6, 6), (3, 2, 2, 10), {"groups": 2, "stride": (1, 2), "padding": 1}),
    "long sum": ((1, 6, 6, 36), (36, 3, 3, 4), {}),
    "whole slices": ((1, 7, 6, 32), (32, 3, 2, 100), {"padding": 1, "tile": (128, 128)}),
    "tall": ((1, 17, 18, 32), (32, 2, 3, 60), {"padding": 1, "tile": (256, 64)}),
    "tall, three channels": ((2, 12, 13, 3), (3, 3, 3, 37), {"padding": 1, "tile": (128, 64)}),
    "flat": ((1, 9, 8, 20), (20, 2, 2, 204), {"tile": (64, 128), "beside": 4}),
    "flat, odd maps": ((1, 9, 8, 5), (5, 2, 2, 107), {"tile": (64, 128), "beside": 1}),
    "in 3 parts": ((1, 9, 10, 32), (32, 3, 3, 40), {"padding": 1, "tile": (128, 64), "splits": 3}),
    "groups in parts": (
        (2, 4, 5, 42),
        (21, 3, 3, 10),
        {"groups": 2, "tile": (128, 64), "splits": 2},
    ),
    "more parts than slices fill": ((1, 5, 6, 40), (40, 2, 3, 9), {"tile": (128, 64), "splits": 7}),
}
TENSOR = {
    "aligned": ((1, 12, 13, 32), (32, 3, 3, 72), {"padding": 1, "activation": "relu"}),
    "three channels": ((2, 9, 11, 3), (3, 5, 2, 13), {"padding": (2, 1)}),
    "two tiles": ((1, 13, 17, 40), (40, 1, 1, 136), {}),
    "stride": ((1, 9, 9, 160), (160, 2, 1, 8), {"stride": 2, "padding": 1}),
    "dilation": ((2, 11, 8, 24), (24, 3, 3, 20), {"dilation": (1, 2), "padding": "same"}),
    "groups": ((1, 9, 7, 32), (16, 3, 3, 48), {"groups": 2, "padding": 1}),
    "positive": ((1, 5, 6, 160), (160, 2, 2, 12), {"positive": True}),
    "odd maps": ((1, 6, 7, 8), (8, 3, 3, 35), {"beside": 1}),
    "odd steps": ((1, 6, 5, 8), (8, 1, 2, 24), {"beside": 2}),
}
PARTS = {
    "in 3 parts": ((1, 9, 10, 72), (72, 3, 3, 40), {"padding": 1, "splits": 3}),
    "more parts than slices fill": ((1, 5, 6, 64), (64, 2, 3, 9), {"splits": 4}),
    "groups in parts": ((2, 4, 5, 96), (48, 3, 3, 20), {"groups": 2, "splits": 2}),
}
WIDE = {
    "256 x 64": ((1, 17, 17, 24), (24, 2, 2, 72), {"tile": (256, 64), "activation": "relu"}),
    "256 x 64, groups": ((1, 9, 10, 24), (8, 3, 3, 30), {"groups": 3, "tile": (256, 64)}),
}
# Up to 8 maps and odd layouts go to the kernel's planes, the rest to its maps.
DEPTHWISE = {
    "maps": ((2, 11, 13, 40), (1, 3, 3, 40), {"groups": 40, "padding": 1, "activation": "relu"}),
    "maps, two for each channel": ((1, 6, 9, 5), (1, 2, 3, 10), {"groups": 5, "beside": 1}),
    "maps, strides": ((1, 12, 11, 9), (1, 3, 2, 9), {"groups": 9, "stride": (2, 3), "padding": 2}),
    "maps, dilation": ((1, 9, 9, 8), (1, 3, 3, 8), {"groups": 8, "dilation": (3, 2), "padding": 3}),
    "maps, long kernel": ((1, 19, 9, 33), (1, 17, 2, 33), {"groups": 33, "padding": (1, 0)}),
    "maps of one gray image": ((1, 10, 18, 1), (1, 8, 3, 12), {"padding": "same"}),
    "planes": ((2, 37, 45, 1), (1, 5, 4, 1), {"padding": (2, 3), "activation": "relu"}),
    "planes, pairs": ((1, 20, 35, 3), (1, 9, 9, 3), {"groups": 3}),
    "planes, colors": ((1, 9, 40, 6), (3, 3, 2, 4), {"groups": 2, "padding": 1}),
    "planes, stride two": ((1, 70, 67, 1), (1, 3, 3, 2), {"stride": 2, "padding": 1}),
    "planes, wide strides": ((1, 80, 60, 1), (1, 7, 6, 1), {"stride": (5, 9), "padding": 1}),
    "planes, strides beyond a tile": ((1, 150, 141, 1), (1, 2, 3, 1), {"stride": (70, 66)}),
    "planes, far dilation": ((1, 85, 70, 2), (1, 3, 2, 2), {"groups": 2, "dilation": (40, 35)}),
    "planes, kernel in pieces": ((1, 40, 45, 1), (1, 37, 20, 1), {"padding": (1, 0)}),
}
FFT = {
    "colors": ((2, 19, 17, 3), (3, 5, 5, 4), {"activation": "relu"}),
    "pairs": ((1, 33, 29, 3), (1, 11, 9, 6), {"groups": 3, "dilation": (1, 2)}),
    "padding": ((1, 21, 30, 1), (1, 15, 16, 1), {"padding": (3, 2)}),
}
CASES = {
    "gpu_naive": SMALL,
    "gpu_tiled": SMALL,
    "gpu_im2col": SMALL,
    "gpu_implicit_gemm": SMALL | GEMM,
    "gpu_depthwise": SMALL | DEPTHWISE,
    "gpu_fft": FFT,
    "gpu_mma": TENSOR | WIDE | PARTS,
    "gpu_wgmma": TENSOR
    | PARTS
    | {
        "five slices": ((1, 9, 10, 72), (72, 2, 2, 40), {"padding": 1}),
        "192 x 256": ((1, 14, 16, 72), (72, 2, 2, 264), {"tile": (192, 256), "padding": 1}),
        "128 x 128": ((1, 9, 17, 8), (8, 3, 1, 136), {"tile": (128, 128), "padding": 1}),
        "256 x 128": ((1, 17, 17, 24), (24, 3, 2, 136), {"tile": (256, 128)}),
        "384 x 64": ((1, 20, 21, 24), (24, 3, 2, 72), {"tile": (384, 64), "activation": "relu"}),
        "384 x 64, in 2 parts": ((2, 14, 15, 72), (72, 1, 3, 8), {"tile": (384, 64), "splits": 2}),
    },
}


def precisions_of(rung: str) -> list[str | None]:
    """What `precision` may be for this rung."""
    return {"gpu_mma": ["bf16", "fp16", "tf32", "3xtf32"], "gpu_wgmma": ["bf16", "fp16"]}.get(
        rung, [None]
    )


def numbers_of(rung: str) -> list[str | None]:
    """Its precisions, and the arrays of 16 bits that it takes."""
    return precisions_of(rung) + ([] if rung == "gpu_implicit_gemm" else list(HALVES))


def make(case, seed=5, numbers=None):
    """image, filters and options with a bias, in float32, or in the 16 bits of `numbers`.

    Each number of the options' bias is different, and so large that forgetting it shows.
    """
    image_shape, filters_shape, options = case
    random = np.random.default_rng(seed)
    dtype = HALVES.get(numbers, np.float32)
    image = random.standard_normal(image_shape).astype(dtype)
    filters = random.standard_normal(filters_shape).astype(dtype)
    special = ("beside", "tile", "splits")
    options = {name: value for name, value in options.items() if name not in special}
    if options.pop("positive", False):
        image, filters = np.abs(image), np.abs(filters)
    bias = 3 * random.standard_normal(filters_shape[-1]).astype(np.float32)
    return image, filters, {**options, "bias": bias}


def tile_of_case(rung: str, case):
    """A block in which a rung takes the tile and the parts of the sum that the case asks for."""
    options, stack = case[2], ExitStack()
    if "tile" in options or "splits" in options:
        module = importlib.import_module(f"convkit.methods.{rung}")
        usual = Tile(128, 64) if rung == "gpu_wgmma" else Tile(128, 128)
        tile = Tile(*options["tile"]) if "tile" in options else usual
        chosen = (tile, options.get("splits", 1))
        stack.enter_context(patch.object(module, "best_tile", lambda *_: chosen))
    return stack


def compare(rung: str, numbers: str | None, name: str) -> None:
    """Run one case on the GPU there is, stand-in or real, and compare with the definition.

    `numbers` is one of `numbers_of`: a precision for float32 arrays, or the arrays' own 16 bits.
    """
    cupy = sys.modules["cupy"]
    case, half = CASES[rung][name], HALVES.get(numbers)
    image, filters, options = make(case, numbers=numbers)
    activation = options.pop("activation", None)
    on_gpu = {n: cupy.asarray(o) if n == "bias" else o for n, o in options.items()}
    expected = definition(image, filters, **options)
    beside = case[2].get("beside", 0)  # numbers between the maps of one pixel and the next
    shape = (*expected.shape[:3], expected.shape[3] + beside)
    room = cupy.asarray(np.full(shape, np.nan, half or np.float32))
    with tile_of_case(rung, case):
        result = conv2d(
            cupy.asarray(image),
            cupy.asarray(filters),
            method=rung,
            precision=None if half else numbers,
            activation=activation,
            out=room[..., : expected.shape[3]],
            **on_gpu,
        ).get()
    assert np.isnan(room[..., expected.shape[3] :].get()).all(), "wrote beside out"
    scale = definition(image, filters, absolute=True, **options)
    if activation is not None:
        assert (expected < 0).any() and (expected > 0).any(), "the case must reach both sides"
    expected = FUNCTIONS[activation](expected)  # none is steeper than 1, so errors do not grow
    if half:
        assert result.dtype == half
        relative, absolute = ONE_ROUNDING[numbers]
        allowed = relative * np.abs(expected) + absolute + sum_error(rung, filters) * scale
    else:
        allowed = (POSITIVE if case[2].get("positive") else TOLERANCES)[numbers] * scale
    error = np.abs(result.astype(np.float64) - expected)
    worst = np.unravel_index(np.argmax(error / allowed), error.shape)  # NaN counts as the largest
    assert error[worst] <= allowed[worst], (
        f"{result[worst]} instead of {expected[worst]} at {worst}: "
        f"error {error[worst]:.3g}, allowed {allowed[worst]:.3g}"
    )


def sum_error(rung: str, filters) -> float:
    """What a float32 sum may be wrong by before it is rounded to 16 bits.

    Tensor cores cut off, always toward zero, what does not fit after every 16 terms. So a sum of T
    positive terms loses up to T/16 times half the last bit of what it has grown to.
    """
    cut_off = filters[..., 0].size / 16 * 2.0**-24 if "mma" in rung else 0.0
    return 1e-6 + cut_off
