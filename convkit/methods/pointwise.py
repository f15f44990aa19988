"""pointwise: a 1×1 kernel is a dense layer at every pixel, so one matrix product does it.

    image (N·H·W, C1)  ·  filters (C1, C2)  =  result (N·H·W, C2)

No windows, nothing copied; a stride only leaves pixels out.

Cost: N·H'·W'·C1·C2 multiply-adds, no work space.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 3e-7, at most 3e-6 (`benchmarks/errors.py`).
Source: M. Lin, Q. Chen, S. Yan, "Network In Network", 2013, doi:10.48550/arXiv.1312.4400.
"""

from __future__ import annotations

import numpy as np

from convkit.methods.method import Method, Trials, Wish, group_slices
from convkit.methods.products import multiply
from convkit.problem import Problem


def refuses(problem: Problem) -> str | None:
    """It takes kernels of one place, without padding."""
    if problem.device != "cpu":
        return "it cuts the product for a processor's caches, not for a GPU"
    if problem.kernel != (1, 1):
        return f"a kernel of one place, got {problem.kernel}"
    if problem.pads != ((0, 0), (0, 0)):
        return f"no padding, got {problem.pads}"
    return None


def prepare(filters, problem: Problem):
    """The matrix (C1/groups, C2)."""
    return np.ascontiguousarray(filters[:, 0, 0])


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """One product for each group."""
    rows, columns = problem.stride
    pixels = image[:, ::rows, ::columns]  # (N, H', W', C1)
    for channels, maps in group_slices(problem):
        some, target = pixels[..., channels], out[..., maps]
        if some.flags.c_contiguous and target.flags.c_contiguous:  # one long column of pixels
            some, target = some.reshape(-1, some.shape[-1]), target.reshape(-1, target.shape[-1])
        multiply(some, prepared[:, maps], target)


METHOD = Method(
    "pointwise",
    refuses,
    prepare,
    run,
    wishes=(Wish(2, lambda problem, limits: True),),
    trials=Trials(rows=(1,), paddings=("valid",)),
)
