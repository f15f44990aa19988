"""One convolution, described in full: checked and normalized, without its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from convkit.shapes import (
    kernel_extent,
    pad_amounts,
    too_small,
    whole_number,
    windows,
)

Pair = tuple[int, int]
FLOAT32 = np.dtype(np.float32)

# Rank decides, as the book's first steps do.
RANKS = {
    (2, 2): "(H, W)        ⋆ (K, K)          → (H', W')",
    (3, 3): "(H, W, C1)    ⋆ (C1, K, K)      → (H', W')",
    (3, 4): "(H, W, C1)    ⋆ (C1, K, K, C2)  → (H', W', C2)",
    (4, 3): "(N, H, W, C1) ⋆ (C1, K, K)      → (N, H', W')",
    (4, 4): "(N, H, W, C1) ⋆ (C1, K, K, C2)  → (N, H', W', C2)",
}


@dataclass(frozen=True)
class Problem:
    """Everything about a convolution but the numbers in its arrays.

    `choose_method` looks at a problem and nothing else, so its choice can be asked for,
    printed and tested. Sizes are those of the normalized arrays: the image is
    (batch, rows, columns, channels), the filters are (channels / groups, K, K, maps).

    `dtype` is the type of the sums, float32 or float64. `storage` is float16 or bfloat16 where
    image, filters and result are kept in 16 bits, else None.

    `switched_off` names the methods that are wrong on this GPU, each with what was found
    (`convkit.gpu_trust`).

    Examples
    --------
    >>> problem = read_problem((32, 32, 3), (3, 5, 5, 64), padding="same")
    >>> problem.output_shape
    (1, 32, 32, 64)
    >>> problem.multiply_adds
    4915200
    """

    batch: int
    image_size: Pair
    channels: int
    kernel: Pair
    maps: int
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    pads: tuple[Pair, Pair] = ((0, 0), (0, 0))
    groups: int = 1
    dtype: np.dtype = FLOAT32
    storage: np.dtype | None = None
    fast: bool = True
    planned: bool = False
    device: str = "cpu"
    precision: str | None = None
    compute_capability: Pair | None = None
    switched_off: tuple[tuple[str, str], ...] = ()

    @property
    def image_shape(self) -> tuple[int, int, int, int]:
        """(N, H, W, C1)."""
        return (self.batch, *self.image_size, self.channels)

    @property
    def filters_shape(self) -> tuple[int, int, int, int]:
        """(C1 / groups, K, K, C2)."""
        return (self.channels // self.groups, *self.kernel, self.maps)

    @property
    def result_dtype(self) -> np.dtype:
        """The type of the image and of the result: that of the sums, or the 16 bits in storage."""
        return self.dtype if self.storage is None else self.storage

    @cached_property
    def extent(self) -> Pair:
        """Rows and columns that one window spans, dilation included."""
        return tuple(kernel_extent(k, d) for k, d in zip(self.kernel, self.dilation, strict=True))

    @cached_property
    def output_size(self) -> Pair:
        """(H', W')."""
        axes = zip(self.image_size, self.extent, self.stride, self.pads, strict=True)
        return tuple(windows(*axis) for axis in axes)

    @cached_property
    def output_shape(self) -> tuple[int, int, int, int]:
        """(N, H', W', C2)."""
        return (self.batch, *self.output_size, self.maps)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiplications of the definition, zeros of the padding included."""
        return prod(self.output_shape) * prod(self.filters_shape[:3])

    def rows(self, first: int, last: int) -> tuple[Problem, slice]:
        """The part of the problem that gives result rows `first` to `last` (not included).

        Returns the smaller problem and the rows of the image that it needs. Running it on those
        rows gives exactly the rows of the whole result: threads, and images larger than memory,
        are built on this.
        """
        height = self.image_size[0]
        top = self.pads[0][0]
        begin = first * self.stride[0] - top
        end = (last - 1) * self.stride[0] - top + self.extent[0]
        needed = slice(min(max(begin, 0), height), max(min(end, height), 0))
        size = max(needed.stop - needed.start, 0)
        before = min(max(-begin, 0), end - begin)
        part = replace(
            self,
            image_size=(size, self.image_size[1]),
            pads=((before, end - begin - size - before), self.pads[1]),
        )
        return part, slice(needed.start, needed.start + size)


