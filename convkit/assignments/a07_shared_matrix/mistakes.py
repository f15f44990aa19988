"""The named mistakes of writing a convolution as a matrix."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.check.changes import after, setting, together
from convkit.check.mistakes import axes, channels, matrices, tables


def _rule(**rules):
    """Other numbers for a place or a pixel, a row or a column."""
    return setting(**{name: lambda recipe, rule=rule: rule for name, rule in rules.items()})


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

HEIGHT_FOR_WIDTH = axes.HEIGHT_FOR_WIDTH.made_by(
    COLUMN_BY_HEIGHT, _ROW_BY_HEIGHT, together(_ROW_BY_HEIGHT, _ADDED)
)
WIDTH_OF_MAP = matrices.WIDTH_OF_THE_MAP.made_by(_rule(pixel=lambda r, y, x: y * _width(r) + x))
COLUMN_BY_COLUMN = matrices.COLUMN_BY_COLUMN.made_by(
    together(_ROW_DOWN, COLUMN_DOWN), _ROW_DOWN, COLUMN_DOWN
)
ROLLED = matrices.ROWS_ROLLED_BY_ONE.made_by(_rule(pixel=lambda r, y, x: _rolled(r, y)))
IN_A_ROW = matrices.WEIGHTS_SIDE_BY_SIDE.made_by(
    lambda recipe: recipe.after.append(lambda matrix: _side_by_side(recipe))
)
NEVER_MOVES = matrices.ROWS_ALL_ALIKE.made_by(
    after(lambda matrix: np.broadcast_to(matrix[:1], matrix.shape))
)
TRANSPOSED_MATRIX = matrices.MATRIX_TRANSPOSED.made_by(after(np.transpose))
PLACES_NOT_TIED = tables.PLACES_NOT_TIED.made_by(
    lambda recipe: recipe.after.append(lambda matrix: matrix.reshape(*recipe.size, -1)),
    section="idea-L17",
)
STRIDE_IGNORED = catalogue.STRIDE_IGNORED.made_by(
    setting(
        step=1,
        size=lambda r: (r.H - r.filters.shape[1] + 1, r.W - r.filters.shape[1] + 1),
    )
)
ROUNDED = catalogue.ROUNDED.made_by(
    setting(
        size=lambda r: tuple((n - r.filters.shape[1] + 1) // r.stride for n in (r.H, r.W)),
    )
)
SHORT = catalogue.SHORT.made_by(setting(size=lambda r: (r.size[0] - 1, r.size[1] - 1)))
CHANNELS_FIRST = matrices.CHANNELS_FIRST.made_by(
    together(_MAPS_OUTSIDE, _CHANNELS_OUTSIDE), _CHANNELS_OUTSIDE, _MAPS_OUTSIDE
)
COLUMNS_OUTSIDE = CHANNELS_FIRST.made_by(_CHANNELS_OUTSIDE)
CHANNELS_OVERLAP = channels.CHANNELS_ON_ONE_ANOTHER.made_by(
    _COLUMNS_MEET,
    together(_COLUMNS_MEET, _ROWS_MEET),
    together(_COLUMNS_MEET, _ADDED),
    together(_COLUMNS_MEET, _ROWS_MEET, _ADDED),
)
COLUMNS_OVERLAP = CHANNELS_OVERLAP.made_by(_COLUMNS_MEET, together(_COLUMNS_MEET, _ADDED))


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
