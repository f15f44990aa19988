"""Named mistakes in laying maps on one another, and in making a layer of many filters."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.assignments.sliding.wrong_steps import first_channel_only, last_channel_only
from convkit.check.mistake import Mistake


def _join(function):
    """Another way to join the maps."""

    def change(recipe):
        recipe.join = function

    return change


def _filters(function):
    def change(recipe):
        recipe.filters = function(recipe.filters)

    return change


def _reshaped(maps):
    """The numbers map by map, cut anew: what np.array(maps).reshape(H', W', C2) gives."""
    rows, columns = maps[0].shape
    return np.array(maps).reshape(rows, columns, len(maps))


def _keep_apart(recipe):
    recipe.apart = True


def _as_many_as_channels(recipe):
    C1, _, _, C2 = recipe.filters.shape
    if C1 > C2:
        raise IndexError("a filter that there is not")
    recipe.filters = recipe.filters[..., :C1]


def _squeeze(recipe):
    recipe.after.append(lambda result: result[..., 0] if result.shape[-1:] == (1,) else result)


def _keras_reshaped(filters):
    """(C1, K, K, C2) read as if it were (K, K, C1, C2): what filters.reshape(K, K, C1, C2) does."""
    C1, K, L, C2 = filters.shape
    return filters.reshape(K, L, C1, C2).transpose(2, 0, 1, 3)


MAPS_FIRST = Mistake(
    "maps-in-front",
    "maps in front, where they belong behind",
    "Print the shape. Which axis counts the maps, the first or the last?",
    "np.stack(maps) puts the new axis in front: (C2, H', W'). The next layer reads that as an "
    "image of C2 rows. The maps come last: np.stack(maps, axis=-1).",
    "idea-L09",
    (_join(np.stack),),
)
MAPS_BETWEEN = Mistake(
    "maps-between",
    "the new axis between rows and columns",
    "Print the shape. Where do the rows stand, where the columns?",
    "The new axis came to stand in the middle: (H', C2, W'). It should be the last: axis=-1.",
    "idea-L09",
    (_join(lambda maps: np.stack(maps, axis=1)),),
)
CONCATENATED = Mistake(
    "side-by-side",
    "maps put beside one another, not on one another",
    "How many axes has your result? And how many should it have?",
    "np.concatenate (hstack, vstack) makes one larger map of several: (H'·C2, W'), or "
    "(H', W'·C2). Here a new axis is needed: np.stack(maps, axis=-1).",
    "idea-L09",
    (_join(np.concatenate), _join(lambda maps: np.concatenate(maps, axis=1))),
)
ADDED = Mistake(
    "maps-added",
    "maps that were added",
    "If you add an eye to a mouth, can the next layer take them apart again?",
    "The maps were merged into one. Each feature keeps its own map, and the maps lie on one "
    "another: np.stack(maps, axis=-1).",
    "idea-L09",
    (
        _join(sum),
        _join(lambda maps: sum(maps) / len(maps)),
        _join(lambda maps: sum(maps)[:, :, None]),
    ),
)
MAPS_REVERSED = Mistake(
    "maps-reversed",
    "maps in reverse order",
    "Which map should stand at [:, :, 0]?",
    "The last map came first. Map number c stands at [:, :, c]: the next layer's filters rely on "
    "the order.",
    "idea-L09",
    (_join(lambda maps: np.stack(maps[::-1], axis=-1)),),
)
RESHAPED = Mistake(
    "reshaped",
    "maps reshaped where their axes should move",
    "Print result[:, :, 0]. Is it the first map?",
    "The shape is right and the numbers are mixed: reshape cuts the row of numbers anew, it does "
    "not move axes. np.stack(maps, axis=-1), or np.moveaxis(np.array(maps), 0, -1).",
    "idea-L09",
    (_join(_reshaped),),
)
ONE_MAP = Mistake(
    "one-map-only",
    "one of the maps alone",
    "How many maps went in, and how many came out?",
    "Only one map is left. With maps = … in the loop, each replaces the one before it: "
    "maps.append(…) keeps them all.",
    "idea-L08",
    (
        _join(lambda maps: maps[-1]),
        _join(lambda maps: maps[0]),
        _join(lambda maps: maps[-1][:, :, None]),
        _join(lambda maps: maps[0][:, :, None]),
    ),
)
TURNED = Mistake(
    "rows-for-columns",
    "height and width exchanged",
    "Compare the shape of your result with that of one map. Which one is the height?",
    "Rows and columns have changed places. .T reverses all axes: of (C2, H', W') it makes "
    "(W', H', C2).",
    "idea-L09",
    (_join(lambda maps: np.array(maps).T),),
)
STACKING = (
    MAPS_FIRST,
    MAPS_BETWEEN,
    CONCATENATED,
    ADDED,
    MAPS_REVERSED,
    RESHAPED,
    ONE_MAP,
    TURNED,
    CUT_RESULT,
    NEGATIVES_LOST,
)

ONE_FILTER = Mistake(
    "one-filter-for-all",
    "one filter used for every map",
    "Are all your maps alike? Should they be?",
    "The same filter made every map. Map number c comes from filter number c: filters[..., c].",
    "idea-L08",
    (
        _filters(lambda filters: np.repeat(filters[..., :1], filters.shape[-1], axis=-1)),
        _filters(lambda filters: np.repeat(filters[..., -1:], filters.shape[-1], axis=-1)),
    ),
)
EACH_VISITS_EACH = Mistake(
    "each-filter-each-channel",
    "a map for each filter and each channel",
    "Ten maps meet five filters. Do fifty come out?",
    "Each filter visited each channel on its own, and made C1 maps. A filter reaches through all "
    "channels and adds: one map for each filter, C2 in all.",
    "idea-L10",
    (_keep_apart,),
)
CHANNELS_COUNTED = Mistake(
    "a-map-for-each-channel",
    "as many maps as there are channels",
    "How often does your loop run: once for each filter, or once for each channel?",
    "The loop counted channels, filters.shape[0]. There is a map for each filter: their number "
    "is the last one, filters.shape[-1].",
    "idea-L10",
    (_as_many_as_channels,),
)
SQUEEZED = Mistake(
    "axis-lost",
    "an axis that is lost when there is one filter",
    "Give your function a single filter. How many axes has the result?",
    "One filter gives one map, and the result is (H', W', 1), a box with one channel. Without "
    "its third axis the next layer cannot take it.",
    "idea-L07",
    (_squeeze,),
)
KERAS_ORDER = Mistake(
    "another-order-of-axes",
    "filters read in another order of axes",
    "Which axis of filters counts the filters, and which the channels?",
    "Filters are (C1, K, K, C2): channels first, number of filters last. Another order, such as "
    "(K, K, C1, C2), was read, or reshape was used where axes should move.",
    "idea-L10",
    (_filters(_keras_reshaped),),
)
ONE_CHANNEL = Mistake(
    "one-channel-only",
    "only one of the channels",
    "Change the image in one channel at a time. For which channels does your result not change?",
    "Only one channel took part in each map. A filter reaches through all of them and adds: += "
    "and not =.",
    "idea-L04",
    (last_channel_only, first_channel_only),
)
NOT_BEGUN_ANEW = Mistake(
    "not-begun-anew",
    "a sum that does not begin anew for each map",
    "The first map, the second: is what belongs to the one still in the other?",
    "The sum over the channels went on from filter to filter. Set it to zero inside the loop over "
    "the filters, not before it: each map has a sum of its own.",
    "idea-L08",
    (
        _join(lambda maps: np.cumsum(np.stack(maps, axis=-1), axis=-1)),
        # One array for all, appended again and again, and changed in place.
        _join(lambda maps: np.stack([sum(maps)] * len(maps), axis=-1)),
    ),
)
LAYER = (
    *STACKING,
    ONE_FILTER,
    EACH_VISITS_EACH,
    CHANNELS_COUNTED,
    KERAS_ORDER,
    ONE_CHANNEL,
    d.ONE_KERNEL,
    c.FLIPPED,
    c.TRANSPOSED,
)
REPAIRS = (
    ONE_CHANNEL,
    RESHAPED,
    NOT_BEGUN_ANEW,
    MAPS_FIRST,
    MAPS_REVERSED,
    ADDED,
    ONE_FILTER,
    d.ONE_KERNEL,
    CUT_RESULT,
    NEGATIVES_LOST,
)
