"""The figures of chapter 13: how methods arrange a small image, and what fewer products cost."""

from __future__ import annotations

from functools import cache

import numpy as np

from convkit import read_problem
from convkit.data import hand_example
from convkit.methods import toeplitz
from convkit.methods.cook_toom import short_correlation

from .grids import grid, rule, window
from .style import FILTERS, IMAGE, INK, RESULT, Figure, Panel, line, mark, rect, text

ROWS, COLUMNS, KERNEL = 4, 5, 2  # the corner of the by-hand image that is taken apart here
SHOWN = 3  # results of a row that the drawn Toeplitz matrix makes at once
TAPS = np.array([2.0, 1.0, 1.0])


def corner() -> np.ndarray:
    """The upper left of the red channel, (4, 5)."""
    return hand_example()[0][:ROWS, :COLUMNS, 0]


def im2col_matrix() -> np.ndarray:
    """Every window of the corner as a row: (12, 4)."""
    windows = np.lib.stride_tricks.sliding_window_view(corner(), (KERNEL, KERNEL))
    return windows.reshape(-1, KERNEL * KERNEL)


def mec_matrix() -> np.ndarray:
    """The corner lowered along its rows only: (4, 8), a row for each column of windows."""
    windows = np.lib.stride_tricks.sliding_window_view(corner(), KERNEL, axis=1)  # (H, W', K)
    return windows.swapaxes(0, 1).reshape(COLUMNS - KERNEL + 1, ROWS * KERNEL)


def toeplitz_matrix() -> np.ndarray:
    """The package's own T for a row of three weights, `SHOWN` results at once: (5, 3)."""
    problem = read_problem((1, SHOWN + 2, 1), (1, 1, 3, 1))
    return toeplitz.prepare(TAPS.reshape(1, 1, 3, 1), problem)[0]


def lowered_twice() -> Figure:
    """im2col and MEC on the same corner of the image."""
    cell, pixel = 21.0, (1, 2)  # a pixel inside, which lies in four windows
    value = corner()[pixel]
    image = Panel(
        COLUMNS * 26 + 12,
        ROWS * 26 + 34,
        grid(6, 4, corner(), cell=26, fill=IMAGE),
        window(6, 4, 1, 1, 2, 2, cell=26),
        text(6 + COLUMNS * 13, ROWS * 26 + 26, f"{ROWS} × {COLUMNS} pixels", size=13),
    )
    matrix = im2col_matrix()
    high, wide = matrix.shape
    copied = [
        rect(6 + c * cell, 4 + r * cell, cell, cell, fill=IMAGE, fill_opacity=0.35, stroke="none")
        for r, c in copies_of(pixel)
    ]
    whole = Panel(
        wide * cell + 22,
        high * cell + 34,
        *copied,
        grid(6, 4, matrix, cell=cell, fill=IMAGE),
        window(6, 4, 5, 0, 1, wide, cell=cell, opacity=0.12),
        text(10 + wide * cell / 2, high * cell + 26, f"im2col: {matrix.size}", size=13),
    )
    low = mec_matrix()
    high, wide = low.shape
    frames = [
        window(6, 4, 0, 0, high, 4, cell=cell, color=RESULT, opacity=0.05, width=2.5),
        rect(
            6 + 2 * cell,
            8,
            4 * cell,
            high * cell - 8,
            stroke=FILTERS,
            stroke_width=2.5,
            stroke_dasharray="6 4",
        ),
    ]
    half = Panel(
        wide * cell + 12,
        high * cell + 52,
        grid(6, 4, low, cell=cell, fill=IMAGE),
        *frames,
        text(6 + wide * cell / 2, high * cell + 26, f"mec: {low.size}", size=13),
        text(6 + wide * cell / 2, high * cell + 44, "full: row 0, dashed: row 1", size=12),
    )
    return Figure(
        f"Twelve windows of 2 × 2. im2col writes each of them out; the shaded {value:.0f} is one "
        f"pixel and its {len(copied)} copies. MEC writes half of it and lets the matrices of "
        "neighboring rows overlap.",
        f"Left: a corner of the image, {ROWS} by {COLUMNS} digits, a 2 by 2 frame on it. Middle: "
        f"a matrix of 12 by 4, one row framed; {len(copied)} cells are shaded, the copies of one "
        "pixel. Right: a matrix of 4 by 8 with two frames of 4 by 4 that overlap by half.",
        image,
        whole,
        half,
    )


def copies_of(pixel) -> list[tuple[int, int]]:
    """Where a pixel of the corner stands in `im2col_matrix`: (row, column) of each copy."""
    marked = np.zeros((ROWS, COLUMNS))
    marked[pixel] = 1
    windows = np.lib.stride_tricks.sliding_window_view(marked, (KERNEL, KERNEL))
    return [(int(r), int(c)) for r, c in np.argwhere(windows.reshape(-1, KERNEL * KERNEL))]


