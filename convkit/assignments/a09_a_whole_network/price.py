"""Exercise 9.6: many small kernels, or one large one that sees as much?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from convkit.assignments.a09_a_whole_network.field import KERNELS_ADDED
from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


def draw_price(draw: Draw) -> dict[str, int]:
    """How many layers of 3 × 3, and how many channels they keep."""
    return {"layers": draw.whole(3, 6), "C": draw.whole(12, 40)}


@dataclass
class Price:
    """One question, each part of its answer open to change."""

    question: str  # 'kernel', 'stacked' or 'single'
    layers: int
    C: int

    def __post_init__(self):
        self.kernel = 2 * self.layers + 1
        self.squared, self.channels, self.count, self.biases = 2, self.C**2, self.layers, 0

    def carry_out(self):
        if self.question == "kernel":
            return self.kernel
        if self.question == "stacked":
            return self.count * (3**self.squared * self.channels + self.biases)
        return self.kernel**self.squared * self.channels + self.biases


PRICE_MISTAKES = (
    replace(
        KERNELS_ADDED,
        changes=(
            setting(kernel=lambda r: 3 * r.layers),
            setting(kernel=lambda r: 3 * r.layers + 1),
        ),
    ),
    Mistake(
        "kernels-multiplied",
        "kernels multiplied",
        "Two layers of 3: draw which pixels the three numbers in the middle have seen.",
        "The windows of neighbors overlap: each layer adds 2 pixels to what is seen.",
        "section-eighteen",
        (setting(kernel=lambda r: 3**r.layers),),
    ),
    Mistake(
        "area-for-side",
        "the area for one side",
        "Is the number of rows asked, or the number of pixels?",
        "K is one side of the kernel: K rows and K columns.",
        "section-eighteen",
        (setting(kernel=lambda r: (2 * r.layers + 1) ** 2),),
    ),
    Mistake(
        "kernel-not-squared",
        "one side of the kernel for its area",
        "How many places has a kernel of K rows and K columns?",
        "A kernel of K rows and K columns has K·K weights, not K.",
        "idea-L16",
        (setting(squared=1),),
    ),
    Mistake(
        "channels-forgotten",
        "filters without their depth",
        "How deep is one filter, and how many filters has a layer that gives C maps?",
        "C channels come in and C maps go out, so each place of the kernel has C·C weights.",
        "idea-L16",
        (setting(channels=1),),
    ),
    Mistake(
        "channels-counted-once",
        "channels counted once",
        "C channels come in. How many maps go out, and what does each of them need?",
        "A filter is C deep, and there are C filters: C·C weights for each place of the kernel.",
        "idea-L16",
        (setting(channels=lambda r: r.C),),
    ),
    Mistake(
        "one-layer-only",
        "one layer instead of all",
        "How many layers are on top of each other?",
        "The weights of one layer were counted. Each of the layers has as many.",
        "section-eighteen",
        (setting(count=1),),
    ),
    Mistake(
        "biases-counted",
        "biases counted among the weights",
        "Which of the layer's numbers are multiplied with a pixel?",
        "The biases were counted too. Here only weights are asked for.",
        "idea-L16",
        (setting(biases=lambda r: r.C),),
    ),
)