def read_problem(
    image_shape,
    filters_shape,
    *,
    stride=1,
    padding="valid",
    dilation=1,
    groups=1,
    dtype=np.float32,
    storage=None,
    fast=True,
    planned=False,
    device="cpu",
    precision=None,
    compute_capability=None,
) -> Problem:
    """Check shapes and options against each other, and normalize them into a `Problem`.

    Parameters
    ----------
    image_shape, filters_shape : tuple of int
        One of the pairs of ranks in the table that every refusal shows.
    stride, dilation : int or (int, int)
        For rows and columns, at least 1.
    padding : {'valid', 'same', 'full'}, int or (int, int)
        As in `convkit.shapes.pad_amounts`; a pair is (rows, columns).
    groups : int
        Divides C1 and C2.
    dtype, storage, fast, planned, device, precision, compute_capability
        Kept as they are; see `conv2d`. The last is (major, minor) of the GPU.

    Raises
    ------
    ValueError, TypeError
        With the numbers that disagree, and what would fit.
    """
    image_shape = shape_of(image_shape, "image_shape", (6, 8))
    filters_shape = shape_of(filters_shape, "filters_shape", (3, 2, 2, 4))
    if (len(image_shape), len(filters_shape)) not in RANKS:
        raise ValueError(_rank_message(image_shape, filters_shape))
    image_shape, filters_shape = four_dimensions(image_shape, filters_shape)
    batch, *size, channels = image_shape
    depth, *kernel, maps = filters_shape
    groups = whole_number(groups, "groups", least=1)
    for name, number in (("rows", kernel[0]), ("columns", kernel[1]), ("maps", maps)):
        if number < 1:
            raise ValueError(f"filters of shape {filters_shape} have 0 {name}: nothing to sum")
    _check_channels(image_shape, depth, maps, groups, kernel)
    if not isinstance(fast, (bool, np.bool_)):
        raise TypeError(f"fast must be True or False, got {fast!r}")
    stride = pair(stride, "stride", least=1)
    dilation = pair(dilation, "dilation", least=1)
    paddings = (padding, padding) if isinstance(padding, str) else pair(padding, "padding", least=0)
    pads = tuple(
        pad_amounts(
            size[axis],
            kernel[axis],
            stride=stride[axis],
            padding=paddings[axis],
            dilation=dilation[axis],
        )
        for axis in (0, 1)
    )
    for axis, unit in enumerate(("rows", "columns")):
        extent = kernel_extent(kernel[axis], dilation[axis])
        if size[axis] < 1 or size[axis] + sum(pads[axis]) < extent:
            raise ValueError(too_small(size[axis], kernel[axis], dilation[axis], pads[axis], unit))
    return Problem(
        batch=batch,
        image_size=tuple(size),
        channels=channels,
        kernel=tuple(kernel),
        maps=maps,
        stride=stride,
        dilation=dilation,
        pads=pads,
        groups=groups,
        dtype=np.dtype(dtype),
        storage=storage,
        fast=bool(fast),
        planned=planned,
        device=device,
        precision=precision,
        compute_capability=compute_capability,
    )


def shape_of(shape, name: str, example: tuple) -> tuple[int, ...]:
    """Read a shape, or say what was given instead of one."""
    if hasattr(shape, "shape"):
        raise TypeError(f"{name} must be a shape, got an array: give its .shape, {shape.shape}")
    if not isinstance(shape, (tuple, list)):
        raise TypeError(f"{name} must be a shape such as {example}, got {shape!r}")
    return tuple(whole_number(size, f"each size in {name}", least=0) for size in shape)


def four_dimensions(image_shape, filters_shape):
    """Insert the axes that the shorter ranks leave out: (N, H, W, C1) and (C1, K, K, C2)."""
    if len(image_shape) == 2:
        image_shape, filters_shape = (*image_shape, 1), (1, *filters_shape)
    if len(image_shape) == 3:
        image_shape = (1, *image_shape)
    if len(filters_shape) == 3:
        filters_shape = (*filters_shape, 1)
    return tuple(image_shape), tuple(filters_shape)


def result_shape(problem: Problem, image_rank: int, filters_rank: int) -> tuple[int, ...]:
    """The shape that the caller's ranks ask for: N and C2 only where they were given."""
    batch, *size, maps = problem.output_shape
    leading = (batch,) if image_rank == 4 else ()
    trailing = (maps,) if filters_rank == 4 else ()
    return (*leading, *size, *trailing)


def pair(value, name: str, *, least: int) -> Pair:
    """Read a number, or (rows, columns), as two whole numbers."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{name} must be a number or (rows, columns), got {value!r}")
        if any(isinstance(number, (tuple, list, str)) for number in value):
            raise TypeError(f"{name} must be a number or (rows, columns), got {value!r}")
        return tuple(whole_number(number, name, least=least) for number in value)
    return (whole_number(value, name, least=least),) * 2


def _rank_message(image_shape, filters_shape) -> str:
    table = "\n  ".join(RANKS.values())
    return (
        f"an image of shape {tuple(image_shape)} and filters of shape {tuple(filters_shape)} "
        f"do not go together. What does:\n  {table}\n"
        f"(a single axis can be added with array[None] or array[..., None])"
    )


def _check_channels(image_shape, depth, maps, groups, kernel) -> None:
    channels = image_shape[-1]
    if channels < 1:
        raise ValueError("the image has 0 channels: nothing to sum")
    if channels % groups or maps % groups:
        raise ValueError(
            f"groups (={groups}) must divide both the image's channels (={channels}) "
            f"and the number of feature maps (={maps})"
        )
    if depth * groups == channels:
        return
    shape = (depth, *kernel, maps)
    each = f" / {groups} groups = {channels // groups}" if groups > 1 else ""
    message = (
        f"the image has {channels} channels{each} (its last axis), but each filter spans {depth} "
        f"(the filters' first axis): they must agree. Filters are (C1, K, K, C2), got {shape}"
    )
    wanted = channels // groups
    if image_shape[1] in (depth * groups, kernel[0] * groups):
        wanted = image_shape[1] // groups
        message += (
            "; the image looks like PyTorch's (C, H, W): convkit.layouts.image_from('torch', image)"
        )
    if shape[2] == wanted and shape[1] != wanted:
        message += (
            "; these look like Keras' (K, K, C1, C2): "
            "convkit.layouts.filters_from('keras', filters)"
        )
    elif shape[1] == wanted:
        message += (
            "; these look like PyTorch's (C2, C1, K, K): "
            "convkit.layouts.filters_from('torch', filters)"
        )
    raise ValueError(message)
