"""The named mistakes of one row of the matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.a07_shared_matrix import mistakes as m
from convkit.assignments.sliding import catalogue as c
from convkit.check.changes import setting
from convkit.check.mistake import Mistake

# For one row, only the columns can be wrong.
COLUMNS_BY_HEIGHT = replace(m.HEIGHT_FOR_WIDTH, changes=(m.COLUMN_BY_HEIGHT,))
PIXELS_BY_COLUMN = replace(m.COLUMN_BY_COLUMN, changes=(m.COLUMN_DOWN,))
NOT_FLAT = Mistake(
    "row-not-flat",
    "a row that is still a picture",
    "image.ravel() has one axis. How many has your row?",
    "The picture with the filter in it is right. To be a row of the matrix it must become a "
    "vector: .ravel().",
    "idea-L17",
    (lambda recipe: recipe.after.append(lambda row: row.reshape(recipe.H, recipe.W)),),
)
PLACE_SWAPPED = replace(
    c.PLACE_SWAPPED,
    hint="In picture[a, b], which of a and b is the row?",
    why="The filter was laid at row j and column i. Rows come first: "
    "picture[i : i + K, j : j + K].",
    changes=(setting(only=lambda r: r.only[::-1]),),
)
IN_THE_CORNER = replace(
    c.PLACE_IGNORED,
    hint="Your row does not change with i and j. Where in your line do they occur?",
    why="The filter always lies in the corner of the picture. It belongs at row i and column j: "
    "picture[i : i + K, j : j + K].",
    section="idea-L17",
    changes=(setting(only=(0, 0)),),
)
ONE_PIXEL = Mistake(
    "only-one-pixel",
    "a single weight in the row",
    "How many pixels lie below the filter? How many numbers of your row are not zero?",
    "A row has a weight for every pixel below the filter: K rows and K columns from [i, j] on.",
    "idea-L17",
    (
        setting(filters=lambda r: r.filters * _at(r.filters, 0)),
        setting(filters=lambda r: r.filters * _at(r.filters, -1)),
    ),
)


def _at(filters, place):
    found = np.zeros_like(filters)
    found[:, place, place] = 1
    return found
