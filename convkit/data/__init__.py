"""One real photograph, handwritten digits, emoji of four studios, and images made by code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from convkit.data.digit_images import digits, stratified_split
from convkit.data.emoji_images import Emoji, Split, emoji, emoji_split
from convkit.data.shape_images import Thing, colored_shapes, draw_shapes

__all__ = [
    "Emoji",
    "Split",
    "Thing",
    "colored_shapes",
    "digits",
    "draw_shapes",
    "emoji",
    "emoji_split",
    "hand_example",
    "portrait",
    "red_circle",
    "stratified_split",
]


def portrait() -> np.ndarray:
    """A photograph of Grace Hopper, computer scientist, in uniform.

    Returns
    -------
    ndarray of uint8, (256, 216, 3)
        Red, green and blue, 0 to 255. A copy: change it as you like.

    Notes
    -----
    Official portrait of Commodore Grace M. Hopper, United States Navy, 20 January 1984 (Naval
    History and Heritage Command). A work of the United States government, in the public domain;
    cropped and scaled down.

    Examples
    --------
    >>> portrait().shape
    (256, 216, 3)
    """
    return _portrait().copy()


@cache
def _portrait() -> np.ndarray:
    with files(__name__).joinpath("portrait.npz").open("rb") as file:
        return np.load(file, allow_pickle=False)["image"]


def red_circle() -> np.ndarray:
    """The running example by machine: a red circle on a light gray ground.

    Returns
    -------
    ndarray of float32, (32, 32, 3)
        Red, green and blue, 0 to 1. The ring's center is at row 13, column 18, its radius is
        about 6 pixels.

    Examples
    --------
    >>> image = red_circle()
    >>> image.shape, (image[13, 12] > 0.5).tolist()     # a pixel on the ring: red alone is high
    ((32, 32, 3), [True, False, False])
    """
    image = np.full((32, 32, 3), 0.85, np.float32)
    rows, columns = np.mgrid[:32, :32]
    distance = np.hypot(rows - 13, columns - 18)
    ring = np.clip(1.5 - np.abs(distance - 6), 0, 1)[..., None]  # soft by half a pixel
    red = np.array([0.85, 0.1, 0.1], np.float32)
    return (image * (1 - ring) + red * ring).astype(np.float32)


def hand_example() -> tuple[np.ndarray, np.ndarray]:
    """The running example by hand: small whole numbers, and no two sizes alike.

    Returns
    -------
    image : ndarray of float64, (6, 8, 3)
        Digits 0 to 9: a red ball on green ground under a blue sky.
    filters : ndarray of float64, (3, 2, 2, 4)
        Four filters with weights from −2 to 2, none of them symmetric.

    Examples
    --------
    >>> image, filters = hand_example()
    >>> image.shape, filters.shape
    ((6, 8, 3), (3, 2, 2, 4))
    """
    image = np.stack([_digits(plane) for plane in _BALL], axis=-1)
    filters = np.stack([np.reshape(weights, (3, 2, 2)) for weights in _FOUR_FILTERS], axis=-1)
    return image, filters.astype(np.float64)


def _digits(rows: str) -> np.ndarray:
    return np.array([[int(digit) for digit in row] for row in rows.split()], np.float64)


_BALL = (  # red, green, blue
    "23343322 13249831 22398972 33398863 32345432 31232213",
    "45565544 54532345 56521234 56421136 67756567 76867576",
    "99889899 98934389 89831238 98941138 12211321 21312112",
)
_FOUR_FILTERS = (  # each: red, green, blue; the first looks for red on its left side
    (2, -1, 2, -2, -1, 0, -1, 1, -1, 1, 0, -1),
    (1, 2, 2, 0, 2, 1, -2, -1, -1, 1, 1, 0),
    (1, 1, 1, 0, 0, -1, 1, 2, 1, -1, 2, -2),
    (2, -2, -1, -1, 2, -1, -2, 2, -2, 2, 1, -2),
)
