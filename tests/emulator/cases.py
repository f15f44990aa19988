"""The problems that every rung is run on, and how exact its answer must be.

Sizes are small, and chosen so that each has a last tile that is not full in some direction, more
than one tile in some direction, and H ≠ W, C1 ≠ C2; together they reach every branch of a kernel.
"""

from __future__ import annotations

import numpy as np

# Relative to the sum of absolute products of each result.
TOLERANCES = {None: 1e-6, "tf32": 6e-4, "3xtf32": 3e-7, "bf16": 5e-3, "fp16": 6e-4}

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
    "odd maps": ((1, 6, 7, 8), (8, 3, 3, 35), {}),
}
CASES = {
    "gpu_naive": SMALL,
    "gpu_tiled": SMALL,
    "gpu_im2col": SMALL,
    "gpu_implicit_gemm": SMALL | GEMM,
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


def make(case, precision=None, seed=5):
    """image, filters and options with a bias, in float32.

    Each number of the options' bias is different, and so large that forgetting it shows.
    """
    image_shape, filters_shape, options = case
    random = np.random.default_rng(seed)
    image = random.standard_normal(image_shape).astype(np.float32)
    filters = random.standard_normal(filters_shape).astype(np.float32)
    bias = 3 * random.standard_normal(filters_shape[-1]).astype(np.float32)
    return image, filters, {**options, "bias": bias}
