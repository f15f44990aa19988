"""What the four views are tried on: boxes that are no cubes, and pixels that are black."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.inputs import bank, layer, wide_and_tall
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def modified(seed: str) -> list[Probe]:
    """Part 0: a few layers."""
    draw = Draw(seed, "modifier")
    wide, tall = wide_and_tall(draw)
    cases = ((wide, 2, 3, 4), (tall, 3, 2, 4), (tall, 2, 4, 3))
    return [Probe(0, layer(draw, *case)) for case in cases]


def agreements(seed: str) -> list[Probe]:
    """One filter. Parts 0 no black patch, 1 some of them."""
    draw = Draw(seed, "finder")
    wide, tall = wide_and_tall(draw)
    probes = []
    for part, size, K, C1 in (
        (0, wide, 2, 3),
        (0, tall, 3, 2),
        (0, tall, 2, 4),
        (1, wide, 2, 3),
        (1, tall, 3, 2),
    ):
        image, filters = draw.image((*size, C1)), draw.filters((C1, K, K))
        if part:
            image[:K, 1 : K + 1] = 0
        image -= 10 * (image != 0)
        probes.append(Probe(part, (image, filters), watch=not part))
        probes.append(Probe(part, (image / 1024, filters)))  # dark, and not black
    return probes


def products(seed: str) -> list[Probe]:
    """Parts 0 one filter, 1 several."""
    draw = Draw(seed, "matrix view")
    wide, tall = wide_and_tall(draw)
    cases = (
        (0, wide, 2, 3, 1),
        (0, tall, 3, 2, 1),
        (1, wide, 2, 3, 4),
        (1, tall, 3, 2, 4),
        (1, tall, 2, 4, 3),
    )
    probes = [Probe(part, layer(draw, *case)) for part, *case in cases]
    image, filters = probes[1].args
    return [probes[0], Probe(0, (image, -np.abs(filters))), *probes[2:]]


def layers(seed: str) -> list[Probe]:
    """Image, filters, bias. Parts 0 kernels of one pixel, 1 larger ones."""
    draw = Draw(seed, "layer view")
    wide, tall = wide_and_tall(draw)
    cases = ((0, wide, 1, 3, 4), (0, tall, 1, 2, 3), (1, wide, 2, 3, 4), (1, tall, 3, 2, 4))
    probes = []
    for part, *case in cases:
        image, filters = layer(draw, *case)
        bias = draw.filters((filters.shape[3],)) + 0.125
        probes.append(Probe(part, (image, filters, bias), watch=True))
    return probes


def backs(seed: str) -> list[Probe]:
    """Wishes, filters, H, W. Parts 0 one map, 1 kernels of one pixel, 2 many maps, larger ones."""
    draw = Draw(seed, "back")
    wide, tall = wide_and_tall(draw)
    cases = (
        (0, wide, 2, 3, 1),
        (0, tall, 3, 2, 1),
        (1, wide, 1, 2, 3),
        (1, tall, 1, 3, 4),
        (2, wide, 3, 2, 4),
        (2, tall, 2, 3, 4),
    )
    probes = []
    for part, (H, W), K, C1, C2 in cases:
        wishes = draw.filters((H - K + 1, W - K + 1, C2))
        probes.append(Probe(part, (wishes, bank(draw, C1, K, C2), H, W)))
    return probes
