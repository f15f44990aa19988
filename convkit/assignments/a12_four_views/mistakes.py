"""The named mistakes of the matrix's view, of the layer's, and of the way back."""

from __future__ import annotations

import numpy as np

from convkit.assignments.formula import catalogue as formula_mistakes
from convkit.assignments.sliding import catalogue
from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import bias, channels, feature_maps, flips, matrices, shifts, sums


def _averaged(recipe):
    places = recipe.filters.shape[1] ** 2
    recipe.after.append(lambda back: back / places)


LAST_FOIL = sums.LAST_SHIFT.made_by(
    replacing(total=lambda w, f: w[-1, -1, -1] * f[-1, -1, -1]), section="section-modifier"
)

MATRIX = (
    matrices.COLUMN_BY_COLUMN.made_by(setting(flat=(1, 0, 2))),
    matrices.CHANNELS_FIRST.made_by(setting(flat=(2, 0, 1)), section="idea-L17"),
    formula_mistakes.MAPS_FIRST,
    formula_mistakes.CUT_RESULT,
    formula_mistakes.NOT_UNTIED.made_by(
        *formula_mistakes.NOT_UNTIED.changes,
        after(np.ravel),
        why="The product is one long vector. Fold it: reshape(H', W', C2).",
    ),
    formula_mistakes.MAPS_ADDED.made_by(after(lambda maps: maps.sum(axis=-1))),
    catalogue.TRANSPOSED_RESULT,
)

LAYER = (
    bias.BIAS_INSIDE_THE_SUM.made_by(
        setting(times=lambda recipe: recipe.filters.shape[1] ** 2), section="idea-L14"
    ),
    bias.BIAS_FORGOTTEN.made_by(setting(times=0)),
    bias.ONE_BIAS_FOR_ALL.made_by(
        setting(bias=lambda recipe: recipe.bias[:1]),
        setting(bias=lambda recipe: recipe.bias.sum()),
        section="idea-L14",
    ),
    matrices.ONE_SMALL_MATRIX.made_by(
        setting(
            filters=lambda recipe: np.broadcast_to(recipe.filters[:, :1, :1], recipe.filters.shape)
        )
    ),
    sums.LAST_SHIFT.made_by(*formula_mistakes.LAST_SHIFT.changes, section="section-transformer"),
    formula_mistakes.DIAGONAL,
    formula_mistakes.ONE_FILTER,
    catalogue.FLIPPED,
    catalogue.TRANSPOSED,
)

BACK = (
    shifts.WISHES_REPLACED.made_by(replacing(collect=lambda place, more: more)),
    feature_maps.FIRST_MAP_ONLY.made_by(
        setting(
            wishes=lambda recipe: recipe.wishes[..., :1],
            filters=lambda recipe: recipe.filters[..., :1],
        )
    ),
    flips.SHIFTED_THE_WRONG_WAY.made_by(*catalogue.FLIPPED.changes),
    catalogue.TRANSPOSED,
    channels.ONE_KERNEL_FOR_ALL.made_by(
        setting(filters=lambda recipe: np.broadcast_to(recipe.filters[:1], recipe.filters.shape)),
        hint="Are the channels of your result different from one another? Should they be?",
        why="The weights of channel 0 were used for every channel. Channel p hears of a wish "
        "through filters[p].",
    ),
    shifts.WISHES_AVERAGED.made_by(_averaged),
)
