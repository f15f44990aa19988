"""What chapter 8 computes: two layers that are taught to find red rings, one of them sharing.

The page shows the same functions; a test keeps the two equal.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .rings import ring

RING = ring(5, 1.5, 2.5)
PLACES = (10, 16)  # of a 5×5 kernel on 14×20 pixels
LEFT, RIGHT, EVERYWHERE = range(8), range(8, 16), range(16)
COUNTS = (1, 3, 10, 30, 100, 300, 1000)


def lesson(rng, count, columns):
    """Pictures with a red and a blue ring, and what is wished for: 1 where the red one is."""
    pictures = rng.normal(0, 0.1, size=(count, 14, 20, 1)) * np.ones(3)
    wished = np.zeros((count, *PLACES))
    for picture, wish in zip(pictures, wished, strict=True):
        i, j = rng.integers(10), rng.choice(columns)
        picture[i : i + 5, j : j + 5, 0] += RING
        wish[i, j] = 1
        i, j = rng.integers(10), rng.integers(16)
        picture[i : i + 5, j : j + 5, 2] += RING
    return pictures, wished


def windows(pictures):
    """What each place sees: (N, 10, 16, 75)."""
    seen = sliding_window_view(pictures, (5, 5), axis=(1, 2))  # (N, 10, 16, 3, 5, 5)
    return seen.reshape(*seen.shape[:3], 75)


def best(seen, wished):
    """The 75 weights whose sums come nearest to what was wished for."""
    return np.linalg.lstsq(seen, wished, rcond=None)[0]


def taught(seen, wished):
    """Weights (75,) shared by all places, and weights (10, 16, 75) of each place's own."""
    shared = best(seen.reshape(-1, 75), wished.ravel())
    own = [[best(seen[:, i, j], wished[:, i, j]) for j in range(16)] for i in range(10)]
    return shared, np.array(own)


def found(weights, pictures, wished) -> float:
    """The share of pictures whose highest answer stands at the red ring."""
    answers = (windows(pictures) * weights).sum(axis=-1)  # (N, 10, 16)
    flat = (len(wished), -1)
    return float((answers.reshape(flat).argmax(1) == wished.reshape(flat).argmax(1)).mean())


def answers_everywhere(weights) -> np.ndarray:
    """What each place answers to a clean red ring that lies exactly there: (10, 16)."""
    clean = np.zeros((3, 5, 5))
    clean[0] = RING
    return (clean.ravel() * weights).sum(axis=-1) * np.ones(PLACES)


@cache
def left_only(count=100):
    """Both layers, taught with rings in the left half: shared, own, and how often they find it."""
    rng = np.random.default_rng(0)
    pictures, wished = lesson(rng, count, LEFT)
    shared, own = taught(windows(pictures), wished)
    scores = {}
    for side, columns in (("left", LEFT), ("right", RIGHT)):
        test = lesson(rng, 200, columns)
        scores[side] = {"shared": found(shared, *test), "own": found(own, *test)}
    return shared, own, scores


@cache
def curves() -> dict:
    """Taught with rings everywhere, from ever more pictures: how often each layer finds it."""
    test = lesson(np.random.default_rng(1), 400, EVERYWHERE)
    rows = {"shared": [], "own": []}
    for count in COUNTS:
        pictures, wished = lesson(np.random.default_rng(2), count, EVERYWHERE)
        shared, own = taught(windows(pictures), wished)
        rows["shared"].append(found(shared, *test))
        rows["own"].append(found(own, *test))
    return rows
