"""The named mistakes of a layer as one sum: those that only many filters make possible."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import after, changing, replacing
from convkit.check.mistakes import axes, channels, feature_maps, stride, sums, tables


def _added(recipe):
    recipe.filters = recipe.filters.sum(axis=-1, keepdims=True)
    recipe.after.append(lambda result: result[..., 0])


def _cut_anew(order, back):
    """Filters taken for ones in another framework's order."""

    def change(recipe):
        lengths = dict(zip("pmnc", recipe.filters.shape, strict=True))
        cut = recipe.filters.reshape([lengths[letter] for letter in order])
        recipe.filters = cut.transpose(back)

    return change


def _tied(order):
    """Weights tied together in one order, where the pixels were tied in the order p, m, n."""
    return changing(filters=lambda f: f.transpose(*order, 3).reshape(f.shape))


def _cut_at(rows_first):
    """The table of places and maps, (H'·W', C2), cut into another shape."""

    def cut(result):
        rows, columns, maps = result.shape
        table = result.reshape(rows * columns, maps)
        if rows_first == "maps":
            return table.reshape(maps, rows, columns)
        if rows_first == "maps, moved":
            return np.moveaxis(table.reshape(maps, rows, columns), 0, -1)
        if rows_first == "columns":
            return table.reshape(columns, rows, maps)
        return table.reshape(columns, rows, maps).swapaxes(0, 1)

    return after(cut)


ONE_FILTER = feature_maps.ONE_FILTER_FOR_ALL.made_by(
    changing(filters=lambda f: np.broadcast_to(f[..., :1], f.shape)), section="idea-L09"
)
MAPS_ADDED = feature_maps.MAPS_ADDED.made_by(
    _added,
    hint="Four filters find four things. How many maps should tell of them?",
    why="The sum ran over c, too. c stands on the left of the formula: it is chosen, not "
    "summed. The result keeps it as its last axis.",
    section="idea-L11",
)
MAPS_FIRST = axes.MAPS_IN_FRONT.made_by(
    after(lambda result: np.moveaxis(result, -1, 0)),
    why="The result is (C2, H', W'). In this book the maps come last: (H', W', C2). (In "
    "einsum, letters without an arrow come out in the order of the alphabet: c, i, j.)",
    section="idea-L11",
)
CHANNELS_KEPT = channels.CHANNELS_KEPT.made_by(
    replacing(total=lambda w, f: np.einsum("mnp,pmnc->pc", w, f)),
    replacing(total=lambda w, f: np.einsum("mnp,pmnc->cp", w, f)),
    hint="Does p stand on the left of the formula?",
    why="p occurs only on the right, so it is summed away. Your result still has an axis for it.",
    section="idea-L11",
)
DIAGONAL = axes.DIAGONAL_ONLY.made_by(replacing(total=lambda w, f: np.einsum("mmp,pmmc->c", w, f)))
CUT_ANEW = axes.AXES_MISREAD.made_by(
    _cut_anew("mnpc", (2, 0, 1, 3)),
    _cut_anew("cpmn", (1, 2, 3, 0)),
    why="reshape reads all numbers in a row and cuts the row at other points. It can tie "
    "letters that are neighbors, (C1, K, K, C2) → (C1·K·K, C2), and nothing else. To "
    "change the order of letters takes transpose.",
    section="section-cut",
)
TIED_OTHERWISE = tables.TIED_IN_ANOTHER_ORDER.made_by(
    _tied((1, 2, 0)), _tied((2, 1, 0)), _tied((0, 2, 1))
)
CUT_RESULT = tables.RESULT_CUT_ANEW.made_by(
    _cut_at("maps"), _cut_at("maps, moved"), _cut_at("columns"), _cut_at("columns, moved")
)
NOT_UNTIED = tables.NOT_UNTIED.made_by(
    after(lambda result: result.reshape(-1, result.shape[-1])),
    after(lambda result: result.reshape(-1, result.shape[-1]).T),
)
LAST_SHIFT = sums.LAST_SHIFT.made_by(replacing(total=lambda w, f: w[-1, -1] @ f[:, -1, -1]))


def _stride_in_shift(recipe):
    C1, K, _, C2 = recipe.filters.shape
    far = (K - 1) * recipe.stride + 1
    spread = np.zeros((C1, far, far, C2))
    spread[:, :: recipe.stride, :: recipe.stride] = recipe.filters
    recipe.filters, recipe.step = spread, 1


STRIDE_IN_SHIFT = stride.STRIDE_IN_THE_SHIFT.made_by(_stride_in_shift)


def _end_of_the_slice(recipe):
    """`image[m : m + rows : stride]`: too few rows for a sum, unless it is one row, repeated."""
    right = recipe.size
    recipe.size = tuple(-(-size // recipe.stride) for size in right)
    recipe.after.append(lambda result: np.zeros((*right, 1)) + result)


END_OF_THE_SLICE = axes.END_OF_THE_SLICE.made_by(_end_of_the_slice)


def _keras_cut(recipe):
    weights = recipe.filters.transpose(1, 2, 0, 3)  # (K, K, C1, C2), as they were given
    recipe.filters = weights.reshape(recipe.filters.shape)


KERAS_CUT = axes.AXES_MISREAD.made_by(
    _keras_cut,
    hint="In which order are the numbers of `weights` tied together, and in which order those "
    "of a row?",
    why="Keras has the letters m, n, p, c, and the rows hold p, m, n. reshape leaves all "
    "numbers in their order and cuts the row at other points. weights.transpose(2, 0, 1, "
    "3) brings p to the front; after that you may tie.",
    section="section-cut",
)
