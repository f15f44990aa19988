"""Small layers, smallest first, for the example that a verdict shows."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.inputs import small_layers
from convkit.check.draw import ascending
from convkit.check.exercise import Probe


def valid_and_same() -> list[Probe]:
    around = np.ones((1, 3, 3, 1))
    small = [
        Probe(1, (ascending((*size, 1)), around), {"padding": "same"})
        for size in ((1, 1), (1, 2), (2, 2), (3, 4))
    ]
    return [Probe(p.part, p.args, {"padding": "valid"}) for p in small_layers()] + small


def rows() -> list[Probe]:
    sizes = ((2, 2, 1), (2, 3, 1), (3, 2, 1), (2, 2, 2), (2, 3, 2), (3, 3, 1))
    return [Probe(0, (ascending((*size,)) - 2.5, 2)) for size in sizes]


def strided() -> list[Probe]:
    ones = np.ones((1, 2, 2, 1))
    return small_layers() + [
        Probe(1, (ascending((*size, 1)), ones), {"stride": 2}) for size in ((2, 3), (2, 4), (4, 5))
    ]


def keras() -> list[Probe]:
    return [Probe(p.part, (p.args[0], p.args[1].transpose(1, 2, 0, 3))) for p in small_layers()]
