"""How the host starts the kernel of a row: the numbers that gpu_bounds.py needs, and no GPU."""

from __future__ import annotations

from math import prod

import ml_dtypes
import numpy as np

from benchmarks.gpu_bounds import Launch
from benchmarks.row import Row
from convkit import choose_method, read_problem
from convkit.cuda.tiles import grid
from convkit.methods import gpu_implicit_gemm, gpu_mma, gpu_wgmma
from convkit.problem import Problem

# What image, filters and result hold, and what products may be rounded to. float16 is as fast as
# bfloat16, number for number.
MODELED_NUMBERS = {
    "float32": {},
    "3xtf32": {"precision": "3xtf32"},
    "tf32": {"precision": "tf32"},
    "bf16": {"precision": "bf16"},  # float32 arrays
    "bfloat16": {"storage": np.dtype(ml_dtypes.bfloat16)},
}


def problem_of(row: Row, numbers: str) -> Problem:
    """The row's problem, on a Hopper GPU."""
    return read_problem(
        (row.batch, row.size, row.size, row.channels),
        (row.channels, row.kernel, row.kernel, row.maps),
        stride=row.stride,
        padding=row.padding,
        device="gpu",
        compute_capability=(9, 0),
        **MODELED_NUMBERS[numbers],
    )


def launch_of(row: Row, numbers: str) -> Launch | str:
    """The launch of the rung that is chosen; its name alone, if it is none with a tile."""
    problem = problem_of(row, numbers)
    method = choose_method(problem)
    return LAUNCHES[method](problem) if method in LAUNCHES else method


def _implicit_gemm(problem: Problem) -> Launch:
    rung, wide = gpu_implicit_gemm, problem.channels % 4 == 0  # new arrays are aligned
    tile, splits = rung.tile_of(problem, wide)
    kernel = f"implicit_gemm_{tile}" + ("" if wide else "_any")
    shared = rung.shared_bytes(tile)
    return _launch(problem, problem, kernel, tile, splits, rung.THREADS, shared, 4, packed=False)


def _mma(problem: Problem) -> Launch:
    tile, splits = gpu_mma.tile_of(problem)
    return _tensor_cores(gpu_mma, problem, tile, splits, gpu_mma.THREADS)


def _wgmma(problem: Problem) -> Launch:
    tile, splits = gpu_wgmma.tile_of(problem)
    return _tensor_cores(gpu_wgmma, problem, tile, splits, gpu_wgmma.THREADS[tile])


def _tensor_cores(rung, problem: Problem, tile, splits: int, threads: int) -> Launch:
    name, stored = gpu_mma.name_of(problem), gpu_mma.stored_problem(problem)
    number = 2 if name in ("bf16", "fp16") else 4
    packed = stored != problem or (problem.storage is None and name != "3xtf32")
    kernel, shared = rung.kernel_of(problem, tile, splits), rung.shared_bytes(tile)
    return _launch(problem, stored, kernel, tile, splits, threads, shared, number, packed)


LAUNCHES = {"gpu_implicit_gemm": _implicit_gemm, "gpu_mma": _mma, "gpu_wgmma": _wgmma}


def _launch(problem, stored, kernel, tile, splits, threads, shared, number, packed) -> Launch:
    """`stored` is the problem as the kernel sees it; `packed`: the image is brought into form."""
    image, results = prod(stored.image_shape), prod(problem.output_shape)
    passes = 0
    if packed:
        passes += problem.result_dtype.itemsize * prod(problem.image_shape) + number * image
    if splits > 1:
        passes += (4 * splits + problem.result_dtype.itemsize) * results
    return Launch(
        kernel=kernel,
        grid=grid(problem, tile, splits),
        tile=(tile.pixels, tile.maps),
        threads=threads,
        shared_bytes=shared,
        terms=prod(problem.kernel) * stored.channels // problem.groups,
        image_bytes=number * (image + prod(stored.filters_shape)),
        result_bytes=(4 * splits if splits > 1 else problem.result_dtype.itemsize) * results,
        number_bytes=number,
        pass_bytes=passes,
        splits=splits,
    )
