"""Small inputs, smallest first, for the example that a verdict shows."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import ascending, one_at
from convkit.check.exercise import Probe

_NUMBERS = np.arange(1.0, 50.0)


def small_windows() -> list[Probe]:
    upper_right, ones = one_at((2, 2), 0, 1), np.ones((2, 2))
    return [
        Probe(0, (ascending((2, 2)), upper_right, 0, 0)),
        Probe(0, (ascending((2, 2)), ones, 0, 0)),
        Probe(0, (ascending((2, 3)), ones, 0, 1)),
        Probe(0, (ascending((2, 3)), upper_right, 0, 1)),
        Probe(0, (ascending((4, 3)), ones, 2, 0)),
        Probe(0, (ascending((2, 2)), -ones, 0, 0)),
        Probe(0, (ascending((2, 2)), ones / 4, 0, 0)),
    ]


def small_slides(*, strides: bool = True) -> list[Probe]:
    upper_right, ones = one_at((2, 2), 0, 1), np.ones((2, 2))
    probes = [
        Probe(0, (ascending((2, 2)), upper_right)),
        Probe(0, (ascending((2, 2)), ones)),
        Probe(0, (ascending((2, 3)), ones)),
        Probe(0, (ascending((3, 2)), ones)),
        Probe(0, (ascending((3, 4)), upper_right)),
        Probe(0, (ascending((2, 2)), -ones)),
        Probe(0, (ascending((2, 2)), ones / 4)),
        Probe(0, (ascending((2, 2)), ascending((2, 2)))),
    ]
    if strides:
        probes += _small_strides(ones)
        bright = np.array([[100, 200], [50, 25]], np.uint8)
        probes.append(Probe(2, (bright, ones)))
        probes.append(Probe(2, (bright, np.full((2, 2), 2, np.uint8))))
    return probes


def small_boxes(*, strides: bool = True) -> list[Probe]:
    upper_right, ones = one_at((2, 2, 2), 1, 0, 1), np.ones((2, 2, 2))
    probes = [
        Probe(0, (ascending((2, 2, 1)), upper_right[1:])),
        Probe(0, (ascending((2, 2, 2)), upper_right)),
        Probe(0, (ascending((2, 2, 2)), ones)),
        Probe(0, (ascending((2, 3, 2)), ones)),
        Probe(0, (ascending((3, 2, 2)), ones)),
        Probe(0, (ascending((2, 2, 4)), np.ones((4, 2, 2)))),
        Probe(0, (ascending((2, 2, 1)), -ones[1:])),
        Probe(0, (ascending((2, 2, 1)), ones[1:] / 4)),
    ]
    if strides:
        probes += _small_strides(np.ones((1, 2, 2)), trailing=(1,))
        bright = np.array([[[100], [200]], [[50], [25]]], np.uint8)
        probes.append(Probe(2, (bright, np.ones((1, 2, 2)))))
        probes.append(Probe(2, (bright, np.full((1, 2, 2), 2, np.uint8))))
    return probes


def _small_strides(ones, trailing=()):
    return [
        Probe(1, (ascending((2, 3, *trailing)), ones), {"stride": 2}),
        Probe(1, (ascending((2, 4, *trailing)), ones), {"stride": 2}),
        Probe(1, (ascending((4, 5, *trailing)), ones), {"stride": 2}),
    ]


def small_sizes() -> list[Probe]:
    """Every short line of pixels, shortest first."""
    return [
        Probe(part, (size, kernel), {"padding": padding, "stride": stride})
        for size in range(2, 8)
        for kernel in range(1, size + 1)
        for stride in (1, 2, 3)
        for part, padding in enumerate(("valid", "same", "full"))
    ]
