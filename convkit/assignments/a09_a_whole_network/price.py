"""Exercise 9.6: many small kernels, or one large one that sees as much?"""

from __future__ import annotations

from dataclasses import dataclass

from convkit.assignments.a09_a_whole_network.field import KERNELS_ADDED
from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import bias, channels, counting, size


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
    KERNELS_ADDED.made_by(
        setting(kernel=lambda r: 3 * r.layers), setting(kernel=lambda r: 3 * r.layers + 1)
    ),
    size.KERNELS_MULTIPLIED.made_by(
        setting(kernel=lambda r: 3**r.layers), section="section-eighteen"
    ),
    size.AREA_FOR_SIDE.made_by(setting(kernel=lambda r: (2 * r.layers + 1) ** 2)),
    counting.KERNEL_NOT_SQUARED.made_by(setting(squared=1)),
    channels.CHANNELS_FORGOTTEN.made_by(
        setting(channels=1),
        why="C channels come in and C maps go out, so each place of the kernel has C·C weights.",
    ),
    channels.CHANNELS_COUNTED_ONCE.made_by(setting(channels=lambda r: r.C)),
    size.ONE_LAYER_ONLY.made_by(setting(count=1), section="section-eighteen"),
    bias.BIASES_COUNTED.made_by(setting(biases=lambda r: r.C)),
)
