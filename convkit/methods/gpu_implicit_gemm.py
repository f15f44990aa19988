"""gpu_implicit_gemm: 8 × 8 results in the registers of each thread. Rung 4.

The kernel: `convkit/cuda/implicit_gemm.cu`.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles. Work space: float32 sums
for each part, where the sum is cut into parts; the image, if its view spans beyond 32 bits.
Rounding: that of a plain sum in float32, or of a few that are added up.
"""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.arrays import array_library
from convkit.cuda import loader
from convkit.cuda.launch import (
    MOST_COUNTED,
    aligned,
    blocks,
    refuses_on_gpu,
    spans_too_far,
    too_large,
)
from convkit.cuda.split import launch_parts
from convkit.cuda.tiles import GRID, Core, Tile, best_tile, grid
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS = 256
SLICE = 16  # terms to which the filters are filled up
# A large tile reads less, a small one gives more blocks. Beside each: what part of its main loop
# multiplies, by `benchmarks/gpu.py --static`; and where numbers are read one by one.
WIDE = (Tile(128, 128, 0.9), Tile(256, 64, 0.86), Tile(64, 128, 0.85), Tile(128, 64, 0.84))
ANY = (Tile(64, 128, 0.72), Tile(128, 64, 0.64))
CORE = Core(SLICE, number_bytes=4, products=128)


def refuses(problem: Problem) -> str | None:
    """It takes float32, up to 32-bit indices."""
    if problem.device == "gpu" and problem.result_dtype != np.float32:
        return f"it computes in float32, and the arrays are {problem.result_dtype}"
    across = blocks(problem.maps // problem.groups, 64)
    if max(problem.groups, across) > GRID:
        return f"{problem.groups} groups of {across} tiles are beyond a grid's 65,535"
    stored = problem.groups * filled(prod(problem.filters_shape[:3])) * blocks(across, 2) * 128
    if stored > MOST_COUNTED:
        return f"{stored} numbers in the filters, as they are stored, are more than 2**31"
    return refuses_on_gpu(problem, "implicit_gemm") or too_large(problem)


def panel_of(problem: Problem) -> int:
    """Maps that are stored, and computed, together: 64 where 128 would leave half of one empty."""
    return 64 if blocks(problem.maps // problem.groups, 64) % 2 else 128


def prepare(filters, problem: Problem):
    """Zeros for one window's depth, then (groups, panels, terms, maps of a panel); one axis."""
    xp, panel = array_library(filters=filters), panel_of(problem)
    depth, *_, maps = problem.filters_shape
    terms, groups, maps = prod(problem.filters_shape[:3]), problem.groups, maps // problem.groups
    panels, zeros = blocks(maps, panel), filled(depth)
    size = groups * panels * filled(terms) * panel
    prepared = xp.zeros(zeros + size, filters.dtype)
    full = prepared[zeros:].reshape(groups, panels, filled(terms), panel)
    rows = filters.transpose(1, 2, 0, 3).reshape(terms, groups, maps)  # (K·K·depth, groups, maps)
    for index in range(panels):
        part = rows[..., index * panel : (index + 1) * panel].swapaxes(0, 1)
        full[:, index, :terms, : part.shape[2]] = part
    return prepared


def filled(count: int) -> int:
    """As many as whole slices of the sum have."""
    return blocks(count, SLICE) * SLICE


def is_wide(problem: Problem, image) -> bool:
    """Whether four numbers of the image can be read at a time."""
    return problem.channels // problem.groups % 4 == 0 and aligned(image)


def tile_of(problem: Problem, wide: bool) -> tuple[Tile, int]:
    """The tile of a block, and the parts of the sum."""
    panel = panel_of(problem)
    tiles = tuple(tile for tile in (WIDE if wide else ANY) if tile.maps == panel)
    tile, splits = best_tile(problem, tiles, CORE)
    return tile, splits if loader.runs_on("reduce", problem.compute_capability) else 1


def shared_bytes(tile: Tile) -> int:
    """The struct `Buffers` of implicit_gemm.cu."""
    terms = 8 if tile.pixels == 256 else 16
    return 2 * terms * (tile.pixels + 4 + tile.maps) * 4 + tile.pixels * 20 + THREADS * 12


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Start the kernel; image and out may be any views, those that are aligned are faster."""
    if spans_too_far(image):  # its places are counted in 32 bits
        near = scratch("image in a row", problem.image_shape, np.float32)
        near[...] = image
        image = near
    wide = is_wide(problem, image)
    tile, splits = tile_of(problem, wide)
    kernel = f"implicit_gemm_{tile}" + ("" if wide else "_any")
    launch_parts(
        "implicit_gemm",
        kernel,
        grid(problem, tile, splits),
        (THREADS,),
        image,
        prepared,
        problem,
        out,
        scratch,
        splits=splits,
        bias=bias,
        activation=activation,
        shared=shared_bytes(tile),
    )


METHOD = Method("gpu_implicit_gemm", refuses, prepare, run, fuses=True, rung=4)
