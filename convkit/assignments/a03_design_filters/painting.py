"""Named mistakes in painting a filter."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.check.mistake import Mistake


def _paint(function):
    def change(recipe):
        recipe.paint = function

    return change


def _color(function):
    def change(recipe):
        recipe.color = function(recipe.color)

    return change


def _mask(function):
    def change(recipe):
        recipe.mask = function(recipe.mask)

    return change


def _after(function):
    return lambda recipe: recipe.after.append(function)


ONE_COLOR = Mistake(
    "one-color-for-all",
    "one weight for every plane",
    "Print two planes of your filter. Should they be equal?",
    "Every plane got the same weight, so this is a gray filter. Plane p gets color[p]: "
    "filters[p] = color[p] * mask.",
    "idea-L05",
    (
        _color(lambda color: np.full_like(color, color[0])),
        _color(np.ones_like),
        _color(lambda color: np.full_like(color, color.mean())),
    ),
)
ONE_PLANE = Mistake(
    "one-plane-only",
    "one plane painted, the others left at zero",
    "How many planes of your filter have a number in them that is not 0?",
    "Only one plane was painted. A filter has a plane for each channel, and each has its weight.",
    "idea-L05",
    (
        _color(lambda color: color * (np.arange(len(color)) == 0)),
        _color(lambda color: color * (np.arange(len(color)) == len(color) - 1)),
    ),
)
ADDED = Mistake(
    "added-for-multiplied",
    "a sum for a product",
    "What should a weight be where the mask is 0? What is it in yours?",
    "color[p] + mask paints the ground, too. Where the mask is 0 the filter should not care, so "
    "its weight is 0: color[p] * mask.",
    "idea-L05",
    (_paint(np.add),),
)
HARD = Mistake(
    "hard-edges",
    "a soft mask painted as if it were hard",
    "Give a mask with a ½ in it. What is the weight there, and what is it elsewhere?",
    "Every place that is not 0 got the full color. A mask of ½ means half a wish: multiply.",
    "idea-L05",
    (_mask(lambda mask: np.sign(mask)), _mask(lambda mask: np.floor(mask))),
)
COLORS_REVERSED = Mistake(
    "colors-reversed",
    "colors in reverse order",
    "Paint with the color (1, 0, 0). Which plane holds the mask?",
    "Plane p got the weight of another channel. Channel 0 is red, and color[0] belongs to it.",
    "idea-L05",
    (_color(lambda color: color[::-1]),),
)
CHANNELS_LAST = Mistake(
    "channels-last",
    "a filter with its channels at the end",
    "Print the shape of your result. Which axis counts the channels?",
    "An image is (H, W, C1), but a filter is (C1, K, K): channels first.",
    "idea-L05",
    (_after(lambda weights: np.moveaxis(weights, 0, -1)),),
)
MASK_TURNED = Mistake(
    "mask-turned",
    "a mask that was turned",
    "Compare one plane with the mask. Does the upper right corner hold the same?",
    "The drawing came out mirrored or with rows and columns exchanged. A filter is not flipped: "
    "the weight at [m, n] is the wish for row m, column n of the window.",
    "idea-L05",
    (
        _after(lambda weights: weights.swapaxes(1, 2)),
        _after(lambda weights: weights[:, ::-1]),
        _after(lambda weights: weights[:, :, ::-1]),
        _after(lambda weights: weights[:, ::-1, ::-1]),
    ),
)
PAINTING = (
    ONE_COLOR,
    ONE_PLANE,
    ADDED,
    HARD,
    COLORS_REVERSED,
    CHANNELS_LAST,
    MASK_TURNED,
    CUT_RESULT,
    NEGATIVES_LOST,
)
