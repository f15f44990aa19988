"""Figures of chapter 9: a map that moves along, pooling, and what a shift does to a number."""

from __future__ import annotations

import numpy as np

from convkit import conv2d, output_size
from convkit.data import hand_example, red_circle

from .ch03 import tile
from .grids import grid, signed_gray, window
from .network import red_finder, scores_when_moved
from .style import FILTERS, RESULT, Figure, Panel, line, mark, rect, text


def moves_along(shift=(5, -7)) -> Figure:
    """Equivariance: the picture moves, and its map moves with it."""
    image, panels = red_circle().astype(float), []
    scale = 150 / image.shape[0]
    for pixels, words in ((image, "the picture"), (np.roll(image, shift, (0, 1)), "moved")):
        result = conv2d(pixels, red_finder())
        i, j = np.unravel_index(result.argmax(), result.shape)
        panels.append(tile(255 * pixels, words, width=150))
        panel = tile(signed_gray(result), "its map", width=result.shape[1] * scale, frame=RESULT)
        panel.marks += rect(
            (j - 2) * scale, (i - 2) * scale, 5 * scale, 5 * scale, stroke=FILTERS, stroke_width=2.5
        )
        panels.append(panel)
    return Figure(
        "The circle went 5 rows down and 7 columns to the left. So did the bright spot of its map.",
        "A red circle on light gray and its map, with a frame around the bright spot; then the "
        "same circle further down and to the left, and its map, whose spot has moved the same way.",
        *panels,
    )


def pooling() -> Figure:
    """The largest of every 2×2 numbers, on a map whose sizes are odd."""
    image, filters = hand_example()
    values = conv2d(image, filters[..., 0])
    rows, columns = (output_size(n, 2, stride=2) for n in values.shape)
    cell, parts = 34.0, []
    parts.append(grid(4, 4, values, cell=cell, fill=RESULT, opacity=0.16, size=14))
    for i in range(rows):
        for j in range(columns):
            parts.append(window(4, 4, 2 * i, 2 * j, 2, 2, cell=cell, opacity=0, width=2.4))
    pooled = values[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).max(axis=(1, 3))
    wide, high = values.shape[1] * cell, values.shape[0] * cell
    parts.append(text(4 + wide / 2, high + 26, "a map, 5 × 7", size=13))
    right = [
        grid(4, 4, pooled, cell=cell, fill=RESULT, opacity=0.3, size=14),
        text(4 + columns * cell / 2, rows * cell + 26, f"pooled, {rows} × {columns}", size=13),
    ]
    return Figure(
        "Each frame of 2 × 2 keeps its largest number. The last row and the last column fit into "
        "no frame, and are lost.",
        "Left: a map of 5 by 7 numbers with six frames of 2 by 2 side by side; its last row and "
        f"last column lie outside. Right: {rows} by {columns} numbers, the largest of each frame.",
        Panel(wide + 8, high + 34, *parts),
        Panel(columns * cell + 8, rows * cell + 34, *right),
    )


def eyes_move(most=12) -> Figure:
    """Chapter 0's chart again: one number, a pooled number, and the highest of all."""
    curves, left, bottom, step, tall = scores_when_moved(most), 34.0, 176.0, 21.0, 130.0
    chart = [
        line(left, bottom, left + most * step + 8, bottom, stroke_opacity=0.5),
        line(left, 20, left, bottom, stroke_opacity=0.5),
        *(text(left - 6, bottom - v * tall + 4, v, size=12, anchor="end") for v in (0, 1)),
        *(text(left + k * step, bottom + 16, k, size=12) for k in range(0, most + 1, 4)),
        text(left + most * step / 2, 212, "pixels moved to the right", size=13),
    ]
    dashes = {"one number": None, "pooled, 8 × 8": "7 4", "the whole map": "2 4"}
    for name, values in curves.items():
        points = [f"{left + k * step:.1f},{bottom - v * tall:.1f}" for k, v in enumerate(values)]
        chart.append(
            mark(
                "polyline",
                points=" ".join(points),
                fill="none",
                stroke=RESULT,
                stroke_width=2.5,
                stroke_dasharray=dashes[name],
            )
        )
        chart.append(
            text(
                left + most * step + 10,
                bottom - values[-1] * tall + 4,
                name,
                size=12,
                anchor="start",
            )
        )
    return Figure(
        "The highest answer of a filter for her eyes: in one fixed place, in a fixed window of "
        "8 × 8 places, and in the whole map.",
        "A chart over pixels moved, from 0 to 12. The line of one number falls from 1 at once. The "
        "line of the pooled number stays at 1 for five pixels and then falls. The line of the "
        "whole map stays at 1.",
        Panel(left + most * step + 108, 218, *chart),
    )
