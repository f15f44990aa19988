"""Boxes in space: a picture with its channels, a filter with its depth, one inside the other.

Rows run down, columns run to the right, channels run away from the reader: up and to the right on
the sheet. Channel 0 is in front.
"""

from __future__ import annotations

import numpy as np

from .grids import written
from .style import CHANNELS, IMAGE, INK, hatch, line, polygon, text

AWAY = np.array([0.62, -0.48])  # where one cell of depth goes on the sheet, in cells


class View:
    """Where a box stands on the sheet: the front corner at the upper left, and the cell's size."""

    def __init__(self, x, y, *, cell=24.0, away=AWAY):
        self.corner, self.cell = np.array([x, y], float), cell
        self.away = np.array(away) * cell  # a longer step pulls the channels apart

    def at(self, i, j, p):
        """The point of the sheet where row i, column j, channel p begin."""
        return self.corner + np.array([j, i]) * self.cell + self.away * p

    def face(self, a, b, c, d):
        return [self.at(*corner) for corner in (a, b, c, d)]


def box(view: View, shape, *, fill=IMAGE, opacity=0.16, letters="", lines=True) -> str:
    """A solid (H, W, C) box: its front, top and right faces; letters give planes their hatching."""
    rows, columns, depth = shape
    front = view.face((0, 0, 0), (0, columns, 0), (rows, columns, 0), (rows, 0, 0))
    top = view.face((0, 0, 0), (0, 0, depth), (0, columns, depth), (0, columns, 0))
    side = view.face(
        (0, columns, 0), (0, columns, depth), (rows, columns, depth), (rows, columns, 0)
    )
    parts = [
        polygon(face, fill=fill, fill_opacity=shade * opacity, stroke="none")
        for face, shade in ((front, 1.0), (top, 0.6), (side, 1.6))
    ]
    for p, letter in enumerate(letters[:depth]):
        tint, pattern = CHANNELS[letter]
        slices = [
            view.face((0, 0, p), (0, 0, p + 1), (0, columns, p + 1), (0, columns, p)),
            view.face(
                (0, columns, p), (0, columns, p + 1), (rows, columns, p + 1), (rows, columns, p)
            ),
        ]
        parts += [polygon(s, fill=tint, fill_opacity=0.28, stroke="none") for s in slices]
        if p == 0:
            parts.append(polygon(front, fill=tint, fill_opacity=0.12, stroke="none"))
            parts.append(
                hatch(
                    view.at(0, 0, 0),
                    (columns * view.cell, 0),
                    (0, rows * view.cell),
                    pattern,
                    columns=columns,
                    rows=rows,
                    stroke=tint,
                    opacity=0.35,
                )
            )
    if lines:
        parts.append(cell_lines(view, shape))
    parts += [polygon(face, stroke_width=1.3) for face in (front, top, side)]
    return "".join(parts)


def cell_lines(view: View, shape) -> str:
    """The quiet lines between the cells on the three faces that can be seen."""
    rows, columns, depth = shape
    ends = []
    for j in range(columns + 1):
        ends += [((0, j, 0), (rows, j, 0)), ((0, j, 0), (0, j, depth))]
    for i in range(rows + 1):
        ends += [((i, 0, 0), (i, columns, 0)), ((i, columns, 0), (i, columns, depth))]
    for p in range(1, depth):
        ends += [((0, 0, p), (0, columns, p)), ((0, columns, p), (rows, columns, p))]
    return "".join(
        line(*view.at(*a), *view.at(*b), stroke_width=0.8, stroke_opacity=0.3) for a, b in ends
    )


def little_box(view: View, place, shape, *, color, opacity=0.3) -> str:
    """A (K, K, C) box at `place` inside a big one: full lines in front, dashed lines behind."""
    (i, j), (rows, columns, depth) = place, shape
    near = [(i, j, 0), (i, j + columns, 0), (i + rows, j + columns, 0), (i + rows, j, 0)]
    far = [(r, c, depth) for r, c, _ in near]
    dashes = {"stroke": color, "stroke_width": 1.8, "stroke_dasharray": "4 3"}
    parts = [polygon([view.at(*corner) for corner in far], fill=color, fill_opacity=0.12, **dashes)]
    parts += [line(*view.at(*a), *view.at(*b), **dashes) for a, b in zip(near, far, strict=True)]
    parts.append(
        polygon(
            [view.at(*corner) for corner in near],
            fill=color,
            fill_opacity=opacity,
            stroke=color,
            stroke_width=3,
        )
    )
    return "".join(parts)


def sheets(view: View, values, letters, *, fill=IMAGE, opacity=0.14, size=None) -> str:
    """An (H, W, C) array pulled apart into one sheet for each channel, with all its numbers.

    Sheets at the back are drawn first. Give the view so long a step away that none hides
    another's numbers.
    """
    rows, columns, depth = values.shape
    size = size or 0.5 * view.cell
    parts = []
    for p in reversed(range(depth)):
        tint, pattern = CHANNELS[letters[p]]
        sheet = view.face((0, 0, p), (0, columns, p), (rows, columns, p), (rows, 0, p))
        # The page's own color below, so that a sheet covers what lies behind it.
        parts.append(polygon(sheet, stroke="none", style="fill:var(--pst-color-background,#fff)"))
        parts.append(polygon(sheet, fill=fill, fill_opacity=opacity, stroke="none"))
        parts.append(polygon(sheet, fill=tint, fill_opacity=0.14, stroke=INK, stroke_width=1.3))
        parts.append(
            hatch(
                view.at(0, 0, p),
                (columns * view.cell, 0),
                (0, rows * view.cell),
                pattern,
                columns=columns,
                rows=rows,
                stroke=tint,
                opacity=0.3,
            )
        )
        parts.append(sheet_lines(view, rows, columns, p))
        for i in range(rows):
            for j in range(columns):
                x, y = view.at(i + 0.5, j + 0.5, p)
                parts.append(text(x, y + 0.35 * size, written(values[i, j, p]), size=size))
        x, y = view.at(0, 0, p)
        parts.append(text(x, y - 5, letters[p], size=13, anchor="start", font_weight="bold"))
    return "".join(parts)


def sheet_lines(view: View, rows, columns, p) -> str:
    """The quiet lines between the cells of one sheet."""
    ends = [((i, 0, p), (i, columns, p)) for i in range(1, rows)]
    ends += [((0, j, p), (rows, j, p)) for j in range(1, columns)]
    return "".join(
        line(*view.at(*a), *view.at(*b), stroke_width=0.8, stroke_opacity=0.35) for a, b in ends
    )


def channel_letters(view: View, letters) -> str:
    """The letters of the channels along the upper left edge, each where its channel lies."""
    marks = []
    for p, letter in enumerate(letters):
        x, y = view.at(0, 0, p + 0.5)
        marks.append(text(x - 5, y + 1, letter, size=13, anchor="end", font_weight="bold"))
    return "".join(marks)
