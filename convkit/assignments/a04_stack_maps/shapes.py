"""Two layers in shapes: exercise 4.2, and the named mistakes in it."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.check.draw import Draw
from convkit.check.mistakes import axes, channels, feature_maps, size
from convkit.check.questions import asking, instead

POINTS = {"first_filters": 1, "maps": 1, "second_filters": 1, "result": 1, "products": 1}


def draw_sizes(draw: Draw) -> dict:
    """A picture, C2 kernels of K × K, then C3 kernels of L × L: no two of the numbers alike."""
    K = draw.whole(3, 5)
    H = draw.whole(20, 30)
    return {
        "H": H,
        "W": H + draw.whole(4, 15),
        "C1": draw.whole(2, 4),
        "K": K,
        "C2": draw.whole(6, 12),
        "L": draw.whole(2, K - 1),
        "C3": draw.whole(13, 18),
    }


def expected(question, *, H, W, C1, K, C2, L, C3):
    """By carrying it out."""
    first, second = np.zeros((C1, K, K, C2)), np.zeros((C2, L, L, C3))
    if question in ("first_filters", "second_filters"):
        return (first if question == "first_filters" else second).shape
    if question == "products":
        return second[..., 0].size
    maps = conv2d(np.zeros((H, W, C1)), first)
    return (maps if question == "maps" else conv2d(maps, second)).shape


def _size(d, *kernels):
    return tuple(size - sum(K - 1 for K in kernels) for size in (d.H, d.W))


recipe = asking(
    {
        "first_filters": lambda d: (d.C1, d.K, d.K, d.C2),
        "maps": lambda d: (*_size(d, d.K), d.C2),
        "second_filters": lambda d: (d.C2, d.L, d.L, d.C3),
        "result": lambda d: (*_size(d, d.K, d.L), d.C3),
        "products": lambda d: d.C2 * d.L * d.L,
    }
)

MISTAKES = (
    channels.DEPTH_OF_THE_PICTURE.made_by(
        instead(
            second_filters=lambda d: (d.C1, d.L, d.L, d.C3), products=lambda d: d.C1 * d.L * d.L
        ),
        instead(second_filters=lambda d: (d.C1, d.L, d.L, d.C3)),
    ),
    channels.CHANNELS_FORGOTTEN.made_by(
        instead(
            first_filters=lambda d: (d.K, d.K, d.C2),
            second_filters=lambda d: (d.L, d.L, d.C3),
            products=lambda d: d.L * d.L,
        ),
        instead(
            first_filters=lambda d: (1, d.K, d.K, d.C2),
            second_filters=lambda d: (1, d.L, d.L, d.C3),
            products=lambda d: d.L * d.L,
        ),
        section="idea-L04",
    ),
    feature_maps.MAPS_MULTIPLIED.made_by(
        instead(
            maps=lambda d: (*_size(d, d.K), d.C1 * d.C2),
            result=lambda d: (*_size(d, d.K, d.L), d.C2 * d.C3),
        ),
        instead(
            maps=lambda d: (*_size(d, d.K), d.C1 * d.C2),
            second_filters=lambda d: (d.C1 * d.C2, d.L, d.L, d.C3),
            result=lambda d: (*_size(d, d.K, d.L), d.C1 * d.C2 * d.C3),
            products=lambda d: d.C1 * d.C2 * d.L * d.L,
        ),
    ),
    channels.CHANNELS_KEPT.made_by(
        instead(
            maps=lambda d: (*_size(d, d.K), d.C1), result=lambda d: (*_size(d, d.K, d.L), d.C1)
        ),
        instead(
            maps=lambda d: (*_size(d, d.K), d.C1), result=lambda d: (*_size(d, d.K, d.L), d.C2)
        ),
        section="idea-L09",
    ),
    feature_maps.MAPS_FORGOTTEN.made_by(
        instead(maps=lambda d: _size(d, d.K), result=lambda d: _size(d, d.K, d.L))
    ),
    axes.MAPS_IN_FRONT.made_by(
        instead(maps=lambda d: (d.C2, *_size(d, d.K)), result=lambda d: (d.C3, *_size(d, d.K, d.L)))
    ),
    axes.ANOTHER_ORDER_OF_AXES.made_by(
        instead(
            first_filters=lambda d: (d.K, d.K, d.C1, d.C2),
            second_filters=lambda d: (d.L, d.L, d.C2, d.C3),
        ),
        instead(
            first_filters=lambda d: (d.C2, d.C1, d.K, d.K),
            second_filters=lambda d: (d.C3, d.C2, d.L, d.L),
        ),
        instead(
            first_filters=lambda d: (d.C2, d.K, d.K, d.C1),
            second_filters=lambda d: (d.C3, d.L, d.L, d.C2),
        ),
    ),
    size.NO_PLUS_ONE.made_by(
        instead(
            maps=lambda d: (d.H - d.K, d.W - d.K, d.C2),
            result=lambda d: (d.H - d.K - d.L, d.W - d.K - d.L, d.C3),
        )
    ),
    size.SAME_SIZE.made_by(
        instead(maps=lambda d: (d.H, d.W, d.C2), result=lambda d: (d.H, d.W, d.C3))
    ),
    size.SECOND_LAYER_SHRINKS_NOTHING.made_by(
        instead(result=lambda d: (*_size(d, d.K), d.C3)),
        instead(result=lambda d: (*_size(d, d.L), d.C3)),
    ),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(
        instead(
            maps=lambda d: (*_size(d, d.K)[::-1], d.C2),
            result=lambda d: (*_size(d, d.K, d.L)[::-1], d.C3),
        )
    ),
    feature_maps.ALL_FILTERS_AT_ONE_PLACE.made_by(
        instead(products=lambda d: d.C2 * d.L * d.L * d.C3)
    ),
)
