"""What stacks and layers are tried on: all sizes differ, and so do all numbers."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def maps(seed: str) -> list[Probe]:
    """Lists of two to five maps; some are negative all over."""
    draw, probes = Draw(seed, "4.1"), []
    for rows, columns, count in ((4, 6, 3), (5, 3, 2), (3, 4, 5)):
        weights = draw.below_zero if count == 2 else draw.filters
        probes.append(Probe(0, ([weights((rows, columns)) for _ in range(count)],)))
    return probes


def small_maps() -> list[Probe]:
    one, other = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[-1, 0.5, 0], [7, 8, 9]])
    return [
        Probe(0, ([one[:1, :1], other[:1, :1]],)),
        Probe(0, ([one[:, :2], other[:, :2]],)),
        Probe(0, ([one, other],)),
    ]


def layers(seed: str, *, parts: tuple[int, ...] = (0, 0, 0, 1)) -> list[Probe]:
    """Parts 0 several filters, 1 a single one."""
    draw, probes = Draw(seed, "layers"), []
    for part, (C1, K, C2) in zip(parts, ((3, 2, 4), (2, 3, 5), (4, 3, 2), (3, 2, 1)), strict=False):
        probes.append(_layer(draw, part, C1, K, C2, below=C1 == 2))
        if C2 == 1:
            probes.append(_layer(draw, part, 2, 3, 1, below=True))
    return probes


def several_filters(seed: str) -> list[Probe]:
    return layers(seed, parts=(0, 0, 0))


def repairs(seed: str) -> list[Probe]:
    """Parts 0 one channel, 1 one filter, 2 several of both."""
    draw, probes = Draw(seed, "4.6"), []
    for part, C1, K, C2 in (
        (0, 1, 2, 3),
        (0, 1, 3, 2),
        (1, 3, 2, 1),
        (1, 2, 3, 1),
        (2, 3, 2, 4),
        (2, 4, 3, 2),
    ):
        probes.append(_layer(draw, part, C1, K, C2, below=K == 3))
    return probes


def _layer(draw, part, C1, K, C2, *, below):
    H = draw.whole(6, 7)
    W = H + draw.whole(2, 3)
    size = (W, H) if C1 == 2 else (H, W)
    weights = draw.below_zero if below else draw.filters
    return Probe(part, (draw.image((*size, C1)), weights((C1, K, K, C2))))


def small_layers() -> list[Probe]:
    """Few pixels, and filters of a single 1."""
    image = np.arange(1.0, 25).reshape(3, 4, 2)
    two = np.zeros((2, 2, 2, 2))
    two[0, 0, 1, 0] = two[1, 1, 0, 1] = 1
    flat = np.zeros((1, 2, 2, 2))
    flat[0, 0, 1, 0] = flat[0, 0, 0, 1] = 1
    return [
        Probe(0, (image[:, :, :1], flat)),
        Probe(0, (image, two)),
        Probe(0, (image, np.ones((2, 2, 2, 2)) / 4)),
        Probe(0, (image[:, :, :1], flat / 2)),
        Probe(1, (image, np.ones((2, 2, 2, 1)))),
        Probe(1, (image, -np.ones((2, 2, 2, 1)))),
    ]


def small_repairs() -> list[Probe]:
    image = np.arange(1.0, 25).reshape(3, 4, 2)
    flat = np.ones((1, 2, 2, 2))
    flat[..., 1] = -2
    return [
        Probe(0, (image[:, :, :1], flat)),
        Probe(1, (image, np.ones((2, 2, 2, 1)))),
        *small_layers()[1:],
    ]
