"""Small layers, smallest first, for the example that a verdict shows."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import one_at
from convkit.check.exercise import Probe


def _numbers(*shape):
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


def valid() -> list[Probe]:
    """One filter first, then two of them; one window first, then two."""
    two = np.stack([one_at((1, 2, 2), 0, 0, 1), np.ones((1, 2, 2))], axis=-1)  # (1, 2, 2, 2)
    deep = np.concatenate([two, 10 * two[..., ::-1]])  # (2, 2, 2, 2)
    return [
        Probe(0, (_numbers(2, 2, 1), two[..., :1])),
        Probe(0, (_numbers(2, 2, 1), two)),
        Probe(0, (_numbers(2, 3, 1), two)),
        Probe(0, (_numbers(3, 2, 1), two)),
        Probe(0, (_numbers(2, 2, 2), deep)),
        Probe(0, (_numbers(2, 3, 2), deep)),
        Probe(0, (_numbers(3, 4, 2), deep)),
        Probe(0, (_numbers(2, 2, 1), -two / 4)),
    ]


def valid_and_same() -> list[Probe]:
    around = np.ones((1, 3, 3, 1))
    small = [
        Probe(1, (_numbers(*size, 1), around), {"padding": "same"})
        for size in ((1, 1), (1, 2), (2, 2), (3, 4))
    ]
    return [Probe(p.part, p.args, {"padding": "valid"}) for p in valid()] + small


def rows() -> list[Probe]:
    sizes = ((2, 2, 1), (2, 3, 1), (3, 2, 1), (2, 2, 2), (2, 3, 2), (3, 3, 1))
    return [Probe(0, (_numbers(*size) - 2.5, 2)) for size in sizes]


def strided() -> list[Probe]:
    ones = np.ones((1, 2, 2, 1))
    return valid() + [
        Probe(1, (_numbers(*size, 1), ones), {"stride": 2}) for size in ((2, 3), (2, 4), (4, 5))
    ]


def keras() -> list[Probe]:
    return [Probe(p.part, (p.args[0], p.args[1].transpose(1, 2, 0, 3))) for p in valid()]
