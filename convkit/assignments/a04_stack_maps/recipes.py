"""A layer as a list of maps that are laid on one another, in steps open to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import conv2d


def on_one_another(maps):
    """A list of (H', W') → (H', W', C2)."""
    return np.stack(maps, axis=-1)


@dataclass
class Stack:
    """A list of maps, and how they are joined."""

    maps: list
    join: Callable = on_one_another
    after: list = field(default_factory=list)

    def carry_out(self):
        result = self.join(self.maps)
        for change in self.after:
            result = change(result)
        return result


def stacked(maps) -> Stack:
    return Stack(list(maps))


@dataclass
class Layer:
    """One map for each filter, and how they are joined."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K, C2)
    join: Callable = on_one_another
    apart: bool = False  # whether each channel keeps a map of its own
    after: list = field(default_factory=list)

    def carry_out(self):
        result = self.join(self._maps())
        for change in self.after:
            result = change(result)
        return result

    def _maps(self):
        C1, _, _, C2 = self.filters.shape
        if self.apart:
            return [self._flat(p, c) for c in range(C2) for p in range(C1)]
        return [sum(self._flat(p, c) for p in range(C1)) for c in range(C2)]

    def _flat(self, p, c):
        """One channel and its kernel: (H, W) ⋆ (K, K) → (H', W')."""
        return conv2d(self.image[:, :, p], self.filters[p, :, :, c], fast=False)


def layer(image, filters) -> Layer:
    return Layer(image.astype(float), filters.astype(float))
