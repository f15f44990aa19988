"""Exercises 8.1 and 8.2: how many parameters one layer has, and how many numbers it gives."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


@dataclass
class LayerCount:
    """A layer of C2 filters on an image of H×W×C1, each part of the counting open to change."""

    question: str  # 'weights', 'biases', 'outputs', or 'parameters': both together
    C1: int
    K: int
    C2: int
    H: int = 0
    W: int = 0
    biased: bool = True

    def __post_init__(self):
        self.depth, self.area, self.maps = self.C1, self.K**2, self.C2
        self.biases = self.kept = self.C2  # a bias for each map; maps that come out
        self.shared, self.more = True, 0
        self.plus, self.around = 1, 0  # in H + around - K + plus

    @property
    def places(self):
        """Windows in all."""
        rows, columns = (size + self.around - self.K + self.plus for size in (self.H, self.W))
        return rows * columns

    def carry_out(self):
        if self.question == "biases":
            return self.biases
        if self.question == "outputs":
            return self.places * self.kept
        weights = self.depth * self.area * self.maps * (1 if self.shared else self.places)
        if self.question == "weights":
            return weights + self.more
        return weights + (self.biases if self.biased else 0)


NO_DEPTH = Mistake(
    "channels-forgotten",
    "filters without their depth",
    "Draw one filter as a box. How deep is it, and how many weights are in the box?",
    "K·K counts one channel. A filter has a kernel of its own for each channel of its input: "
    "C1·K·K weights.",
    "idea-L16",
    (setting(depth=1),),
)
THREE = Mistake(
    "three-for-granted",
    "three channels taken for granted",
    "How many channels has the input of this layer?",
    "Three is the number of channels of a photograph. Here it is another one: C1.",
    "idea-L02",
    (setting(depth=3),),
)
NOT_SQUARED = Mistake(
    "kernel-not-squared",
    "one side of the kernel for its area",
    "How many places has a kernel of K rows and K columns?",
    "A kernel of K rows and K columns has K·K weights, not K.",
    "idea-L16",
    (setting(area=lambda r: r.K), setting(area=lambda r: 2 * r.K)),
)
ONE_FILTER = Mistake(
    "one-filter-only",
    "one filter, where the layer has many",
    "How many boxes has this layer?",
    "C1·K·K is one filter. The layer has C2 of them, one for each feature map.",
    "idea-L16",
    (setting(maps=1),),
)
NOT_SHARED = Mistake(
    "not-shared",
    "weights counted anew at every place",
    "When the box moves one pixel to the right, does it get new weights?",
    "The weights were counted once for each place of the window. The box keeps its weights when "
    "it moves: that is what sharing means, and the size of the image does not matter.",
    "idea-L16",
    (setting(shared=False),),
)
BIASES_WITH_WEIGHTS = Mistake(
    "biases-with-weights",
    "biases counted among the weights",
    "Which of the layer's numbers are multiplied with a pixel?",
    "The biases were counted too. They are parameters, and no weights: nothing is multiplied with "
    "them.",
    "idea-L16",
    (setting(more=lambda r: r.C2),),
)
NO_BIASES = Mistake(
    "biases-forgotten",
    "a count without the biases",
    "What else does training have to find, apart from the filters?",
    "The biases were left out. Each feature map has one, so there are C2 of them.",
    "idea-L14",
    (setting(biases=0),),
)
BIASES_ALWAYS = Mistake(
    "biases-always",
    "biases counted for a layer that has none",
    "What should your function give for bias=False?",
    "With bias=False the layer has weights only: C1·K·K·C2.",
    "idea-L14",
    (setting(biased=True),),
)
ONE_BIAS = Mistake(
    "one-bias",
    "one bias for the whole layer",
    "Two filters look for two features. Must both use the same bias?",
    "There is one bias for each feature map, C2 in all.",
    "idea-L14",
    (setting(biases=1),),
)
BIAS_FOR_CHANNEL = Mistake(
    "bias-for-each-channel",
    "one bias for each channel that comes in",
    "The bias is added after the sum over the channels. How many channels are left then?",
    "A bias belongs to what comes out, not to what goes in: C2 of them, not C1.",
    "idea-L14",
    (setting(biases=lambda r: r.C1),),
)
BIAS_FOR_KERNEL = Mistake(
    "bias-for-each-kernel",
    "one bias for each kernel",
    "How often is the bias added to one number of the result?",
    "A filter has C1 kernels and one bias: it is added once, after all products.",
    "idea-L14",
    (setting(biases=lambda r: r.C1 * r.C2), setting(biases=lambda r: r.C1 * r.K**2 * r.C2)),
)
BIAS_FOR_NUMBER = Mistake(
    "bias-for-each-number",
    "one bias for each number that comes out",
    "Has a feature map one bias, or one for each of its pixels?",
    "The same bias is added at every place of a map: biases are shared as weights are. So there "
    "are C2, whatever the size of the maps.",
    "idea-L14",
    (setting(biases=lambda r: r.places * r.C2), setting(biases=lambda r: r.places)),
)
ONE_MAP = Mistake(
    "one-map",
    "one map, where the layer gives many",
    "How many maps does a layer of C2 filters give?",
    "H'·W' is one map. Each of the C2 filters gives one.",
    "idea-L09",
    (setting(kept=1),),
)
CHANNELS_KEPT = Mistake(
    "channels-kept",
    "the depth of the input kept in the result",
    "Where have the channels of the input gone, after the sum at one place?",
    "The sum runs over the channels of the input, so they are gone. What comes out has a map for "
    "each filter: H'·W'·C2 numbers.",
    "idea-L06",
    (setting(kept=lambda r: r.C1), setting(kept=lambda r: r.C1 * r.C2)),
)
NO_PLUS_ONE = Mistake(
    "no-plus-one",
    "the +1 forgotten",
    "How many places has a kernel of 2 on 3 pixels?",
    "H - K counts steps. There is one window more than there are steps: H - K + 1.",
    "section-sizes",
    (setting(plus=0),),
)
SAME_SIZE = Mistake(
    "same-size",
    "'same' mode, where 'valid' was asked",
    "May a window hang over the border in valid mode?",
    "In valid mode every window lies inside, so the maps are smaller: H - K + 1 rows.",
    "section-sizes",
    (setting(around=lambda r: r.K - 1), setting(around=lambda r: 2 * r.K - 2)),
)

PARAMETER_MISTAKES = (
    NO_DEPTH,
    THREE,
    NOT_SQUARED,
    ONE_FILTER,
    NO_BIASES,
    BIASES_ALWAYS,
    ONE_BIAS,
    BIAS_FOR_CHANNEL,
    BIAS_FOR_KERNEL,
)
LAYER_MISTAKES = (
    NO_DEPTH,
    THREE,
    NOT_SQUARED,
    ONE_FILTER,
    NOT_SHARED,
    BIASES_WITH_WEIGHTS,
    ONE_BIAS,
    BIAS_FOR_CHANNEL,
    BIAS_FOR_KERNEL,
    BIAS_FOR_NUMBER,
    ONE_MAP,
    CHANNELS_KEPT,
    NO_PLUS_ONE,
    SAME_SIZE,
)


def parameters(filters_shape, bias=True) -> LayerCount:
    """The recipe of exercise 8.1: all parameters of a layer."""
    C1, K, _, C2 = filters_shape
    return LayerCount("parameters", C1, K, C2, biased=bias)


def draw_layer(draw: Draw) -> dict[str, int]:
    """One learner's layer."""
    K = draw.whole(1, 3) * 2 + 1
    C1 = draw.whole(4, 12)
    H = draw.whole(20, 36)
    numbers = {"H": H, "W": H + draw.whole(3, 12), "C1": C1, "K": K}
    return {**numbers, "C2": C1 + draw.whole(6, 30)}
