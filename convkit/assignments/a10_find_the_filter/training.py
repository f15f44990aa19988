"""Exercises 10.7 and 10.9: gradient descent for one filter, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convkit import conv2d_grad_filters, reference
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


@dataclass
class Training:
    """Forward, compare, back, step; each of them open to change."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K)
    wanted: np.ndarray  # (H', W')
    rate: float
    steps: int

    def __post_init__(self):
        K, size = self.filters.shape[1], self.wanted.shape
        # (C1, K, K, H', W'): for each weight, the pixels that it meets.
        self.pixels = np.array(
            [
                [
                    [self.image[m : m + size[0], n : n + size[1], p] for n in range(K)]
                    for m in range(K)
                ]
                for p in range(len(self.filters))
            ]
        )
        self.two, self.count, self.sign = 2, self.wanted.size, 1
        self.begin = self.filters
        self.seen = self.pixels  # what the gradient takes them for
        self.turn: Callable = lambda gradient: gradient
        self.step: Callable = lambda filters, by: filters - by
        self.look_again = self.go_on = True
        self.given_back: Callable = lambda filters: filters

    def _forward(self, filters):
        return np.einsum("pmn,pmnij->ij", filters, self.pixels)

    def carry_out(self):
        filters = self.begin
        made = self._forward(filters)
        for _ in range(self.steps):
            if self.look_again:
                made = self._forward(filters)
            slopes = self.sign * self.two * (made - self.wanted) / self.count
            gradient = self.turn(np.einsum("ij,pmnij->pmn", slopes, self.seen))
            filters = self.step(filters if self.go_on else self.begin, self.rate * gradient)
        return self.given_back(filters)


def train(image, filters, wanted, rate, steps):
    """The definition, with convkit's own gradients."""
    for _ in range(steps):
        slopes = 2 * (reference.conv2d(image, filters) - wanted) / wanted.size
        filters = filters - rate * conv2d_grad_filters(slopes, image, filters.shape)
    return filters


def training_probes(seed: str) -> list[Probe]:
    """Parts 0 one step, 1 several steps, 2 inputs left as they were."""
    draw, probes = Draw(seed, "training"), []
    for part, steps, K, C1, watch in (
        (0, 1, 2, 3, False),
        (0, 1, 3, 2, False),
        (1, 2, 2, 3, False),
        (1, 3, 3, 2, False),
        (2, 1, 2, 3, True),
    ):
        probes.append(_probe(draw, part, steps, K, C1, watch))
    return probes


def repair_probes(seed: str) -> list[Probe]:
    """Parts 0 one channel and several steps, 1 several channels and one step, 2 both."""
    draw = Draw(seed, "repair training")
    return [
        _probe(draw, part, steps, K, C1)
        for part, steps, K, C1 in (
            (0, 2, 2, 1),
            (0, 3, 3, 1),
            (1, 1, 2, 3),
            (1, 1, 3, 2),
            (2, 2, 2, 3),
            (2, 3, 3, 2),
        )
    ]


def _probe(draw, part, steps, K, C1, watch=False):
    rows = draw.whole(3, 4)
    size = (rows, rows + draw.whole(1, 2))
    size = size if K == 2 else size[::-1]
    image = draw.image((size[0] + K - 1, size[1] + K - 1, C1)) / 8 - 1.25  # above and below 0
    filters = draw.filters((C1, K, K)) / 4
    wanted = draw.filters(size)
    rate = draw.whole(3, 9) / 64
    return Probe(part, (image, filters, wanted, rate, steps), watch=watch)


def small_trainings() -> list[Probe]:
    one = np.ones((1, 1, 1))
    two, lamps = np.array([[[1.0], [2.0]]]), np.array([[[1.0, 3.0]]])
    return [
        Probe(0, (one, one, np.zeros((1, 1)), 0.25, 1)),
        Probe(0, (two, one, np.zeros((1, 2)), 0.25, 1)),
        Probe(0, (lamps, np.ones((2, 1, 1)), np.zeros((1, 1)), 0.125, 1)),
        Probe(
            0, (np.arange(1.0, 5).reshape(2, 2, 1), np.ones((1, 2, 2)), np.zeros((1, 1)), 0.1, 1)
        ),
        Probe(1, (one, one, np.zeros((1, 1)), 0.25, 2)),
        Probe(1, (one, one, np.zeros((1, 1)), 0.25, 3)),
    ]
