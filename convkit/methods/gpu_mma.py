"""gpu_mma: tensor cores, a warp at a time. Rung 5, `convkit/cuda/mma.cu`.

Takes float16 and bfloat16, whose products are exact; and float32 when `precision` allows it: the
products are then of numbers rounded to 'tf32' (10 bits after the point), 'bf16' (7) or 'fp16' (10,
and nothing beyond 65,504). '3xtf32' multiplies three times, for the accuracy of float32; but
infinity, or what rounds to it, gives NaN there, since its product with a remainder of 0 is none.
All sums are in float32; 16-bit results are rounded once, after bias and activation.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles; three times as many for
'3xtf32'. Work space: the image, where it must be rounded or realigned; float32 sums for each part,
where the sum is cut into parts.
Sources: S. Markidis et al., 2018, doi:10.1109/IPDPSW.2018.00091; H. Ootomo, R. Yokota, 2022,
doi:10.1177/10943420221090256.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from convkit.arrays import array_library
from convkit.cuda.launch import (
    MOST_COUNTED,
    NUMBERS,
    aligned,
    blocks,
    refuses_on_gpu,
    spans_too_far,
    too_large,
)
from convkit.cuda.pack import KINDS, in_order_of_lanes, pack, stored_length, stored_maps
from convkit.cuda.split import launch_parts
from convkit.cuda.tiles import GRID, Core, Tile, best_tile, grid
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS, STAGES, ROW = 256, 4, 64  # ROW: bytes of a round's terms
TILES = (Tile(256, 64), Tile(128, 128))
# The form of the numbers that are multiplied; mma.cu splits those of 3xtf32 itself.
KIND_FOR = {"tf32": "tf32", "3xtf32": "float", "bf16": "bf16", "fp16": "fp16"}
# Multiply-adds of a multiprocessor in one clock: 0.62 of what Hopper's tensor cores can do.
PRODUCTS = {"tf32": 635, "3xtf32": 212, "bf16": 1270, "fp16": 1270}


def refuses(problem: Problem) -> str | None:
    """16 bits, or float32 whose products may be rounded; groups of whole 16 bytes of channels."""
    reason = refuses_on_gpu(problem, "mma")
    if reason is None and name_of(problem) is None:
        reason = f"it rounds what it multiplies: allow that with precision={tuple(KIND_FOR)}"
    return reason or refuses_numbers(problem)


def name_of(problem: Problem) -> str | None:
    """What is multiplied: the precision that is allowed, or the 16 bits in which numbers lie."""
    return problem.precision if problem.storage is None else NUMBERS[problem.storage.name]


def refuses_numbers(problem: Problem) -> str | None:
    """The reasons that both tensor-core rungs share."""
    if problem.dtype != np.float32:
        return f"it computes with float32, and the arrays are {problem.dtype}"
    vector = KINDS[KIND_FOR[name_of(problem)]][1]
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    if problem.groups > 1 and depth % vector:
        return (
            f"each of the {problem.groups} groups has {depth} channels, which must be a multiple "
            f"of {vector}"
        )
    if max(problem.groups, blocks(maps, 64)) > GRID:
        return f"{problem.groups} groups of {maps} maps are beyond a grid's 65,535"
    stored = stored_problem(problem)
    filters = prod(stored.filters_shape[:3]) * stored_maps(problem.maps, problem.groups)
    if filters > MOST_COUNTED:
        return f"{filters} numbers in the filters, as they are stored, are more than 2**31"
    return too_large(stored)


def stored_problem(problem: Problem) -> Problem:
    """The same with as many channels as are stored."""
    kind = KIND_FOR[name_of(problem)]
    return replace(problem, channels=stored_length(problem.channels, kind))


def prepare(filters, problem: Problem):
    """Rounded, (K, K, stored C1/groups, stored C2): for each term its maps, in order of lanes."""
    xp, kind = array_library(filters=filters), KIND_FOR[name_of(problem)]
    stored = stored_problem(problem).filters_shape
    ordered = in_order_of_lanes(bits(filters, xp), problem.groups).transpose(1, 2, 0, 3)
    full = xp.zeros((*stored[1:3], stored[0], ordered.shape[3]), ordered.dtype)
    full[:, :, : len(filters)] = ordered
    packed = xp.empty(full.shape, KINDS[kind][0])
    pack(full, packed, kind)
    return packed


def bits(array, xp):
    """Numbers of 16 bits as whole numbers, which every array library can move about."""
    return array.view(xp.uint16) if array.dtype.itemsize == 2 else array


def packed_image(image, problem: Problem, scratch):
    """The image as tensor cores want it: itself, if it need not be rounded and lies right."""
    kind = KIND_FOR[name_of(problem)]
    dtype, vector = KINDS[kind]
    stored = stored_length(problem.channels, kind)
    as_it_is = problem.storage is not None or kind == "float"
    if (
        as_it_is
        and stored == problem.channels
        and aligned(image, vector)
        and not spans_too_far(image)
    ):
        return image
    packed = scratch(f"packed {kind}", (*problem.image_shape[:3], stored), dtype)
    pack(image, packed, kind)
    return packed


def core_of(problem: Problem) -> Core:
    """How fast mma.cu multiplies what it is given."""
    name = name_of(problem)
    number = np.dtype(KINDS[KIND_FOR[name]][0]).itemsize
    return Core(ROW // number, number, PRODUCTS[name])


def tile_of(problem: Problem) -> tuple[Tile, int]:
    """The tile of a block, and the parts of the sum."""
    return best_tile(stored_problem(problem), TILES, core_of(problem))


def shared_bytes(tile: Tile) -> int:
    """The struct `Pipeline` of mma.cu."""
    return STAGES * (tile.pixels + tile.maps) * ROW


def kernel_of(problem: Problem, tile: Tile, splits: int) -> str:
    """Its name; results of 16 bits are written by kernels of their own, parts of sums are not."""
    half = problem.storage is not None and splits == 1
    return f"mma_{name_of(problem)}_{tile}" + ("_out16" if half else "")


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Bring the image into form, start the kernel; out may be any view."""
    tile, splits = tile_of(problem)
    launch_parts(
        "mma",
        kernel_of(problem, tile, splits),
        grid(problem, tile, splits),
        (THREADS,),
        packed_image(image, problem, scratch),
        prepared,
        stored_problem(problem),
        out,
        scratch,
        bias=bias,
        activation=activation,
        shared=shared_bytes(tile),
        stored_maps=prepared.shape[3],
        splits=splits,
    )


METHOD = Method("gpu_mma", refuses, prepare, run, fuses=True, rung=5)
