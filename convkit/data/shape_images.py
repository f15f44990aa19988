"""Colored shapes: small images made by code, with everything about them known."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from numbers import Real

import numpy as np

from convkit.shapes import whole_number

COLORS = {
    "red": (0.85, 0.10, 0.10),
    "green": (0.10, 0.65, 0.20),
    "blue": (0.15, 0.25, 0.85),
}
SHAPES = ("circle", "square", "triangle")


@dataclass(frozen=True)
class Thing:
    """One shape of an image: an outline of `radius` pixels around (row, column)."""

    shape: str
    color: str
    row: float
    column: float
    radius: float


def colored_shapes(
    count: int,
    *,
    seed: int = 0,
    target=("red", "circle"),
    things=(1, 3),
    radii=(3.5, 6.0),
    rows=(7, 25),
    columns=(7, 25),
    size=(32, 32),
    noise=0.03,
) -> tuple[np.ndarray, np.ndarray, list[list[Thing]]]:
    """Images of colored outlines. Is one of them the target, a red circle?

    Half of the images hold exactly one target, the others none. All other shapes are
    distractors: shapes of the target's color, the target's shape in other colors, or neither, so
    that neither color nor shape alone gives the answer.

    Parameters
    ----------
    count : int
        Images.
    seed : int
        The same seed gives the same images.
    target : (color, shape)
        From `COLORS` and `SHAPES`.
    things : (int, int)
        Fewest and most shapes in an image.
    radii : (float, float)
        Smallest and largest, in pixels.
    rows, columns : (int, int)
        Where centers may lie: from the first number to below the second. Restrict them to ask
        whether a network finds at one place what it learned at another.
    size : (int, int)
        Rows and columns of each image.
    noise : float
        Standard deviation of the gray noise on every pixel.

    Returns
    -------
    images : ndarray of float32, (count, H, W, 3)
        0 to 1, on a light gray ground.
    labels : ndarray of int64, (count,)
        1 if the target is there, else 0; they alternate, so shuffle before you cut a part off.
    contents : list of list of Thing
        What is where.

    Raises
    ------
    ValueError
        For an unknown target or an empty range.

    Examples
    --------
    >>> images, labels, contents = colored_shapes(4, seed=1)
    >>> images.shape, labels.tolist()
    ((4, 32, 32, 3), [1, 0, 1, 0])
    """
    count = whole_number(count, "count", least=0)
    seed = whole_number(seed, "seed", least=0)
    color, shape = _pair(target, "target", "(color, shape)")
    if color not in tuple(COLORS) or shape not in SHAPES:
        raise ValueError(
            f"the target must be (color, shape) of {tuple(COLORS)} and {SHAPES}, got {target}"
        )
    size = _size(size)
    for n in _pair(things, "things", "(least, most)"):
        whole_number(n, "each number of things", least=0)
    for name, limits in {
        "things": things,
        "radii": radii,
        "rows": rows,
        "columns": columns,
    }.items():
        low, high = (_number(n, name) for n in _pair(limits, name, "(least, most)"))
        if not low <= high or (name in ("things", "radii") and low <= 0):
            raise ValueError(f"{name} must be (least, most), got {(low, high)}")
    if not _number(noise, "noise") >= 0:
        raise ValueError(f"noise is a standard deviation, at least 0, got {noise}")
    random = np.random.default_rng([seed, 3])
    others = [(c, s) for c in COLORS for s in SHAPES if (c, s) != (color, shape)]
    images = np.empty((count, *size, 3), np.float32)
    labels = np.arange(1, count + 1) % 2
    contents = []
    for index in range(count):
        number = int(random.integers(things[0], things[1] + 1))
        kinds = [others[random.integers(len(others))] for _ in range(number)]
        if labels[index]:
            kinds[0] = (color, shape)
        placed = _place(kinds, random, radii, rows, columns)
        order = random.permutation(len(placed))  # the target is not always at the bottom
        contents.append([placed[i] for i in order])
        images[index] = draw_shapes(contents[-1], size)
    images += random.normal(0, noise, (*images.shape[:3], 1)).astype(np.float32)
    return np.clip(images, 0, 1), labels, contents


def _pair(value, name: str, what: str):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be a pair {what}, got {value!r}")
    return value


def _size(size) -> tuple[int, int]:
    return tuple(whole_number(n, "a size", least=1) for n in _pair(size, "size", "(H, W)"))


def _number(value, name: str):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return value


def draw_shapes(things, size=(32, 32)) -> np.ndarray:
    """Draw shapes on light gray, soft by about half a pixel.

    Parameters
    ----------
    things : sequence of Thing
        Later ones lie above earlier ones.
    size : (int, int)

    Returns
    -------
    ndarray of float32, (H, W, 3)

    Raises
    ------
    ValueError, TypeError
        For what is not a `Thing`, or one of an unknown shape or color.

    Examples
    --------
    >>> image = draw_shapes([Thing("circle", "red", 13, 18, 6)])
    >>> (image[13, 12] > 0.5).tolist()
    [True, False, False]
    """
    size = _size(size)
    if isinstance(things, Thing):
        raise TypeError(f"things must be a list, even of one: draw_shapes([{things!r}])")
    image = np.full((*size, 3), 0.85, np.float32)
    rows, columns = np.mgrid[: size[0], : size[1]]
    for thing in things:
        _check_thing(thing)
        distance = _DISTANCES[thing.shape](rows - thing.row, columns - thing.column)
        ink = np.clip(1.5 - np.abs(distance - thing.radius), 0, 1)[..., None]
        image = image * (1 - ink) + np.array(COLORS[thing.color]) * ink
    return image.astype(np.float32)


def _check_thing(thing) -> None:
    if not isinstance(thing, Thing):
        raise TypeError(
            f"things are made by Thing(shape, color, row, column, radius), got {thing!r}"
        )
    if thing.shape not in SHAPES or thing.color not in tuple(COLORS):
        raise ValueError(f"a shape must be of {SHAPES} and a color of {tuple(COLORS)}, got {thing}")
    for name in ("row", "column", "radius"):
        _number(getattr(thing, name), name)


def _place(kinds, random, radii, rows, columns) -> list[Thing]:
    """Random places, so that centers are apart if that can be had by a few tries."""
    placed = []
    for color, shape in kinds:
        for _ in range(20):
            thing = Thing(
                shape,
                color,
                random.uniform(*rows),
                random.uniform(*columns),
                random.uniform(*radii),
            )
            gaps = [
                np.hypot(thing.row - o.row, thing.column - o.column) - thing.radius - o.radius
                for o in placed
            ]
            if all(gap > 0 for gap in gaps):
                break
        placed.append(thing)
    return placed


def _triangle(down, right):
    """A level below the center, two slopes above it."""
    return np.maximum(down * 2, np.abs(right) * np.sqrt(3) - down) * 0.7


_DISTANCES = {
    "circle": np.hypot,
    "square": lambda down, right: np.maximum(np.abs(down), np.abs(right)) * 1.1,
    "triangle": _triangle,
}
