"""The problems that every rung is run on, and how exact its answer must be.

Sizes are small, and chosen so that each has a last tile that is not full in some direction, more
than one tile in some direction, and H ≠ W, C1 ≠ C2; together they reach every branch of a kernel.
"""

from __future__ import annotations

import sys

import numpy as np
from problems import definition

from convkit import conv2d

# Relative to the sum of absolute products of each result.
TOLERANCES = {None: 1e-6, "tf32": 6e-4, "3xtf32": 5e-7, "bf16": 5e-3, "fp16": 6e-4}
# Where all numbers are positive, errors of rounding even out over a long sum, and those of cutting
# off add up; so the sum can be held to less than the error of one product.
POSITIVE = TOLERANCES | {"tf32": 1e-4, "bf16": 8e-4, "fp16": 1e-4}

# image, filters, options
SMALL = {
    "batch": ((2, 7, 6, 3), (3, 3, 3, 5), {"padding": 1, "activation": "relu"}),
    "stride": ((1, 9, 13, 5), (5, 5, 2, 17), {"stride": (2, 3), "padding": (2, 0)}),
    "dilation": ((2, 9, 11, 2), (2, 3, 3, 4), {"dilation": (2, 3), "padding": (3, 4)}),
    "groups": ((1, 6, 7, 6), (2, 3, 2, 39), {"groups": 3, "padding": "same"}),
    "one by one": ((1, 5, 4, 35), (35, 1, 1, 18), {}),
    "one pixel": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
}
GEMM = {
    "wide": ((1, 12, 13, 8), (8, 3, 3, 68), {"padding": 1, "activation": "relu"}),
    "wide, two tiles": ((2, 11, 9, 16), (16, 2, 3, 132), {"stride": 2, "padding": 1}),
    "wide, large": ((1, 81, 80, 4), (4, 2, 1, 132), {"padding": (0, 1)}),
    "large": ((1, 83, 81, 3), (3, 2, 1, 129), {}),
    "wide, groups": ((1, 8, 9, 24), (12, 3, 3, 8), {"groups": 2, "dilation": 2, "padding": 2}),
    "groups": ((2, 7, 6, 6), (3, 2, 2, 10), {"groups": 2, "stride": (1, 2), "padding": 1}),
    "long sum": ((1, 6, 6, 36), (36, 3, 3, 4), {}),
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
    "gpu_mma": TENSOR,
    "gpu_wgmma": TENSOR
    | {
        "five slices": ((1, 9, 10, 72), (72, 2, 2, 40), {"padding": 1}),
        "wide tile": ((1, 9, 15, 64), (64, 2, 1, 256), {"stride": (1, 2)}),
    },
}


def precisions_of(rung: str) -> list[str | None]:
    """What `precision` may be for this rung."""
    return {"gpu_mma": ["bf16", "fp16", "tf32", "3xtf32"], "gpu_wgmma": ["bf16", "fp16"]}.get(
        rung, [None]
    )


def make(case, seed=5):
    """image, filters and options with a bias, in float32.

    Each number of the options' bias is different, and so large that forgetting it shows.
    """
    image_shape, filters_shape, options = case
    random = np.random.default_rng(seed)
    image = random.standard_normal(image_shape).astype(np.float32)
    filters = random.standard_normal(filters_shape).astype(np.float32)
    options = {name: value for name, value in options.items() if name != "beside"}
    if options.pop("positive", False):
        image, filters = np.abs(image), np.abs(filters)
    bias = 3 * random.standard_normal(filters_shape[-1]).astype(np.float32)
    return image, filters, {**options, "bias": bias}


def compare(rung: str, precision: str | None, name: str) -> None:
    """Run one case on the GPU there is, stand-in or real, and compare with the definition."""
    cupy = sys.modules["cupy"]
    case = CASES[rung][name]
    image, filters, options = make(case)
    activation = options.pop("activation", None)
    on_gpu = {n: cupy.asarray(o) if n == "bias" else o for n, o in options.items()}
    expected = definition(image, filters, **options)
    beside = case[2].get("beside", 0)  # numbers between the maps of one pixel and the next
    room = cupy.full((*expected.shape[:3], expected.shape[3] + beside), np.nan, np.float32)
    result = conv2d(
        cupy.asarray(image), cupy.asarray(filters), method=rung, precision=precision,
        activation=activation, out=room[..., : expected.shape[3]], **on_gpu,
    ).get()  # fmt: skip
    assert np.isnan(room[..., expected.shape[3] :].get()).all(), "wrote beside out"
    scale = definition(image, filters, absolute=True, **options)
    if activation == "relu":
        assert (expected < 0).any() and (expected > 0).any(), "the case must reach both sides"
        expected = np.maximum(expected, 0)
    tolerance = (POSITIVE if case[2].get("positive") else TOLERANCES)[precision]
    error = np.abs(result - expected) / scale
    worst = np.unravel_index(np.argmax(error), error.shape)  # NaN counts as the largest
    assert error[worst] <= tolerance, (
        f"{result[worst]} instead of {expected[worst]} at {worst}: "
        f"error {error[worst]:.3g}, allowed {tolerance:.3g}"
    )
