"""The figures of the first page: one box of numbers, one number, one map, one problem."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import hand_example, portrait

from .boxes import View, box, channel_letters, little_box, sheets
from .grids import brightness, grid, signed_gray, window, written
from .style import FILTERS, RESULT, Figure, Panel, arrow, line, picture, rect, text

PLACE = (1, 4)  # rows down, columns to the right: where the first page puts the box


def one_filter():
    """The picture of 6×8 pixels and its first filter: the twelve numbers."""
    image, filters = hand_example()
    return image, filters[..., 0]


def pixels_of(image):
    """The running example as a color picture."""
    return brightness(image, low=0, high=image.max())


def color_panel(image, place=PLACE, *, cell=26.0) -> Panel:
    """The picture as colored pixels with the frame of the box on it."""
    rows, columns = image.shape[:2]
    left = top = 4
    width, height = columns * cell, rows * cell
    return Panel(
        width + 8,
        height + 26,
        picture(left, top, width, height, pixels_of(image)),
        rect(left, top, width, height, stroke_width=1.2),
        window(left, top, *place, 2, 2, cell=cell, opacity=0, width=7, color="#FFFFFF"),
        window(left, top, *place, 2, 2, cell=cell, opacity=0, width=3.5),
        text(left + width / 2, height + 22, f"a color picture, {rows} × {columns} pixels", size=13),
    )


def twelve_numbers_panel(weights) -> Panel:
    """The filter as three sheets of four numbers."""
    values = np.moveaxis(weights, 0, -1)  # (K, K, C1): as the drawing needs it
    view = View(6, 54, cell=32, away=(2.7, -0.45))  # side by side, one a little behind the other
    return Panel(
        248,
        150,
        sheets(view, values, "RGB", fill=FILTERS, opacity=0.16, size=16),
        text(122, 146, "a box of 12 numbers", size=13),
    )


def first_box() -> Figure:
    """The live object's still picture: a picture, a box of twelve numbers, a question."""
    image, weights = one_filter()
    answer = Panel(
        84,
        150,
        rect(
            14,
            24,
            56,
            56,
            stroke=RESULT,
            stroke_width=2.5,
            stroke_dasharray="5 4",
            fill=RESULT,
            fill_opacity=0.1,
        ),
        text(42, 64, "?", size=32),
        text(42, 146, "how many?", size=13),
    )
    return Figure(
        "Lay the box on the framed place, multiply each number with the one below it, and add.",
        f"Left: a small color picture of {image.shape[0]} by {image.shape[1]} pixels with a square "
        "frame on four of them. Middle: a box of twelve numbers in three sheets of four, marked R, "
        "G and B. Right: an empty place with a question mark.",
        color_panel(image),
        twelve_numbers_panel(weights),
        answer,
    )


def whole_map() -> Figure:
    """Every place gives one number; the numbers make a map."""
    image, weights = one_filter()
    result = conv2d(image, weights)
    rows, columns = result.shape
    cell = 36.0
    panel = Panel(
        columns * cell + 8,
        rows * cell + 26,
        grid(4, 4, result, cell=cell, fill=RESULT, size=14),
        window(4, 4, *PLACE, 1, 1, cell=cell, color=RESULT, opacity=0.3),
        text(
            4 + columns * cell / 2,
            rows * cell + 22,
            f"a map, {rows} × {columns}: no color left",
            size=13,
        ),
    )
    value = written(result[PLACE])
    return Figure(
        f"The box visits every place it fits in. The framed place gave the framed {value}.",
        f"Left: the color picture, a frame on row {PLACE[0]}, column {PLACE[1]}. Right: the map of "
        f"{rows} rows and {columns} columns, one number for each place; the number at row "
        f"{PLACE[0]}, column {PLACE[1]} is {value}.",
        color_panel(image),
        panel,
    )


def portrait_map() -> Figure:
    """The same box on a photograph."""
    _, weights = one_filter()
    photo = portrait()
    result = conv2d(photo.astype(np.float64), weights)
    centered = result - np.median(result)
    reach = np.percentile(np.abs(centered), 98)
    height = 210
    width = height * photo.shape[1] / photo.shape[0]
    return Figure(
        "The same twelve numbers on a photograph: Grace Hopper, and her map. "
        "Middle gray is the map's middle value.",
        "Left: a color portrait of Grace Hopper in uniform. Right: its map, a gray picture in "
        "which outlines and colored areas stand out lighter or darker.",
        Panel(width, height, picture(0, 0, width, height, photo)),
        Panel(width, height, picture(0, 0, width, height, signed_gray(centered, reach=reach))),
    )


def does_not_plug() -> Figure:
    """A box goes in, a flat map comes out, and the next box finds no depth to fit."""
    image, weights = one_filter()
    rows, columns = conv2d(image, weights).shape
    cell = 17.0
    view = View(16, 52, cell=cell)
    goes_in = Panel(
        268,
        210,
        box(view, (6, 8, 3), letters="RGB"),
        channel_letters(view, "RGB"),
        little_box(view, (1, 2), (2, 2, 3), color=FILTERS),
        text(84, 182, "6 × 8 × 3", size=14),
        text(84, 202, "three channels", size=12),
        arrow(198, 104, 262, 104),
        text(230, 92, "one filter", size=12),
        text(230, 124, "2 × 2 × 3", size=12),
    )
    comes_out = Panel(
        216,
        210,
        grid(4, 62, np.zeros((rows, columns)), cell=cell, fill=RESULT, opacity=0.28, numbers=False),
        text(64, 182, f"{rows} × {columns}", size=14),
        text(64, 202, "no channels", size=12),
        arrow(140, 104, 208, 104, stroke_dasharray="5 4"),
    )
    does_not_fit = Panel(
        130,
        210,
        box(View(28, 84, cell=22), (2, 2, 3), letters="RGB", fill=FILTERS, opacity=0.3),
        line(12, 60, 112, 140, stroke_width=3.5),
        line(12, 140, 112, 60, stroke_width=3.5),
        text(65, 182, "2 × 2 × 3", size=14),
        text(65, 202, "the next filter", size=12),
    )
    return Figure(
        "A box goes in, a sheet comes out. The next box has nothing to fit into.",
        "From left to right: a box of 6 by 8 by 3 with a small box inside; an arrow, one filter of "
        f"2 by 2 by 3; a flat sheet of {rows} by {columns}; a dashed arrow to the next filter, "
        "again a box of 2 by 2 by 3, crossed out because the sheet has no channels for it.",
        goes_in,
        comes_out,
        does_not_fit,
    )
