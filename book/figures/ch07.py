"""The figures of chapter 7: one row, the whole matrix, zeros and sharing, padding and stride."""

from __future__ import annotations

import numpy as np

from convkit import conv2d, convolution_matrix
from convkit.data import hand_example

from .grids import grid, window, written
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, picture, rect, symbol, text

IMAGE_4x5 = (7.0 * np.arange(20) + 3).reshape(4, 5) % 10  # the widget has the same
SQUARE = np.array([[2.0, -1, 1], [0, 3, -2]])
PLACE = (1, 1)
PAPER = (255, 255, 255)


def weight_names(image_shape, filters_shape, **options) -> np.ndarray:
    """The matrix with 1, 2, 3, … for the weights: which weight stands where, 0 for none."""
    names = np.arange(1.0, np.prod(filters_shape) + 1).reshape(filters_shape)
    return convolution_matrix(names, image_shape, **options)


def cells(x, y, values, carries, *, cell, size=None, tints=None, numbers=True) -> str:
    """A matrix: a tint and a number where a weight stands, and nothing where none does."""
    size, parts = size or 0.55 * cell, []
    for r, q in np.argwhere(carries):
        tint = 0.34 if tints is None else tints[r, q]
        parts.append(
            rect(
                x + q * cell,
                y + r * cell,
                cell,
                cell,
                fill=FILTERS,
                stroke="none",
                fill_opacity=tint,
            )
        )
    parts.append(grid(x, y, np.zeros(carries.shape), cell=cell, fill="none", numbers=False))
    if numbers:
        parts += [
            text(
                x + (q + 0.5) * cell,
                y + (r + 0.5) * cell + 0.35 * size,
                written(values[r, q]),
                size=size,
            )
            for r, q in np.argwhere(carries)
        ]
    return "".join(parts)


def one_row() -> Figure:
    """The filter laid on the image, the same filter among zeros, and that as one line."""
    (i, j), cell = PLACE, 26.0
    laid = np.zeros_like(IMAGE_4x5)
    laid[i : i + 2, j : j + 3] = SQUARE
    wide, high = 5 * cell + 8, 4 * cell + 26
    return Figure(
        "The filter at row 1, column 1. Among zeros it is as large as the image; read out line by "
        "line it is a row of 20 numbers.",
        "Left: an image of 4 by 5 numbers with a frame of 2 by 3 on rows 1 and 2, columns 1 to 3. "
        "Middle: a grid of 4 by 5, zeros except for the six weights in that frame. Below: the same "
        "grid as one line of 20 numbers: six zeros, 2, −1, 1, two zeros, 0, 3, −2, six zeros.",
        Panel(
            wide,
            high,
            grid(4, 4, IMAGE_4x5, cell=cell, fill=IMAGE),
            window(4, 4, i, j, 2, 3, cell=cell, opacity=0.15),
            text(wide / 2, high - 4, "image, 4 × 5", size=13),
        ),
        Panel(
            wide,
            high,
            grid(4, 4, laid, cell=cell, fill="none"),
            window(4, 4, i, j, 2, 3, cell=cell),
            text(wide / 2, high - 4, "weight of each pixel", size=13),
        ),
        Panel(
            388,
            50,
            grid(4, 4, laid.reshape(1, 20), cell=19, fill="none", size=10.5),
            window(4, 4, 0, 6, 1, 3, cell=19),
            window(4, 4, 0, 11, 1, 3, cell=19),
            text(194, 44, "one row of the matrix, 20 numbers", size=13),
        ),
    )


def equation(shown) -> Panel:
    """B = M A with numbers, and the weights of those rows of M that are shown."""
    matrix = convolution_matrix(SQUARE, IMAGE_4x5.shape)
    names = weight_names(IMAGE_4x5.shape, SQUARE.shape)
    result = conv2d(IMAGE_4x5, SQUARE).reshape(-1, 1)
    cell, top, row = 16.0, 34.0, PLACE[0] * 3 + PLACE[1]
    (rows, columns), under = matrix.shape, names[row] > 0
    carries = (names > 0) & np.isin(np.arange(rows), shown)[:, None]
    matrix_top = top + (columns - rows) * cell / 2
    x_result, x_matrix = 4.0, 4 + 1.9 * cell + 20
    x_image = x_matrix + columns * cell + 14
    least = x_image + cell + 4
    parts = [
        grid(x_result, matrix_top, result, cell=cell, fill=RESULT, opacity=0.16, size=8),
        rect(x_result, matrix_top + row * cell, cell, cell, stroke=RESULT, stroke_width=2.5),
        text(x_result + cell + 15, matrix_top + rows * cell / 2 + 6, "=", size=18),
        cells(
            x_matrix, matrix_top, matrix, carries, cell=cell, size=9.5, tints=0.14 + 0.06 * names
        ),
        rect(
            x_matrix, matrix_top + row * cell, columns * cell, cell, stroke=RESULT, stroke_width=2.5
        ),
        grid(x_image, top, IMAGE_4x5.reshape(-1, 1), cell=cell, fill=IMAGE, opacity=0.14, size=10),
        *(
            rect(
                x_image,
                top + q * cell,
                cell,
                cell,
                fill=IMAGE,
                fill_opacity=0.35,
                stroke=IMAGE,
                stroke_width=1.6,
            )
            for q in np.flatnonzero(under)
        ),
        symbol(x_result + cell / 2, matrix_top - 9, "B"),
        symbol(x_matrix + columns * cell / 2, matrix_top - 9, "M", bold=True),
        symbol(x_image + cell / 2, top - 9, "A"),
        text(x_matrix + columns * cell / 2, matrix_top + rows * cell + 18, "9 × 20", size=13),
    ]
    return Panel(least, top + columns * cell + 6, *parts, least_width=least)


