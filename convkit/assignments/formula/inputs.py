"""Images and filters for a layer as one sum: no two sizes are equal, no two weights."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import ascending, one_at
from convkit.check.exercise import Probe


def layer(draw, size, K, C1, C2):
    """An image (H, W, C1) of odd halves and filters (C1, K, K, C2), map 1 all below zero."""
    return draw.image((*size, C1)), bank(draw, C1, K, C2)


def bank(draw, C1, K, C2):
    """Filters of which no two weights are equal in size; those of filter 1 are all negative.

    Of each filter an odd number of weights are odd halves, so that no sum is whole (see `Draw`).
    """
    filters = []
    for c in range(C2):
        weights = draw.filters((C1, K, K))
        order = np.floor(np.abs(weights) - 0.5)  # 0, 1, 2, …, shuffled
        size = np.abs(weights) + (C2 - 1) * order + c
        filters.append(-size if c == 1 else np.sign(weights) * size)
    return np.stack(filters, axis=-1)


def wide_and_tall(draw):
    """Two sizes that are no squares: wider than tall, taller than wide."""
    sizes = []
    for _ in range(2):
        small = draw.whole(4, 5)
        sizes.append((small, small + draw.whole(2, 3)))
    return sizes[0], sizes[1][::-1]


def small_layers() -> list[Probe]:
    """One filter first, then two of them; one window first, then two."""
    two = np.stack([one_at((1, 2, 2), 0, 0, 1), np.ones((1, 2, 2))], axis=-1)  # (1, 2, 2, 2)
    deep = np.concatenate([two, 10 * two[..., ::-1]])  # (2, 2, 2, 2)
    return [
        Probe(0, (ascending((2, 2, 1)), two[..., :1])),
        Probe(0, (ascending((2, 2, 1)), two)),
        Probe(0, (ascending((2, 3, 1)), two)),
        Probe(0, (ascending((3, 2, 1)), two)),
        Probe(0, (ascending((2, 2, 2)), deep)),
        Probe(0, (ascending((2, 3, 2)), deep)),
        Probe(0, (ascending((3, 4, 2)), deep)),
        Probe(0, (ascending((2, 2, 1)), -two / 4)),
    ]
