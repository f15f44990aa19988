"""The named mistakes of one row of the matrix."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a07_shared_matrix import mistakes
from convkit.assignments.sliding import catalogue
from convkit.check.changes import setting
from convkit.check.mistakes import matrices

# For one row, only the columns can be wrong.
COLUMNS_BY_HEIGHT = mistakes.HEIGHT_FOR_WIDTH.made_by(mistakes.COLUMN_BY_HEIGHT)
PIXELS_BY_COLUMN = mistakes.COLUMN_BY_COLUMN.made_by(mistakes.COLUMN_DOWN)
NOT_FLAT = matrices.ROW_NOT_FLAT.made_by(
    lambda recipe: recipe.after.append(lambda row: row.reshape(recipe.H, recipe.W))
)
PLACE_SWAPPED = catalogue.PLACE_SWAPPED.made_by(
    setting(only=lambda r: r.only[::-1]),
    hint="In picture[a, b], which of a and b is the row?",
    why="The filter was laid at row j and column i. Rows come first: picture[i : i + K, j : j "
    "+ K].",
)
IN_THE_CORNER = catalogue.PLACE_IGNORED.made_by(
    setting(only=(0, 0)),
    hint="Your row does not change with i and j. Where in your line do they occur?",
    why="The filter always lies in the corner of the picture. It belongs at row i and column "
    "j: picture[i : i + K, j : j + K].",
    section="idea-L17",
)
ONE_PIXEL = matrices.ONLY_ONE_PIXEL.made_by(
    setting(filters=lambda r: r.filters * _at(r.filters, 0)),
    setting(filters=lambda r: r.filters * _at(r.filters, -1)),
)


def _at(filters, place):
    found = np.zeros_like(filters)
    found[:, place, place] = 1
    return found
