"""What a layer as one sum is tried on: no two of its sizes are equal, no two of its weights."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.inputs import layer, wide_and_tall
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def valid(seed: str) -> list[Probe]:
    """Part 0: valid mode."""
    draw = Draw(seed, "formula")
    wide, tall = wide_and_tall(draw)
    cases = ((wide, 2, 3, 4), (tall, 3, 2, 5), (tall, 2, 4, 3))
    return [Probe(0, layer(draw, *case)) for case in cases]


def valid_and_same(seed: str) -> list[Probe]:
    """Parts 0 valid, 1 same, for odd kernels."""
    draw = Draw(seed, "formula with zeros around")
    wide, tall = wide_and_tall(draw)
    cases = ((0, wide, 2, 3, 4), (0, tall, 3, 2, 5), (1, wide, 3, 2, 4), (1, tall, 3, 4, 2))
    pads = ("valid", "same")
    return [Probe(part, layer(draw, *case), {"padding": pads[part]}) for part, *case in cases]


def rows(seed: str) -> list[Probe]:
    """Parts 0 one channel, 1 several."""
    draw = Draw(seed, "rows")
    wide, tall = wide_and_tall(draw)
    cases = ((0, wide, 2, 1), (0, tall, 3, 1), (1, tall, 2, 3), (1, wide, 3, 2), (1, wide, 2, 4))
    return [Probe(part, (draw.image((*size, C1)) - 10, K)) for part, size, K, C1 in cases]


def strided(seed: str) -> list[Probe]:
    """Parts 0 stride 1, 1 other strides, which leave a rest in one direction."""
    draw = Draw(seed, "shifts")
    wide, tall = wide_and_tall(draw)
    probes = [Probe(0, layer(draw, wide, 2, 3, 4)), Probe(0, layer(draw, tall, 3, 2, 5))]
    for K, stride, C1, C2 in ((2, 2, 3, 4), (3, 2, 2, 4), (2, 3, 4, 3)):
        even = K + stride * draw.whole(1, 2)  # the stride leaves nothing over
        odd = K + stride * 3 + 1
        size = (even, odd) if K == 2 else (odd, even)
        probes.append(Probe(1, layer(draw, size, K, C1, C2), {"stride": stride}))
    return probes


def keras(seed: str) -> list[Probe]:
    """Filters as Keras has them, (K, K, C1, C2). Parts 0 one channel, 1 one filter, 2 many."""
    draw = Draw(seed, "keras")
    wide, tall = wide_and_tall(draw)
    cases = (
        (0, wide, 2, 1, 3),
        (0, tall, 3, 1, 4),
        (1, wide, 2, 3, 1),
        (1, tall, 3, 2, 1),
        (1, tall, 2, 4, 1),
        (2, wide, 2, 3, 4),
        (2, tall, 3, 2, 5),
    )
    probes = []
    for number, (part, *case) in enumerate(cases):
        image, filters = layer(draw, *case)
        if number == 3:
            filters = -np.abs(filters)
        probes.append(Probe(part, (image, filters.transpose(1, 2, 0, 3))))
    return probes
