"""The named mistakes of 'same' mode, where the formula asks for pixels outside the image."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.recipes import sizes_of
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _outside(pad):
    """Something else than zeros outside; `pad` is called as np.pad is."""
    return setting(outside=lambda recipe: lambda image, before, behind: pad(image, before, behind))


def _around(image, before, behind, mode):
    return np.pad(image, ((before, behind), (before, behind), (0, 0)), mode)


def _last_for_minus_one(image, before, behind):
    """What Python's negative indices do; at the other end an `if` or a `try` gives zeros."""
    wrapped = np.pad(image, ((before, 0), (before, 0), (0, 0)), "wrap")
    return np.pad(wrapped, ((0, behind), (0, behind), (0, 0)))


def _wrong_way(image, before, behind):
    around = before + 2 * behind
    return np.pad(image, ((0, around), (0, around), (0, 0)))[before:, before:]


def _valid_always(recipe):
    recipe.before = recipe.behind = 0
    recipe.size = sizes_of(recipe.image, recipe.filters, 1)


def _same_always(recipe):
    if not recipe.before:
        K = recipe.filters.shape[1]
        recipe.before, recipe.behind = K // 2, K - 1 - K // 2
        recipe.size = recipe.image.shape[:2]


def _border_empty(recipe):
    half = recipe.before
    if half:

        def clear(result):
            kept = result[half:-half, half:-half]
            result = np.zeros_like(result)
            result[half:-half, half:-half] = kept
            return result

        recipe.after.append(clear)


def _not_centered(recipe):
    recipe.before, recipe.behind = 0, recipe.before + recipe.behind


def _nothing_there(image, before, behind):
    if before or behind:
        raise IndexError("a pixel outside the image")
    return image


NOT_ASKED = Mistake(
    "outside-not-asked",
    "pixels outside that were read",
    "In 'same' mode some windows hang over the border. Which row does your loop ask for when i is "
    "the last one and m, too?",
    "The formula asks for pixels outside the image. At one end there are none, and Python stops; "
    "at the other end -1 is the last row, and Python says nothing. Ask for both ends before you "
    "read: if 0 <= y < H and 0 <= x < W.",
    "section-zeros",
    (_outside(_nothing_there),),
)
WRAPPED = Mistake(
    "border-wraps",
    "a border that continues on the other side",
    "In Python, which row is image[-1]?",
    "A negative index counts from the end: image[-1] is the last row, not a row of zeros. Ask "
    "before you read whether 0 <= row < H, or put real zeros around the image with np.pad.",
    "section-zeros",
    (
        _outside(_last_for_minus_one),
        _outside(lambda *sizes: _around(*sizes, "wrap")),
    ),
)
REPEATED = Mistake(
    "border-repeated",
    "a border that repeats the picture",
    "Take an image of ones and a filter of ones. What should stand in the corner of the result?",
    "Outside the image is zero in 'same' mode. Your version repeats the pixels at the border.",
    "section-zeros",
    (
        _outside(lambda *sizes: _around(*sizes, "edge")),
        _outside(lambda *sizes: _around(*sizes, "reflect")),
    ),
)
BORDER_EMPTY = Mistake(
    "border-left-out",
    "a border that was left out",
    "Look at the outermost numbers of your result. Should they be zero?",
    "Where the window hangs over the border, only the pixels outside are zero. Those inside still "
    "count: leave out products, not places.",
    "section-zeros",
    (_border_empty,),
)
NOT_CENTERED = Mistake(
    "not-centered",
    "a window that is not centered, in 'same' mode",
    "In 'same' mode with K = 3, which pixel does the middle of the kernel meet at [i, j]?",
    "The window should be centered on [i, j], so it begins ⌊K/2⌋ before it: "
    "image[i + m - K // 2, j + n - K // 2, p].",
    "section-zeros",
    (_not_centered,),
)
WRONG_WAY = Mistake(
    "centered-the-wrong-way",
    "half a kernel added where it should be subtracted",
    "In 'same' mode, does the window for [0, 0] begin inside the image or outside?",
    "The window begins half a kernel before [i, j]: subtract K // 2.",
    "section-zeros",
    (_outside(_wrong_way),),
)
NOT_USED = Mistake(
    "padding-not-used",
    "a padding that makes no difference",
    "Compare the shapes that your function gives for 'valid' and for 'same'.",
    "In 'valid' mode the result is smaller than the image, H - K + 1; in 'same' mode it is as "
    "large, with zeros outside. Your function does the same for both.",
    "section-zeros",
    (_valid_always, _same_always),
)
