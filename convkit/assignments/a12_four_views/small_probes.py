"""Small examples for the verdicts, smallest first."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula.inputs import small_layers
from convkit.check.exercise import Probe


def agreements() -> list[Probe]:
    """A right angle and a fall of 3 : 4, then longer arrows, then darkness."""
    corner = np.array([[[1.0]], [[0.0]]])  # (2, 1, 1): the first of two channels
    two = np.array([[[1.0, 2.0], [0.0, -1.0]]])  # (1, 2, 2)
    count = np.arange(1.0, 7)
    return [
        Probe(0, (np.array([[[3.0, 4.0]]]), corner)),
        Probe(0, (np.array([[[3.0, 4.0], [0.0, 2.0]]]), 2 * corner)),
        Probe(0, (np.array([[[3.0, 4.0]]]), -corner[::-1])),
        Probe(0, (count.reshape(2, 3, 1), two)),
        Probe(0, (count.reshape(3, 2, 1), two)),
        Probe(0, (np.arange(1.0, 9).reshape(2, 2, 2), np.concatenate([two, 0 * two]))),
        Probe(1, (np.array([[[0.0, 0.0], [0.0, 2.0]]]), corner)),
    ]


def layers() -> list[Probe]:
    """The small layers of chapter 5, with a bias of 1, 2, … for each map."""
    one = Probe(0, (np.zeros((1, 1, 1)), np.ones((1, 1, 1, 2)), np.array([1.0, 2.0])))
    return [one] + [
        Probe(p.part, (*p.args, np.arange(1.0, p.args[1].shape[3] + 1))) for p in small_layers()
    ]


def backs() -> list[Probe]:
    """One wish, then two that meet in a pixel, then two maps."""
    row = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 2, 2, 1)
    deep = np.concatenate([row, row[:, ::-1] / 4])
    many = np.concatenate([row, -row], axis=-1)
    two = np.array([[[1.0], [0.0]], [[0.0], [0.0]]])
    return [
        Probe(1, (np.array([[[2.0, -1.0]]]), np.array([[[[1.0, 3.0]]]]), 1, 1)),
        Probe(0, (np.ones((1, 1, 1)), row, 2, 2)),
        Probe(0, (np.ones((1, 2, 1)), row, 2, 3)),
        Probe(0, (two, row, 3, 3)),
        Probe(0, (np.ones((1, 1, 1)), deep, 2, 2)),
        Probe(2, (np.array([[[1.0, 0.5]]]), many, 2, 2)),
    ]
