"""What every algorithm offers, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convkit.arrays import array_library
from convkit.methods.crossovers import Crossovers
from convkit.problem import Problem
from convkit.scratch import Scratch


@dataclass(frozen=True)
class Wish:
    """A kind of problem for which `choose_method` asks a method, and how early.

    Attributes
    ----------
    place : int
        The number of the line in the rule of `choose_method`; of two methods that both wish for a
        problem, the one with the smaller number is asked first, and taken unless it refuses.
    worth : Callable[[Problem, Crossovers], bool]
        Whether the method is worth asking; it may say yes to what it refuses.
    """

    place: float
    worth: Callable[[Problem, Crossovers], bool]


@dataclass(frozen=True)
class Trials:
    """What the tests make a method's problems of: choices inside of what it takes.

    A choice that stands twice is made twice as often.

    Attributes
    ----------
    rows, columns : tuple of int
        Of the kernel; `columns` are `rows` if none are given.
    strides : tuple of int
    dilations : tuple of int
        Where the stride is 1.
    strided_dilations : tuple of int
        Where it is not.
    depths, maps, groups : tuple of int
        Channels and maps of one group, and how many groups.
    paddings : tuple
    fit : callable or None
        From kernel, stride and the function that chooses, the kernel and the stride to take: for
        methods that want the one to fit the other.
    every_block : (str, int) or None
        The function of the method's file that runs once for each block of rows, and how often it
        must run for an image of 40 × 37, at least, where a block may hold 600 bytes.
    """

    rows: tuple[int, ...] = (1, 2, 3, 4, 5)
    columns: tuple[int, ...] | None = None
    strides: tuple[int, ...] = (1, 1, 2, 3)
    dilations: tuple[int, ...] = (1, 1, 1, 2, 3)
    strided_dilations: tuple[int, ...] = (1,)
    depths: tuple[int, ...] = (1, 2, 3, 5)
    maps: tuple[int, ...] = (1, 2, 3, 7, 16, 33)
    groups: tuple[int, ...] = (1, 1, 1, 2, 3)
    paddings: tuple = ("valid", "same", "full", 0, 1, (2, 0), (0, 3), 4)
    fit: Callable | None = None
    every_block: tuple[str, int] | None = None


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
    wishes : tuple of Wish
        For which problems `choose_method` asks it on the CPU. Without any it is never chosen, and
        can be named.
    trials : Trials
        What the tests try it on.
    rung : int or None
        On a GPU, its step on the ladder of the book, 1 to 6.
    """

    name: str
    refuses: Callable[[Problem], str | None]
    prepare: Callable[[Any, Problem], Any]
    run: Callable[[Any, Any, Problem, Any, Scratch], None]
    larger_rounding: bool = False
    fuses: bool = False
    worth_a_thread: int = 10_000_000  # about 0.1 to 0.2 ms
    wishes: tuple[Wish, ...] = ()
    trials: Trials = Trials()
    rung: int | None = None

    @property
    def device(self) -> str:
        """Where it runs, 'cpu' or 'gpu'."""
        return "gpu" if self.name.startswith("gpu_") else "cpu"

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


def group_sizes(problem: Problem) -> tuple[int, int]:
    """Channels and maps of one group."""
    return problem.channels // problem.groups, problem.maps // problem.groups


def group_slices(problem: Problem):
    """For each group: its channels of the image, and its feature maps."""
    channels, maps = group_sizes(problem)
    for group in range(problem.groups):
        yield (
            slice(group * channels, (group + 1) * channels),
            slice(group * maps, (group + 1) * maps),
        )
