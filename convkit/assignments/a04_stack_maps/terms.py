"""Which word stands for what, asked in numbers: exercise 4.7, and the named mistakes in it."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import Draw
from convkit.check.mistakes import axes, channels, counting, feature_maps
from convkit.check.questions import asking, instead

POINTS = {"filters": 1, "kernels": 1, "feature_maps": 1, "next_channels": 1}


def draw_layer(seed: str) -> dict:
    """A layer's filters, (C1, K, K, C2), in the middle of a network."""
    draw = Draw(seed, "4.7")
    return {"C1": draw.whole(11, 16), "K": draw.whole(5, 9), "C2": draw.whole(18, 40)}


def expected(question, *, C1, K, C2):
    """Counted in the array of filters, and in what it gives."""
    filters = np.zeros((C1, K, K, C2))
    if question == "kernels":
        return filters[:, 0, 0].size
    return filters.shape[-1]


recipe = asking(
    {
        "filters": lambda d: d.C2,
        "kernels": lambda d: d.C1 * d.C2,
        "feature_maps": lambda d: d.C2,
        "next_channels": lambda d: d.C2,
    }
)

MISTAKES = (
    feature_maps.KERNEL_IS_FILTER.made_by(
        instead(kernels=lambda d: d.C2),
        instead(filters=lambda d: d.C1 * d.C2),
        instead(kernels=lambda d: d.C1),
    ),
    feature_maps.MAP_FOR_EACH_KERNEL.made_by(
        instead(feature_maps=lambda d: d.C1 * d.C2),
        instead(feature_maps=lambda d: d.C1 * d.C2, next_channels=lambda d: d.C1 * d.C2),
    ),
    channels.CHANNELS_UNCHANGED.made_by(
        instead(next_channels=lambda d: d.C1), instead(next_channels=lambda d: 3)
    ),
    feature_maps.MAP_FOR_EACH_CHANNEL.made_by(
        instead(feature_maps=lambda d: d.C1),
        instead(feature_maps=lambda d: d.C1, next_channels=lambda d: d.C1),
    ),
    axes.FIRST_AXIS_FOR_FILTERS.made_by(
        instead(filters=lambda d: d.C1),
        instead(filters=lambda d: d.C1, feature_maps=lambda d: d.C1, next_channels=lambda d: d.C1),
    ),
    counting.WEIGHTS_COUNTED.made_by(
        instead(kernels=lambda d: d.C1 * d.C2 * d.K**2),
        instead(kernels=lambda d: d.K**2),
        instead(kernels=lambda d: d.C1 * d.K**2),
    ),
)
