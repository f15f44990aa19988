"""Named mistakes in painting a filter."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import after, changing, replacing
from convkit.check.mistakes import axes, balance, channels, flips, sums

COLORS_REVERSED = channels.CHANNELS_REVERSED.made_by(
    changing(color=lambda color: color[::-1]),
    hint="Paint with the color (1, 0, 0). Which plane holds the mask?",
    section="idea-L05",
)
PAINTING = (
    channels.ONE_COLOR_FOR_ALL.made_by(
        changing(color=lambda color: np.full_like(color, color[0])),
        changing(color=np.ones_like),
        changing(color=lambda color: np.full_like(color, color.mean())),
    ),
    channels.ONE_PLANE_ONLY.made_by(
        changing(color=lambda color: color * (np.arange(len(color)) == 0)),
        changing(color=lambda color: color * (np.arange(len(color)) == len(color) - 1)),
    ),
    sums.ADDED_FOR_MULTIPLIED.made_by(replacing(paint=np.add)),
    balance.HARD_EDGES.made_by(
        changing(mask=lambda mask: np.sign(mask)), changing(mask=lambda mask: np.floor(mask))
    ),
    COLORS_REVERSED,
    axes.CHANNELS_LAST.made_by(after(lambda weights: np.moveaxis(weights, 0, -1))),
    flips.MASK_TURNED.made_by(
        after(lambda weights: weights.swapaxes(1, 2)),
        after(lambda weights: weights[:, ::-1]),
        after(lambda weights: weights[:, :, ::-1]),
        after(lambda weights: weights[:, ::-1, ::-1]),
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
