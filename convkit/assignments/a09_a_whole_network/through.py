"""Exercise 9.1: the size of a map after several layers, and the named mistakes on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.assignments.sliding.sizes import MISCOUNTED
from convkit.check.changes import replacing, setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistakes import gradient, padding, size, stride
from convkit.shapes import output_size


@dataclass
class Through:
    """⌊(H + 2P - K) / S⌋ + 1, layer after layer, each part of it open to change."""

    size: int
    layers: list[tuple[int, int, int]]  # K, S, P of each

    def __post_init__(self):
        self.count: Callable = lambda room, stride: room // stride + 1
        self.room: Callable = lambda size, K, P: size + 2 * P - K
        self.stride: Callable = lambda S: S
        self.passed_on, self.only = True, slice(None)

    def carry_out(self):
        size = self.size
        for K, S, P in self.layers[self.only]:
            into = size if self.passed_on else self.size
            size = self.count(self.room(into, K, P), self.stride(S))
        return size


def through(size, layers) -> Through:
    """The right recipe."""
    return Through(size, layers)


def size_after(size, layers):
    """The definition, from convkit's own arithmetic."""
    for K, S, P in layers:
        size = output_size(size, K, stride=S, padding=P)
    return size


def through_probes(seed: str) -> list[Probe]:
    """Parts 0 without padding, 1 with; every rest that a stride of 2 or 3 can leave."""
    draw, probes = Draw(seed, "through"), []
    for part in (0, 1):
        for S in (2, 3):
            for rest in range(S):
                K, P = draw.whole(3, 6), part * draw.whole(1, 2)
                size = K - 2 * P + rest + S * draw.whole(6, 12)
                probes.append(Probe(part, (size, [(K, S, P)])))
        for count in (2, 3):
            layers = [(draw.whole(2, 5), 1 + n % 2, part * draw.whole(1, 2)) for n in range(count)]
            probes.append(Probe(part, (draw.whole(50, 90), layers)))
    return probes


def small_throughs() -> list[Probe]:
    one_layer = [
        Probe(P > 0, (size, [(K, S, P)]))
        for size in range(2, 7)
        for K in range(1, min(size, 3) + 1)
        for S in (1, 2, 3)
        for P in (0, 1)
    ]
    return [
        *one_layer,
        Probe(0, (5, [(2, 1, 0), (3, 1, 0)])),
        Probe(0, (9, [(2, 2, 0), (2, 2, 0)])),
    ]


THROUGH_MISTAKES = (
    padding.PADDING_ONCE.made_by(replacing(room=lambda size, K, P: size + P - K)),
    padding.PADDING_FORGOTTEN.made_by(replacing(room=lambda size, K, P: size - K)),
    padding.PADDING_SUBTRACTED.made_by(replacing(room=lambda size, K, P: size - 2 * P - K)),
    size.KERNEL_ADDED.made_by(replacing(room=lambda size, K, P: size + 2 * P + K)),
    size.KERNEL_FORGOTTEN.made_by(replacing(room=lambda size, K, P: size + 2 * P)),
    stride.STRIDE_IGNORED.made_by(replacing(stride=lambda S: 1)),
    size.SIZE_NOT_PASSED_ON.made_by(setting(passed_on=False)),
    gradient.ENDS_AFTER_ONE.made_by(setting(only=slice(1)), section="idea-L10"),
    *MISCOUNTED,
)
