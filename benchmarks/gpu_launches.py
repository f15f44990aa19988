"""How the host starts the kernel of a row: the numbers that gpu_bounds.py needs, and no GPU."""

from __future__ import annotations

from math import prod

from benchmarks.gpu_bounds import Launch
from benchmarks.gpu_rows import Row
from convkit import choose_method, read_problem
from convkit.cuda.launch import blocks
from convkit.methods import gpu_implicit_gemm, gpu_mma, gpu_wgmma
from convkit.problem import Problem


def problem_of(row: Row, precision: str | None) -> Problem:
    """The row's problem, on a Hopper GPU."""
    return read_problem(
        (row.batch, row.size, row.size, row.channels),
        (row.channels, row.kernel, row.kernel, row.maps),
        stride=row.stride,
        padding=row.padding,
        device="gpu",
        precision=precision,
        compute_capability=(9, 0),
    )


def launch_of(row: Row, precision: str | None) -> Launch | str:
    """The launch of the rung that is chosen; its name alone, if it is none with a tile."""
    problem = problem_of(row, precision)
    method = choose_method(problem)
    return LAUNCHES[method](problem) if method in LAUNCHES else method


def _implicit_gemm(problem: Problem) -> Launch:
    tile = gpu_implicit_gemm.tile_of(problem)
    wide = problem.channels % 4 == 0 and problem.maps % 4 == 0  # as new arrays are aligned
    kernel = f"implicit_gemm_{tile}" + ("" if wide else "_any")
    shared = gpu_implicit_gemm.shared_bytes(tile)
    return _launch(problem, kernel, (tile, tile), gpu_implicit_gemm.THREADS, shared, 4, False)


def _mma(problem: Problem) -> Launch:
    half = problem.precision in ("bf16", "fp16")
    stored = gpu_mma.stored_problem(problem)
    pack = half or stored.channels != problem.channels
    kernel, tile = f"mma_{problem.precision}", (gpu_mma.TILE, gpu_mma.TILE)
    return _launch(
        stored, kernel, tile, gpu_mma.THREADS, gpu_mma.SHARED_BYTES, 2 if half else 4, pack
    )


def _wgmma(problem: Problem) -> Launch:
    tile = gpu_wgmma.tile_of(problem)
    kernel, shared = f"wgmma_{problem.precision}_{tile}", gpu_wgmma.shared_bytes(tile)
    stored = gpu_mma.stored_problem(problem)
    return _launch(
        stored, kernel, (gpu_wgmma.PIXELS, tile), gpu_wgmma.THREADS, shared, 2, pack=True
    )


LAUNCHES = {"gpu_implicit_gemm": _implicit_gemm, "gpu_mma": _mma, "gpu_wgmma": _wgmma}


def _launch(problem, kernel, tile, threads, shared, number_bytes, pack) -> Launch:
    """`pack`: the image comes in float32, and a pass of its own rewrites it."""
    image = prod(problem.image_shape)
    filters, results = prod(problem.filters_shape), prod(problem.output_shape)
    pixels, maps = prod(problem.output_shape[:3]), problem.maps // problem.groups
    return Launch(
        kernel=kernel,
        grid=(blocks(pixels, tile[0]), blocks(maps, tile[1]), problem.groups),
        tile=tile,
        threads=threads,
        shared_bytes=shared,
        terms=prod(problem.kernel) * problem.channels // problem.groups,
        image_bytes=number_bytes * (image + filters),
        result_bytes=4 * results,
        number_bytes=number_bytes,
        pass_bytes=(4 + number_bytes) * image if pack else 0,
    )
