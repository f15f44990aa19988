"""One layer on a CPU: everyone who can compute it, checked, then timed."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from benchmarks.cpu_baselines import image_library_calls, jax_calls, torch_calls
from benchmarks.cpu_rows import CpuRow
from benchmarks.cpu_timing import best_times
from convkit import conv2d, plan
from convkit.threads import available_cores

TOLERANCE = 1e-4  # relative to the largest result; a wrong index is wrong by far more


def measure(row: CpuRow, threads: int, seconds: float) -> dict:
    """Check all that can do this row, time them in turn, and put the figures together."""
    random = np.random.default_rng(0)
    image = random.standard_normal(row.image_shape, np.float32)
    filters = random.standard_normal(row.filters_shape, np.float32)
    filters /= np.float32(np.sqrt(filters[..., 0].size))

    # More than one: what convkit takes by itself on a machine of that many cores.
    ours = None if threads == available_cores() > 1 else threads
    made = plan(filters, row.image_shape, threads=ours, **row.options)
    out = made(image)
    results = {
        "convkit": lambda: made(image, out=out),
        "unplanned": lambda: conv2d(image, filters, threads=ours, **row.options),
        **torch_calls(row, image, filters, threads),
        **jax_calls(row, image, filters),
    }
    if row.channels == row.maps == row.batch == 1:
        results |= image_library_calls(image, filters, threads)
    _check(row, image, filters, results)
    times = best_times(results, seconds)
    ours = times["convkit"]
    ratio = {}
    for family in ("torch", "scipy", "opencv", "jax"):
        theirs = [value for name, value in times.items() if name.startswith(family)]
        if theirs:
            ratio[family] = round(min(theirs) / ours, 3)
    goal = row.goal if threads == 1 else row.goal_two
    return {
        **asdict(row),
        "goal": goal,
        "method": made.method,
        "threads": made._threads,
        "ms": {name: round(value * 1e3, 4) for name, value in times.items()},
        "gflops": round(row.flops / ours / 1e9, 1),
        "ratio": ratio,
        "unplanned": round(ratio["torch"] * ours / times["unplanned"], 3)
        if ratio.get("torch")
        else 0,
        "reached": ratio["torch"] >= goal if "torch" in ratio else None,
        "work_space_mb": round(made._pool.nbytes / 2**20, 2),
    }


def _check(row: CpuRow, image, filters, results: dict) -> None:
    """Compare all results with direct summation in float64 at some places of the map."""
    whole = conv2d(image, filters, method="im2col", fast=False, **row.options)
    limit = TOLERANCE * np.abs(whole).max()
    corner = conv2d(
        image[:1, :40, :40].astype(np.float64),
        filters.astype(np.float64),
        method="direct",
        fast=False,
        **row.options,
    )
    safe = slice(0, (40 - row.kernel) // row.stride - row.padding)
    assert np.abs(whole[:1, safe, safe] - corner[:, safe, safe]).max() <= limit, row.name
    for name, call in results.items():
        result = call()
        if hasattr(result, "to_dense"):
            result = result.to_dense() if result.is_mkldnn else result
            result = result.permute(0, 2, 3, 1) if name == "torch prepacked" else result
        error = np.abs(np.asarray(result).reshape(whole.shape) - whole).max()
        if not error <= limit:
            raise AssertionError(f"{row.name}: {name} is wrong by {error:.2g}; not timed")
