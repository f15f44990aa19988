"""Exercises 8.1 and 8.2: how many parameters one layer has, and how many numbers it gives."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import bias, channels, counting, feature_maps, sharing, size


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


NO_DEPTH = channels.CHANNELS_FORGOTTEN.made_by(setting(depth=1))
THREE = channels.THREE_FOR_GRANTED.made_by(setting(depth=3))
NOT_SQUARED = counting.KERNEL_NOT_SQUARED.made_by(
    setting(area=lambda r: r.K), setting(area=lambda r: 2 * r.K)
)
ONE_FILTER = feature_maps.ONE_FILTER_ONLY.made_by(setting(maps=1))
ONE_BIAS = bias.ONE_BIAS.made_by(setting(biases=1))
BIAS_FOR_CHANNEL = bias.BIAS_FOR_EACH_CHANNEL.made_by(setting(biases=lambda r: r.C1))
BIAS_FOR_KERNEL = bias.BIAS_FOR_EACH_KERNEL.made_by(
    setting(biases=lambda r: r.C1 * r.C2), setting(biases=lambda r: r.C1 * r.K**2 * r.C2)
)
ONE_MAP = feature_maps.ONE_MAP.made_by(setting(kept=1))
CHANNELS_KEPT = channels.CHANNELS_KEPT.made_by(
    setting(kept=lambda r: r.C1), setting(kept=lambda r: r.C1 * r.C2)
)
NO_PLUS_ONE = size.NO_PLUS_ONE.made_by(setting(plus=0))
SAME_SIZE = size.SAME_SIZE.made_by(
    setting(around=lambda r: r.K - 1), setting(around=lambda r: 2 * r.K - 2)
)

PARAMETER_MISTAKES = (
    NO_DEPTH,
    THREE,
    NOT_SQUARED,
    ONE_FILTER,
    bias.BIASES_FORGOTTEN.made_by(setting(biases=0)),
    bias.BIASES_ALWAYS.made_by(setting(biased=True)),
    ONE_BIAS,
    BIAS_FOR_CHANNEL,
    BIAS_FOR_KERNEL,
)
LAYER_MISTAKES = (
    NO_DEPTH,
    THREE,
    NOT_SQUARED,
    ONE_FILTER,
    sharing.NOT_SHARED.made_by(setting(shared=False)),
    bias.BIASES_COUNTED.made_by(setting(more=lambda r: r.C2)),
    ONE_BIAS,
    BIAS_FOR_CHANNEL,
    BIAS_FOR_KERNEL,
    bias.BIAS_FOR_EACH_NUMBER.made_by(
        setting(biases=lambda r: r.places * r.C2), setting(biases=lambda r: r.places)
    ),
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