def toeplitz_figure() -> Figure:
    """One wider window times T: three results of a row at once."""
    row, matrix = corner()[1], toeplitz_matrix()
    cell = 28.0
    results = row @ matrix
    return Figure(
        f"A window of five pixels and a matrix with the weights 2, 1, 1 in each column, each time "
        f"one place further: {SHOWN} neighboring results at once.",
        f"From left to right: a row of five pixels; a matrix of 5 by {SHOWN} with the weights 2, "
        f"1, 1 on its slanted band and zeros elsewhere; a row of {SHOWN} results.",
        Panel(
            152,
            168,
            grid(6, 60, row[None], cell=cell, fill=IMAGE),
            text(76, 160, "5 pixels", size=13),
        ),
        Panel(
            SHOWN * cell + 32,
            168,
            grid(16, 4, matrix, cell=cell, fill=FILTERS, opacity=0.2),
            text(16 + SHOWN * cell / 2, 160, f"T, 5 × {SHOWN}", size=13),
        ),
        Panel(
            SHOWN * cell + 32,
            168,
            grid(16, 60, results[None], cell=cell, fill=RESULT),
            text(16 + SHOWN * cell / 2, 160, f"{SHOWN} results", size=13),
        ),
    )


@cache
def winograd_cost(taps: int = 3) -> tuple[tuple[int, float, float], ...]:
    """For m = 2, 4, 6: (m, multiplications for a result in two directions, error in float32).

    The error is the root mean square, relative to the results', of tiles of normal numbers.
    """
    random = np.random.default_rng(0)
    found = []
    for results in (2, 4, 6):
        short = short_correlation(results, taps)
        image = random.standard_normal((2000, short.tile, short.tile)).astype(np.float32)
        weights = random.standard_normal((2000, taps, taps)).astype(np.float32)
        exact, rough = (
            nested_twice(short, image.astype(t), weights.astype(t), t)
            for t in (np.float64, np.float32)
        )
        error = float(np.sqrt(np.mean((rough - exact) ** 2)) / exact.std())
        found.append((results, short.products**2 / results**2, error))
    return tuple(found)


def nested_twice(short, image, weights, dtype) -> np.ndarray:
    """Aᵀ [(G W Gᵀ) · (Bᵀ X B)] A for many tiles, every step rounded to `dtype`."""
    image_side, filter_side, back = (
        m.astype(dtype) for m in (short.image, short.filters, short.result)
    )
    products = (filter_side @ weights @ filter_side.T) * (image_side @ image @ image_side.T)
    return back @ products @ back.T


def cheaper_and_rougher() -> Figure:
    """Winograd's tiles: fewer multiplications, larger errors."""
    cost = winograd_cost()
    left, top, high = 60.0, 40.0, 150.0
    parts = [rule(left, top + high, 330, top + high, True)]
    for k, (m, each, error) in enumerate(((1, 9.0, None), *cost)):
        x, tall = left + 14 + 66 * k, high * each / 9
        parts += [
            rect(x, top + high - tall, 40, tall, fill=FILTERS, fill_opacity=0.45, stroke=FILTERS),
            text(x + 20, top + high - tall - 5, f"{each:.3g}", size=13),
            text(x + 20, top + high + 18, f"F({m},3)" if error else "definition", size=12),
            text(
                x + 20,
                top + high + 36,
                f"{error:.0e}".replace("e-0", "e−") if error else "–",
                size=12,
            ),
        ]
    parts += [
        text(left - 4, top + high + 36, "error", size=12, anchor="end"),
        text(4, 12, "multiplications for one result, one channel", size=12, anchor="start"),
    ]
    return Figure(
        "Larger tiles need fewer multiplications, and round more. Errors in float32, relative to "
        "the results, computed when this page was built.",
        "Four bars. Definition: 9 multiplications for a result. F(2,3): 4. F(4,3): 2.25. F(6,3): "
        "1.78. Below the last three their errors, which grow from left to right.",
        Panel(340, top + high + 44, *parts),
    )


def wraps_around() -> Figure:
    """A circle of eight pixels: which of the eight results met the seam."""
    row = hand_example()[0][1, :, 0]
    size, taps = len(row), len(TAPS)
    around = np.array([TAPS @ np.take(row, range(i, i + taps), mode="wrap") for i in range(size)])
    cell, good = 32.0, size - taps + 1
    crossed = [
        line(
            6 + (good + k) * cell + 4,
            104,
            6 + (good + k + 1) * cell - 4,
            128,
            stroke=INK,
            stroke_width=1.6,
        )
        for k in range(taps - 1)
    ]
    parts = [
        text(6, 16, "the pixels, laid in a circle", size=13, anchor="start"),
        grid(6, 24, row[None], cell=cell, fill=IMAGE),
        text(6, 88, "what the transforms give", size=13, anchor="start"),
        grid(6, 98, around[None], cell=cell, fill=RESULT),
        *crossed,
        mark(
            "path",
            d=f"M{6 + size * cell + 4} 40 q 22 0 22 -18 q 0 -18 -60 -18",
            fill="none",
            stroke=INK,
            stroke_width=1.2,
            stroke_dasharray="3 3",
        ),
        text(6, 152, f"{good} are right; {taps - 1} looked past the end", size=13, anchor="start"),
    ]
    return Figure(
        f"A filter of {taps} weights on {size} pixels. The last {taps - 1} windows reach round to "
        "the beginning, so their results are thrown away.",
        f"A row of {size} pixels, with a dashed line from its end back to its beginning. Below it "
        f"{size} results, the last {taps - 1} crossed out.",
        Panel(6 + size * cell + 34, 160, *parts),
    )
