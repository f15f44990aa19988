"""gpu_tiled: tiles of 16 × 16 in shared memory. Rung 2, `convkit/cuda/tiled.cu`.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, a sixteenth of rung 1's reads; no work space.
Rounding: that of a plain sum in the given dtype; numbers of 16 bits are summed in float32.
"""

from __future__ import annotations

from math import prod

from convkit.cuda.launch import NUMBERS, blocks, launch, refuses_on_gpu, too_large
from convkit.methods.gpu_naive import prepare
from convkit.methods.method import Method
from convkit.problem import Problem

TILE = 16


def refuses(problem: Problem) -> str | None:
    """Everything but sizes beyond 32-bit indices and grids beyond 65,535."""
    across = blocks(problem.maps // problem.groups, TILE)
    if max(problem.groups, across) > 65_535:
        return f"{problem.groups} groups of {across} tiles are beyond a grid's 65,535"
    return refuses_on_gpu(problem, "tiled") or too_large(problem)


def shared_bytes(dtype) -> int:
    """The struct `Tile` of tiled.cu: 16 rows of 17 windows, 16 rows of 16 weights."""
    return (TILE * (TILE + 1) + TILE * TILE) * dtype.itemsize


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Start the kernel; image and out may be any views."""
    kernel = f"tiled_{NUMBERS[problem.result_dtype.name]}"
    pixels = prod(problem.output_shape[:3])
    grid = (blocks(pixels, TILE), blocks(problem.maps // problem.groups, TILE), problem.groups)
    launch(
        "tiled",
        kernel,
        grid,
        (TILE, TILE),
        image,
        prepared,
        problem,
        out,
        bias=bias,
        activation=activation,
        shared=shared_bytes(problem.dtype),
    )


METHOD = Method("gpu_tiled", refuses, prepare, run, fuses=True, rung=2)
