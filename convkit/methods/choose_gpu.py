"""Which rung of the GPU ladder for which problem."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.methods import gpu_im2col, gpu_implicit_gemm, gpu_mma, gpu_naive, gpu_tiled, gpu_wgmma
from convkit.problem import Problem

# In the order of the book; each takes what it can and refuses the rest with a reason.
LADDER = (gpu_naive, gpu_tiled, gpu_im2col, gpu_implicit_gemm, gpu_mma, gpu_wgmma)

# With fewer multiply-adds a kernel is over before its launch costs less than its work.
SMALL = 2**24


def choose_gpu_method(problem: Problem) -> str:
    """Name the rung that `method="auto"` uses on a GPU.

    The rule, in order:

    - `precision` allows rounded products: tensor cores, those of Hopper where there are any;
    - few channels and maps to a group, as in a depthwise convolution: 'gpu_naive', since a tile
      would be mostly empty;
    - a small problem: 'gpu_tiled', one launch of many small blocks;
    - float64: 'gpu_im2col', because cuBLAS knows the float64 units of the GPU;
    - float32: 'gpu_implicit_gemm'.

    A rung that refuses, or is switched off because it is wrong on this GPU, is passed over for the
    next; 'gpu_im2col' takes everything. The limits are estimates from the sizes of tiles;
    `benchmarks/gpu.py` measures what they are worth.

    Parameters
    ----------
    problem : Problem
        With `device="gpu"`; its shape, dtype, precision and compute capability decide.

    Returns
    -------
    str
        A key of `METHODS`. Never the name of a method that refuses the problem.

    Examples
    --------
    >>> from convkit import read_problem
    >>> layer = (32, 56, 56, 256), (256, 3, 3, 256)
    >>> choose_gpu_method(read_problem(*layer, device="gpu", compute_capability=(8, 0)))
    'gpu_implicit_gemm'
    >>> bf16 = dict(device="gpu", precision="bf16")
    >>> choose_gpu_method(read_problem(*layer, compute_capability=(9, 0), **bf16))
    'gpu_wgmma'
    >>> choose_gpu_method(read_problem(*layer, compute_capability=(8, 9), **bf16))
    'gpu_mma'
    """
    off = dict(problem.switched_off)
    for rung in _wishes(problem):
        if rung.METHOD.name not in off and rung.METHOD.refuses(problem) is None:
            return rung.METHOD.name
    return gpu_im2col.METHOD.name


def _wishes(problem: Problem):
    """Rungs in the order in which they would be best."""
    depth, maps = problem.channels // problem.groups, problem.maps // problem.groups
    if problem.precision is not None and min(depth, maps) >= 8:
        yield from (gpu_wgmma, gpu_mma)
    if maps <= 4 or depth * prod(problem.kernel) <= 4:
        yield gpu_naive
    if problem.multiply_adds <= SMALL:
        yield gpu_tiled
    if problem.dtype == np.float64:
        yield gpu_im2col
    yield gpu_implicit_gemm
    yield gpu_naive