def matrix_to_fill() -> Figure:
    """The widget's still form: one row is there, eight are for a pencil."""
    return Figure(
        "Row 4 is filled in. Which weights stand in the other eight, and where?",
        "An equation: a column B of 9 numbers equals a matrix of 9 rows and 20 columns times a "
        "column A of 20 pixels. Only row 4 of the matrix is filled in: 2, −1, 1 in columns 6 to 8, "
        "0, 3, −2 in columns 11 to 13. The other rows are empty.",
        equation([4]),
    )


def matrix_times_image() -> Figure:
    """The whole matrix: nine rows, the same six weights on each."""
    return Figure(
        "The dense layer that does the same. Empty cells are zero. Row 4 is marked, and the six "
        "pixels that it looks at.",
        "An equation: a column B of 9 numbers equals a matrix of 9 rows and 20 columns times a "
        "column A of 20 pixels. Each row of the matrix holds the six weights 2, −1, 1, 0, 3, −2 in "
        "two groups of three; from row to row they move to the right. Row 4 is marked: its result "
        "is 30.",
        equation(range(9)),
    )


def three_matrices() -> Figure:
    """Every number names a weight: 72, then 24, then 4 of them."""
    image_shape, filters_shape, cell = (3, 4), (2, 2), 16.0
    shared = weight_names(image_shape, filters_shape)
    dense = np.arange(1.0, shared.size + 1).reshape(shared.shape)
    local = np.zeros_like(shared)
    local[shared > 0] = np.arange(1, np.count_nonzero(shared) + 1)
    rows, columns = shared.shape
    panels = []
    for names, words in ((dense, "dense"), (local, "locally connected"), (shared, "shared")):
        count = int(names.max())
        panels.append(
            Panel(
                columns * cell + 8,
                rows * cell + 46,
                cells(
                    4, 4, names, names > 0, cell=cell, size=9.5, tints=0.12 + 0.4 * names / count
                ),
                text(4 + columns * cell / 2, rows * cell + 22, words, size=13),
                text(4 + columns * cell / 2, rows * cell + 40, f"{count} weights", size=13),
            )
        )
    return Figure(
        "Three layers from 3 × 4 pixels to 2 × 3 results. Equal numbers are the same weight; "
        "empty cells must stay zero.",
        "Three matrices of 6 rows and 12 columns. Dense: every cell has a number of its own, 1 to "
        "72. Locally connected: four cells in each row, numbered 1 to 24, the others empty. "
        "Shared: the same cells, but every row holds the numbers 1, 2, 3, 4.",
        *panels,
    )


def whole_layer() -> Figure:
    """The by-hand example as one matrix, and its upper left corner with numbers."""
    image, filters = hand_example()
    names = weight_names(image.shape, filters.shape)
    matrix = convolution_matrix(filters, image.shape)
    rows, columns = matrix.shape
    tint = np.array([int(FILTERS[k : k + 2], 16) for k in (1, 3, 5)])
    pixels = np.where((names > 0)[..., None], tint, PAPER)  # (140, 144, 3)
    high, wide, cell, scale = 8, 12, 22.0, 2
    corner = (slice(high), slice(wide))
    return Figure(
        f"The layer of 6 × 8 × 3 pixels and four filters: {rows} × {columns}. A colored cell holds "
        "a weight. At the right, its upper left corner.",
        f"Left: a square of {rows} by {columns} cells, white with bands of colored dots along the "
        "diagonal, two bands for the two rows of the kernel, broken into one step for each line of "
        "the image. Right: the first 8 rows and 12 columns with numbers: four rows of six weights, "
        "then four rows with the same weights, three columns further to the right.",
        Panel(
            columns * scale + 8,
            rows * scale + 26,
            picture(4, 4, columns * scale, rows * scale, pixels),
            rect(4, 4, columns * scale, rows * scale, stroke_opacity=0.6),
            rect(4, 4, wide * scale, high * scale, stroke="#000000", stroke_width=1.6),
            text(4 + columns * scale / 2, rows * scale + 22, f"{rows} × {columns}", size=13),
        ),
        Panel(
            wide * cell + 8,
            high * cell + 26,
            cells(4, 4, matrix[corner], names[corner] > 0, cell=cell, size=11),
            text(4 + wide * cell / 2, high * cell + 22, "rows 0 to 7, columns 0 to 11", size=13),
        ),
    )


def padding_and_stride() -> Figure:
    """What the options do to the matrix: rows that come, rows that lose weights, rows that go."""
    panels, cell = [], 8.0
    for options, words in (
        ({}, "valid"),
        ({"padding": "same"}, "same"),
        ({"padding": "same", "stride": 2}, "same, stride 2"),
    ):
        names = weight_names((4, 5), (3, 3), **options)
        rows, columns = names.shape
        panels.append(
            Panel(
                columns * cell + 8,
                rows * cell + 30,
                cells(4, 4, names, names > 0, cell=cell, numbers=False, tints=0.25 + 0.06 * names),
                text(
                    4 + columns * cell / 2,
                    rows * cell + 25,
                    f"{words}: {rows} × {columns}",
                    size=13,
                ),
            )
        )
    return Figure(
        "A 3 × 3 filter on 4 × 5 pixels. Valid: nine weights in every row. Same: a row for every "
        "pixel, and fewer weights in those of the border. Stride 2: of these rows, only some.",
        "Three matrices with 20 columns. Valid has 6 rows with nine colored cells each. Same has "
        "20 rows, and the rows of border pixels have four or six colored cells. Same with stride 2 "
        "has 6 rows.",
        *panels,
    )
