"""The named mistakes of a table with a row for each place: what stands where, and in what order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _after(change):
    """A change of the finished table; `change` also gets the recipe."""
    return lambda recipe: recipe.after.append(lambda table: change(table, recipe))


def _image(change):
    return setting(image=lambda recipe: change(recipe.image))


CHANNEL_INSIDE = Mistake(
    "channels-run-fastest",
    "rows in which the channels run fastest",
    "The first K·K numbers of a row: do they come from one channel?",
    "The pixels are tied in the order m, n, p, as they lie in the image. The weights in "
    "filters.reshape(C1 * K * K, C2) are in the order p, m, n, and so the rows must be: a "
    "channel after the other.",
    "section-order",
    (setting(order="ijmnp"),),
)
WINDOW_TRANSPOSED = Mistake(
    "window-transposed",
    "windows read column by column",
    "The second number of a row: is it to the right of the first in the image, or below it?",
    "n should run faster than m: within a channel, a window is read row by row.",
    "section-order",
    (setting(order="ijpnm"), setting(order="ijnmp")),
)
PLACES_BY_COLUMN = Mistake(
    "places-by-column",
    "places taken column by column",
    "Which place is in row 1 of your table: one further to the right, or one further down?",
    "j should run faster than i: the places go along a row of the image, then to the next one. "
    "Then reshape(H', W', C2) unties them again.",
    "section-im2col",
    (setting(order="jipmn"),),
)
UPRIGHT = Mistake(
    "windows-upright",
    "a table in which the windows stand upright",
    "Has your table a row for each place, or a column?",
    "Your windows are columns, as many programs have them. Here each place is a row: "
    "(H'·W', C1·K·K).",
    "section-im2col",
    (_after(lambda table, recipe: table.T),),
)
UPRIGHT_CUT = Mistake(
    "table-cut-anew",
    "a table cut anew where its axes should be turned",
    "Take the first row of your table. Are these the pixels of the first window?",
    "The axes had another order, and reshape does not turn them: it cuts the row of all numbers "
    "at other points. Use transpose (or .T) first.",
    "section-cut",
    (
        _after(lambda table, recipe: table.T.reshape(table.shape)),
        setting(order="pmnij"),
        setting(order="mnpij"),
    ),
)
ROW_FOR_EACH_CHANNEL = Mistake(
    "row-for-each-channel",
    "a row for each channel of a place",
    "How many rows should the table have for one place?",
    "One place gives one row, with all channels in it: C1·K·K numbers. The sum runs over them all.",
    "section-im2col",
    (
        _after(lambda table, recipe: table.reshape(-1, recipe.K**2)),
        lambda recipe: (
            setting(order="pijmn")(recipe),
            _after(lambda table, recipe: table.reshape(-1, recipe.K**2))(recipe),
        ),
    ),
)
TILES = Mistake(
    "tiles-for-windows",
    "tiles for windows",
    "By how many pixels does your window move from one place to the next?",
    "The image was cut into pieces that do not overlap. A window moves by one pixel, so neighbors "
    "share most of their pixels.",
    "section-sizes",
    (
        setting(
            step=lambda recipe: recipe.K,
            size=lambda recipe: tuple(pixels // recipe.K for pixels in recipe.image.shape[:2]),
        ),
    ),
)
NOT_TIED = Mistake(
    "places-not-tied",
    "rows and columns that are not tied together",
    "How many axes should the table have?",
    "Tie i and j into one index, and p, m, n into another: the table has two axes.",
    "section-im2col",
    (
        _after(lambda table, recipe: table.reshape(*recipe.size, -1)),
        _after(lambda table, recipe: table.reshape(len(table), -1, recipe.K, recipe.K)),
        _after(
            lambda table, recipe: np.moveaxis(
                table.reshape(len(table), -1, recipe.K, recipe.K), 1, -1
            )
        ),
    ),
)

ROW_MISTAKES = (
    CHANNEL_INSIDE,
    WINDOW_TRANSPOSED,
    PLACES_BY_COLUMN,
    UPRIGHT,
    UPRIGHT_CUT,
    ROW_FOR_EACH_CHANNEL,
    TILES,
    NOT_TIED,
    replace(
        c.SQUARE_IMAGE,
        changes=(
            setting(size=lambda recipe: (recipe.size[0],) * 2),
            setting(size=lambda recipe: (recipe.size[1],) * 2),
        ),
    ),
    replace(c.SHORT, changes=(setting(size=lambda r: (r.size[0] - 1, r.size[1] - 1)),)),
    replace(
        d.ONE_CHANNEL,
        changes=(
            _image(lambda image: image[:, :, :1]),
            _image(lambda image: image[:, :, -1:]),
        ),
    ),
    replace(d.REVERSED, changes=(_image(lambda image: image[:, :, ::-1]),)),
    replace(n.CUT, changes=(_image(np.trunc), _image(np.round), _image(np.floor))),
    replace(
        n.NEGATIVES_LOST,
        changes=(
            _image(np.abs),
            _image(lambda image: np.maximum(image, 0)),
        ),
    ),
)
