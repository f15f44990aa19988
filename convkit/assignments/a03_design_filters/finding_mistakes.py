"""Named mistakes in saying where the best place is."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import axes, balance, finding, flips, number_types


def _filters(function, **more):
    def change(recipe):
        recipe.filters = function(recipe.filters)
        replacing(**more)(recipe)

    return change


def _mean(filters, *axes):
    return filters.mean(axis=axes, keepdims=True)


def _reshaped(filters):
    """What target.reshape(3, K, K') gives."""
    C1, K, L = filters.shape
    return np.moveaxis(filters, 0, -1).reshape(C1, K, L)


IMAGE_ROWS = axes.ROWS_OF_THE_IMAGE.made_by(
    replacing(row_length=lambda image, result: image.shape[1])
)
HEIGHT_FOR_WIDTH = axes.HEIGHT_FOR_WIDTH.made_by(
    replacing(row_length=lambda image, result: result.shape[0]), section="section-find"
)
LOWEST = finding.LOWEST.made_by(replacing(best=np.argmin))
EXCHANGED = axes.HEIGHT_WIDTH_SWAPPED.made_by(
    after(lambda place: place[::-1]), section="section-find"
)
MIDDLES = (
    IMAGE_ROWS,
    HEIGHT_FOR_WIDTH,
    finding.CORNER_FOR_MIDDLE.made_by(replacing(middle=lambda size: 0)),
    finding.OPPOSITE_CORNER.made_by(
        replacing(middle=lambda size: size), replacing(middle=lambda size: size - 1)
    ),
    finding.LOUDEST_FOR_HIGHEST.made_by(replacing(best=lambda result: np.abs(result).argmax())),
    LOWEST,
    EXCHANGED,
)

PHOTOS = (
    balance.AS_CUT_OUT.made_by(setting(balance=None)),
    balance.GRAY_SILENCED.made_by(
        setting(balance=(0,)),
        setting(filters=lambda recipe: recipe.filters - recipe.filters.mean(axis=0)),
    ),
    axes.RESHAPED.made_by(
        _filters(_reshaped),
        _filters(_reshaped, balance=(0, 1, 2)),
        _filters(lambda filters: _reshaped(filters - _mean(filters, 1, 2)), balance=None),
        why="reshape cuts the row of numbers anew, it does not move axes. From (K, K', 3) to (3, "
        "K, K') goes target.transpose(2, 0, 1), or np.moveaxis(target, -1, 0).",
    ),
    axes.ROWS_FOR_COLUMNS.made_by(
        _filters(lambda filters: filters.transpose(0, 2, 1)),
        _filters(lambda filters: filters.transpose(0, 2, 1), balance=(0, 1, 2)),
    ),
    flips.FLIPPED.made_by(
        _filters(lambda filters: filters[:, ::-1, ::-1]),
        hint="Should the weight at the upper left meet the pixel at the upper left?",
        why="The target was turned over both axes. Sliding multiplies weight [m, n] with pixel [i "
        "+ m, j + n], so that a pattern finds itself: nothing is flipped.",
    ),
    number_types.UINT8_WRAPS.made_by(
        _filters(lambda filters: (filters - np.floor(_mean(filters, 1, 2))) % 256, balance=None),
        _filters(lambda filters: (filters - np.floor(filters.mean())) % 256, balance=None),
        hint="Print the smallest number of your filter. Has a balanced filter none below zero?",
        why="The target is stored as uint8: 20 - 50 becomes 226 there. Turn it into floats before "
        "anything is taken away: target.astype(float).",
    ),
    finding.MIDDLE_FOR_CORNER.made_by(replacing(middle=lambda size: size // 2)),
    IMAGE_ROWS,
    HEIGHT_FOR_WIDTH,
    LOWEST,
    EXCHANGED,
)
