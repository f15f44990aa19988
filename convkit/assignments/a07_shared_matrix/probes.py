"""What a matrix is tried on: images that are no squares, and filters of which no weight is zero."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.inputs import bank, wide_and_tall
from convkit.assignments.formula.matrix import matrix_of
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def rows(seed: str) -> list[Probe]:
    draw, probes = Draw(seed, "one row"), []
    wide, tall = wide_and_tall(draw)
    for (H, W), K in ((wide, 2), (tall, 2), (tall, 3)):
        filters = draw.filters((K, K))
        for i, j in ((0, 1), (1, 0), (H - K, W - K)):
            probes.append(Probe(0, (filters, i, j, H, W), watch=True))
        probes.append(Probe(0, (draw.below_zero((K, K)), 1, 0, H, W), watch=True))
    return probes


def flat(seed: str) -> list[Probe]:
    """A flat filter. Parts 0 stride 1, 1 other strides, which leave a rest in one direction."""
    draw = Draw(seed, "matrix")
    wide, tall = wide_and_tall(draw)
    probes = [
        Probe(0, (draw.filters((2, 2)), *wide)),
        Probe(0, (draw.below_zero((3, 3)), *tall)),
        Probe(0, (draw.filters((3, 3)), *tall)),
    ]
    for K, stride in ((2, 2), (3, 2), (2, 3)):
        even = K + stride * draw.whole(1, 2)  # the stride leaves nothing over
        odd = K + stride * 3 + 1
        H, W = (even, odd) if K == 2 else (odd, even)
        weights = draw.below_zero if stride == 3 else draw.filters
        probes.append(Probe(1, (weights((K, K)), H, W), {"stride": stride}))
    return probes


def layers(seed: str) -> list[Probe]:
    """Parts 0 one filter of several channels, 1 many filters."""
    draw = Draw(seed, "matrix of a layer")
    wide, tall = wide_and_tall(draw)
    probes = [
        Probe(0, (bank(draw, C1, K, 1), *size)) for size, K, C1 in ((wide, 2, 3), (tall, 3, 2))
    ]
    probes.append(Probe(0, (-np.abs(bank(draw, 4, 2, 1)), *tall)))
    for size, K, C1, C2 in ((wide, 2, 3, 4), (tall, 3, 2, 4), (tall, 2, 1, 3)):
        probes.append(Probe(1, (bank(draw, C1, K, C2), *size)))
    return probes


def proofs(seed: str) -> list[Probe]:
    """A matrix that is right but for three cells, a right one, and one of another filter."""
    draw = Draw(seed, "proofs")
    (H, W), tall = wide_and_tall(draw)
    filters = draw.filters((2, 2))
    wrong = matrix_of(filters, H, W).carry_out()
    for amount in (0.25, -1.5, 1.25):
        row, column = draw.whole(0, len(wrong) - 1), draw.whole(0, H * W - 1)
        wrong[row, column] += amount
    other, third = draw.filters((3, 3)), draw.below_zero((3, 3))
    return [
        Probe(0, (wrong, filters, H, W)),
        Probe(0, (matrix_of(other, *tall).carry_out(), other, *tall)),
        Probe(0, (matrix_of(third, *tall).carry_out(), other, *tall)),
    ]


def repairs(seed: str) -> list[Probe]:
    """One filter (C1, K, K). Parts 0 one channel, 1 kernels of one pixel, 2 larger ones of both."""
    draw = Draw(seed, "repair the matrix")
    wide, tall = wide_and_tall(draw)
    cases = (
        (0, wide, 2, 1),
        (0, tall, 3, 1),
        (1, wide, 1, 3),
        (1, tall, 1, 2),
        (2, tall, 2, 3),
        (2, wide, 3, 2),
    )
    probes = []
    for number, (part, size, K, C1) in enumerate(cases):
        weights = draw.below_zero if number % 2 else draw.filters
        filters = weights((C1, K, K))
        filters.flat[0] = (-1) ** number * abs(filters.flat[0])
        probes.append(Probe(part, (filters, *size)))
    return probes
