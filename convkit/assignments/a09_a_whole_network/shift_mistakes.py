"""The named ways to test something else than equivariance, for exercise 9.7."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a09_a_whole_network.shifts import overlap
from convkit.check.changes import replacing, setting
from convkit.check.mistakes import axes, feature_maps, number_types, padding, shifts


def _zero_slice(maps, shifted, down, right):
    return maps[:-down, :-right], shifted[down:, right:]


SHIFT_MISTAKES = (
    axes.EMPTY_SLICE.made_by(replacing(pair=_zero_slice)),
    shifts.OTHER_DIRECTION.made_by(
        replacing(pair=lambda maps, shifted, down, right: overlap(shifted, maps, down, right))
    ),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(
        replacing(pair=lambda maps, shifted, down, right: overlap(maps, shifted, right, down)),
        section="idea-L24",
    ),
    shifts.TESTS_INVARIANCE.made_by(
        replacing(pair=lambda maps, shifted, down, right: (maps, shifted)),
        replacing(
            pair=lambda maps, shifted, down, right: (maps[down:, right:], shifted[down:, right:])
        ),
    ),
    padding.BORDER_COMPARED.made_by(
        replacing(
            pair=lambda maps, shifted, down, right: (
                np.roll(maps, (down, right), axis=(0, 1)),
                shifted,
            )
        )
    ),
    number_types.EXACT_COMPARISON.made_by(setting(most=0)),
    shifts.SIGN_FORGOTTEN.made_by(
        replacing(far=lambda one, other: one - other),
        replacing(far=lambda one, other: other - one),
    ),
    shifts.ANY_FOR_ALL.made_by(replacing(verdict=np.any)),
    shifts.MEANS_COMPARED.made_by(
        replacing(far=lambda one, other: np.abs((one - other).sum())),
        replacing(far=lambda one, other: np.abs((one - other).sum(axis=(0, 1)))),
    ),
    feature_maps.FIRST_MAP_ONLY.made_by(
        replacing(
            pair=lambda maps, shifted, down, right: overlap(
                maps[..., :1], shifted[..., :1], down, right
            )
        ),
        section="idea-L24",
    ),
    shifts.ALWAYS_YES.made_by(
        replacing(verdict=lambda close: True),
        replacing(verdict=lambda close: False),
    ),
)
