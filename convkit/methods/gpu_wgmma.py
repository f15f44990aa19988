"""gpu_wgmma: Hopper's tensor cores, four warps at a time. Rung 6, `convkit/cuda/wgmma.cu`.

Takes part when precision='bf16' or 'fp16' allows it, on an H100 or H200.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles. Work space: the image in
16 bits.
"""

from __future__ import annotations

from math import prod

from convkit.arrays import array_library
from convkit.cuda.launch import blocks, launch, refuses_on_gpu
from convkit.cuda.pack import KINDS, pack
from convkit.methods.gpu_mma import packed_image, refuses_numbers, stored_problem
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS, PIXELS, STAGES = 256, 128, 4


def refuses(problem: Problem) -> str | None:
    """float32 rounded to 16 bits; channels of a group in multiples of 8."""
    reason = refuses_on_gpu(problem, "wgmma")
    if reason is None and problem.precision not in ("bf16", "fp16"):
        reason = "it multiplies numbers of 16 bits: allow that with precision='bf16' or 'fp16'"
    return reason or refuses_numbers(problem)


def prepare(filters, problem: Problem):
    """Rounded, and with the terms of each map in a row: (C2, K, K, stored C1/groups)."""
    xp, kind = array_library(filters=filters), problem.precision
    depth, rows, columns, maps = stored_problem(problem).filters_shape
    packed = xp.empty((maps, rows, columns, depth), KINDS[kind][0])
    pack(filters.transpose(3, 1, 2, 0), packed, kind)
    return packed


def tile_of(problem: Problem) -> int:
    """Maps of one block: the more, the less is read; not more than there are."""
    maps = problem.maps // problem.groups
    return next((tile for tile in (64, 128) if maps <= tile), 256 if maps % 256 == 0 else 128)


def shared_bytes(tile: int) -> int:
    """The struct `Pipeline` of wgmma.cu."""
    return STAGES * (PIXELS + tile) * 128


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Round the image, start the kernel; out may be any view."""
    tile, maps = tile_of(problem), problem.maps // problem.groups
    grid = (blocks(prod(problem.output_shape[:3]), PIXELS), blocks(maps, tile), problem.groups)
    launch(
        "wgmma", f"wgmma_{problem.precision}_{tile}", grid, (THREADS,),
        packed_image(image, problem, scratch), prepared, stored_problem(problem), out,
        bias=bias, activation=activation, shared=shared_bytes(tile),
    )  # fmt: skip


METHOD = Method("gpu_wgmma", refuses, prepare, run, fuses=True)
