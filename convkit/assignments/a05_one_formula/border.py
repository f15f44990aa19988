"""The named mistakes of 'same' mode, where the formula asks for pixels outside the image."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.recipes import sizes_of
from convkit.check.changes import replacing
from convkit.check.mistakes import padding


def _outside(pad):
    """Something else than zeros outside; `pad` is called as np.pad is."""
    return replacing(outside=lambda image, before, behind: pad(image, before, behind))


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


NOT_ASKED = padding.OUTSIDE_NOT_ASKED.made_by(_outside(_nothing_there))
WRAPPED = padding.BORDER_WRAPS.made_by(
    _outside(_last_for_minus_one), _outside(lambda *sizes: _around(*sizes, "wrap"))
)
REPEATED = padding.BORDER_REPEATED.made_by(
    _outside(lambda *sizes: _around(*sizes, "edge")),
    _outside(lambda *sizes: _around(*sizes, "reflect")),
)
BORDER_EMPTY = padding.BORDER_LEFT_OUT.made_by(_border_empty)
NOT_CENTERED = padding.NOT_CENTERED.made_by(_not_centered)
WRONG_WAY = padding.CENTERED_THE_WRONG_WAY.made_by(_outside(_wrong_way))
NOT_USED = padding.PADDING_NOT_USED.made_by(_valid_always, _same_always)
