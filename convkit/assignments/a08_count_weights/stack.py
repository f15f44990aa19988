"""Exercise 8.7: the parameters of layers on top of each other, and a program that miscounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistake import Mistake


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


DEPTH_STAYS = Mistake(
    "depth-not-updated",
    "filters of the second layer as deep as the image",
    "What goes into the second layer: the image, or the maps of the first?",
    "Every layer was given the depth of the image. The maps of one layer are the channels of the "
    "next: after each layer, channels = maps.",
    "idea-L10",
    (_step("deeper", lambda depth, maps: depth),),
)
BIAS_FOR_CHANNEL = Mistake(
    "bias-for-each-channel",
    "one bias for each channel that comes in",
    "The bias is added after the sum over the channels. How many channels are left then?",
    "A bias belongs to what comes out, not to what goes in: one for each feature map.",
    "idea-L14",
    (_step("biases", lambda depth, K, maps: depth),),
)
STACK_MISTAKES = (
    DEPTH_STAYS,
    BIAS_FOR_CHANNEL,
    Mistake(
        "maps-multiplied",
        "maps that multiply from layer to layer",
        "Ten maps go into a layer of five filters. How many maps come out?",
        "The depths were multiplied. Each filter sees all maps below at once and gives one map: "
        "five filters give five maps, not fifty.",
        "idea-L10",
        (_step("deeper", lambda depth, maps: depth * maps),),
    ),
    Mistake(
        "depth-too-early",
        "a depth updated before it is used",
        "For the first layer, what is `channels` when the weights are counted?",
        "The filters were given the depth of what comes out. First count the layer, then set "
        "channels = maps for the next one.",
        "idea-L10",
        (_step("depth_of_filters", lambda depth, maps: maps),),
    ),
    Mistake(
        "channels-forgotten",
        "filters without their depth",
        "Draw one filter as a box. How deep is it, and how many weights are in the box?",
        "K·K counts one channel. A filter has a kernel of its own for each channel of its input.",
        "idea-L16",
        (_step("depth_of_filters", lambda depth, maps: 1),),
    ),
    Mistake(
        "kernel-not-squared",
        "one side of the kernel for its area",
        "How many places has a kernel of K rows and K columns?",
        "A kernel of K rows and K columns has K·K weights, not K.",
        "idea-L16",
        (_step("area", lambda K: K),),
    ),
    Mistake(
        "biases-forgotten",
        "a count without the biases",
        "What else does training have to find, apart from the filters?",
        "The biases were left out. Each feature map has one.",
        "idea-L14",
        (_step("biases", lambda depth, K, maps: 0),),
    ),
    Mistake(
        "bias-for-each-kernel",
        "one bias for each kernel",
        "How often is the bias added to one number of the result?",
        "A filter has a kernel for each channel, and one bias: it is added once.",
        "idea-L14",
        (_step("biases", lambda depth, K, maps: depth * maps),),
    ),
    Mistake(
        "one-bias",
        "one bias for a whole layer",
        "Two filters look for two features. Must both use the same bias?",
        "There is one bias for each feature map of a layer, not one for each layer.",
        "idea-L14",
        (_step("biases", lambda depth, K, maps: 1),),
    ),
    Mistake(
        "last-layer-only",
        "a total that keeps only the last layer",
        "Does the total grow from layer to layer, or is it replaced?",
        "Each layer replaced the one before it. Use += in the loop.",
        "idea-L16",
        (_step("add", lambda total, one: one),),
    ),
)
