"""Named mistakes in saying where the best place is."""

from __future__ import annotations

import numpy as np

from convkit.check.mistake import Mistake


def _set(**changes):
    def change(recipe):
        for name, value in changes.items():
            setattr(recipe, name, value)

    return change


def _filters(function, **more):
    def change(recipe):
        recipe.filters = function(recipe.filters)
        _set(**more)(recipe)

    return change


def _mean(filters, *axes):
    return filters.mean(axis=axes, keepdims=True)


def _after(function):
    return lambda recipe: recipe.after.append(function)


def _reshaped(filters):
    """What target.reshape(3, K, K') gives."""
    C1, K, L = filters.shape
    return np.moveaxis(filters, 0, -1).reshape(C1, K, L)


IMAGE_ROWS = Mistake(
    "rows-of-the-image",
    "rows counted in the image, not in the map",
    "best counts the numbers of the map one after the other. How long is a row of the map?",
    "The number of the place was divided by the width of the image. It counts places of the map, "
    "and a row of the map has result.shape[1] of them.",
    "section-find",
    (_set(row_length=lambda image, result: image.shape[1]),),
)
HEIGHT_FOR_WIDTH = Mistake(
    "height-for-width",
    "the height taken for the length of a row",
    "How many numbers has one row of the map: result.shape[0] or result.shape[1]?",
    "A row is as long as the map is wide: result.shape[1].",
    "section-find",
    (_set(row_length=lambda image, result: result.shape[0]),),
)
CORNER = Mistake(
    "corner-for-middle",
    "the corner of the window for its middle",
    "Your place is too far up and too far left, always by as much. By how much?",
    "The place in the map says where the corner of the window lay. Its middle is K // 2 further "
    "down and K' // 2 further right.",
    "section-find",
    (_set(middle=lambda size: 0),),
)
WHOLE_KERNEL = Mistake(
    "opposite-corner",
    "a whole kernel added, where half of one is the middle",
    "How far is it from the corner of a window of 3 to its middle?",
    "Half the kernel leads to the middle, K // 2. A whole one leaves the window on the other side.",
    "section-find",
    (_set(middle=lambda size: size), _set(middle=lambda size: size - 1)),
)
LOUDEST = Mistake(
    "loudest-for-highest",
    "a very negative number taken for a good one",
    "Is a strongly negative answer a find, or the opposite of one?",
    "Without its sign, the most negative number looks like the best. The best place has the "
    "highest number: result.argmax().",
    "section-find",
    (_set(best=lambda result: np.abs(result).argmax()),),
)
LOWEST = Mistake(
    "lowest",
    "the lowest number for the highest",
    "Is a high or a low number a good answer?",
    "argmin finds the lowest number. A filter answers its pattern with a high one: argmax.",
    "section-find",
    (_set(best=np.argmin),),
)
EXCHANGED = Mistake(
    "row-and-column",
    "row and column exchanged",
    "Which comes first, the row or the column?",
    "The place came out as (column, row). Rows come first: (row, column).",
    "section-find",
    (_after(lambda place: place[::-1]),),
)
MIDDLES = (IMAGE_ROWS, HEIGHT_FOR_WIDTH, CORNER, WHOLE_KERNEL, LOUDEST, LOWEST, EXCHANGED)

UNBALANCED = Mistake(
    "as-cut-out",
    "a target that was not balanced",
    "What is at the place that your function found? Is it like the target, or merely bright?",
    "As it is cut out, all weights are positive, and the brightest place wins. Take the mean away "
    "from each channel first: target.mean(axis=(0, 1)).",
    "section-loud",
    (_set(balance=None),),
)
GRAY_SILENCED = Mistake(
    "gray-silenced",
    "zero over the channels, for a target that may be white",
    "Is there anything white or gray in the target? Does your filter still hear that?",
    "Each place was balanced over the channels, so everything gray in the target became silent. "
    "Here the even areas should be silent: zero over space, in each channel.",
    "section-loud",
    (
        _set(balance=(0,)),
        lambda recipe: setattr(recipe, "filters", recipe.filters - recipe.filters.mean(axis=0)),
    ),
)
RESHAPED = Mistake(
    "reshaped",
    "a target reshaped where its axes should move",
    "Print the red plane of the target, target[:, :, 0], and your filter's first plane. Are they "
    "the same?",
    "reshape cuts the row of numbers anew, it does not move axes. From (K, K', 3) to (3, K, K') "
    "goes target.transpose(2, 0, 1), or np.moveaxis(target, -1, 0).",
    "idea-L04",
    (
        _filters(_reshaped),
        _filters(_reshaped, balance=(0, 1, 2)),
        _filters(lambda filters: _reshaped(filters - _mean(filters, 1, 2)), balance=None),
    ),
)
TURNED = Mistake(
    "rows-for-columns",
    "a target with rows and columns exchanged",
    "What is the shape of your filter, and what should it be for a target of 8 × 11?",
    "target.T reverses all three axes, rows and columns too. Only the channels should move to "
    "the front: target.transpose(2, 0, 1).",
    "idea-L04",
    (
        _filters(lambda filters: filters.transpose(0, 2, 1)),
        _filters(lambda filters: filters.transpose(0, 2, 1), balance=(0, 1, 2)),
    ),
)
FLIPPED = Mistake(
    "flipped",
    "a flipped target",
    "Should the weight at the upper left meet the pixel at the upper left?",
    "The target was turned over both axes. Sliding multiplies weight [m, n] with pixel "
    "[i + m, j + n], so that a pattern finds itself: nothing is flipped.",
    "section-flip",
    (_filters(lambda filters: filters[:, ::-1, ::-1]),),
)
WRAPS = Mistake(
    "uint8-wraps",
    "numbers that wrap around at 256",
    "Print the smallest number of your filter. May a balanced filter have none below zero?",
    "The target is stored as uint8: 20 - 50 becomes 226 there. Turn it into floats before "
    "anything is taken away: target.astype(float).",
    "idea-L01",
    (
        _filters(lambda filters: (filters - np.floor(_mean(filters, 1, 2))) % 256, balance=None),
        _filters(lambda filters: (filters - np.floor(filters.mean())) % 256, balance=None),
    ),
)
MIDDLE = Mistake(
    "middle-for-corner",
    "the middle of the window for its corner",
    "Your place is too far down and too far right. By how much?",
    "Half the size of the target was added, as in the exercise before. Here the upper left "
    "pixel is asked for.",
    "section-find",
    (_set(middle=lambda size: size // 2),),
)
PHOTOS = (
    UNBALANCED,
    GRAY_SILENCED,
    RESHAPED,
    TURNED,
    FLIPPED,
    WRAPS,
    MIDDLE,
    IMAGE_ROWS,
    HEIGHT_FOR_WIDTH,
    LOWEST,
    EXCHANGED,
)
