"""Which rung of the GPU ladder for which problem."""

from __future__ import annotations

from convkit.methods import gpu_im2col, gpu_implicit_gemm, gpu_mma, gpu_naive, gpu_tiled, gpu_wgmma
from convkit.problem import Problem

LADDER = (gpu_naive, gpu_tiled, gpu_im2col, gpu_implicit_gemm, gpu_mma, gpu_wgmma)


def choose_gpu_method(problem: Problem) -> str:
    """The first rung, fastest first, that takes the problem."""
    for rung in reversed(LADDER):
        if rung.METHOD.refuses(problem) is None:
            return rung.METHOD.name
    raise AssertionError(f"no rung takes {problem}")  # gpu_im2col takes everything
