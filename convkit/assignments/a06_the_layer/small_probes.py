"""Small maps, layers and kernels, smallest first, for the example that a verdict shows."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a06_the_layer.probes import full
from convkit.check.exercise import Probe


def _numbers(*shape):
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


def maps_and_biases() -> list[Probe]:
    bias = np.array([10.0, 20.0])
    zeros = np.zeros((1, 2, 2))
    return [
        Probe(0, (zeros[:, :1], bias)),
        Probe(0, (zeros, bias)),
        Probe(0, (_numbers(2, 3, 2), bias)),
        Probe(1, (np.zeros((2, 1, 1)), bias), {"maps_first": True}),
        Probe(1, (np.zeros((2, 2, 2)), bias), {"maps_first": True}),
        Probe(1, (_numbers(2, 1, 3), bias), {"maps_first": True}),
        Probe(2, (np.zeros((2, 1, 1, 2)), bias)),
        Probe(2, (np.zeros((3, 2, 1, 1)), bias), {"maps_first": True}),
        Probe(0, (_numbers(1, 1, 2) / 4, -bias)),
    ]


def activations() -> list[Probe]:
    """One pixel and one weight, then more of both."""
    one, two = np.ones((1, 1, 1, 1)), np.array([[[[1.0, -1.0]]]])
    deep = np.ones((2, 2, 2, 1))
    probes = []
    for part, name in enumerate((None, "relu", "sigmoid", "tanh")):
        options = {"activation": name}
        for x in (0.0, 2.0, -3.0):
            probes.append(Probe(part, (np.full((1, 1, 1), x), one, np.zeros(1)), options))
        probes.append(Probe(part, (np.full((1, 1, 1), 2.0), one, np.ones(1)), options))
        probes.append(Probe(part, (np.full((1, 1, 1), 2.0), one, -np.full(1, 5.0)), options))
        probes.append(Probe(part, (np.full((1, 2, 1), 2.0), two, np.array([1.0, 2])), options))
        probes.append(Probe(part, (np.zeros((2, 2, 2)), deep, np.ones(1)), options))
        mixed = np.array([[[1.0, -2], [3, -1]], [[-1, 1], [0, 1]]])
        probes.append(Probe(part, (mixed, deep / 4, np.ones(1)), options))
    return probes


def repairs() -> list[Probe]:
    one, two = np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 2))
    upper_right = np.zeros((1, 2, 2, 1))
    upper_right[0, 0, 1] = 1
    return [
        Probe(0, (np.ones((1, 1, 1)), one, np.ones(1))),
        Probe(0, (-np.ones((1, 1, 1)), one, np.zeros(1))),
        Probe(1, (np.ones((1, 1, 1)), two, np.array([1.0, 2]))),
        Probe(0, (np.ones((1, 1, 2)), np.ones((2, 1, 1, 1)), np.ones(1))),
        Probe(0, (np.array([[[3.0, 2]]]), np.array([1.0, -1]).reshape(2, 1, 1, 1), np.zeros(1))),
        Probe(1, (np.ones((1, 1, 1)), two * [1, 2], np.zeros(2))),
        Probe(2, (np.ones((1, 2, 2)), np.ones((2, 1, 1, 2)), np.array([1.0, -3]))),
        Probe(2, (_numbers(2, 2, 1), upper_right, np.ones(1))),
        Probe(2, (_numbers(2, 3, 1), upper_right / 4, np.ones(1))),
    ]


def merges() -> list[Probe]:
    one = np.ones((1, 1, 1, 1))
    pair = np.array([1.0, 2, 3, 4]).reshape(1, 2, 2, 1)
    maps = np.array([1.0, 2]).reshape(1, 1, 1, 2)
    return [
        Probe(0, (2 * one, 3 * one)),
        Probe(0, (pair, 3 * one)),
        Probe(0, (maps, 10 * maps.reshape(2, 1, 1, 1))),
        Probe(0, (maps, np.arange(1.0, 5).reshape(2, 1, 1, 2))),
        Probe(1, (2 * one, pair)),
        Probe(1, (np.ones((1, 2, 2, 1)), pair)),
        Probe(0, (-one / 2, one / 2)),
    ]


def exchanges() -> list[Probe]:
    corner = np.array([[1.0, 2], [3, 4]])
    pairs = [
        (np.array([[1.0, 2]]), np.array([[1.0, 0]])),
        (_numbers(2, 2), np.array([[1.0], [0]])),
        (_numbers(2, 2), corner),
        (_numbers(2, 2), -corner / 4),
    ]
    return [
        Probe(part, (full(*pair, name),), {"operation": name})
        for part, name in enumerate(("correlation", "convolution"))
        for pair in pairs
    ]
