"""gpu_naive: one thread for each number of the result. Rung 1, `convkit/cuda/naive.cu`.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, and two reads for each; no work space.
Rounding: that of a plain sum in the given dtype; numbers of 16 bits are summed in float32.
"""

from __future__ import annotations

from math import prod

from convkit.arrays import array_library
from convkit.cuda.launch import NUMBERS, blocks, launch, refuses_on_gpu
from convkit.methods.method import Method
from convkit.problem import Problem

THREADS = 256


def refuses(problem: Problem) -> str | None:
    """It takes everything."""
    count = prod(problem.output_shape)
    if count > THREADS * (2**31 - 1):
        return f"{count} results are more than the threads of one launch: give it smaller batches"
    return refuses_on_gpu(problem, "naive")


def prepare(filters, problem: Problem):
    """(C1/groups, K, K, C2) as they are, in one piece."""
    return array_library(filters=filters).ascontiguousarray(filters)


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Start the kernel; image and out may be any views."""
    kernel = f"naive_{NUMBERS[problem.result_dtype.name]}"
    grid = (blocks(prod(problem.output_shape), THREADS),)
    launch(
        "naive",
        kernel,
        grid,
        (THREADS,),
        image,
        prepared,
        problem,
        out,
        bias=bias,
        activation=activation,
    )


METHOD = Method("gpu_naive", refuses, prepare, run, fuses=True, rung=1)
