"""Flat drawings of arrays: grids of numbers, windows on them, gray pictures, filters."""

from __future__ import annotations

import numpy as np

from .style import FILTERS, IMAGE, INK, mark, rect, text


def written(value) -> str:
    """A number as a reader would write it: a true minus, no needless zeros."""
    rounded = round(float(value), 2)
    words = f"{rounded:g}" if rounded else "0"
    return words.replace("-", "−")


def grid(x, y, values, *, cell=28.0, fill=IMAGE, opacity=0.12, size=None, numbers=True) -> str:
    """An (H, W) array as cells with their numbers; row 0 on top."""
    values = np.asarray(values)
    rows, columns = values.shape
    longest = max((len(written(value)) for value in values.flat), default=1) if numbers else 1
    size = size or cell * (0.48 if longest < 3 else 0.42)
    parts = [
        rect(x, y, columns * cell, rows * cell, fill=fill, fill_opacity=opacity, stroke="none")
    ]
    for i in range(rows + 1):
        parts.append(rule(x, y + i * cell, x + columns * cell, y + i * cell, i in (0, rows)))
    for j in range(columns + 1):
        parts.append(rule(x + j * cell, y, x + j * cell, y + rows * cell, j in (0, columns)))
    if numbers:
        for i in range(rows):
            for j in range(columns):
                words = written(values[i, j])
                parts.append(
                    text(x + (j + 0.5) * cell, y + (i + 0.5) * cell + 0.35 * size, words, size=size)
                )
    return "".join(parts)


def rule(x1, y1, x2, y2, outer) -> str:
    """A line of a grid: quiet inside, plain at the border."""
    return mark(
        "line",
        x1=x1,
        y1=y1,
        x2=x2,
        y2=y2,
        stroke=INK,
        stroke_width=1.2 if outer else 0.8,
        stroke_opacity=0.9 if outer else 0.3,
        stroke_linecap="square",
    )


def window(x, y, i, j, rows, columns, *, cell=28.0, color=FILTERS, opacity=0.28, width=3.0) -> str:
    """The frame of a kernel at place (i, j) of a grid whose corner is (x, y)."""
    return rect(
        x + j * cell,
        y + i * cell,
        columns * cell,
        rows * cell,
        fill=color,
        fill_opacity=opacity,
        stroke=color,
        stroke_width=width,
    )


def brightness(values, *, low=None, high=None) -> np.ndarray:
    """Any numbers as grays from 0 to 255; `low` becomes black and `high` white."""
    values = np.asarray(values, float)
    low = values.min() if low is None else low
    high = values.max() if high is None else high
    return np.clip((values - low) / max(high - low, 1e-12), 0, 1) * 255


def signed_gray(values, *, reach=None) -> np.ndarray:
    """Numbers of both signs as grays: zero is middle gray, `reach` white and −`reach` black."""
    reach = float(np.abs(values).max()) if reach is None else reach
    return brightness(values, low=-reach, high=reach)
