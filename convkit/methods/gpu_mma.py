"""gpu_mma: tensor cores, a warp at a time. Rung 5, `convkit/cuda/mma.cu`.

Takes part when `precision` allows it: the products are of numbers rounded to 'tf32' (10 bits after
the point), 'bf16' (7) or 'fp16' (10, and nothing beyond 65,504); the sums are in float32. '3xtf32'
multiplies three times, for the accuracy of float32.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, rounded up to whole tiles; three times as many for
'3xtf32'. Work space: the image, rounded, for 'bf16' and 'fp16'; else only if it must be realigned.
Sources: S. Markidis et al., 2018, doi:10.1109/IPDPSW.2018.00091; H. Ootomo, R. Yokota, 2022,
doi:10.1177/10943420221090256.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from convkit.arrays import array_library
from convkit.cuda.launch import aligned, blocks, launch, refuses_on_gpu, too_large
from convkit.cuda.pack import KINDS, pack, stored_length
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS, TILE = 256, 128
SHARED_BYTES = 4 * (128 * 64 + 8192)  # the struct `Pipeline` of mma.cu
KIND_FOR = {"tf32": "float", "3xtf32": "float", "bf16": "bf16", "fp16": "fp16"}


def refuses(problem: Problem) -> str | None:
    """float32 whose products may be rounded; channels of a group in multiples of 16 bytes."""
    reason = refuses_on_gpu(problem, "mma")
    if reason is None and problem.precision is None:
        reason = f"it rounds what it multiplies: allow that with precision={tuple(KIND_FOR)}"
    return reason or refuses_numbers(problem)


def refuses_numbers(problem: Problem) -> str | None:
    """The reasons that both tensor-core rungs share."""
    if problem.dtype != np.float32:
        return f"it computes with float32, and the arrays are {problem.dtype}"
    chunk = KINDS[KIND_FOR[problem.precision]][1]
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    if problem.groups > 1 and (depth % chunk or maps % chunk):
        return (
            f"each of the {problem.groups} groups has {depth} channels and {maps} maps, "
            f"and both must be multiples of {chunk}"
        )
    if max(problem.groups, blocks(maps, 64)) > 65_535:
        return f"{problem.groups} groups of {maps} maps are beyond a grid's 65,535"
    return too_large(stored_problem(problem))


def stored_problem(problem: Problem) -> Problem:
    """The same with as many channels as are stored."""
    kind = KIND_FOR[problem.precision]
    return replace(problem, channels=stored_length(problem.channels, kind))


def prepare(filters, problem: Problem):
    """Rounded, (stored C1/groups, K, K, stored C2), with zeros in what is filled up."""
    xp, kind = array_library(filters=filters), KIND_FOR[problem.precision]
    stored = stored_problem(problem)
    depth, rows, columns, maps = stored.filters_shape
    packed = xp.zeros((depth, rows, columns, stored_length(maps, kind)), KINDS[kind][0])
    pack(filters, packed[: len(filters)], kind)
    return packed


def packed_image(image, problem: Problem, scratch):
    """The image as tensor cores want it: itself, if it is float32 and lies right."""
    kind = KIND_FOR[problem.precision]
    stored = stored_length(problem.channels, kind)
    if kind == "float" and stored == problem.channels and aligned(image):
        return image
    packed = scratch(f"packed {kind}", (*problem.image_shape[:3], stored), KINDS[kind][0])
    pack(image, packed, kind)
    return packed


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Bring the image into form, start the kernel; out may be any view."""
    packed = packed_image(image, problem, scratch)
    pixels, maps = prod(problem.output_shape[:3]), problem.maps // problem.groups
    grid = (blocks(pixels, TILE), blocks(maps, TILE), problem.groups)
    launch(
        "mma", f"mma_{problem.precision}", grid, (THREADS,),
        packed, prepared, stored_problem(problem), out,
        bias=bias, activation=activation, shared=SHARED_BYTES, stored_maps=prepared.shape[3],
    )  # fmt: skip


METHOD = Method("gpu_mma", refuses, prepare, run, fuses=True)
