"""Exercises 10.2, 10.3 and 10.6: slopes by trying, slopes of the map, slopes of the biases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import reference
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


@dataclass
class Poke:
    """The loss before and after a hair; every step open to change."""

    image: np.ndarray  # (H, W)
    filters: np.ndarray  # (K, K)
    wanted: np.ndarray  # (H', W')
    m: int
    n: int

    def __post_init__(self):
        self.before = self.filters
        self.where: Callable = lambda m, n: (m, n)
        self.hair, self.divisor = 1e-6, 1e-6

    def _loss(self, filters):
        return ((reference.conv2d(self.image, filters) - self.wanted) ** 2).mean()

    def carry_out(self):
        poked = self.filters.copy()
        poked[self.where(self.m, self.n)] += self.hair
        return (self._loss(poked) - self._loss(self.before)) / self.divisor


def poked_slope(image, filters, wanted, m, n):
    """The definition: the exact slope, by the formula of chapter 10."""
    slopes = 2 * (reference.conv2d(image, filters) - wanted) / wanted.size
    return float(reference.conv2d(image, slopes)[m, n])


def poke_probes(seed: str) -> list[Probe]:
    draw, probes = Draw(seed, "poke"), []
    for K, wide in ((2, True), (3, False)):
        rows = draw.whole(2, 3)
        size = (rows, rows + draw.whole(1, 2))
        size = size if wide else size[::-1]
        image = draw.image((size[0] + K - 1, size[1] + K - 1)) / 10
        filters, off = draw.filters((K, K)) / 2, draw.filters(size) / 4
        wanted = reference.conv2d(image, filters) - off
        for m, n in ((0, 1), (K - 1, 0), (1, 1)):
            probes.append(Probe(0, (image, filters, wanted, m, n), watch=True))
        lower = reference.conv2d(image, filters) + np.abs(off)
        probes.append(Probe(0, (image, filters, lower, 0, K - 1)))  # a slope below 0
        higher = reference.conv2d(image, filters) - np.abs(off)
        probes.append(Probe(0, (image, filters, higher, K - 1, K - 2)))
    return probes


def small_pokes() -> list[Probe]:
    two, four = np.array([[1.0, 2.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    one = np.ones((1, 1))
    return [
        Probe(0, (two, one, np.zeros((1, 2)), 0, 0)),
        Probe(0, (four, np.ones((2, 2)), np.zeros((1, 1)), 0, 1)),
        Probe(0, (two, one, 4 * two, 0, 0)),
    ]


# ---- slopes of the map


@dataclass
class Differences:
    """2·(made - wanted) / how many; every step open to change."""

    made: np.ndarray
    wanted: np.ndarray

    def __post_init__(self):
        self.two, self.count, self.sign = 2, self.wanted.size, 1
        self.after: list[Callable] = []

    def carry_out(self):
        result = self.sign * self.two * (self.made - self.wanted) / self.count
        for change in self.after:
            result = change(result)
        return result


def map_slopes(made, wanted):
    """The definition: the loss's own slope, number by number, from two nearby losses.

    The loss is a parabola in each number, so half a step to each side gives the exact slope.
    """
    result = np.zeros(made.shape)
    for place in np.ndindex(made.shape):
        losses = []
        for by in (0.5, -0.5):
            other = made.copy()
            other[place] += by
            losses.append(((other - wanted) ** 2).mean())
        result[place] = losses[0] - losses[1]
    return result


def map_probes(seed: str) -> list[Probe]:
    draw = Draw(seed, "map slopes")
    shapes = [(draw.whole(2, 3), 4), (draw.whole(4, 5), 3), (2, 3, draw.whole(4, 5))]
    return [
        Probe(0, (draw.filters(shape) * 8, draw.filters(shape) * 8), watch=True) for shape in shapes
    ]


def small_maps() -> list[Probe]:
    return [
        Probe(0, (np.array([[3.0]]), np.array([[1.0]]))),
        Probe(0, (np.array([[3.0, 5.0]]), np.array([[1.0, 1.0]]))),
        Probe(0, (np.array([[0.0, 5.0]]), np.array([[1.0, 1.0]]))),
        Probe(0, (np.array([[3.0, 5.0], [1.0, 1.5]]), np.ones((2, 2)))),
    ]


# ---- slopes of the biases


@dataclass
class Collect:
    """A sum of slopes; every step open to change."""

    slopes: np.ndarray  # (H', W', C2)
    total: Callable = lambda slopes: slopes.sum(axis=(0, 1))
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        result = self.total(self.slopes)
        for change in self.after:
            result = change(result)
        return result


def bias_gradient(slopes):
    """The definition: every place adds the same bias, so every place has its say."""
    H, W, C2 = slopes.shape
    return np.array([sum(slopes[i, j, c] for i in range(H) for j in range(W)) for c in range(C2)])


def bias_probes(seed: str) -> list[Probe]:
    draw = Draw(seed, "bias gradient")
    probes = []
    for H, W, C2 in ((2, 3, 4), (4, 3, 2), (3, 5, 3)):
        slopes = draw.filters((H, W, C2))
        slopes[..., 0] = -np.abs(slopes[..., 0]) - 0.25
        slopes[..., 1] = np.abs(slopes[..., 1]) + 0.125
        probes.append(Probe(0, (slopes,), watch=True))
    return probes


def small_biases() -> list[Probe]:
    count = np.arange(1.0, 13)
    return [
        Probe(0, (count[:4].reshape(1, 2, 2),)),
        Probe(0, (count[:4].reshape(2, 1, 2),)),
        Probe(0, (count.reshape(2, 3, 2),)),
        Probe(0, (np.array([[[-1.5]]]),)),
    ]
