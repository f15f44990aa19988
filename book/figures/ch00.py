"""The figures of chapter 0: a picture is numbers, a dense layer is a matrix, and where it fails."""

from __future__ import annotations

import numpy as np

from convkit.data import portrait

from .ch01 import gray_portrait, halved, photo_panel
from .grids import grid, rule
from .style import (
    BIAS,
    CHANNELS,
    FILTERS,
    IMAGE,
    RESULT,
    Figure,
    Panel,
    line,
    mark,
    picture,
    rect,
    symbol,
    text,
)

EYE = (74, 124)  # row and column where the patch of numbers begins
TEMPLATE = (72, 74, 28, 72)  # row, column, height and width of what the one row has learned


def picture_is_numbers(size=12) -> Figure:
    """The portrait, and a few of its numbers."""
    gray = gray_portrait()
    i, j = EYE
    patch = np.rint(gray[i : i + size, j : j + size])
    scale, cell = 256 / gray.shape[0], 25.0
    shades = [
        rect(
            4 + c * cell,
            4 + r * cell,
            cell,
            cell,
            stroke="none",
            fill="#{0:02x}{0:02x}{0:02x}".format(int(patch[r, c])),
        )
        for r in range(size)
        for c in range(size)
    ]
    words = [
        text(
            4 + (c + 0.5) * cell,
            4 + (r + 0.65) * cell,
            int(patch[r, c]),
            size=10.5,
            fill="#000000" if patch[r, c] > 110 else "#FFFFFF",
        )
        for r in range(size)
        for c in range(size)
    ]
    frame = rect(j * scale, i * scale, size * scale, size * scale, stroke=FILTERS, stroke_width=2.5)
    return Figure(
        f"Rows {i} to {i + size - 1}, columns {j} to {j + size - 1} of the portrait, as numbers: "
        "0 is black, 255 is white.",
        "Left: a gray portrait with a small frame at the eye. Right: the pixels in the frame, "
        f"{size} by {size} gray squares, each with its number between 0 and 255.",
        Panel(gray.shape[1] * scale, 256, picture(0, 0, gray.shape[1] * scale, 256, gray), frame),
        Panel(size * cell + 8, size * cell + 8, *shades, *words),
    )


def color_planes() -> Figure:
    """A color picture is three gray pictures of one size."""
    photo = halved(portrait())
    width = 132
    height = width * photo.shape[0] / photo.shape[1]
    panels = [photo_panel(photo, "in color", width=width)]
    for p, (letter, name) in enumerate((("R", "red"), ("G", "green"), ("B", "blue"))):
        tint, _ = CHANNELS[letter]
        panels.append(
            Panel(
                width,
                height + 22,
                picture(0, 0, width, height, photo[:, :, p]),
                rect(1.5, 1.5, width - 3, height - 3, stroke=tint, stroke_width=3),
                text(width / 2, height + 17, f"{letter}, {name}", size=13),
            )
        )
    return Figure(
        "One color picture, three channels: three gray pictures of the same size.",
        "The portrait in color, and its three channels as gray pictures. The wall behind her is "
        "dark in the red channel and bright in the blue one.",
        *panels,
    )


