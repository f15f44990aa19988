"""Exercise 8.4: what a layer costs in bytes and in multiply-adds, beside what its weights cost."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import (
    bias,
    channels,
    counting,
    feature_maps,
    number_types,
    sharing,
    size,
)


def draw_costs(draw: Draw) -> dict[str, int]:
    """An early layer: a large image, few filters, a batch of images."""
    numbers = {"H": draw.whole(40, 70), "W": draw.whole(72, 110), "C1": draw.whole(5, 9)}
    numbers |= {"K": draw.whole(2, 3) * 2 - 1, "C2": draw.whole(12, 40), "N": draw.whole(10, 30)}
    return numbers


@dataclass
class Cost:
    """One question about a layer in float32, each part of the answer open to change."""

    question: str
    H: int
    W: int
    C1: int
    K: int
    C2: int
    N: int

    def __post_init__(self):
        self.depth, self.area, self.maps = self.C1, self.K**2, self.C2
        self.each = 4  # bytes of one number
        self.weight_copies, self.map_copies, self.runs = 1, self.N, 1
        self.biases, self.around = 0, 0
        self.places_counted = self.places_fewer = True
        self.connections = None  # the products of one image, if not the convolution's
        self.colors, self.power, self.kept = self.C1, 1, None

    @property
    def places(self):
        """Windows in all."""
        return (self.H + self.around - self.K + 1) * (self.W + self.around - self.K + 1)

    def carry_out(self):
        weights = self.depth * self.area * self.maps
        if self.question == "weight_bytes":
            return self.each * (weights + self.biases) * self.weight_copies
        if self.question == "map_bytes":
            return self.each * self.places * (self.kept or self.maps) * self.map_copies
        if self.question == "multiply_adds":
            products = self.connections or weights * (self.places if self.places_counted else 1)
            return products * self.runs
        fewer = self.H * self.W * self.colors / (self.depth * self.area)
        return (fewer * (1 if self.places_fewer else self.places)) ** self.power


COST_MISTAKES = (
    channels.CHANNELS_FORGOTTEN.made_by(setting(depth=1), setting(colors=1)),
    counting.KERNEL_NOT_SQUARED.made_by(setting(area=lambda r: r.K)),
    feature_maps.ONE_MAP.made_by(setting(maps=1), section="idea-L16"),
    channels.CHANNELS_KEPT.made_by(setting(kept=lambda r: r.C1), section="idea-L10"),
    number_types.FLOAT64.made_by(setting(each=8)),
    number_types.NOT_BYTES.made_by(setting(each=1)),
    number_types.BITS.made_by(setting(each=32)),
    number_types.OTHER_UNIT.made_by(
        *(setting(each=4 / unit) for unit in (1000, 1024, 10**6, 2**20))
    ),
    bias.BIASES_COUNTED.made_by(setting(biases=lambda r: r.C2)),
    counting.BATCH_IN_WEIGHTS.made_by(setting(weight_copies=lambda r: r.N)),
    counting.BATCH_FORGOTTEN.made_by(setting(map_copies=1)),
    counting.BATCH_IN_PRODUCTS.made_by(setting(runs=lambda r: r.N)),
    counting.COUNTED_TWICE.made_by(setting(runs=2)),
    sharing.SHARING_SAVES_WORK.made_by(
        setting(places_counted=False, places_fewer=False),
        setting(places_counted=False),
        setting(places_fewer=False),
    ),
    counting.DENSE_PRODUCTS.made_by(
        setting(connections=lambda r: r.H * r.W * r.C1 * r.places * r.maps)
    ),
    counting.UPSIDE_DOWN.made_by(setting(power=-1)),
    size.SAME_SIZE.made_by(setting(around=lambda r: r.K - 1)),
)
