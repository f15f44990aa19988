"""Named mistakes in laying maps on one another, and in making a layer of many filters."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.assignments.sliding.catalogue import CUT_RESULT, NEGATIVES_LOST
from convkit.assignments.sliding.wrong_steps import first_channel_only, last_channel_only
from convkit.check.changes import after, changing, replacing, setting
from convkit.check.mistakes import axes, channels, feature_maps


def _reshaped(maps):
    """The numbers map by map, cut anew: what np.array(maps).reshape(H', W', C2) gives."""
    rows, columns = maps[0].shape
    return np.array(maps).reshape(rows, columns, len(maps))


def _as_many_as_channels(recipe):
    C1, _, _, C2 = recipe.filters.shape
    if C1 > C2:
        raise IndexError("a filter that there is not")
    recipe.filters = recipe.filters[..., :C1]


def _keras_reshaped(filters):
    """(C1, K, K, C2) read as if it were (K, K, C1, C2): what filters.reshape(K, K, C1, C2) does."""
    C1, K, L, C2 = filters.shape
    return filters.reshape(K, L, C1, C2).transpose(2, 0, 1, 3)


MAPS_FIRST = axes.MAPS_IN_FRONT.made_by(replacing(join=np.stack))
ADDED = feature_maps.MAPS_ADDED.made_by(
    replacing(join=sum),
    replacing(join=lambda maps: sum(maps) / len(maps)),
    replacing(join=lambda maps: sum(maps)[:, :, None]),
)
MAPS_REVERSED = feature_maps.MAPS_REVERSED.made_by(
    replacing(join=lambda maps: np.stack(maps[::-1], axis=-1))
)
RESHAPED = axes.RESHAPED.made_by(replacing(join=_reshaped), section="idea-L09")
ONE_MAP = feature_maps.ONE_MAP_ONLY.made_by(
    replacing(join=lambda maps: maps[-1]),
    replacing(join=lambda maps: maps[0]),
    replacing(join=lambda maps: maps[-1][:, :, None]),
    replacing(join=lambda maps: maps[0][:, :, None]),
)
STACKING = (
    MAPS_FIRST,
    axes.MAPS_BETWEEN.made_by(replacing(join=lambda maps: np.stack(maps, axis=1))),
    axes.SIDE_BY_SIDE.made_by(
        replacing(join=np.concatenate), replacing(join=lambda maps: np.concatenate(maps, axis=1))
    ),
    ADDED,
    MAPS_REVERSED,
    RESHAPED,
    ONE_MAP,
    axes.ROWS_FOR_COLUMNS.made_by(
        replacing(join=lambda maps: np.array(maps).T), section="idea-L09"
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)

ONE_FILTER = feature_maps.ONE_FILTER_FOR_ALL.made_by(
    changing(filters=lambda filters: np.repeat(filters[..., :1], filters.shape[-1], axis=-1)),
    changing(filters=lambda filters: np.repeat(filters[..., -1:], filters.shape[-1], axis=-1)),
)
SQUEEZED = axes.AXIS_LOST.made_by(
    after(lambda result: result[..., 0] if result.shape[-1:] == (1,) else result)
)
KERAS_ORDER = axes.ANOTHER_ORDER_OF_AXES.made_by(changing(filters=_keras_reshaped))
ONE_CHANNEL = channels.ONE_CHANNEL_ONLY.made_by(last_channel_only, first_channel_only)
LAYER = (
    *STACKING,
    ONE_FILTER,
    feature_maps.MAPS_MULTIPLIED.made_by(setting(apart=True)),
    feature_maps.LOOP_OVER_CHANNELS.made_by(_as_many_as_channels),
    KERAS_ORDER,
    ONE_CHANNEL,
    catalogue.ONE_KERNEL,
    catalogue.FLIPPED,
    catalogue.TRANSPOSED,
)
REPAIRS = (
    ONE_CHANNEL,
    RESHAPED,
    feature_maps.NOT_BEGUN_ANEW.made_by(
        replacing(join=lambda maps: np.cumsum(np.stack(maps, axis=-1), axis=-1)),
        # One array for all, appended again and again, and changed in place.
        replacing(join=lambda maps: np.stack([sum(maps)] * len(maps), axis=-1)),
    ),
    MAPS_FIRST,
    MAPS_REVERSED,
    ADDED,
    ONE_FILTER,
    catalogue.ONE_KERNEL,
    CUT_RESULT,
    NEGATIVES_LOST,
)
