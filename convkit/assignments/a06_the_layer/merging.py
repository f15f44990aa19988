"""The named mistakes of making one layer of two."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import changing, replacing, setting
from convkit.check.mistakes import channels, feature_maps, flips, size, sums, tables


def _size(size):
    return setting(size=lambda recipe: size(recipe.first.shape[1], recipe.second.shape[1]))


def _middle(recipe):
    """'same': as large as the first kernel."""
    K, L = recipe.first.shape[1], recipe.second.shape[1]
    before = (L - 1) // 2
    recipe.after.append(lambda result: result[:, before : before + K, before : before + K])


def _cut(filters):
    C1, K, _, C2 = filters.shape
    return filters.reshape(C2, K, K, C1).transpose(3, 1, 2, 0)


SECOND_TURNED = flips.SECOND_FLIPPED.made_by(changing(second=lambda w: w[:, ::-1, ::-1]))
FIRST_TURNED = flips.FIRST_FLIPPED.made_by(changing(first=lambda w: w[:, ::-1, ::-1]))
AS_THE_FIRST = size.NO_LARGER_THAN_THE_FIRST.made_by(_middle, _size(lambda K, L: K))
TOO_LARGE = size.ONE_TOO_LARGE.made_by(_size(lambda K, L: K + L))
KERNEL_SUMMED = sums.SECOND_KERNEL_SUMMED.made_by(
    lambda recipe: (
        changing(second=lambda w: w.sum(axis=(1, 2), keepdims=True))(recipe),
        _size(lambda K, L: K)(recipe),
    )
)
ONE_WEIGHT = sums.ONE_WEIGHT_OF_THE_SECOND.made_by(
    lambda recipe: (
        changing(second=lambda w: w[:, :1, :1])(recipe),
        _size(lambda K, L: K)(recipe),
    )
)
REPLACED = sums.OVERLAPS_REPLACED.made_by(replacing(collect=lambda place, product: product))
ONE_MAP = feature_maps.ONE_MAP_BETWEEN.made_by(
    changing(first=lambda w: w * (np.arange(w.shape[-1]) == 0)),
    changing(first=lambda w: w * (np.arange(w.shape[-1]) == w.shape[-1] - 1)),
)
MAPS_AVERAGED = channels.CHANNELS_AVERAGED.made_by(
    changing(first=lambda w: w / w.shape[-1]), section="idea-L10"
)
MAPS_NOT_SUMMED = channels.MIXED_BEFORE_THE_WEIGHTS.made_by(
    changing(first=lambda w: np.broadcast_to(w.mean(axis=-1, keepdims=True), w.shape)),
    section="idea-L10",
)
SECOND_CUT = tables.SECOND_CUT_ANEW.made_by(changing(second=_cut))
