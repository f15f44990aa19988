"""Which method on a GPU for which problem."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.methods import registry
from convkit.methods.method import group_sizes
from convkit.problem import Problem

# With fewer multiply-adds a kernel is over before its launch costs less than its work.
SMALL = 2**24
FEW = 4  # channels of a group that 'gpu_depthwise' adds up, one after the other; and maps
HALF_A_TILE = 32  # maps of 'gpu_implicit_gemm'
FFT_PLACES, FFT_WORK = 400, 2**31  # of a kernel; multiply-adds
# Where numbers are rounded and filled up to 8 (TF32: 4) channels first.
TENSOR_MAPS, TENSOR_CHANNELS, TENSOR_CHANNELS_LARGE = 8, 8, 3
WINDOWS = 2**32  # bytes that 'gpu_im2col' may need for one image


def choose_gpu_method(problem: Problem) -> str:
    """Name the method that `method="auto"` uses on a GPU.

    The rule, in order; channels and maps are those of a group:

    1. Up to 4 channels and maps, `fast`, a kernel of 400 places (20 × 20) or more, and at least
       2**31 multiply-adds: 'gpu_fft'.
    2. One channel and up to 32 maps, or up to 4 channels and maps: 'gpu_depthwise'. So go
       depthwise layers, pairs of an image and a kernel (groups = pairs), and gray images.
    3. 16-bit arrays, whose products a tensor core does not round; and, where `precision` allows
       rounded products, float32 arrays of 8 channels and maps or more (3 channels from 2**24
       multiply-adds on): tensor cores, those of Hopper ('gpu_wgmma') where there are any, else
       'gpu_mma'.
    4. Up to 2**24 multiply-adds: 'gpu_tiled', one launch of many small blocks.
    5. float64, and 16 bits without tensor cores: 'gpu_im2col', because cuBLAS knows the float64
       units of the GPU; 'gpu_tiled' where the windows of one image need more than 4 GB.
    6. float32: 'gpu_implicit_gemm'.
    7. Sizes that the others cannot count: 'gpu_im2col', or, beyond 4 GB, 'gpu_naive'.

    A method that refuses, or is switched off because it is wrong on this GPU, is passed over for
    the next.

    Parameters
    ----------
    problem : Problem
        With `device="gpu"`; its shape, types, `fast`, precision and compute capability decide.

    Returns
    -------
    str
        A key of `METHODS`. Never the name of a method that refuses the problem, nor of one with
        larger rounding where `fast` is False.

    Notes
    -----
    None of these limits was measured on a device. They are estimates from counted instructions and
    bytes; `benchmarks/gpu.py` measures what they are worth. For an H200 (132 multiprocessors,
    1.7 GHz, 4.3 TB/s, so 19 bytes and 128 float32 multiply-adds per clock and multiprocessor):

    - Depthwise 3 × 3 in float32 must move 8 bytes for each result: 2.4 results per clock and
      multiprocessor. 'gpu_depthwise' takes some 50 instructions for one, 2.5 results. 'gpu_naive'
      divides 64-bit numbers three times and takes some 400: 0.3. A tile of 64 maps of
      'gpu_implicit_gemm' would be 1/64 full.
    - With m maps of a group, 'gpu_implicit_gemm' does useful work in m / 64 of its tile: from
      half a tile on it equals the some 80 instructions for a result of 5 × 5 of 'gpu_depthwise'.
    - Up to 4 maps and many channels: 'gpu_implicit_gemm' gives 128 · 0.78 · m / 64 = 1.6·m
      multiply-adds per clock; in 'gpu_naive' a warp reads 32 / m pixels, as many lines of memory,
      for 32 multiply-adds, so m of them per clock. Hence never 'gpu_naive', nor for sums of few
      terms, where its divisions cost most.
    - Three channels are filled up to eight for tensor cores, so more than half of their products
      are wasted. Still `benchmarks/gpu.py --static` bounds ResNet's first layer at 63 TFLOP/s there
      and at 27 in 'gpu_implicit_gemm', which reads such pixels number by number.
    - 'gpu_fft' moves about 7 times 8 bytes for each result, 13 ps, and half again where tiles
      overlap; 'gpu_depthwise' takes 0.058 ps for each place of the kernel, at 60% of the
      multiply-adds that there are. They are even at 330 places. Its dozen calls take some 60 µs:
      below 2**31 multiply-adds, 125 µs, there is nothing to win.

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
    off, methods = dict(problem.switched_off), registry.methods()
    for name in _wishes(problem):
        coarse = methods[name].larger_rounding and not problem.fast
        if methods[name].refuses(problem) is None and not coarse and name not in off:
            return name
    return "gpu_im2col"


def _wishes(problem: Problem):
    """Names of methods in the order in which they would be best."""
    depth, maps = group_sizes(problem)
    few = max(depth, maps) <= FEW
    if few and prod(problem.kernel) >= FFT_PLACES and problem.multiply_adds >= FFT_WORK:
        yield "gpu_fft"
    if few or (depth == 1 and maps <= HALF_A_TILE):
        yield "gpu_depthwise"
    least = TENSOR_CHANNELS_LARGE if problem.multiply_adds > SMALL else TENSOR_CHANNELS
    rounded = problem.precision is not None and depth >= least and maps >= TENSOR_MAPS
    if problem.storage is not None or rounded:
        yield from ("gpu_wgmma", "gpu_mma")
    if problem.multiply_adds <= SMALL:
        yield "gpu_tiled"
    if problem.dtype == np.float64 or problem.storage is not None:
        yield "gpu_im2col" if _windows_fit(problem) else "gpu_tiled"
    yield "gpu_implicit_gemm"
    yield "gpu_im2col" if _windows_fit(problem) else "gpu_naive"


def _windows_fit(problem: Problem) -> bool:
    """Whether all windows of one image may lie in memory side by side."""
    windows = prod(problem.output_size) * problem.channels * prod(problem.kernel)
    return windows * problem.dtype.itemsize <= WINDOWS
