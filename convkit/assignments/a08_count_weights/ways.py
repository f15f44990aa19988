"""Exercise 8.3: the same sizes in and out, connected in three ways. How many weights each?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


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


def _windows(function):
    return setting(windows=lambda recipe: function)


_GRAY_WINDOW = {"window": lambda r: r.filters[1] ** 2}
_GRAY_IMAGE = {"inputs": lambda r: r.image[0] * r.image[1]}
WAY_MISTAKES = (
    Mistake(
        "channels-forgotten",
        "a picture or a box without its depth",
        "How many numbers has an image of 2 × 3 pixels with 4 channels? And a box of 2 × 2 in it?",
        "The channels were left out. An image has H·W·C1 numbers, a window of it C1·K·K.",
        "idea-L16",
        (
            setting(**_GRAY_WINDOW, **_GRAY_IMAGE),
            setting(**_GRAY_WINDOW),
            setting(**_GRAY_IMAGE),
        ),
    ),
    Mistake(
        "one-map",
        "one map, where the layer gives many",
        "How many numbers come out at one place of the window?",
        "One filter was counted. There are C2 of them, and H'·W'·C2 numbers come out.",
        "section-ladder",
        (setting(maps=1),),
    ),
    Mistake(
        "units-are-maps",
        "a dense unit for each map",
        "A dense layer that does the same gives as many numbers as the convolution does. How many?",
        "A dense layer knows no maps: it has a unit for each single number that comes out, "
        "H'·W'·C2 units, and each has H·W·C1 weights.",
        "section-ladder",
        (setting(dense=lambda r: lambda inputs, outputs: inputs * r.maps),),
    ),
    Mistake(
        "added-for-multiplied",
        "inputs and outputs added",
        "Three inputs and two outputs, every input wired to every output: draw the wires.",
        "Every output has a weight for every input: inputs times outputs, not plus.",
        "section-ladder",
        (setting(dense=lambda r: lambda inputs, outputs: inputs + outputs),),
    ),
    Mistake(
        "as-many-out-as-in",
        "as many numbers out as in",
        "Is what comes out as large as the image?",
        "A dense matrix is square only if as many numbers come out as go in. Here H'·W'·C2 come "
        "out, and H·W·C1 go in.",
        "section-ladder",
        (setting(dense=lambda r: lambda inputs, outputs: inputs * inputs),),
    ),
    Mistake(
        "local-shared",
        "shared weights, where each place has its own",
        "“local” does not share. When the window moves on, does it keep its weights?",
        "A locally connected layer has new weights at every place: one window of weights for each "
        "number that comes out.",
        "section-ladder",
        (setting(local=lambda r: lambda outputs, window, maps: window * maps),),
    ),
    Mistake(
        "local-one-set",
        "one set of weights for all maps of a place",
        "Two maps look for two features. Can they have the same weights at one place?",
        "At each place every map needs a window of weights of its own: C2 of them.",
        "section-ladder",
        (setting(local=lambda r: lambda outputs, window, maps: outputs // maps * window),),
    ),
    Mistake(
        "not-shared",
        "weights counted anew at every place",
        "“shared”: when the box moves one pixel to the right, does it get new weights?",
        "A convolution keeps its weights when it moves: C1·K·K·C2 in all, however large the image.",
        "idea-L16",
        (setting(shared=lambda r: lambda outputs, window, maps: outputs * window),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "(H - K) / S counts steps. There is one window more than there are steps.",
        "section-sizes",
        (_windows(lambda pixels, K, stride: (pixels - K) // stride),),
    ),
    Mistake(
        "rounded-size",
        "the +1 inside the division",
        "Try 7 pixels, a kernel of 2 and a stride of 2. Draw the windows.",
        "The first window always fits, so it is added after the division: (H - K) // S + 1.",
        "section-sizes",
        (_windows(lambda pixels, K, stride: (pixels - K + 1) // stride),),
    ),
    Mistake(
        "rounded-up",
        "a window that hangs over the end",
        "Try 6 pixels, a kernel of 3 and a stride of 2. Where does your last window end?",
        "The division was rounded up, so the last window leaves the image. Round down: //.",
        "section-sizes",
        (
            _windows(lambda pixels, K, stride: -(-(pixels - K) // stride) + 1),
            _windows(lambda pixels, K, stride: round((pixels - K) / stride) + 1),
        ),
    ),
    Mistake(
        "not-whole",
        "a size that is not a whole number",
        "Can a map have 3.5 rows?",
        "/ gives a number with a fraction, // a whole one, rounded down.",
        "section-sizes",
        (_windows(lambda pixels, K, stride: (pixels - K) / stride + 1),),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "Your numbers are right for stride=1. Where does the stride occur in your formula?",
        "With stride S fewer windows fit, so fewer numbers come out: (H - K) // S + 1 rows.",
        "section-sizes",
        (setting(stride=1),),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode every window lies inside: (H - K) // S + 1 rows, fewer than the image has.",
        "section-sizes",
        (
            _windows(lambda pixels, K, stride: -(-pixels // stride)),
            _windows(lambda pixels, K, stride: pixels),
        ),
    ),
    Mistake(
        "biases-counted",
        "biases counted among the weights",
        "Which of the layer's numbers are multiplied with a pixel?",
        "The biases were counted too. Here only weights are asked for.",
        "idea-L16",
        (setting(biases=True),),
    ),
)
