"""The named mistakes of a layer as one sum: those that only many filters make possible."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _filters(change):
    return setting(filters=lambda recipe: change(recipe.filters))


def _after(change):
    return lambda recipe: recipe.after.append(change)


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
    return _filters(lambda f: f.transpose(*order, 3).reshape(f.shape))


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

    return _after(cut)


ONE_FILTER = Mistake(
    "one-filter-for-all-maps",
    "one filter used for every map",
    "Are your maps different from one another? Should they be?",
    "All maps came from filter 0. Map c is the answer of filter c: filters[p, m, n, c].",
    "idea-L09",
    (_filters(lambda f: np.broadcast_to(f[..., :1], f.shape)),),
)
MAPS_ADDED = Mistake(
    "maps-added",
    "maps that were added together",
    "Four filters find four things. How many maps should tell of them?",
    "The sum ran over c, too. c stands on the left of the formula: it is chosen, not summed. "
    "The result keeps it as its last axis.",
    "idea-L11",
    (_added,),
)
MAPS_FIRST = Mistake(
    "maps-first",
    "maps in front, as PyTorch has them",
    "In which order do i, j and c stand in B[i, j, c]?",
    "The result is (C2, H', W'). In this book the maps come last: (H', W', C2). (In einsum, "
    "letters without an arrow come out in the order of the alphabet: c, i, j.)",
    "idea-L11",
    (_after(lambda result: np.moveaxis(result, -1, 0)),),
)
CHANNELS_KEPT = Mistake(
    "channels-kept",
    "channels that are kept apart",
    "Does p stand on the left of the formula?",
    "p occurs only on the right, so it is summed away. Your result still has an axis for it.",
    "idea-L11",
    (
        setting(total=lambda recipe: lambda w, f: np.einsum("mnp,pmnc->pc", w, f)),
        setting(total=lambda recipe: lambda w, f: np.einsum("mnp,pmnc->cp", w, f)),
    ),
)
DIAGONAL = Mistake(
    "diagonal-only",
    "one letter for both sides of the kernel",
    "How many weights has a kernel of 2 × 2? How many of them did your sum use?",
    "m and n were the same all the time, so only the diagonal of the kernel took part. They are "
    "two letters: each m meets every n.",
    "idea-L11",
    (setting(total=lambda recipe: lambda w, f: np.einsum("mmp,pmmc->c", w, f)),),
)
CUT_ANEW = Mistake(
    "axes-misread",
    "filters cut anew where their axes should be turned",
    "Print the first kernel, before and after your change of shape. Is it still the same?",
    "reshape reads all numbers in a row and cuts the row at other points. It can tie letters that "
    "are neighbors, (C1, K, K, C2) → (C1·K·K, C2), and nothing else. To change the order of "
    "letters takes transpose.",
    "section-cut",
    (_cut_anew("mnpc", (2, 0, 1, 3)), _cut_anew("cpmn", (1, 2, 3, 0))),
)
TIED_OTHERWISE = Mistake(
    "tied-in-another-order",
    "pixels and weights tied in two different orders",
    "Column 1 of the rows holds which pixel of the window? And row 1 of your filters, which "
    "weight?",
    "The rows hold their pixels in the order p, m, n, and your filters hold their weights in "
    "another one. The shapes agree and the wrong numbers meet. From (C1, K, K, C2), "
    "reshape(C1 * K * K, C2) keeps p, m, n as it is.",
    "section-order",
    (_tied((1, 2, 0)), _tied((2, 1, 0)), _tied((0, 2, 1))),
)
CUT_RESULT = Mistake(
    "result-cut-anew",
    "a result cut anew where its axes should be turned",
    "Which numbers stand side by side in the product: those of one place, or those of one map?",
    "The product is (H'·W', C2): in each row the maps of one place. So it becomes (H', W', C2) by "
    "reshape. Any other shape tears the rows apart; if you want the maps in front, reshape first "
    "and transpose afterwards.",
    "section-cut",
    (_cut_at("maps"), _cut_at("maps, moved"), _cut_at("columns"), _cut_at("columns, moved")),
)
NOT_UNTIED = Mistake(
    "not-untied",
    "a result whose places are still tied together",
    "What is row 8 of your result: which row and which column of the map?",
    "The product has one row for each place, (H'·W', C2). Untie the places again: "
    "reshape(H', W', C2).",
    "section-im2col",
    (
        _after(lambda result: result.reshape(-1, result.shape[-1])),
        _after(lambda result: result.reshape(-1, result.shape[-1]).T),
    ),
)
LAST_SHIFT = Mistake(
    "last-shift",
    "a sum that keeps only its last shifted picture",
    "Put a print inside your loops. Does the result grow, or is it replaced?",
    "Each shifted picture replaced the one before it. Use +=, and begin with zeros before the "
    "loops.",
    "section-shifted",
    (setting(total=lambda recipe: lambda w, f: w[-1, -1] @ f[:, -1, -1]),),
)


def _stride_in_shift(recipe):
    C1, K, _, C2 = recipe.filters.shape
    far = (K - 1) * recipe.stride + 1
    spread = np.zeros((C1, far, far, C2))
    spread[:, :: recipe.stride, :: recipe.stride] = recipe.filters
    recipe.filters, recipe.step = spread, 1


STRIDE_IN_SHIFT = Mistake(
    "stride-in-the-shift",
    "a stride in the shift, not between the places",
    "With stride 2, which pixel does weight [0, 1] meet at place [0, 0]? And at place [0, 1]?",
    "Weight [m, n] always meets the pixel m further down and n further right. The stride lies "
    "between the places: image[m : m + rows * stride : stride].",
    "section-shifted",
    (_stride_in_shift,),
)


def _end_of_the_slice(recipe):
    """`image[m : m + rows : stride]`: too few rows for a sum, unless it is one row, repeated."""
    right = recipe.size
    recipe.size = tuple(-(-size // recipe.stride) for size in right)
    recipe.after.append(lambda result: np.zeros((*right, 1)) + result)


END_OF_THE_SLICE = Mistake(
    "end-of-the-slice",
    "slices that do not hold as many rows as the result",
    "How many rows has your slice for the last m, and how many has the result? Print both.",
    "A slice with a stride holds one of every `stride` rows that it reaches over, so it must reach "
    "over rows * stride of them, beginning at m: image[m : m + rows * stride : stride].",
    "section-shifted",
    (_end_of_the_slice,),
)


def _keras_cut(recipe):
    weights = recipe.filters.transpose(1, 2, 0, 3)  # (K, K, C1, C2), as they were given
    recipe.filters = weights.reshape(recipe.filters.shape)


KERAS_CUT = Mistake(
    "axes-misread",
    "weights cut anew where their axes should be turned",
    "In which order are the numbers of `weights` tied together, and in which order those of a row?",
    "Keras has the letters m, n, p, c, and the rows hold p, m, n. reshape leaves all numbers in "
    "their order and cuts the row at other points. weights.transpose(2, 0, 1, 3) brings p to the "
    "front; after that you may tie.",
    "section-cut",
    (_keras_cut,),
)
