"""gpu_wgmma: Hopper's tensor cores, four warps at a time. Rung 6, `convkit/cuda/wgmma.cu`.

Takes float16 and bfloat16, whose products are exact, and float32 when precision='bf16' or 'fp16'
allows it; on an H100 or H200. All sums are in float32; 16-bit results are rounded once, after bias
and activation.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles. Work space: the image in
16 bits, unless it lies so already; float32 sums for each part, where the sum is cut into parts.
"""

from __future__ import annotations

from convkit.arrays import array_library
from convkit.cuda.launch import refuses_on_gpu
from convkit.cuda.pack import KINDS, in_order_of_lanes, pack
from convkit.cuda.split import launch_parts
from convkit.cuda.tiles import Core, Tile, best_tile, grid
from convkit.methods.gpu_mma import bits, name_of, packed_image, refuses_numbers, stored_problem
from convkit.methods.method import Method
from convkit.problem import Problem

STAGES, ROW = 4, 128  # ROW: bytes of a round's terms
# Each tile of wgmma.cu, and the threads of its block.
THREADS = {
    Tile(192, 256): 384,
    Tile(256, 128): 512,
    Tile(384, 64): 256,
    Tile(128, 128): 256,
    Tile(128, 64): 256,
}
CORE = Core(terms=64, number_bytes=2, products=2048)


def refuses(problem: Problem) -> str | None:
    """16 bits, or float32 rounded to 16 bits; channels of a group in multiples of 8."""
    reason = refuses_on_gpu(problem, "wgmma")
    if reason is None and name_of(problem) not in ("bf16", "fp16"):
        reason = "it multiplies numbers of 16 bits: allow that with precision='bf16' or 'fp16'"
    return reason or refuses_numbers(problem)


def prepare(filters, problem: Problem):
    """Rounded, the terms of each map in a row: (stored C2, K, K, stored C1/groups)."""
    xp, kind = array_library(filters=filters), name_of(problem)
    depth, rows, columns, _ = stored_problem(problem).filters_shape
    ordered = in_order_of_lanes(bits(filters, xp), problem.groups)
    packed = xp.empty((ordered.shape[3], rows, columns, depth), KINDS[kind][0])
    pack(ordered.transpose(3, 1, 2, 0), packed, kind)
    return packed


def tile_of(problem: Problem) -> tuple[Tile, int]:
    """The tile of a block, and the parts of the sum."""
    return best_tile(stored_problem(problem), tuple(THREADS), CORE)


def shared_bytes(tile: Tile) -> int:
    """The struct `Pipeline` of wgmma.cu."""
    return STAGES * (tile.pixels + tile.maps) * ROW


def kernel_of(problem: Problem, tile: Tile, splits: int) -> str:
    """Its name; results of 16 bits are written by kernels of their own, parts of sums are not."""
    half = problem.storage is not None and splits == 1
    return f"wgmma_{name_of(problem)}_{tile}" + ("_out16" if half else "")


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Bring the image into form, start the kernel; out may be any view."""
    tile, splits = tile_of(problem)
    launch_parts(
        "wgmma",
        kernel_of(problem, tile, splits),
        grid(problem, tile, splits),
        (THREADS[tile],),
        packed_image(image, problem, scratch),
        prepared,
        stored_problem(problem),
        out,
        scratch,
        bias=bias,
        activation=activation,
        shared=shared_bytes(tile),
        stored_maps=len(prepared),
        splits=splits,
    )


METHOD = Method("gpu_wgmma", refuses, prepare, run, fuses=True, rung=6)
