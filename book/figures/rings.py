"""What chapter 3 computes: rings in colors, filters for them, their answers; and a star's."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import portrait

from .ch01 import halved

COLORS = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "white": (1, 1, 1),
    "yellow": (1, 1, 0),
    "magenta": (1, 0, 1),
}
WAYS = {
    "plain": "as drawn",
    "whole": "all together",
    "channel": "each channel",
    "place": "each place",
    "both": "both of these",
}
STAR = (16, 8, 9, 10)  # row, column, height, width of a star in the halved portrait
OBJECTS = (  # what lies in the crowd: row and column of the middle, color, ring or whole square
    (13, 12, (0.85, 0.1, 0.1), "ring"),
    (13, 36, (0.15, 0.25, 0.85), "ring"),
    (13, 60, (1, 1, 1), "ring"),
    (38, 24, (0.85, 0.1, 0.1), "square"),
    (38, 48, (0.1, 0.65, 0.2), "ring"),
)


def ring(size, inner, outer) -> np.ndarray:
    """Ones between two circles around the middle of a square, zeros elsewhere."""
    rows, columns = np.mgrid[:size, :size] - size // 2
    distance = np.hypot(rows, columns)
    return ((inner <= distance) & (distance < outer)).astype(float)


def red_filter(mask, way="both") -> np.ndarray:
    """A filter (3, K, K) for red in the form of the mask, with one of the cures of WAYS."""
    weights = np.zeros((3, *mask.shape))
    weights[0] = mask
    if way == "whole":
        weights -= weights.mean()
    if way in ("place", "both"):
        weights[1:] = -0.5 * mask
    if way in ("channel", "both"):
        weights -= weights.mean(axis=(1, 2), keepdims=True)
    return weights


def pictures() -> dict:
    """Rings of 15×15×3 on black in every color of COLORS, and a picture that is red all over."""
    mask = ring(15, 2.5, 4.2)
    made = {name: mask[:, :, None] * color for name, color in COLORS.items()}
    return made | {"all red": np.ones((15, 15, 1)) * COLORS["red"]}


def answers(weights) -> dict:
    """The highest number in the map of each picture."""
    return {name: conv2d(pixels, weights).max() for name, pixels in pictures().items()}


def crowd() -> np.ndarray:
    """Rings in four colors and a red square on light gray: (51, 73, 3)."""
    scene = np.full((51, 73, 3), 0.85)
    for row, column, color, form in OBJECTS:
        mask = ring(15, 5, 7) if form == "ring" else np.pad(np.ones((11, 11)), 2)
        scene[row - 7 : row + 8, column - 7 : column + 8][mask > 0] = color
    return scene


def star_filters() -> dict:
    """A star of her flag as a filter: as it is cut out, and with every channel's mean removed."""
    photo = halved(portrait())
    i, j, height, width = STAR
    cut = np.moveaxis(photo[i : i + height, j : j + width], -1, 0)  # (3, K, K')
    return {"as cut out": cut, "each channel zero": cut - cut.mean(axis=(1, 2), keepdims=True)}


def peaks() -> dict:
    """Row and column of the highest answer in the halved portrait, for both star filters."""
    photo = halved(portrait())
    maps = {name: conv2d(photo, weights) for name, weights in star_filters().items()}
    return {name: np.unravel_index(m.argmax(), m.shape) for name, m in maps.items()}
