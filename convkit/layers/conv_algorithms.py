"""Three algorithms for a Conv2D, forward and back. All agree; `choose_algorithm` picks one.

An algorithm is three functions. `forward` fills `out` with filters ⋆ x. `backward` takes the
gradient to that sum, adds to what the filters' gradient will be, and returns the gradient to x.
`finish` makes the filters' gradient when all parts of a batch have passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.backward import image as by_image
from convkit.backward import lowered, windows, winograd
from convkit.decide import method_for
from convkit.methods import METHODS
from convkit.problem import Problem


@dataclass(frozen=True)
class Algorithm:
    """See the module."""

    name: str
    forward: Callable
    backward: Callable
    finish: Callable


def choose_algorithm(problem: Problem) -> Algorithm:
    """Which algorithm for this convolution, when both directions will be needed."""
    if winograd.pays(problem):
        return WINOGRAD
    return LOWERED if lowered.pays(problem) else GENERAL


# Fewer multiplications, where there are many channels.


def _winograd_forward(x, filters, problem, memo, out):
    if "axes" not in memo.once:
        rows, columns = memo.once["axes"] = winograd.axes(problem)
        memo.once["evaluated"] = winograd.evaluate_filters(filters, rows, columns)
    rows, columns = memo.once["axes"]
    memo.tiles = winograd.evaluate_image(x, problem, rows, columns, memo.buffer)
    winograd.multiply_forward(memo.tiles, memo.once["evaluated"], rows, columns, out, memo.buffer)


def _winograd_backward(grad, x, filters, problem, memo, to_input):
    rows, columns = memo.once["axes"]
    evaluated = memo.once["evaluated"]
    points = winograd.evaluate_grad(grad, rows, columns, memo.buffer)
    tiles = memo.tiles.reshape(len(points), -1, problem.channels)  # (places, T, C1)
    _accumulate(memo, "changes", tiles.transpose(0, 2, 1), points)
    if not to_input:
        return None
    batch = problem.batch
    return winograd.image_from_points(points, evaluated, rows, columns, batch, memo.buffer)


def _winograd_finish(problem, memo):
    return winograd.filters_from_points(memo.once["changes"], *memo.once["axes"], problem)


# Windows lowered in one direction, where there are few.


def _lowered_forward(x, filters, problem, memo, out):
    memo.lowered = lowered.lower_windows(x, problem, memo.scratch)
    lowered.multiply_forward(memo.lowered, columns_of(filters, memo), problem, out)


def _lowered_backward(grad, x, filters, problem, memo, to_input):
    add_changes(memo, lowered.grad_filters(memo.lowered, grad, problem, memo.scratch))
    return image_by_method(grad, filters, problem, memo) if to_input else None


def columns_of(filters, memo):
    """Each filter as a column, (K·K·C1, C2), made once for each step."""
    if "columns" not in memo.once:
        maps = filters.shape[3]
        memo.once["columns"] = filters.transpose(1, 2, 0, 3).reshape(-1, maps).copy()
    return memo.once["columns"]


def add_changes(memo, change) -> None:
    """Add to what `finish` will make the filters' gradient of."""
    if "changes" in memo.once:
        memo.once["changes"] += change
    else:
        memo.once["changes"] = change.copy()


def _lowered_finish(problem, memo):
    shape = (*problem.kernel, problem.channels, problem.maps)
    return memo.once["changes"].reshape(shape).transpose(2, 0, 1, 3)


# Everything else: any method forward, windows as a matrix backward. Also on a GPU.


def _general_forward(x, filters, problem, memo, out):
    method = METHODS[method_for(problem, "auto")]
    if "prepared" not in memo.once:
        memo.once["prepared"] = method.prepare(filters, problem)
    method.run(x, memo.once["prepared"], problem, out, memo.scratch)


def _general_backward(grad, x, filters, problem, memo, to_input):
    change = memo.buffer("change", problem.filters_shape, grad.dtype)
    windows.grad_filters(grad, x, problem, change, memo.scratch)
    add_changes(memo, change)
    return image_by_method(grad, filters, problem, memo) if to_input else None


def _general_finish(problem, memo):
    return memo.once["changes"]


def image_by_method(grad, filters, problem, memo):
    out = memo.buffer("grad", problem.image_shape, grad.dtype)
    by_image.grad_image(grad, filters, problem, out, threads=1)
    return out


def _accumulate(memo, name, a, b):
    """memo.once[name] += a @ b, without a fresh array for each part."""
    shape = (*a.shape[:-1], b.shape[-1])
    if name not in memo.once:
        memo.once[name] = memo.buffer(name, shape, b.dtype)
        memo.xp.matmul(a, b, out=memo.once[name])
        return
    product = memo.buffer(name + " of a part", shape, b.dtype)
    memo.xp.matmul(a, b, out=product)
    memo.once[name] += product


WINOGRAD = Algorithm("winograd", _winograd_forward, _winograd_backward, _winograd_finish)
LOWERED = Algorithm("lowered", _lowered_forward, _lowered_backward, _lowered_finish)
GENERAL = Algorithm("general", _general_forward, _general_backward, _general_finish)
