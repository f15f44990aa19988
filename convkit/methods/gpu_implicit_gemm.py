"""gpu_implicit_gemm: 8 × 8 results in the registers of each thread. Rung 4.

The kernel: `convkit/cuda/implicit_gemm.cu`.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles; no work space.
Rounding: that of a plain sum in float32.
"""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.cuda.launch import (
    aligned,
    blocks,
    launch,
    refuses_on_gpu,
    spans_too_far,
    too_large,
)
from convkit.methods import gpu_naive
from convkit.methods.gpu_naive import prepare
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS = 256
# A large tile reads less, a small one gives more blocks: with fewer large tiles than a GPU has
# multiprocessors (a hundred or so), some of them would have nothing to do.
ENOUGH_BLOCKS = 100


def refuses(problem: Problem) -> str | None:
    """It takes float32, up to 32-bit indices."""
    if problem.device == "gpu" and problem.result_dtype != np.float32:
        return f"it computes in float32, and the arrays are {problem.result_dtype}"
    _, across, groups = _grid(problem, 64)
    if max(groups, across) > 65_535:
        return f"{groups} groups of {across} tiles are beyond a grid's 65,535"
    return refuses_on_gpu(problem, "implicit_gemm") or too_large(problem)


def tile_of(problem: Problem) -> int:
    """Pixels, and maps, that one block computes: 128 or 64."""
    enough = prod(_grid(problem, 128)) >= ENOUGH_BLOCKS
    return 128 if enough and problem.maps // problem.groups > 64 else 64


def is_wide(problem: Problem, image, prepared, out) -> bool:
    """Whether four numbers can be read and written at a time."""
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    return (
        depth % 4 == 0 and maps % 4 == 0 and aligned(image) and aligned(out) and aligned(prepared)
    )


def shared_bytes(tile: int) -> int:
    """The struct `Buffers` of implicit_gemm.cu."""
    terms = 1024 // tile
    return 2 * terms * (tile + 4 + tile) * 4


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Start the kernel; image and out may be any views, those that are aligned are faster."""
    if spans_too_far(image):  # its places are counted in 32 bits
        gpu_naive.run(image, prepared, problem, out, scratch, bias, activation)
        return
    tile = tile_of(problem)
    kernel = f"implicit_gemm_{tile}" + ("" if is_wide(problem, image, prepared, out) else "_any")
    launch(
        "implicit_gemm", kernel, _grid(problem, tile), (THREADS,), image, prepared, problem, out,
        bias=bias, activation=activation, shared=shared_bytes(tile),
    )  # fmt: skip


def _grid(problem: Problem, tile: int) -> tuple[int, int, int]:
    pixels = prod(problem.output_shape[:3])
    maps = problem.maps // problem.groups
    return blocks(pixels, tile), blocks(maps, tile), problem.groups


METHOD = Method("gpu_implicit_gemm", refuses, prepare, run, fuses=True)