def dense_is_a_matrix(outputs=3, inputs=6) -> Figure:
    """Y = W x + b with one row of the matrix marked: one output, one row."""
    cell, top, row = 26.0, 30.0, 1
    middle = top + inputs * cell / 2
    matrix_top = middle - outputs * cell / 2

    def column(x, y, count, fill, marked=None):
        parts = [rect(x, y, cell, count * cell, fill=fill, fill_opacity=0.18, stroke="none")]
        parts += [
            rule(x, y + k * cell, x + cell, y + k * cell, k in (0, count)) for k in range(count + 1)
        ]
        parts += [
            rule(x, y, x, y + count * cell, True),
            rule(x + cell, y, x + cell, y + count * cell, True),
        ]
        if marked is not None:
            parts.append(
                rect(
                    x,
                    y + marked * cell,
                    cell,
                    cell,
                    fill=fill,
                    fill_opacity=0.45,
                    stroke=fill,
                    stroke_width=2.5,
                )
            )
        return "".join(parts)

    x_matrix, x_input, x_bias = 82.0, 82 + inputs * cell + 22, 82 + inputs * cell + 22 + 70
    x_middle = x_matrix + inputs * cell / 2
    parts = [
        column(6, matrix_top, outputs, RESULT, row),
        text(57, middle + 6, "=", size=20),
        grid(
            x_matrix,
            matrix_top,
            np.zeros((outputs, inputs)),
            cell=cell,
            fill=FILTERS,
            opacity=0.2,
            numbers=False,
        ),
        rect(
            x_matrix,
            matrix_top + row * cell,
            inputs * cell,
            cell,
            fill=FILTERS,
            fill_opacity=0.4,
            stroke=FILTERS,
            stroke_width=2.5,
        ),
        column(x_input, top, inputs, IMAGE),
        text(x_input + cell + 22, middle + 6, "+", size=20),
        column(x_bias, matrix_top, outputs, BIAS, row),
        symbol(19, matrix_top - 10, "y"),
        symbol(x_middle, matrix_top - 10, "W", bold=True),
        symbol(x_input + 13, top - 10, "x"),
        symbol(x_bias + 13, matrix_top - 10, "b"),
        text(19, 208, outputs, size=13),
        text(x_middle, 208, f"{outputs} × {inputs}", size=13),
        text(x_input + 13, 208, inputs, size=13),
        text(x_bias + 13, 208, outputs, size=13),
    ]
    return Figure(
        "A dense layer: each output has a row of weights of its own, as long as the whole input.",
        f"An equation of boxes: a column y of {outputs} numbers equals a matrix W of {outputs} "
        f"rows and {inputs} columns times a column x of {inputs}, plus a column b of {outputs}. "
        "One row of the matrix is marked, together with the output it makes.",
        Panel(x_bias + cell + 8, 214, *parts),
    )


def learned_row() -> np.ndarray:
    """One row of a dense layer that has learned the eyes of the portrait: as long as the picture.

    It is zero far from the eyes; there it is the picture itself, minus its mean, scaled so that
    the portrait scores exactly 1.
    """
    gray = gray_portrait()
    i, j, height, width = TEMPLATE
    part = gray[i : i + height, j : j + width]
    row = np.zeros_like(gray)
    row[i : i + height, j : j + width] = (part - part.mean()) / ((part - part.mean()) ** 2).sum()
    return row.ravel()


def scores_when_moved(most=12) -> np.ndarray:
    """What that row answers when the picture moves 0, 1, … `most` pixels to the right."""
    gray, row = gray_portrait(), learned_row()
    return np.array([np.roll(gray, pixels, axis=1).ravel() @ row for pixels in range(most + 1)])


def row_loses_the_eyes(most=12) -> Figure:
    """The failed attempt: one row of weights, and a picture that moves."""
    gray, scores = gray_portrait(), scores_when_moved(most)
    i, j, height, width = TEMPLATE
    scale = 200 / gray.shape[0]

    def photo(pixels, words):
        w = gray.shape[1] * scale
        return Panel(
            w,
            222,
            picture(0, 0, w, 200, np.roll(gray, pixels, axis=1)),
            rect(
                j * scale, i * scale, width * scale, height * scale, stroke=FILTERS, stroke_width=3
            ),
            text(w / 2, 217, words, size=13),
        )

    left, bottom, step, tall = 34.0, 176.0, 17.0, 140.0
    points = [(left + k * step, bottom - score * tall) for k, score in enumerate(scores)]
    path = "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in points)
    chart = [
        line(left, bottom, left + most * step + 8, bottom, stroke_opacity=0.5),
        line(left, 20, left, bottom, stroke_opacity=0.5),
        *(text(left - 6, bottom - v * tall + 4, v, size=12, anchor="end") for v in (0, 1)),
        *(text(left + k * step, bottom + 16, k, size=12) for k in (0, 4, 8, 12) if k <= most),
        mark("path", d=path, fill="none", stroke=RESULT, stroke_width=2.5),
        *(mark("circle", cx=x, cy=y, r=3.2, fill=RESULT) for x, y in points),
        text(left + 10, 30, "answer", size=13, anchor="start"),
        text(left + most * step / 2, 217, "pixels moved to the right", size=13),
    ]
    return Figure(
        "The weights sit where the eyes were. A few pixels later they look at something else.",
        "Left: the portrait with a frame on the eyes. Middle: the portrait moved by "
        f"{most} pixels, the frame in its old place, no longer on the eyes. Right: the answer of "
        f"the row, falling from 1 to {scores.min():.2f} within {int(scores.argmin())} pixels.",
        photo(0, "as learned"),
        photo(most, f"moved by {most} pixels"),
        Panel(left + most * step + 16, 222, *chart),
    )
