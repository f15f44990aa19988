"""Named mistakes in painting a filter."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import after, changing, replacing
from convkit.check.mistakes import axes, balance, channels, flips, sums

ONE_COLOR = channels.ONE_COLOR_FOR_ALL.made_by(
    changing(color=lambda color: np.full_like(color, color[0])),
    changing(color=np.ones_like),
    changing(color=lambda color: np.full_like(color, color.mean())),
)
ONE_PLANE = channels.ONE_PLANE_ONLY.made_by(
    changing(color=lambda color: color * (np.arange(len(color)) == 0)),
    changing(color=lambda color: color * (np.arange(len(color)) == len(color) - 1)),
)
ADDED = sums.ADDED_FOR_MULTIPLIED.made_by(replacing(paint=np.add))
HARD = balance.HARD_EDGES.made_by(
    changing(mask=lambda mask: np.sign(mask)), changing(mask=lambda mask: np.floor(mask))
)
COLORS_REVERSED = channels.COLORS_REVERSED.made_by(changing(color=lambda color: color[::-1]))
CHANNELS_LAST = axes.CHANNELS_LAST.made_by(after(lambda weights: np.moveaxis(weights, 0, -1)))
MASK_TURNED = flips.MASK_TURNED.made_by(
    after(lambda weights: weights.swapaxes(1, 2)),
    after(lambda weights: weights[:, ::-1]),
    after(lambda weights: weights[:, :, ::-1]),
    after(lambda weights: weights[:, ::-1, ::-1]),
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
