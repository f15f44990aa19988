"""Exercise 9.4: the largest number of each window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convkit.check.draw import Draw, ascending
from convkit.check.exercise import Probe


def largest(window):
    return window.max(axis=(0, 1))


@dataclass
class Pool:
    """Which windows, and what is kept of each; every step open to change."""

    maps: np.ndarray  # (H, W, C)
    window: int
    stride: int

    def __post_init__(self):
        self.count: Callable = lambda room, stride: room // stride + 1
        self.step = self.stride
        self.keep: Callable = largest
        self.after: list[Callable] = []
        self.image = self.maps  # for mistakes that cut what comes in
        self.size = self._sizes(self.stride)

    def _sizes(self, stride):
        return tuple(self.count(pixels - self.window, stride) for pixels in self.maps.shape[:2])

    def recount(self, count=None, stride=None):
        """Take another rule for the size of the result."""
        self.count = count or self.count
        self.size = self._sizes(stride or self.stride)

    def carry_out(self):
        result = np.array(
            [[self._at(i, j) for j in range(self.size[1])] for i in range(self.size[0])]
        )
        for change in self.after:
            result = change(result)
        return result

    def _at(self, i, j):
        top, left = i * self.step, j * self.step
        window = self.image[top : top + self.window, left : left + self.window]
        if 0 in window.shape[:2]:
            raise IndexError("a window that leaves the maps")
        return self.keep(window)


def pool(maps, size, stride) -> Pool:
    """The right recipe."""
    return Pool(maps, size, stride)


def max_pool(maps, size, stride):
    """The definition, number by number."""
    H, W, C = maps.shape
    result = np.zeros(((H - size) // stride + 1, (W - size) // stride + 1, C))
    for i, j, p in np.ndindex(result.shape):
        window = maps[i * stride : i * stride + size, j * stride : j * stride + size, p]
        result[i, j, p] = max(window.ravel().tolist())
    return result


def pool_probes(seed: str) -> list[Probe]:
    """Parts 0 windows side by side, 1 other strides. Something is left over, or nothing is."""
    draw, probes = Draw(seed, "pool"), []
    for part, size, stride, C in ((0, 2, 2, 3), (0, 3, 3, 2), (1, 3, 2, 4), (1, 2, 3, 3)):
        for wide in (True, False):
            small = size + stride * draw.whole(1, 2) + (stride - 1)
            large = size + stride * draw.whole(3, 4) + (0 if stride == 2 else 1)
            shape = (small, large, C) if wide else (large, small, C)
            maps = draw.below_zero(shape) if wide == (C == 3) else draw.filters(shape)
            probes.append(Probe(part, (maps,), {"size": size, "stride": stride}, watch=wide))
    return probes


def small_pools() -> list[Probe]:
    cases = [
        ((2, 2, 2), 2, 2),
        ((2, 3, 1), 2, 2),
        ((2, 4, 1), 2, 2),
        ((4, 2, 1), 2, 2),
        ((3, 4, 1), 2, 1),
        ((1, 4, 1), 1, 3),
        ((2, 5, 1), 2, 3),
        ((4, 6, 1), 2, 2),
    ]
    probes = [
        Probe(size != stride, (sign * ascending(shape),), {"size": size, "stride": stride})
        for sign in (1, -1)
        for shape, size, stride in cases
    ]
    odd = np.array([[[-5.0], [1.5]], [[2.5], [-1.0]]])
    return [*probes, Probe(0, (odd,), {"size": 2, "stride": 2})]
