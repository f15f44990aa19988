"""Exercise 8.7: the parameters of layers on top of each other, and a program that miscounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistakes import bias, channels, counting, feature_maps


@dataclass
class StackCount:
    """All parameters of a stack, each part of the counting open to change."""

    channels: int
    layers: list[tuple[int, int]]  # K, C2 of each
    bias: bool

    def __post_init__(self):
        self.deeper: Callable = lambda depth, maps: maps  # what the next layer's filters span
        self.area: Callable = lambda K: K * K
        self.biases: Callable = lambda depth, K, maps: maps
        self.depth_of_filters: Callable = lambda depth, maps: depth
        self.add: Callable = lambda total, one: total + one

    def carry_out(self):
        total, depth = 0, self.channels
        for K, maps in self.layers:
            one = self.depth_of_filters(depth, maps) * self.area(K) * maps
            if self.bias:
                one += self.biases(depth, K, maps)
            total = self.add(total, one)
            depth = self.deeper(depth, maps)
        return total


def stack_count(channels, layers, bias=True) -> StackCount:
    """The right recipe."""
    return StackCount(channels, [tuple(layer) for layer in layers], bias)


def stack_probes(seed: str) -> list[Probe]:
    """Parts 0 one layer, 1 several without biases, 2 several with biases."""
    draw = Draw(seed, "stack")
    layers = lambda count: [  # noqa: E731
        (draw.whole(1, 3) * 2 + 1 - (n % 2), draw.whole(11, 20) + 10 * n) for n in range(count)
    ]
    return [
        *(Probe(0, (draw.whole(4, 9), layers(1))) for _ in range(2)),
        *(Probe(1, (draw.whole(4, 9), layers(count)), {"bias": False}) for count in (2, 3)),
        *(Probe(2, (draw.whole(4, 9), layers(count))) for count in (2, 3)),
    ]


def small_stacks() -> list[Probe]:
    return [
        Probe(0, (2, [(1, 1)])),
        Probe(0, (1, [(1, 2)])),
        Probe(0, (1, [(2, 1)])),
        Probe(0, (3, [(2, 1)])),
        Probe(1, (1, [(1, 2), (1, 1)]), {"bias": False}),
        Probe(1, (1, [(1, 2), (1, 3)]), {"bias": False}),
        Probe(1, (2, [(1, 3), (1, 2), (1, 1)]), {"bias": False}),
    ]


def _step(name, function):
    return setting(**{name: lambda recipe: function})


DEPTH_STAYS = channels.DEPTH_OF_THE_PICTURE.made_by(_step("deeper", lambda depth, maps: depth))
BIAS_FOR_CHANNEL = bias.BIAS_FOR_EACH_CHANNEL.made_by(_step("biases", lambda depth, K, maps: depth))
STACK_MISTAKES = (
    DEPTH_STAYS,
    BIAS_FOR_CHANNEL,
    feature_maps.MAPS_MULTIPLIED.made_by(_step("deeper", lambda depth, maps: depth * maps)),
    channels.DEPTH_TOO_EARLY.made_by(_step("depth_of_filters", lambda depth, maps: maps)),
    channels.CHANNELS_FORGOTTEN.made_by(_step("depth_of_filters", lambda depth, maps: 1)),
    counting.KERNEL_NOT_SQUARED.made_by(_step("area", lambda K: K)),
    bias.BIASES_FORGOTTEN.made_by(_step("biases", lambda depth, K, maps: 0)),
    bias.BIAS_FOR_EACH_KERNEL.made_by(_step("biases", lambda depth, K, maps: depth * maps)),
    bias.ONE_BIAS.made_by(_step("biases", lambda depth, K, maps: 1)),
    counting.LAST_LAYER_ONLY.made_by(_step("add", lambda total, one: one)),
)
