"""The named mistakes of single slopes: poking a weight, slopes of the map, of the biases."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import axes, feature_maps, gradient

POKE_MISTAKES = (
    gradient.NEARLY_ZERO.made_by(setting(divisor=1), setting(hair=0)),
    gradient.OTHER_SIGN.made_by(setting(divisor=-1e-6)),
    gradient.ANOTHER_WEIGHT.made_by(
        replacing(where=lambda m, n: (n, m)),
        replacing(where=lambda m, n: (0, 0)),
        replacing(where=lambda m, n: (-1 - m, -1 - n)),
    ),
    gradient.ALL_POKED.made_by(
        replacing(where=lambda m, n: ...),
        replacing(where=lambda m, n: m),
        replacing(where=lambda m, n: (slice(None), n)),
    ),
    gradient.BOTH_SIDES_UNDIVIDED.made_by(setting(divisor=0.5e-6)),
)

MAP_MISTAKES = (
    gradient.OTHER_SIGN.made_by(
        setting(sign=-1),
        hint="Where your map is too high, should the slope be positive or negative?",
    ),
    gradient.TWO_FORGOTTEN.made_by(setting(two=1), setting(two=0.5)),
    gradient.NOT_A_MEAN.made_by(setting(count=1)),
    gradient.ROWS_FOR_SIZE.made_by(
        setting(count=lambda r: len(r.wanted)), setting(count=lambda r: r.wanted.shape[1])
    ),
    gradient.SQUARED.made_by(
        lambda r: r.after.append(lambda found: found**2 * r.count / 4),
        lambda r: r.after.append(lambda found: found**2 * r.count**2 / 4),
    ),
    gradient.SIGN_LOST.made_by(after(np.abs)),
    gradient.ONE_NUMBER_FOR_ALL.made_by(after(np.sum), after(np.mean)),
    CUT_RESULT,
)

BIAS_MISTAKES = (
    gradient.SLOPES_AVERAGED.made_by(replacing(total=lambda slopes: slopes.mean(axis=(0, 1)))),
    gradient.ALL_TOGETHER.made_by(replacing(total=np.sum), replacing(total=np.mean)),
    feature_maps.SUMMED_OVER_MAPS.made_by(replacing(total=lambda slopes: slopes.sum(axis=-1))),
    axes.ONE_AXIS_ONLY.made_by(
        replacing(total=lambda slopes: slopes.sum(axis=0)),
        replacing(total=lambda slopes: slopes.sum(axis=1)),
    ),
    gradient.ONE_PLACE_ONLY.made_by(
        replacing(total=lambda slopes: slopes[0, 0]),
        replacing(total=lambda slopes: slopes[-1, -1]),
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
