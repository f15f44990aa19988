"""Exercise 9.9: a convolution with stride and padding, and the named mistakes of padding."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue, recipes
from convkit.check.draw import Draw, ascending
from convkit.check.exercise import Probe
from convkit.check.mistakes import padding


def padded_slide(image, filters, stride=1, padding=0) -> recipes.Recipe:
    """The right recipe: zeros on every side, then slide."""
    return _padded(image, filters, stride, ((padding, padding), (padding, padding)), padding)


def _padded(image, filters, stride, pads, P, **mode):
    padded = np.pad(image.astype(float), (*pads, (0, 0)), **mode)
    recipe = recipes.slide(padded, filters, stride)
    recipe.bare, recipe.P = image, P
    return recipe


def _pad_again(pads, **mode):
    """A change: pad the bare image in another way."""

    def change(recipe):
        other = _padded(
            recipe.bare, recipe.filters, recipe.stride, pads(recipe.P), recipe.P, **mode
        )
        if other.image.shape != recipe.image.shape:
            recipe.size = other.size
        recipe.image = other.image

    return change


def padded_probes(seed: str) -> list[Probe]:
    """Parts 0 padding, 1 strides, 2 both. Strides leave a rest, or none."""
    draw, probes = Draw(seed, "padded"), []
    for part, K, stride, P in (
        (0, 3, 1, 3),
        (0, 2, 1, 2),
        (1, 3, 2, 0),
        (1, 2, 3, 0),
        (2, 3, 2, 3),
        (2, 2, 3, 1),
    ):
        C1 = 2 if K == 3 else 4
        bare = K - 2 * P + -(-2 * P // stride) * stride  # as H, with a result of at least 1 row
        H = bare + stride * draw.whole(2, 3)
        W = bare + stride * draw.whole(4, 5) + (stride > 1)
        size = (H, W) if K == 3 else (W, H)
        sign = -1 if (stride == 1 and K == 2) or stride == 3 else 1
        options = {"stride": stride} if stride > 1 else {}
        options |= {"padding": P} if P else {}
        filters = sign * np.abs(draw.filters((C1, K, K)))
        probes.append(Probe(part, (draw.image((*size, C1)), filters), options))
    return probes


def small_paddeds() -> list[Probe]:
    ones, corner = np.ones((1, 2, 2)), np.zeros((1, 2, 2))
    corner[0, 0, 1] = 1
    return [
        Probe(0, (ascending((1, 1, 1)), ones[:, :1, :1]), {"padding": 1}),
        Probe(0, (ascending((2, 2, 1)), corner)),
        Probe(0, (ascending((2, 3, 1)), ones)),
        Probe(0, (ascending((2, 2, 1)), ones), {"padding": 1}),
        Probe(0, (ascending((2, 2, 2)), np.ones((2, 2, 2)) * [[[1]], [[2]]]), {"padding": 1}),
        Probe(0, (ascending((2, 2, 1)), -ones / 8)),
        Probe(1, (ascending((2, 3, 1)), ones), {"stride": 2}),
        Probe(1, (ascending((2, 4, 1)), ones), {"stride": 2}),
        Probe(1, (ascending((4, 5, 1)), ones), {"stride": 2}),
    ]


ONE_CORNER = padding.PADDING_ON_ONE_SIDE.made_by(
    _pad_again(lambda P: ((2 * P, 0), (2 * P, 0))), _pad_again(lambda P: ((0, 2 * P), (0, 2 * P)))
)
PADDING_MISTAKES = (
    ONE_CORNER,
    padding.PADDING_ONCE.made_by(
        _pad_again(lambda P: ((P, 0), (P, 0))), _pad_again(lambda P: ((0, P), (0, P)))
    ),
    padding.PADDING_ONE_DIRECTION.made_by(
        _pad_again(lambda P: ((P, P), (0, 0))), _pad_again(lambda P: ((0, 0), (P, P)))
    ),
    padding.PADDING_FORGOTTEN.made_by(_pad_again(lambda P: ((0, 0), (0, 0)))),
    padding.PADDING_NOT_ZERO.made_by(
        _pad_again(lambda P: ((P, P), (P, P)), mode="edge"),
        _pad_again(lambda P: ((P, P), (P, P)), mode="symmetric"),
        _pad_again(lambda P: ((P, P), (P, P)), mode="reflect"),
        _pad_again(lambda P: ((P, P), (P, P)), mode="wrap"),
    ),
)
PADDED_MISTAKES = (
    *PADDING_MISTAKES,
    catalogue.STRIDE_IGNORED,
    catalogue.STRIDE_ONLY_IN_SIZE,
    catalogue.ROUNDED,
    catalogue.FLIPPED,
    catalogue.TRANSPOSED,
    catalogue.AVERAGE,
    catalogue.LAST_PRODUCT,
    catalogue.RUNNING_TOTAL,
    catalogue.TRANSPOSED_RESULT,
    catalogue.SHORT,
    catalogue.ONE_KERNEL,
    catalogue.AVERAGED,
    catalogue.THREE_MAPS,
    catalogue.ONE_CHANNEL,
    catalogue.CUT,
    catalogue.NEGATIVES_LOST,
)
