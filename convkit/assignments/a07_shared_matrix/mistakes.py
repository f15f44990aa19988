"""The named mistakes of writing a convolution as a matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _rule(**rules):
    """Other numbers for a place or a pixel, a row or a column."""
    return setting(**{name: lambda recipe, rule=rule: rule for name, rule in rules.items()})


def _both(*changes):
    def change(recipe):
        for each in changes:
            each(recipe)

    return change


def _after(change):
    return lambda recipe: recipe.after.append(change)


def _width(r):
    """The width of the map, also while a recipe makes one row only."""
    return (r.W - r.filters.shape[1]) // r.stride + 1


def _rolled(r, y):
    """Columns of all weights if each row were the one above, moved by one."""
    K = r.filters.shape[1]
    places = len(y) // (K * K)
    m, n = np.indices((K, K)).reshape(2, -1)
    return np.arange(places).repeat(K * K) + np.tile(m * r.W + n, places)


_ADDED = setting(added=True)
_ROW_BY_HEIGHT = _rule(place=lambda r, i, j: i * r.size[0] + j)
COLUMN_BY_HEIGHT = _rule(pixel=lambda r, y, x: y * r.H + x)
_ROW_DOWN = _rule(place=lambda r, i, j: j * r.size[0] + i)
COLUMN_DOWN = _rule(pixel=lambda r, y, x: x * r.H + y)
_MAPS_OUTSIDE = _rule(row=lambda r, place, c: c * r.size[0] * r.size[1] + place)
_CHANNELS_OUTSIDE = _rule(column=lambda r, pixel, p: p * r.H * r.W + pixel)
_COLUMNS_MEET = _rule(column=lambda r, pixel, p: pixel + p)
_ROWS_MEET = _rule(row=lambda r, place, c: place + c)

HEIGHT_FOR_WIDTH = Mistake(
    "height-for-width",
    "a height where a width belongs",
    "You go one line down. By how many numbers do you move in the vector: by a height?",
    "One line down is as far as a line is long: multiply by the width. On a square image this "
    "mistake hides.",
    "idea-L17",
    (COLUMN_BY_HEIGHT, _ROW_BY_HEIGHT, _both(_ROW_BY_HEIGHT, _ADDED)),
)
WIDTH_OF_MAP = Mistake(
    "width-of-the-map",
    "the width of the map for that of the image",
    "How many pixels are there in one line of the image? And in one line of the map?",
    "Columns of the matrix count pixels, and a line of the image has W of them, not W - K + 1: "
    "column (i + m)·W + j + n.",
    "idea-L17",
    (_rule(pixel=lambda r, y, x: y * _width(r) + x),),
)
COLUMN_BY_COLUMN = Mistake(
    "column-by-column",
    "a picture read column by column",
    "image.ravel(): which pixel comes second, the one to the right or the one below?",
    "ravel goes along a line, then to the next one. Your matrix expects the pixels (or gives the "
    "places) column by column.",
    "idea-L17",
    (_both(_ROW_DOWN, COLUMN_DOWN), _ROW_DOWN, COLUMN_DOWN),
)
ROLLED = Mistake(
    "rows-rolled-by-one",
    "rows that always move by one",
    "When the filter begins a new line of the map, how far does it move in the vector?",
    "Within a line each row is the one above, moved by one. At the end of a line the filter jumps "
    "to the next: from its last column to the first, K pixels further. Rolled by one, it is torn.",
    "idea-L17",
    (_rule(pixel=lambda r, y, x: _rolled(r, y)),),
)
IN_A_ROW = Mistake(
    "weights-side-by-side",
    "weights that stand side by side",
    "The pixel below another one: how far behind it does it stand in image.ravel()?",
    "All K·K weights stand side by side in the row. Only those of one kernel row do; the next "
    "kernel row meets the next line of the image, W further on.",
    "idea-L17",
    (lambda recipe: recipe.after.append(lambda matrix: _side_by_side(recipe)),),
)
NEVER_MOVES = Mistake(
    "rows-all-alike",
    "rows that are all alike",
    "Rows 0 and 1 of your matrix: where does the filter lie for each of them?",
    "The filter lies on the corner of the image in every row. For the row of place [i, j] it "
    "begins at row i and column j.",
    "idea-L17",
    (_after(lambda matrix: np.broadcast_to(matrix[:1], matrix.shape)),),
)
TRANSPOSED_MATRIX = Mistake(
    "matrix-transposed",
    "a matrix lying on its side",
    "In `matrix @ image.ravel()`, must the rows or the columns be as many as the pixels?",
    "Each row makes one number of the result, and has a weight for every pixel. Yours has rows "
    "and columns exchanged: it takes results back to pixels.",
    "idea-L17",
    (_after(np.transpose),),
)
PLACES_NOT_TIED = Mistake(
    "places-not-tied",
    "places that are not tied together",
    "How many axes has a matrix?",
    "The rows are right, and they are sorted into H' lists of W' rows each. A matrix has two axes: "
    "put all rows into one list.",
    "idea-L17",
    (lambda recipe: recipe.after.append(lambda matrix: matrix.reshape(*recipe.size, -1)),),
)
STRIDE_IGNORED = replace(
    c.STRIDE_IGNORED,
    changes=(
        setting(
            step=1,
            size=lambda r: (r.H - r.filters.shape[1] + 1, r.W - r.filters.shape[1] + 1),
        ),
    ),
)
ROUNDED = replace(
    c.ROUNDED,
    changes=(
        setting(
            size=lambda r: tuple((n - r.filters.shape[1] + 1) // r.stride for n in (r.H, r.W)),
        ),
    ),
)
SHORT = replace(c.SHORT, changes=(setting(size=lambda r: (r.size[0] - 1, r.size[1] - 1)),))
CHANNELS_FIRST = Mistake(
    "channels-first",
    "channels (or maps) one after the other, as PyTorch has them",
    "image.ravel() of an image (H, W, 3): what are its first three numbers?",
    "With our shapes the last axis runs fastest: the channels of one pixel stand side by side in "
    "the vector, and so do the maps of one place. Column ((i + m)·W + j + n)·C1 + p, row "
    "(i·W' + j)·C2 + c.",
    "section-color-matrix",
    (_both(_MAPS_OUTSIDE, _CHANNELS_OUTSIDE), _CHANNELS_OUTSIDE, _MAPS_OUTSIDE),
)
COLUMNS_OUTSIDE = replace(CHANNELS_FIRST, changes=(_CHANNELS_OUTSIDE,))
CHANNELS_OVERLAP = Mistake(
    "channels-on-one-another",
    "channels that fall on one another",
    "How far apart are the red numbers of two neighboring pixels in image.ravel()?",
    "A pixel takes C1 numbers of the vector, a place C2 of the result. Multiply the number of the "
    "pixel by C1 before you add p, that of the place by C2 before you add c.",
    "section-color-matrix",
    (
        _COLUMNS_MEET,
        _both(_COLUMNS_MEET, _ROWS_MEET),
        _both(_COLUMNS_MEET, _ADDED),
        _both(_COLUMNS_MEET, _ROWS_MEET, _ADDED),
    ),
)
COLUMNS_OVERLAP = replace(CHANNELS_OVERLAP, changes=(_COLUMNS_MEET, _both(_COLUMNS_MEET, _ADDED)))


def _side_by_side(r):
    rows, columns = r.size
    matrix = np.zeros((rows * columns, r.H * r.W))
    weights = r.filters.ravel()
    for number, (i, j) in enumerate(np.ndindex(rows, columns)):
        if r.only:
            i, j = r.only
        begin = i * r.step * r.W + j * r.step
        matrix[number, begin : begin + weights.size] = weights[: r.H * r.W - begin]
    return matrix[0] if r.only else matrix
