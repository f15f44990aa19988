"""The gradient with respect to the image: itself a convolution, with flipped filters.

With stride 1 every image pixel was met by the filter's places in reverse order, so the gradient
is one cross-correlation of `grad` with flipped filters whose axes of channels are swapped.

With stride S the image falls into S² phases (pixels whose row, counted with the padding, leaves
the same remainder modulo S, and likewise the column). One phase meets only every S-th place of
the kernel, so each phase is a stride-1 cross-correlation with a part of the filters: no product
with a zero is ever made. Dilation D keeps this true; places are then S/gcd(S, D) apart.

Cost: N·H'·W'·C1·C2/groups·K² multiply-adds for direct methods, as many as the forward pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

from convkit.arrays import array_library
from convkit.chosen_method import method_for
from convkit.methods import METHODS
from convkit.problem import Problem
from convkit.scratch import ScratchPool
from convkit.threads import run_threaded, thread_count


@dataclass(frozen=True)
class Phase:
    """One axis of one phase: which pixels, which places of the kernel, which part of `grad`."""

    pixels: slice
    places: slice
    count: int  # places
    grad: slice
    size: int  # rows of that part of grad
    pads: tuple[int, int]
    dilation: int


def grad_image(
    grad, filters, problem: Problem, out, *, method="auto", threads=None, pool=None
) -> None:
    """Write the gradient with respect to the image into `out`, (N, H, W, C1).

    `grad` is (N, H', W', C2), `filters` (C1/groups, K, K, C2); `problem` is that of the forward
    pass.
    """
    xp = array_library(grad=grad, filters=filters)
    pool = ScratchPool(xp) if pool is None else pool
    swapped = swap_channels(filters, problem.groups)
    plan = [list(phases(problem, axis)) for axis in (0, 1)]
    covered = sum(1 for rows in plan[0] for columns in plan[1] if rows and columns)
    if covered < problem.stride[0] * problem.stride[1]:
        out[...] = 0  # pixels that no window meets
    for rows in filter(None, plan[0]):
        for columns in filter(None, plan[1]):
            part = _phase_problem(problem, rows, columns)
            target = out[:, rows.pixels, columns.pixels]
            if rows.size < 1 or columns.size < 1:
                target[...] = 0
                continue
            weights = swapped[:, rows.places, columns.places][:, ::-1, ::-1]
            name = method_for(part, method)
            prepared = METHODS[name].prepare(xp.ascontiguousarray(weights), part)
            source = grad[:, rows.grad, columns.grad]
            workers = thread_count(threads, part, METHODS[name])
            run_threaded(METHODS[name], source, prepared, part, target, pool, workers)


def swap_channels(filters, groups: int):
    """(C1/groups, K, K, C2) → (C2/groups, K, K, C1): channels and maps change roles."""
    depth, rows, columns, maps = filters.shape
    parts = filters.reshape(depth, rows, columns, groups, maps // groups)
    return parts.transpose(4, 1, 2, 3, 0).reshape(maps // groups, rows, columns, groups * depth)


def phases(problem: Problem, axis: int):
    """The phases of one axis; None for one that meets no place of the kernel.

    A pixel y meets place m in window i if y + P = i·S + m·D. For y + P = q·S + r the places are
    m = m0, m0 + step, …, the windows i = q − first − t·(D/g), with g = gcd(S, D).
    """
    stride, dilation = problem.stride[axis], problem.dilation[axis]
    size, kernel, pad = problem.image_size[axis], problem.kernel[axis], problem.pads[axis][0]
    windows = problem.output_size[axis]
    common = gcd(stride, dilation)
    step, near = stride // common, dilation // common
    for remainder in range(stride):
        begin = (remainder - pad) % stride
        if begin >= size:
            continue  # a smaller image than the stride: there is no such pixel
        places = [m for m in range(min(step, kernel)) if m * dilation % stride == remainder]
        if not places:
            yield None
            continue
        count = len(range(places[0], kernel, step))
        first = (places[0] * dilation - remainder) // stride
        quotient = (begin + pad - remainder) // stride
        wanted = len(range(begin, size, stride))
        before = first + (count - 1) * near - quotient
        after = (count - 1) * near + wanted - windows - before
        kept = slice(max(0, -before), windows - max(0, -after))  # a negative pad crops grad
        yield Phase(
            slice(begin, size, stride),
            slice(places[0], kernel, step),
            count,
            kept,
            kept.stop - kept.start,
            (max(before, 0), max(after, 0)),
            near,
        )


def _phase_problem(problem: Problem, rows: Phase, columns: Phase) -> Problem:
    return replace(
        problem,
        image_size=(rows.size, columns.size),
        channels=problem.maps,
        maps=problem.channels,
        kernel=(rows.count, columns.count),
        stride=(1, 1),
        dilation=(rows.dilation, columns.dilation),
        pads=(rows.pads, columns.pads),
    )
