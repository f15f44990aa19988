"""The named mistakes of making one layer of two."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _second(change):
    return setting(second=lambda recipe: change(recipe.second))


def _first(change):
    return setting(first=lambda recipe: change(recipe.first))


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


SECOND_TURNED = Mistake(
    "second-flipped",
    "a second kernel that is turned over",
    "Weight [m, n] of the first and weight [r, s] of the second: which pixel do they reach "
    "together?",
    "The first layer looks m further down, the second r further down: together m + r. With a minus "
    "the second kernel is turned over.",
    "idea-L15",
    (_second(lambda w: w[:, ::-1, ::-1]),),
)
FIRST_TURNED = Mistake(
    "first-flipped",
    "a first kernel that is turned over",
    "Weight [m, n] of the first and weight [r, s] of the second: which pixel do they reach "
    "together?",
    "The first layer looks m further down, the second r further down: together m + r.",
    "idea-L15",
    (_first(lambda w: w[:, ::-1, ::-1]),),
)
AS_THE_FIRST = Mistake(
    "no-larger-than-the-first",
    "a kernel no larger than the first",
    "How many pixels does one number of the second layer go back to, in the image?",
    "Two kernels of 2 see 3 pixels together. The merged kernel has K + L - 1 rows.",
    "section-one-layer",
    (_middle, _size(lambda K, L: K)),
)
TOO_LARGE = Mistake(
    "one-too-large",
    "a kernel one row and one column too large",
    "How many pixels do a kernel of 2 and one of 2 see together? Draw it.",
    "Both share a pixel where they meet: K + L - 1 rows, not K + L.",
    "section-one-layer",
    (_size(lambda K, L: K + L),),
)
KERNEL_SUMMED = Mistake(
    "second-kernel-summed",
    "a second kernel that was added up",
    "Does your result change when the weights of one second kernel change places?",
    "The second kernel was summed over its places. Each of its weights [r, s] shifts the first "
    "kernel by r and s, and then all are added.",
    "section-one-layer",
    (
        lambda recipe: (
            _second(lambda w: w.sum(axis=(1, 2), keepdims=True))(recipe),
            _size(lambda K, L: K)(recipe),
        ),
    ),
)
ONE_WEIGHT = Mistake(
    "one-weight-of-the-second",
    "a single weight of each second kernel",
    "Does your result change when second[:, 0, 1] does?",
    "Only the weight at [0, 0] of the second kernels took part. Each weight [r, s] shifts the "
    "first kernel by r and s; then all are added.",
    "section-one-layer",
    (
        lambda recipe: (
            _second(lambda w: w[:, :1, :1])(recipe),
            _size(lambda K, L: K)(recipe),
        ),
    ),
)
REPLACED = Mistake(
    "overlaps-replaced",
    "overlaps that replace one another",
    "Put a print where the result is written. Does it grow, or is it replaced?",
    "Several pairs of weights reach the same pixel. Their products are added: use +=.",
    "section-one-layer",
    (setting(collect=lambda recipe: lambda place, product: product),),
)
ONE_MAP = Mistake(
    "one-map-only",
    "only one of the maps between",
    "Change a weight of the last filter of the first layer. Does your result change?",
    "The second layer reaches through all maps of the first: sum over c, (C1, C2) @ (C2, C3).",
    "idea-L10",
    (
        _first(lambda w: w * (np.arange(w.shape[-1]) == 0)),
        _first(lambda w: w * (np.arange(w.shape[-1]) == w.shape[-1] - 1)),
    ),
)
MAPS_AVERAGED = Mistake(
    "maps-averaged",
    "an average over the maps between",
    "Your numbers are all too small by the same factor. Which one?",
    "The sum over the maps is divided by nothing.",
    "idea-L10",
    (_first(lambda w: w / w.shape[-1]),),
)
MAPS_NOT_SUMMED = Mistake(
    "maps-mixed-before",
    "maps that were added too early",
    "Should the second layer be able to treat the maps of the first differently?",
    "The filters of the first layer were added up before the second could weigh them. Multiply "
    "each with its own weight first.",
    "idea-L10",
    (_first(lambda w: np.broadcast_to(w.mean(axis=-1, keepdims=True), w.shape)),),
)
SECOND_CUT = Mistake(
    "second-cut-anew",
    "a second layer cut anew where its axes should be turned",
    "second[c, 0, 0, d]: which of c and d counts the maps that come in?",
    "The second layer is (C2, L, L, C3), ready for (C1, C2) @ (C2, C3). reshape does not exchange "
    "axes: it cuts the row of numbers at other points.",
    "idea-L11",
    (_second(_cut),),
)
