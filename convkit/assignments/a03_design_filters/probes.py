"""What painted and balanced filters are tried on: kernels that are not square, and soft masks."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def _mask(draw, shape) -> np.ndarray:
    """0, ¼, ½ or 1 at each place; corners that differ, so that every turn shows."""
    steps = np.array([0, 0.25, 0.5, 1, 1, 0])
    mask = steps[draw.photograph(shape, 0, 5)]
    mask[0, 0], mask[0, -1], mask[-1, 0], mask[-1, -1] = 1, 0, 0.5, 0.25
    return mask


def paints(seed: str) -> list[Probe]:
    draw, probes = Draw(seed, "3.1"), []
    for shape, C1 in (((3, 5), 3), ((5, 4), 2), ((4, 6), 4)):
        probes.append(Probe(0, (_mask(draw, shape), _color(draw, C1))))
    return probes


def _color(draw, C1):
    """Weights of both signs that all differ in size; their sum is not zero."""
    color = np.abs(draw.filters((C1,)))
    color[1::2] *= -1
    return color


def small_paints() -> list[Probe]:
    mask = np.array([[0, 1], [0.5, 0]])
    return [
        Probe(0, (np.array([[0.0, 1]]), np.array([1.0, 2]))),
        Probe(0, (np.array([[0.5, 1]]), np.array([-1.0, 2]))),
        Probe(0, (mask, np.array([2.0, -1]))),
        Probe(0, (mask, np.array([1, -0.5, 0.25]))),
    ]


def filters_to_balance(seed: str) -> list[Probe]:
    """Drawings with zeros in them, of two, three and four channels."""
    draw, probes = Draw(seed, "balance"), []
    for shape in ((3, 4, 5), (2, 5, 3), (4, 3, 5)):
        weights = draw.filters(shape)
        weights[:, draw.photograph(shape[1:], 0, 2) == 0] = 0
        weights[:, 0, 0] = np.arange(1.5, len(weights) + 1)  # painted at any rate
        weights[:, -1, -1] = 0
        probes.append(Probe(0, (weights,), watch=True))
    return probes


def small_grays() -> list[Probe]:
    """The same without a single channel: nothing could be balanced there."""
    return [probe for probe in small_balances() if len(probe.args[0]) > 1]


def small_balances() -> list[Probe]:
    return [
        Probe(0, (np.array([[[3.0]], [[1]]]),)),
        Probe(0, (np.array([[[3.0, 1]]]),)),
        Probe(0, (np.array([[[3.0], [0]], [[1], [0]]]),)),
        Probe(0, (np.array([[[4.0, 0, 0]], [[1, 1, 0]], [[1, 0, 0]]]),)),
    ]


def repairs(seed: str) -> list[Probe]:
    """Parts 0 colors that sum to zero, 1 masks with equal columns, 2 any color and mask."""
    draw = Draw(seed, "3.8")
    probes = []
    for part in range(3):
        for shape, C1 in (((3, 4), 3), ((4, 3), 2)):
            color, mask = _color(draw, C1), _mask(draw, shape)
            if part == 0:
                color = color - color.mean()
            if part == 1:  # every row of every column the same: balanced columns balance all
                mask = np.repeat(mask[:, :1], shape[1], axis=1)
            H = shape[0] + draw.whole(3, 4)
            W = H + draw.whole(2, 3)
            probes.append(Probe(part, (draw.image((H, W, C1)), mask, color)))
    return probes


def small_repairs() -> list[Probe]:
    image = np.arange(1.0, 13).reshape(2, 3, 2) ** 2
    return [
        Probe(0, (image[:, :2], np.array([[0.0, 1], [0, 0]]), np.array([1.0, -1]))),
        Probe(1, (image[:, :2], np.array([[1.0, 1], [0, 0]]), np.array([2.0, 0]))),
        Probe(2, (image, np.array([[0.0, 1], [0, 0]]), np.array([2.0, 0]))),
        Probe(2, (image, np.array([[0.0, 1], [1, 1]]), np.array([2.0, 1]))),
        Probe(0, (image[:, :2], np.array([[0.0, 0.1], [0, 0]]), np.array([1.0, -1]))),
    ]
