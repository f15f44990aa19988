"""Where is it? Exercises 3.6 and 3.7: the best place in a map, and a target in a photograph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import conv2d
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.parsons import Lines
from convkit.data import portrait


@dataclass
class Search:
    """Slide a filter, find the highest number, say where it is."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K')
    balance: tuple[int, ...] | None = None  # axes along which the mean is taken away
    middle: Callable = lambda size: 0  # from the upper left pixel of a window to its middle
    best: Callable = np.argmax
    row_length: Callable = lambda image, result: result.shape[1]
    after: list = field(default_factory=list)

    def carry_out(self):
        filters = self.filters
        if self.balance is not None:
            filters = filters - filters.mean(axis=self.balance, keepdims=True)
        result = conv2d(self.image, filters, fast=False)
        place = divmod(int(self.best(result)), self.row_length(self.image, result))
        K, L = filters.shape[1:]
        place = place[0] + self.middle(K), place[1] + self.middle(L)
        for change in self.after:
            place = change(place)
        return place


def to_middle(image, filters) -> Search:
    """The recipe for the middle of the best window; sizes are odd."""
    return Search(image, filters, middle=lambda size: size // 2)


def in_photo(photo, target) -> Search:
    """The recipe for the upper left pixel where a target fits best: (H, W, 3), (K, K', 3)."""
    filters = np.moveaxis(target.astype(float), -1, 0)  # (3, K, K')
    return Search(photo.astype(float), filters, balance=(1, 2))


def expected_middle(image, filters) -> tuple[int, int]:
    """By walking over all windows."""
    K, L = filters.shape[1:]
    sums = {
        (i, j): (image[i : i + K, j : j + L] * filters.transpose(1, 2, 0)).sum()
        for i in range(image.shape[0] - K + 1)
        for j in range(image.shape[1] - L + 1)
    }
    i, j = max(sums, key=sums.get)
    return i + K // 2, j + L // 2


def expected_place(photo, target) -> tuple[int, int]:
    """Where window and target have the highest correlation: likeness without brightness."""
    K, L, _ = target.shape
    windows = np.lib.stride_tricks.sliding_window_view(photo.astype(float), (K, L), axis=(0, 1))
    windows = windows - windows.mean(axis=(-2, -1), keepdims=True)  # (H', W', 3, K, K')
    wish = np.moveaxis(target - target.mean(axis=(0, 1)), -1, 0)
    likeness = np.einsum("ijpmn,pmn->ij", windows, wish)
    likeness /= np.sqrt((windows**2).sum(axis=(2, 3, 4))) + 1e-9
    return tuple(int(k) for k in np.unravel_index(likeness.argmax(), likeness.shape))


# ---- what it is tried on


def middles(seed: str) -> list[Probe]:
    """Noise and filters of odd sizes, not square; some maps are negative all over."""
    draw, probes = Draw(seed, "3.6"), []
    for (H, W), (K, L), C1 in (((9, 14), (3, 5), 2), ((13, 8), (5, 3), 4), ((10, 13), (3, 5), 4)):
        for weights in (draw.filters, draw.below_zero):
            image = draw.image((H, W, C1))
            probes.append(Probe(0, (image, weights((C1, K, L)))))
    return probes


def small_middles() -> list[Probe]:
    """A single bright pixel, and a filter that wishes for one in its middle."""
    probes = []
    for shape, place in (((3, 4), (1, 1)), ((3, 5), (1, 3)), ((5, 4), (3, 1)), ((4, 6), (2, 4))):
        image, filters = np.zeros((*shape, 1)), np.zeros((1, 3, 3))
        image[place] = filters[0, 1, 1] = 1
        probes.append(Probe(0, (image, filters)))
    image = np.arange(12.0).reshape(3, 4, 1)
    return [*probes, Probe(0, (image, -np.ones((1, 3, 3))))]


# Row and column of the upper left pixel, height and width, in the halved portrait.
_ON_THE_FLAG = ((19, 20, 8, 7), (35, 6, 10, 8), (106, 77, 9, 11))  # two stars; the ribbons
_ELSEWHERE = (  # two eyes, both sides of the collar, the name tag
    (37, 42, 8, 11),
    (36, 60, 8, 11),
    (84, 60, 11, 8),
    (68, 40, 11, 8),
    (104, 15, 9, 12),
)
_SIZE = (40, 48)  # times the largest target, still few products


def halved() -> np.ndarray:
    """The portrait with 2 × 2 pixels made one: (128, 108, 3), uint8."""
    pixels = portrait().reshape(128, 2, 108, 2, 3).astype(float)
    return np.round(pixels.mean(axis=(1, 3))).astype(np.uint8)


def photos(seed: str) -> list[Probe]:
    """Parts 0 the print from which the target was cut, 1 a dark and noisy one, 2 left alone."""
    draw, whole, probes = Draw(seed, "3.7"), halved(), []
    first = draw.whole(0, len(_ELSEWHERE) - 1)
    kinds = (_ELSEWHERE, _ON_THE_FLAG, _ELSEWHERE)
    for part, used in enumerate((kinds, kinds, kinds[:1])):
        for number, details in enumerate(used):
            shift = first + number + 3 * part if details is _ELSEWHERE else draw.whole(0, 2)
            row, column, K, L = details[shift % len(details)]
            photo = _crop(draw, whole, row, column, K, L)
            if part == 1:
                noise = draw.photograph(photo.shape, 0, 12).astype(float)
                photo = np.round(0.7 * photo + 6 + noise).astype(np.uint8)
            target = whole[row : row + K, column : column + L].copy()
            probes.append(Probe(part, (photo, target), watch=part == 2))
    return probes


def _crop(draw, whole, row, column, K, L):
    """A part of the portrait that has the target in it, somewhere."""
    H, W = _SIZE
    top = draw.whole(max(0, row + K - H), min(row, whole.shape[0] - H))
    left = draw.whole(max(0, column + L - W), min(column, whole.shape[1] - W))
    return whole[top : top + H, left : left + W].copy()


def photo_to_search() -> np.ndarray:
    """The part of the portrait that the notebook shows."""
    return halved()[:40, :48]


FIND_MIDDLE = Lines(
    head=("def assembled(image, filters):",),
    lines={
        "A": "    result = slide_box(image, filters)",
        "B": "    best = result.argmax()",
        "C": "    row, column = divmod(best, result.shape[1])",
        "D": "    K, L = filters.shape[1:]",
        "E": "    return row + K // 2, column + L // 2",
        "X": "    row, column = divmod(best, image.shape[1])",
        "Y": "    return row, column",
        "Z": "    best = abs(result).argmax()",
    },
    shown="ECXBYADZ",
    names={"slide_box": lambda image, filters: conv2d(image, filters, fast=False)},
)
