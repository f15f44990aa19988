"""Exercise 9.2: what comes out of four kinds of layers that all get the same box of maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.draw import Draw


def draw_boxes(draw: Draw) -> dict[str, int]:
    """A box H×W×C1, C2 filters of K×K with stride S and padding P, pooling over Q×Q."""
    K, Q = draw.whole(3, 5) * 2 + 1, draw.whole(3, 4)
    S, P = 7 - Q, 4 * draw.whole(0, 1) + 1  # S and Q are 3 and 4, or 4 and 3

    def uneven(size):
        """Return this size, or the next one that neither stride divides."""
        while (size + 2 * P - K) % S == 0 or size % Q == 0:
            size += 1
        return size

    H = uneven(draw.whole(18, 30))
    numbers = {"H": H, "W": uneven(H + draw.whole(4, 14)), "C1": draw.whole(6, 11)}
    return numbers | {"C2": draw.whole(13, 24), "K": K, "S": S, "P": P, "Q": Q}


@dataclass
class Box:
    """One question, each part of its answer open to change."""

    question: str  # 'strided', 'pooled', 'mixed' or 'flat'
    H: int
    W: int
    C1: int
    C2: int
    K: int
    S: int
    P: int
    Q: int

    def __post_init__(self):
        self.around, self.stride, self.step = 2 * self.P, self.S, self.Q
        self.count: Callable = lambda room, stride: room // stride + 1
        self.maps, self.pool_maps, self.mixed_maps = (self.C2,), (self.C1,), (self.C2,)
        self.mixed_size = (self.H, self.W)
        self.flat_maps, self.pooled_first = self.C1, True
        self.swap = False

    def _sizes(self, around, kernel, stride):
        sizes = tuple(self.count(size + around - kernel, stride) for size in (self.H, self.W))
        return sizes[::-1] if self.swap else sizes

    def carry_out(self):
        if self.question == "strided":
            return self._sizes(self.around, self.K, self.stride) + self.maps
        if self.question == "mixed":
            size = self.mixed_size[::-1] if self.swap else self.mixed_size
            return size + self.mixed_maps
        rows, columns = self._sizes(0, self.Q, self.step)
        if self.question == "pooled":
            return (rows, columns, *self.pool_maps)
        if not self.pooled_first:
            rows, columns = self.H, self.W
        return rows * columns * self.flat_maps
