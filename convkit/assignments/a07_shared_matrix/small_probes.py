"""Small matrices, smallest first, for the example that a verdict shows."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.matrix import matrix_of
from convkit.check.exercise import Probe

_FLAT = np.array([[1.0, 2], [3, 4]])


def rows() -> list[Probe]:
    one = np.array([[5.0]])
    return [
        Probe(0, (one, 0, 0, 1, 2)),
        Probe(0, (one, 0, 1, 1, 3)),
        Probe(0, (one, 1, 0, 2, 3)),
        Probe(0, (_FLAT, 0, 0, 2, 3)),
        Probe(0, (_FLAT, 0, 1, 2, 4)),
        Probe(0, (_FLAT, 1, 0, 3, 2)),
        Probe(0, (-_FLAT / 4, 0, 0, 2, 2)),
    ]


def flat() -> list[Probe]:
    sizes = ((2, 2), (2, 3), (3, 2), (2, 4), (3, 3), (3, 4))
    strided = [Probe(1, (_FLAT, *size), {"stride": 2}) for size in ((2, 3), (2, 4), (2, 5), (4, 5))]
    return [Probe(0, (_FLAT, *size)) for size in sizes] + strided + [Probe(0, (-_FLAT / 4, 2, 2))]


def layers() -> list[Probe]:
    deep = np.array([1.0, 2, 10, 20]).reshape(2, 1, 1, 2)
    return [
        Probe(0, (_FLAT.reshape(1, 2, 2, 1), 2, 2)),
        Probe(0, (deep[..., :1], 1, 2)),
        Probe(1, (deep[:1], 1, 2)),
        Probe(1, (deep, 1, 2)),
        Probe(1, (deep, 2, 1)),
        Probe(1, (_FLAT.reshape(1, 2, 2, 1), 2, 3)),
        Probe(1, (_FLAT.reshape(1, 2, 2, 1), 3, 3)),
        Probe(0, (-_FLAT.reshape(1, 2, 2, 1) / 4, 2, 2)),
        Probe(0, (np.arange(1.0, 9).reshape(2, 2, 2, 1), 2, 2)),
    ]


def proofs() -> list[Probe]:
    probes = []
    for filters, H, W in ((np.array([[2.0]]), 1, 2), (_FLAT, 2, 3), (_FLAT, 3, 2)):
        right = matrix_of(filters, H, W).carry_out()
        for cell in (None, -1, 0, 1):  # none wrong, or one in the first row
            matrix = right.copy()
            if cell is not None:
                matrix[0, cell] += -0.5 if cell == 1 else 0.5
            probes.append(Probe(0, (matrix, filters, H, W)))
    return probes


def repairs() -> list[Probe]:
    return [Probe(0, (p.args[0][..., 0], *p.args[1:])) for p in layers() if p.args[0].shape[3] == 1]
