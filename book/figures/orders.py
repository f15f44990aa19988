"""One sum in several orders: rows times columns, pixels and weights mixed up, shifted pictures."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import hand_example

from .boxes import View, box
from .grids import grid, window, written
from .style import CHANNELS, FILTERS, IMAGE, RESULT, Figure, Panel, hatch, picture, rect, text

PLACE = (1, 4)  # row and column of the worked example, as in chapters 1 and 2


def rows_and_columns():
    """The hand example as two matrices: windows (35, 12) in the order p, m, n, filters (12, 4)."""
    image, filters = hand_example()
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2), axis=(0, 1))
    return windows.reshape(35, 12), filters.reshape(12, 4)


def windows_in_another_order():
    """The same windows with their letters tied as m, n, p: (35, 12)."""
    rows, _ = rows_and_columns()
    return rows.reshape(35, 3, 4).transpose(0, 2, 1).reshape(35, 12)


def rows_times_columns() -> Figure:
    """im2col: each place a row of twelve pixels, each filter a column of twelve weights."""
    rows, columns = rows_and_columns()
    (i, j), cell = PLACE, 18.0
    at, result = 7 * i + j, rows @ columns
    thin, top = 5.0, 22.0
    parts = []
    for k in range(35):
        marked = k == at
        parts.append(
            rect(
                4,
                top + k * thin,
                88,
                thin,
                fill=FILTERS if marked else IMAGE,
                stroke="none",
                fill_opacity=0.75 if marked else 0.2 if k % 2 else 0.12,
            )
        )
    parts += [
        rect(4, top, 88, 35 * thin, stroke_width=1.2),
        text(48, 14, "35 places", size=13),
        text(48, top + 35 * thin + 18, "35 × 12", size=13),
    ]
    places = Panel(98, top + 35 * thin + 24, *parts)
    wide = 12 * cell
    one = [text(4 + wide / 2, 14, f"row {at}: the place i = {i}, j = {j}", size=13)]
    for p, letter in enumerate("RGB"):
        x, (tint, pattern) = 4 + 4 * p * cell, CHANNELS[letter]
        one += [
            rect(x, 24, 4 * cell, cell, fill=tint, fill_opacity=0.16, stroke="none"),
            hatch((x, 24), (4 * cell, 0), (0, cell), pattern, columns=4, rows=2, stroke=tint),
            text(x + 2 * cell, 24 + cell + 16, f"{letter}, p = {p}", size=12),
        ]
    one.append(grid(4, 24, rows[at : at + 1], cell=cell, opacity=0.0, size=12))
    row = Panel(wide + 8, 70, *one)
    weights = Panel(
        4 * 24 + 8,
        12 * 17 + 44,
        text(52, 14, "4 filters", size=13),
        flat_cells(4, 22, columns, 24.0, 17.0, FILTERS),
        text(52, 12 * 17 + 40, "12 × 4", size=13),
    )
    maps = Panel(
        132,
        70,
        text(66, 14, f"row {at} of the result", size=12.5),
        flat_cells(16, 24, result[at : at + 1], 25.0, cell, RESULT),
        text(66, 24 + cell + 16, "35 × 4 in all", size=12),
    )
    return Figure(
        "Each place is a row, each filter a column. Row times column, and all the maps are there.",
        f"A tall matrix of 35 rows by 12 columns with row {at} marked; that row with its twelve "
        "numbers, four of red, four of green, four of blue; a matrix of twelve weights by four "
        "filters; and the four numbers of the result, "
        + ", ".join(written(v) for v in result[at])
        + ".",
        places,
        row,
        weights,
        maps,
    )


def flat_cells(x, y, values, wide, high, fill) -> str:
    """A grid whose cells are wider than high."""
    parts = []
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            parts += [
                rect(
                    x + j * wide,
                    y + i * high,
                    wide,
                    high,
                    fill=fill,
                    fill_opacity=0.16,
                    stroke_opacity=0.3,
                ),
                text(x + (j + 0.5) * wide, y + (i + 0.5) * high + 4.5, written(value), size=12.5),
            ]
    parts.append(rect(x, y, len(values[0]) * wide, len(values) * high, stroke_width=1.2))
    return "".join(parts)


def two_orders() -> Figure:
    """Twelve pixels and twelve weights, laid out in the same order and in two orders."""
    ours = [(letter, place) for letter in "RGB" for place in range(4)]  # p, then m and n
    theirs = sorted(ours, key=lambda cell: cell[1])  # m and n, then p
    panels, cell = [], 25.0
    for words, order in (("the same order", ours), ("two orders", theirs)):
        parts = [text(64 + 6 * cell, 16, words, size=14)]
        for y, name, cells, frame in ((28, "pixels", order, IMAGE), (88, "weights", ours, FILTERS)):
            parts.append(text(58, y + 17, name, size=13, anchor="end"))
            for k, (letter, place) in enumerate(cells):
                tint, pattern = CHANNELS[letter]
                x = 64 + k * cell
                parts += [
                    rect(x, y, cell, cell, fill=tint, fill_opacity=0.2, stroke=frame),
                    hatch(
                        (x, y),
                        (cell, 0),
                        (0, cell),
                        pattern,
                        columns=2,
                        rows=2,
                        stroke=tint,
                        opacity=0.25,
                    ),
                    text(x + cell / 2, y + 17, f"{letter}{place}", size=12, font_weight="bold"),
                ]
        strangers = sum(a != b for a, b in zip(order, ours, strict=True))
        for k, (mine, other) in enumerate(zip(order, ours, strict=True)):
            x = 64 + (k + 0.5) * cell
            parts.append(text(x, 76, "·" if mine == other else "×", size=16))
        said = f"{strangers} of 12 meet a stranger" if strangers else "each meets its own"
        parts.append(text(64 + 6 * cell, 134, said, size=13))
        panels.append(Panel(70 + 12 * cell, 140, *parts))
    return Figure(
        "The letter is the channel, the number the place in the kernel. Both ways make twelve "
        "products and one sum. At a cross, a pixel has met a weight that is not its own.",
        "Two drawings of twelve pixels over twelve weights. Left: both rows are R0 to R3, G0 to "
        "G3, B0 to B3. Right: the pixels are R0, G0, B0, R1, G1, B1 and so on over the same "
        "weights; crosses stand at ten of the twelve.",
        *panels,
    )


def shifted_pictures() -> Figure:
    """The sum over m and n taken outside: four parts of the image, four small matrices."""
    image, filters = hand_example()
    colors = image / image.max() * 255
    panels, cell = [], 12.0
    for m in range(2):
        for n in range(2):
            parts = [
                picture(4, 4, 8 * cell, 6 * cell, colors),
                rect(4, 4, 8 * cell, 6 * cell, stroke_opacity=0.6),
                window(4, 4, m, n, 5, 7, cell=cell, opacity=0, width=5, color="#FFFFFF"),
                window(4, 4, m, n, 5, 7, cell=cell, opacity=0, width=2.5),
                text(52, 94, f"A[{m}:{m + 5}, {n}:{n + 7}]", size=12.5),
                text(52, 112, f"@ W[:, {m}, {n}, :]", size=12.5),
                text(108, 46, "+" if (m, n) != (1, 1) else "=", size=18),
            ]
            panels.append(Panel(113, 118, *parts))
    out = View(4, 24, cell=9.5)
    shape = conv2d(image, filters).shape
    panels.append(
        Panel(
            98,
            118,
            box(out, shape, fill=RESULT, opacity=0.24),
            text(46, 94, "B", size=12.5),
            text(46, 112, " × ".join(map(str, shape)), size=12.5),
        )
    )
    return Figure(
        "The same 5 × 7 pixels of a frame that moves by one. Each of the four parts is multiplied "
        "with a matrix of 3 × 4 at every pixel, and the four results are added.",
        "Four copies of the small color picture, each with a frame of 5 by 7 pixels: at the upper "
        "left, one pixel further right, one further down, and both. Plus signs between them, and "
        "after the last an equals sign and a box of 5 by 7 by 4.",
        *panels,
    )
