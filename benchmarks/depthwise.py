"""What bounds a depthwise layer in NumPy: the ways to do it, checked, then timed beside PyTorch.

    python run.py bench -- --depthwise      # prints the table, writes results/depthwise.json

A depthwise layer has no sum over channels, so no product of matrices does it without waste, and
NumPy has no function that multiplies and adds wide vectors in one go. Each way here pays for that
in another coin. `convkit.methods.depthwise` is the first of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.cpu_timing import best_times
from convkit import plan
from convkit.methods.cook_toom import short_correlation

SIZE, CHANNELS, KERNEL = 112, 96, 3
ROWS = 8  # of results at a time: their numbers stay in a core's second-level cache
BLOCK = 16  # channels in a block of the block-diagonal matrix: one AVX-512 register


def multiply_and_add(image, filters, out) -> None:
    """Nine multiplications of whole rows and eight additions, each a pass over memory."""
    product = np.empty((ROWS, *out.shape[1:]), out.dtype)
    for first in range(0, SIZE, ROWS):
        target = out[first : first + ROWS]
        for m, n in np.ndindex(KERNEL, KERNEL):
            some = image[first + m : first + m + ROWS, n : n + SIZE]
            if m == n == 0:
                np.multiply(some, filters[m, n], out=target)
            else:
                target += np.multiply(some, filters[m, n], out=product)


def block_diagonal(image, filters, out) -> None:
    """Products of matrices in which 15 of 16 weights are zero."""
    blocks = CHANNELS // BLOCK
    matrix = np.zeros((blocks, KERNEL, KERNEL, BLOCK, BLOCK), out.dtype)
    each = np.arange(BLOCK)
    weights = filters.reshape(KERNEL, KERNEL, blocks, BLOCK)
    matrix[:, :, :, each, each] = weights.transpose(2, 0, 1, 3)
    matrix = matrix.reshape(blocks, -1, BLOCK)  # (blocks, K·K·16, 16)
    for first in range(0, SIZE, ROWS):
        windows = np.lib.stride_tricks.sliding_window_view(
            image[first : first + ROWS + KERNEL - 1], (KERNEL, KERNEL), (0, 1)
        )  # (rows, W', C, K, K)
        split = windows.reshape(ROWS, SIZE, blocks, BLOCK, KERNEL, KERNEL)
        lowered = split.transpose(2, 0, 1, 4, 5, 3).reshape(blocks, ROWS * SIZE, -1)
        results = out[first : first + ROWS].reshape(ROWS * SIZE, blocks, BLOCK)
        np.matmul(lowered, matrix, out=results.transpose(1, 0, 2))


def evaluated(image, filters, out) -> None:
    """Winograd's F(4,3) over rows and columns: a quarter of the products, and four transforms."""
    short = short_correlation(4, KERNEL)
    bt, g, at = (m.astype(out.dtype) for m in (short.image, short.filters, short.result))
    points = np.einsum("am,bn,mnc->abc", g, g, filters)[:, None, :, None]  # (6, 1, 6, 1, C)
    tiles, step, tile = SIZE // 4, 4, short.tile
    row, column, number = image.strides
    shape = (tiles, tile, image.shape[1] * CHANNELS)
    bands = np.lib.stride_tricks.as_strided(image, shape, (step * row, row, number))
    for band in range(tiles):
        half = np.matmul(bt, bands[band]).reshape(tile, -1, CHANNELS)  # (6, W + 2, C)
        shape = (tile, tiles, tile, CHANNELS)
        strides = (half.strides[0], step * column, column, number)
        some = np.lib.stride_tricks.as_strided(half, shape, strides)
        mixed = np.matmul(bt, some).transpose(0, 2, 1, 3) * points.transpose(0, 2, 1, 3, 4)[:, :, 0]
        rows = np.matmul(at, mixed.reshape(tile, -1)).reshape(step, tile, tiles, CHANNELS)
        target = out[band * step : (band + 1) * step].reshape(step, tiles, step, CHANNELS)
        np.matmul(at, rows.transpose(0, 2, 1, 3), out=target)


def main(machine: dict, target: Path, seconds: float) -> None:
    """Check, time, print, write."""
    random = np.random.default_rng(0)
    shape = (SIZE, SIZE, CHANNELS)
    image = random.standard_normal(shape, np.float32)
    filters = random.standard_normal((1, KERNEL, KERNEL, CHANNELS), np.float32)
    options = {"padding": "same", "groups": CHANNELS}
    ours, out = plan(filters, shape, threads=1, **options), np.empty(shape, np.float32)
    expected = plan(filters.astype(np.float64), shape, method="direct", **options)(
        image.astype(np.float64)
    )
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    ways = {"convkit (einsum)": lambda: ours(image, out=out)}
    for function in (multiply_and_add, block_diagonal, evaluated):
        name = function.__name__.replace("_", " ")
        ways[name] = lambda function=function: function(padded, filters[0], out)
    for name, way in ways.items():
        out[...] = np.nan
        way()
        error = np.abs(out - expected).max()
        assert error <= 1e-3, f"{name} is wrong by {error}; not timed"
    ways["copying the image"] = lambda: np.copyto(out, image)
    ways |= _torch(image, filters, expected)
    times = {name: round(time * 1e3, 3) for name, time in best_times(ways, seconds).items()}
    for name, time in sorted(times.items(), key=lambda one: one[1]):
        print(f"{name:24}{time:8.3f} ms")
    target.write_text(json.dumps({"machine": machine, "ms": times}, indent=1) + "\n", "utf-8")
    print(f"written to {target}")


def _torch(image, filters, expected) -> dict:
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    pixels = torch.from_numpy(image.transpose(2, 0, 1)[None]).to(memory_format=torch.channels_last)
    weights = torch.from_numpy(np.ascontiguousarray(filters.transpose(3, 0, 1, 2)))

    def call():
        return torch.nn.functional.conv2d(pixels, weights, padding=1, groups=CHANNELS)

    assert np.abs(call()[0].permute(1, 2, 0).numpy() - expected).max() <= 1e-3
    return {"torch channels last": call}
