"""direct: one small matrix product for each place of the kernel.

The sum over m and n is taken outside, the sum over channels inside:

    B = Σ_{m,n}  A shifted by (m, n)  ·  W[:, m, n, :]

Each term is the image, shifted, times a (C1, C2) matrix: a 1×1 convolution. No padding is made:
where a shifted image falls outside, there is nothing to add. The filters are used as they lie in
memory, so a single call has nothing to prepare.

Cost: N·H'·W'·C1·C2·K² multiply-adds. Work space: the products of one place, and with many channels
a copy of the image.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 1e-7 to 5e-7, at most 7e-6 (`benchmarks/errors.py`).
"""

from __future__ import annotations

from convkit.arrays import array_library
from convkit.methods.crossovers import LARGE_FILTERS, Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes, group_slices
from convkit.methods.products import UNPACKED
from convkit.problem import Problem


def refuses(problem: Problem) -> str | None:
    """It takes everything."""
    return None


def prepare(filters, problem: Problem):
    """Put the place of the kernel first; a plan also lets W[:, m, n, :] lie together."""
    xp = array_library(filters=filters)
    places = filters.transpose(1, 2, 0, 3)  # (K, K, C1/groups, C2)
    return xp.ascontiguousarray(places) if problem.planned else places


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Add up the K² shifted products."""
    xp = array_library(image=image)
    out[...] = 0
    for m in range(problem.kernel[0]):
        rows = reach(problem, axis=0, place=m)
        for n in range(problem.kernel[1]):
            columns = reach(problem, axis=1, place=n)
            if rows is None or columns is None:
                continue  # this place of the kernel only ever meets padding
            for channels, maps in group_slices(problem):
                shifted = image[:, rows[0], columns[0], channels]  # (N, i, j, C1/groups)
                target = out[:, rows[1], columns[1], maps]  # (N, i, j, C2/groups)
                weights = prepared[m, n, :, maps]
                product = scratch("product", target.shape, problem.dtype)
                if shifted.shape[2] * weights.size > UNPACKED:
                    # BLAS would pack the weights anew for each row: give it all rows as one matrix.
                    copy = scratch("shifted", shifted.shape, problem.dtype)
                    copy[...] = shifted
                    rows_first = copy.reshape(-1, len(weights))  # (N·i·j, C1/groups)
                    xp.matmul(
                        rows_first, weights, out=product.reshape(len(rows_first), target.shape[3])
                    )
                else:
                    xp.matmul(shifted, weights, out=product)
                target += product


def reach(problem: Problem, axis: int, place: int) -> tuple[slice, slice] | None:
    """Pixels that this place of the kernel meets along one axis, and the results that meet them.

    Result i reads pixel i·S + place·D − P. Returns the slice of pixels inside the image and the
    slice of results, or None if there are none.
    """
    size, stride = problem.image_size[axis], problem.stride[axis]
    offset = place * problem.dilation[axis] - problem.pads[axis][0]
    first = max(0, -(offset // stride))  # smallest i with i·S + offset ≥ 0
    last = min(problem.output_size[axis], (size - 1 - offset) // stride + 1)
    if last <= first:
        return None
    begin = first * stride + offset
    return slice(begin, begin + (last - first - 1) * stride + 1, stride), slice(first, last)


def _large_single_call(problem: Problem, limits: Crossovers) -> bool:
    """Filters so large that bringing them into another order costs more than it gives."""
    depth, maps = group_sizes(problem)
    return not problem.planned and depth * maps >= LARGE_FILTERS


METHOD = Method(
    "direct",
    refuses,
    prepare,
    run,
    wishes=(
        Wish(1, lambda problem, limits: problem.multiply_adds < limits.tiny),
        Wish(8, _large_single_call),
        Wish(10.1, lambda problem, limits: True),
    ),
    trials=Trials(strided_dilations=(1, 1, 2, 3), dilations=(1, 1, 2, 3)),
)
