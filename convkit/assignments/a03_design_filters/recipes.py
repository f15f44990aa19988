"""From a drawing to a filter that is deaf to what it should not hear, in steps open to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np

from convkit import conv2d


@dataclass
class Balance:
    """Take the same from all weights along some axes, so that their sum becomes zero."""

    axes: tuple[int, ...]
    times: float = -1.0
    count: object = None  # weights along the axes → what their sum is divided by
    only_drawn: bool = False
    one_pays: bool = False  # the first channel alone

    def apply(self, weights):
        """The balanced weights."""
        total = weights.sum(axis=self.axes, keepdims=True)
        if self.one_pays:
            changed = weights.copy()
            changed[:1] -= total
            return changed
        number = prod(weights.shape[axis] for axis in self.axes)
        share = total / (self.count(weights) if self.count else number)
        return weights + self.times * share * ((weights != 0) if self.only_drawn else 1)


@dataclass
class Design:
    """Paint a mask with a color, balance the weights, and slide them if there is an image."""

    mask: np.ndarray  # (K, K'), or weights (C1, K, K') that are painted already
    color: np.ndarray | None = None  # (C1,)
    steps: list[Balance] = field(default_factory=list)
    image: np.ndarray | None = None
    paint: object = np.multiply
    after: list = field(default_factory=list)

    def carry_out(self):
        weights = self.mask
        if self.color is not None:
            weights = self.paint(self.color[:, None, None], self.mask[None])  # (C1, K, K')
        for step in self.steps:
            weights = step.apply(weights)
        if self.image is not None:
            weights = conv2d(self.image, weights, fast=False)  # (H', W')
        for change in self.after:
            weights = change(weights)
        return weights


def painted(mask, color) -> Design:
    return Design(mask, color)


def deaf_to_gray(filters) -> Design:
    return Design(filters.astype(float), steps=[Balance((0,))])


def deaf_to_areas(filters) -> Design:
    return Design(filters.astype(float), steps=[Balance((1, 2))])


def repaired(image, mask, color) -> Design:
    return Design(mask, color, [Balance((0,)), Balance((1, 2))], image)
