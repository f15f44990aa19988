"""How the cost grows with the number of images, of rows and of columns: in proportion.

    python run.py bench -- --growth        # prints a plot, writes results/growth.json

A method whose blocks did not fit a cache any more, or whose work space grew with the image, would
show here as a line that bends up. tests/test_methods.py counts the multiplications; this measures.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from benchmarks.cpu_timing import best_times
from convkit import plan

CHANNELS, MAPS, KERNEL = 64, 64, 3
SIZES = {  # what grows → (N, H, W) for each factor of 1, 2, 4, …
    "images": [(2**step, 56, 56) for step in range(6)],
    "rows": [(1, 28 * 2**step, 56) for step in range(6)],
    "columns": [(1, 56, 28 * 2**step) for step in range(6)],
}


def main(machine: dict, target: Path, seconds: float) -> None:
    """Measure, print, write."""
    found = {}
    for what, shapes in SIZES.items():
        found[what] = [measure(shape, seconds) for shape in shapes]
        slope = exponent(found[what])
        print(f"\ntwice the {what}, {2**slope:.2f} times the time ({found[what][0]['method']})")
        for row in found[what]:
            each = row["ns_per_result"]
            print(f"  {row['shape']!s:18}{row['ms']:9.3f} ms {each:7.3f} ns/result {bar(each)}")
    result = {"machine": machine, "channels": CHANNELS, "maps": MAPS, "kernel": KERNEL} | found
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"written to {target}; the book draws results/growth.json")


def measure(shape, seconds: float) -> dict:
    """One plan, one thread: milliseconds, and nanoseconds for each number of the result."""
    random = np.random.default_rng(0)
    image = random.standard_normal((*shape, CHANNELS), np.float32)
    filters = random.standard_normal((CHANNELS, KERNEL, KERNEL, MAPS), np.float32)
    made = plan(filters, image.shape, padding="same", threads=1)
    out = made(image)
    time = best_times({"convkit": lambda: made(image, out=out)}, seconds)["convkit"]
    return {
        "shape": list(shape),
        "method": made.method,
        "ms": round(time * 1e3, 4),
        "ns_per_result": round(time * 1e9 / out.size, 4),
        "work_space_mb": round(made._pool.nbytes / 2**20, 2),
    }


def exponent(rows) -> float:
    """The power of the size that time grows with, by least squares on logarithms: ideally 1."""
    sizes = [math.log(math.prod(row["shape"])) for row in rows]
    times = [math.log(row["ms"]) for row in rows]
    return float(np.polyfit(sizes, times, 1)[0])


def bar(value: float, unit: float = 0.1) -> str:
    """A line of text as long as the value: bars of equal length are cost in proportion."""
    return "█" * round(value / unit)
