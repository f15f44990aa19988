"""Two layers in shapes: exercise 4.2, and the named mistakes in it."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
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
    Mistake(
        "depth-of-the-picture",
        "second filters as deep as the picture",
        "What does the second layer look at, the picture or the maps?",
        "The second layer never sees the picture. Its filters are as deep as the first layer has "
        "filters: C2.",
        "idea-L10",
        (
            instead(
                second_filters=lambda d: (d.C1, d.L, d.L, d.C3), products=lambda d: d.C1 * d.L * d.L
            ),
            instead(second_filters=lambda d: (d.C1, d.L, d.L, d.C3)),
        ),
    ),
    Mistake(
        "flat-filters",
        "filters without depth",
        "How many numbers are in one filter: K · K, or more?",
        "A filter is a box. It has a kernel for each channel that comes in, so its depth is the "
        "first number of the shape, and a factor of the products.",
        "idea-L04",
        (
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
        ),
    ),
    Mistake(
        "maps-multiplied",
        "maps multiplied from layer to layer",
        "Ten maps meet five filters. Do fifty come out?",
        "A filter reaches through all channels and adds them up: one map for each filter, and "
        "not one for each filter and channel.",
        "idea-L10",
        (
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
    ),
    Mistake(
        "depth-counts-colors",
        "a depth that counts colors",
        "What does the third axis of the maps count?",
        "The channels of the picture are summed away. The third axis counts filters: C2 after "
        "the first layer, C3 after the second.",
        "idea-L09",
        (
            instead(
                maps=lambda d: (*_size(d, d.K), d.C1), result=lambda d: (*_size(d, d.K, d.L), d.C1)
            ),
            instead(
                maps=lambda d: (*_size(d, d.K), d.C1), result=lambda d: (*_size(d, d.K, d.L), d.C2)
            ),
        ),
    ),
    Mistake(
        "flat-result",
        "a result without its third axis",
        "One filter gives one map. How many maps are there, and where do they go?",
        "There is a map for each filter, and they lie on one another: (H', W', C2).",
        "idea-L09",
        (instead(maps=lambda d: _size(d, d.K), result=lambda d: _size(d, d.K, d.L)),),
    ),
    Mistake(
        "maps-in-front",
        "maps in front, where this book has them behind",
        "Which axis counts the maps in this book, the first or the last?",
        "These are the right numbers in PyTorch's order. In this book an image is (H, W, C), "
        "and the maps come last.",
        "idea-L09",
        (
            instead(
                maps=lambda d: (d.C2, *_size(d, d.K)), result=lambda d: (d.C3, *_size(d, d.K, d.L))
            ),
        ),
    ),
    Mistake(
        "another-order-of-axes",
        "filters in another order of axes",
        "In this book, which number comes first in the shape of filters?",
        "Filters are (C1, K, K, C2) here: channels first, number of filters last. Keras has "
        "(K, K, C1, C2), and PyTorch (C2, C1, K, K).",
        "idea-L10",
        (
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
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps, and there is one place more than there are steps: H - K + 1, and "
        "that in both layers.",
        "section-sizes",
        (
            instead(
                maps=lambda d: (d.H - d.K, d.W - d.K, d.C2),
                result=lambda d: (d.H - d.K - d.L, d.W - d.K - d.L, d.C3),
            ),
        ),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode every window lies inside, so each layer makes the maps smaller by K - 1.",
        "section-sizes",
        (instead(maps=lambda d: (d.H, d.W, d.C2), result=lambda d: (d.H, d.W, d.C3)),),
    ),
    Mistake(
        "second-layer-shrinks-nothing",
        "one of the two kernels left out",
        "Two layers, two kernels. Which of them made your result smaller?",
        "Both layers shrink: the first takes K - 1 rows and columns, the second L - 1 more.",
        "idea-L10",
        (
            instead(result=lambda d: (*_size(d, d.K), d.C3)),
            instead(result=lambda d: (*_size(d, d.L), d.C3)),
        ),
    ),
    Mistake(
        "height-width-swapped",
        "height and width exchanged",
        "Which comes first in the shape of an array, rows or columns?",
        "A shape is (rows, columns, …): height first.",
        "section-sizes",
        (
            instead(
                maps=lambda d: (*_size(d, d.K)[::-1], d.C2),
                result=lambda d: (*_size(d, d.K, d.L)[::-1], d.C3),
            ),
        ),
    ),
    Mistake(
        "all-filters-at-one-place",
        "the products of all filters together",
        "One number of the result comes from how many filters?",
        "Each number belongs to one map, and so to one filter: C2 · L · L products, without C3.",
        "idea-L10",
        (instead(products=lambda d: d.C2 * d.L * d.L * d.C3),),
    ),
)
