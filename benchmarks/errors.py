"""Rounding of each method, in float32, as the docstrings in convkit/methods state it.

    python benchmarks/errors.py          # prints the table, writes benchmarks/results/errors.json

Errors against float64, relative to the root mean square of the results: their own root mean
square, and the largest of several draws. Two kinds of image: normal numbers, and the same on an
offset of 100, where the sums cancel for filters that sum to zero.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from convkit import METHODS, conv2d, plan, read_problem

# (rows, channels, kernel, maps, options)
LAYERS = {
    "3x3": (48, 64, 3, 64, {}),
    "3x3, few tiles": (14, 64, 3, 64, {"padding": "same"}),
    "3x3, F(6,3)": (114, 64, 3, 64, {}),
    "3x3, 256 channels": (58, 256, 3, 256, {}),
    "3x3, 512 channels": (34, 512, 3, 64, {}),
    "3x3 s2": (57, 64, 3, 64, {"stride": 2}),
    "5x5 s2": (59, 32, 5, 32, {"stride": 2}),
    "5x5": (48, 32, 5, 32, {}),
    "7x7 s2": (112, 3, 7, 64, {"stride": 2}),
    "1x1": (40, 256, 1, 64, {}),
    "depthwise 3x3": (48, 32, 3, 32, {"groups": 32}),
    "1 map 5x5": (120, 1, 5, 1, {}),
    "1 map 15x15": (150, 1, 15, 1, {}),
    "1 map 31x31": (150, 1, 31, 1, {}),
}
OFFSETS = {"normal": 0, "offset 100": 100}
DRAWS = 5


def main() -> None:
    """Print and write the table."""
    table = []
    for layer, (size, channels, kernel, maps, options) in LAYERS.items():
        depth = channels // options.get("groups", 1)
        for kind, offset in OFFSETS.items():
            found = {}
            for draw in range(DRAWS):
                random = np.random.default_rng(draw)
                filters = random.standard_normal((depth, kernel, kernel, maps)).astype(np.float32)
                filters -= filters.mean(axis=(0, 1, 2)) if filters[..., 0].size > 1 else 0
                noise = random.standard_normal((size, size, channels))
                image = (noise + offset).astype(np.float32)
                for name, errors in measure(image, filters, options).items():
                    found.setdefault(name, []).append(errors)
            for name, draws in found.items():
                rms, largest = np.sqrt(np.mean(np.square(draws), axis=0))[0], np.max(draws, 0)[1]
                table.append(
                    {"layer": layer, "image": kind, "method": name}
                    | {"rms": float(rms), "max": float(largest)}
                )
                print(f"{layer:20}{kind:12}{name:16}{rms:.1e} {largest:.1e}", flush=True)
    target = Path(__file__).parent / "results" / "errors.json"
    target.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def measure(image, filters, options: dict) -> dict:
    """For each method that takes the layer: the root mean square of its errors, and the largest."""
    exact = conv2d(image.astype(np.float64), filters.astype(np.float64), method="im2col", **options)
    problem = read_problem(image.shape, filters.shape, dtype=np.float32, **options)
    found = {}
    for name, method in METHODS.items():
        if name.startswith("gpu") or method.refuses(problem):
            continue
        result = plan(filters, image.shape, method=name, threads=1, **options)(image)
        error = (result - exact) / exact.std()
        found[name] = float(np.sqrt(np.mean(error**2))), float(np.abs(error).max())
    return found


if __name__ == "__main__":
    main()
