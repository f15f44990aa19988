"""Exercise 8.3: the same sizes in and out, connected in three ways. How many weights each?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from convkit.check.changes import replacing, setting
from convkit.check.mistakes import bias, channels, feature_maps, sharing, size, stride


@dataclass
class WayCount:
    """Weights of one way to connect, each part of the counting open to change."""

    way: str  # 'shared', 'local' or 'dense'
    image: tuple[int, int, int]  # H, W, C1
    filters: tuple[int, int, int, int]  # C1, K, K, C2
    stride: int

    def __post_init__(self):
        C1, K, _, C2 = self.filters
        self.inputs, self.window, self.maps = prod(self.image), C1 * K * K, C2
        self.windows: Callable = lambda pixels, K, stride: (pixels - K) // stride + 1
        self.dense: Callable = lambda inputs, outputs: inputs * outputs
        self.local: Callable = lambda outputs, window, maps: outputs * window
        self.shared: Callable = lambda outputs, window, maps: window * maps
        self.biases = False

    @property
    def outputs(self):
        """Numbers that come out."""
        rows, columns = (
            self.windows(pixels, self.filters[1], self.stride) for pixels in self.image[:2]
        )
        return rows * columns * self.maps

    def carry_out(self):
        if self.way == "shared":
            total = self.shared(self.outputs, self.window, self.maps)
            return total + self.maps * self.biases
        if self.way == "local":
            total = self.local(self.outputs, self.window, self.maps)
        else:
            total = self.dense(self.inputs, self.outputs)
        return total + self.outputs * self.biases


def way_count(way, image_shape, filters_shape, stride=1) -> WayCount:
    """The right recipe."""
    return WayCount(way, image_shape, filters_shape, stride)


_GRAY_WINDOW = {"window": lambda r: r.filters[1] ** 2}
_GRAY_IMAGE = {"inputs": lambda r: r.image[0] * r.image[1]}
WAY_MISTAKES = (
    channels.CHANNELS_FORGOTTEN.made_by(
        setting(**_GRAY_WINDOW, **_GRAY_IMAGE),
        setting(**_GRAY_WINDOW),
        setting(**_GRAY_IMAGE),
        hint="How many numbers has an image of 2 × 3 pixels with 4 channels? And a box of 2 × 2 in "
        "it?",
        why="The channels were left out. An image has H·W·C1 numbers, a window of it C1·K·K.",
    ),
    feature_maps.ONE_MAP.made_by(setting(maps=1), section="section-ladder"),
    sharing.UNITS_ARE_MAPS.made_by(
        setting(dense=lambda r: lambda inputs, outputs: inputs * r.maps)
    ),
    sharing.INPUTS_PLUS_OUTPUTS.made_by(replacing(dense=lambda inputs, outputs: inputs + outputs)),
    sharing.AS_MANY_OUT_AS_IN.made_by(replacing(dense=lambda inputs, outputs: inputs * inputs)),
    sharing.LOCAL_SHARED.made_by(replacing(local=lambda outputs, window, maps: window * maps)),
    sharing.LOCAL_ONE_SET.made_by(
        replacing(local=lambda outputs, window, maps: outputs // maps * window)
    ),
    sharing.NOT_SHARED.made_by(replacing(shared=lambda outputs, window, maps: outputs * window)),
    size.NO_PLUS_ONE.made_by(replacing(windows=lambda pixels, K, stride: (pixels - K) // stride)),
    size.ROUNDED_SIZE.made_by(
        replacing(windows=lambda pixels, K, stride: (pixels - K + 1) // stride)
    ),
    size.ROUNDED_UP.made_by(
        replacing(windows=lambda pixels, K, stride: -(-(pixels - K) // stride) + 1),
        replacing(windows=lambda pixels, K, stride: round((pixels - K) / stride) + 1),
    ),
    size.NOT_WHOLE.made_by(replacing(windows=lambda pixels, K, stride: (pixels - K) / stride + 1)),
    stride.STRIDE_IGNORED.made_by(setting(stride=1), section="section-sizes"),
    size.SAME_SIZE.made_by(
        replacing(windows=lambda pixels, K, stride: -(-pixels // stride)),
        replacing(windows=lambda pixels, K, stride: pixels),
    ),
    bias.BIASES_COUNTED.made_by(setting(biases=True)),
)
