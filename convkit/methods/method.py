"""What every algorithm offers, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convkit.arrays import array_library
from convkit.problem import Problem
from convkit.scratch import Scratch


@dataclass(frozen=True)
class Method:
    """One algorithm for cross-correlation, under one name.

    Attributes
    ----------
    name : str
        Also the name of its file, its test id and its section in the book.
    refuses : Callable[[Problem], str | None]
        The reason why this method cannot solve a problem, or None if it can.
    prepare : Callable[[filters, Problem], Any]
        Brings filters (C1/groups, K, K, C2) into the form that `run` wants. Done once by a plan.
    run : Callable[[image, prepared, Problem, out, Scratch], None]
        Reads image (N, H, W, C1), without padding; writes every number of out (N, H', W', C2).
    larger_rounding : bool
        Whether its error is larger than that of direct summation; if so `fast=False` excludes it.
    fuses : bool
        Whether `run` takes two more arguments, bias and the activation's name, and applies them
        before it writes.
    worth_a_thread : int
        Multiply-adds below which handing work to one thread more costs more than it gives.
    """

    name: str
    refuses: Callable[[Problem], str | None]
    prepare: Callable[[Any, Problem], Any]
    run: Callable[[Any, Any, Problem, Any, Scratch], None]
    larger_rounding: bool = False
    fuses: bool = False
    worth_a_thread: int = 10_000_000  # about 0.1 to 0.2 ms

    def __call__(self, image, filters, problem: Problem):
        """Solve one problem from start to end: normalized arrays in, (N, H', W', C2) out."""
        xp = array_library(image=image, filters=filters)
        out = xp.empty(problem.output_shape, problem.dtype)
        self.run(image, self.prepare(filters, problem), problem, out, Scratch(xp))
        return out


def padded(image, problem: Problem, scratch: Scratch):
    """The image with its zeros around it, (N, top+H+bottom, left+W+right, C1); itself if none."""
    (top, bottom), (left, right) = problem.pads
    if not (top or bottom or left or right):
        return image
    batch, height, width, channels = problem.image_shape
    shape = (batch, top + height + bottom, left + width + right, channels)
    large = scratch("padded image", shape, problem.dtype)
    large[:, :top] = 0
    large[:, top + height :] = 0
    large[:, top : top + height, :left] = 0
    large[:, top : top + height, left + width :] = 0
    large[:, top : top + height, left : left + width] = image
    return large


def group_slices(problem: Problem):
    """For each group: its channels of the image, and its feature maps."""
    channels, maps = problem.channels // problem.groups, problem.maps // problem.groups
    for group in range(problem.groups):
        yield (
            slice(group * channels, (group + 1) * channels),
            slice(group * maps, (group + 1) * maps),
        )
