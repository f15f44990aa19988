"""Which word stands for what, asked in numbers: exercise 4.7, and the named mistakes in it."""

from __future__ import annotations

import numpy as np

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
from convkit.check.questions import asking, instead

POINTS = {"filters": 1, "kernels": 1, "feature_maps": 1, "next_channels": 1}


def draw_layer(draw: Draw) -> dict:
    """A layer's filters, (C1, K, K, C2), in the middle of a network."""
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
    Mistake(
        "kernel-is-filter",
        "a kernel taken for a filter",
        "A filter is a box. How many flat squares of K × K are in it?",
        "A kernel is one flat K × K square, a filter is a whole box of C1 of them. C2 filters "
        "have C1 · C2 kernels together.",
        "idea-L12",
        (
            instead(kernels=lambda d: d.C2),
            instead(filters=lambda d: d.C1 * d.C2),
            instead(kernels=lambda d: d.C1),
        ),
    ),
    Mistake(
        "map-for-each-kernel",
        "a feature map for each kernel",
        "What happens to the C1 products that one filter makes at one place?",
        "The kernels of a filter work together and their sums are added: one filter, one map.",
        "idea-L10",
        (
            instead(feature_maps=lambda d: d.C1 * d.C2),
            instead(feature_maps=lambda d: d.C1 * d.C2, next_channels=lambda d: d.C1 * d.C2),
        ),
    ),
    Mistake(
        "channels-unchanged",
        "channels taken for a property of the picture",
        "Is a channel something that comes in, or something that a picture has for ever?",
        "The maps of this layer are the channels of the next one: the same numbers, seen from "
        "two sides. What came in here was summed away.",
        "idea-L12",
        (instead(next_channels=lambda d: d.C1), instead(next_channels=lambda d: 3)),
    ),
    Mistake(
        "map-for-each-channel",
        "a feature map for each channel that comes in",
        "Does a map belong to a channel that comes in, or to a filter?",
        "A filter gives a map, whatever the number of channels. There are C2 filters.",
        "idea-L08",
        (
            instead(feature_maps=lambda d: d.C1),
            instead(feature_maps=lambda d: d.C1, next_channels=lambda d: d.C1),
        ),
    ),
    Mistake(
        "axes-misread",
        "the first axis taken for the filters",
        "In (C1, K, K, C2), which number counts the filters?",
        "Filters are (C1, K, K, C2): depth first, their number last.",
        "idea-L10",
        (
            instead(filters=lambda d: d.C1),
            instead(
                filters=lambda d: d.C1, feature_maps=lambda d: d.C1, next_channels=lambda d: d.C1
            ),
        ),
    ),
    Mistake(
        "weights-counted",
        "weights counted in place of kernels",
        "How many numbers are in one kernel, and how many kernels are there?",
        "C1 · K · K · C2 are all weights of the layer. A kernel is a square of K · K of them.",
        "idea-L12",
        (
            instead(kernels=lambda d: d.C1 * d.C2 * d.K**2),
            instead(kernels=lambda d: d.K**2),
            instead(kernels=lambda d: d.C1 * d.K**2),
        ),
    ),
)
