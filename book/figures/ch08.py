"""The figures of chapter 8 that count: one layer, the ladder to scale, a real network."""

from __future__ import annotations

import numpy as np

from convkit import count_parameters
from convkit.data import red_circle

from .boxes import View, box
from .grids import grid
from .prose import said
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, line, picture, rect, text

IMAGE_SHAPE, FILTERS_SHAPE = (32, 32, 3), (3, 5, 5, 64)
VGG = (
    64,
    64,
    "pool",
    128,
    128,
    "pool",
    256,
    256,
    256,
    "pool",
    512,
    512,
    512,
    "pool",
    512,
    512,
    512,
    "pool",
)
VGG_DENSE = (4096, 4096, 1000)
PAPER = "fill:var(--pst-color-background,#fff)"


def machine_ladder():
    """The layer of the running example, counted."""
    return count_parameters(IMAGE_SHAPE, FILTERS_SHAPE)


def what_is_counted() -> Figure:
    """One filter of 75 weights, 64 of them; the image's size does not come in."""
    side, kernel = 118.0, 5 * 118 / 32
    photo = Panel(
        side + 8,
        176,
        picture(4, 4, side, side, 255 * red_circle()),
        rect(4, 4, side, side, stroke=IMAGE, stroke_width=2),
        rect(
            4 + 10 * side / 32, 4 + 5 * side / 32, kernel, kernel, stroke=FILTERS, stroke_width=2.5
        ),
        text(4 + side / 2, 142, "32 × 32 × 3", size=13),
        text(4 + side / 2, 162, "3,072 numbers", size=13),
    )
    cells = []
    for p in (2, 1, 0):
        x, y = 16 + 12 * p, 22 - 8 * p
        cells.append(rect(x, y, 70, 70, stroke="none", style=PAPER))  # covers what lies behind
        cells.append(
            grid(x, y, np.zeros((5, 5)), cell=14, fill=FILTERS, opacity=0.28, numbers=False)
        )
    one = Panel(
        136, 176, *cells, text(66, 142, "one filter", size=13), text(66, 162, "3 · 5 · 5 = 75")
    )
    many = Panel(
        150,
        176,
        *(
            rect(
                8 + 17 * (k % 8),
                4 + 15 * (k // 8),
                13,
                11,
                fill=FILTERS,
                fill_opacity=0.25,
                stroke_opacity=0.5,
            )
            for k in range(64)
        ),
        text(75, 142, "64 filters", size=13),
        text(75, 162, "64 · 75 = 4,800"),
    )
    maps = Panel(
        156,
        176,
        box(View(6, 70, cell=2.0), (28, 28, 64), fill=RESULT, opacity=0.3, lines=False),
        text(75, 142, "28 × 28 × 64", size=13),
        text(75, 162, "50,176 numbers", size=13),
    )
    return Figure(
        "What there is to count in one layer. Only what is drawn in orange is learned.",
        "From left to right: the picture of 32 by 32 by 3 with the red circle, 3,072 numbers, and "
        "a frame of 5 by 5 on it; one filter as three sheets of 5 by 5, 75 weights; 64 filters, "
        "4,800 weights; a stack of 64 maps of 28 by 28, 50,176 numbers.",
        photo,
        one,
        many,
        maps,
    )


def three_rungs() -> Figure:
    """The widget's still form: three layers and fields for a pencil."""
    parts = [text(150, 18, "32 × 32 × 3  →  28 × 28 × 64", size=14)]
    for k, name in enumerate(("dense", "locally connected", "shared: a convolution")):
        y = 34 + 40 * k
        parts += [
            text(164, y + 20, name, size=14, anchor="end"),
            rect(176, y, 120, 30, fill=FILTERS, fill_opacity=0.1, stroke=FILTERS),
            text(236, y + 20, "?", size=14),
        ]
    return Figure(
        "The same picture in, the same numbers out, in three ways. How many weights has each?",
        "From 32 by 32 by 3 to 28 by 28 by 64: three lines, dense, locally connected, and shared, "
        "a convolution; beside each an empty field with a question mark.",
        Panel(304, 150, *parts),
    )


def to_scale() -> Figure:
    """The weights of the three layers as areas: a square, a stamp, a dot."""
    ladder, side = machine_ladder(), 268.0
    parts = []
    for name, rung, y in (
        ("dense", ladder.dense, 30),
        ("locally connected", ladder.local, 134),
        ("shared", ladder.shared, 208),
    ):
        edge = side * (rung.weights / ladder.dense.weights) ** 0.5
        x, top = (4, 4) if rung is ladder.dense else (side - 20 - edge, y - 14)
        parts += [
            rect(
                x,
                top,
                edge,
                edge,
                fill=FILTERS,
                stroke="none",
                fill_opacity=0.16 if rung is ladder.dense else 1,
            ),
            text(18, y, name, anchor="start"),
            text(18, y + 20, said(rung.weights), anchor="start"),
        ]
    parts.append(line(78, 204, side - 28, 196, stroke_opacity=0.5))  # points at the dot
    return Figure(
        "Weights as areas, drawn to scale. The dot at “shared” is the whole convolution layer.",
        f"A large square: dense, {said(ladder.dense.weights)} weights. In it a small square, a "
        f"sixth as wide: locally connected, {said(ladder.local.weights)}. And a dot that can "
        f"barely be seen: shared, {said(ladder.shared.weights)}.",
        Panel(side + 8, side + 8, *parts),
    )


def vgg_layers() -> list:
    """(name, parameters, numbers that come out) of the sixteen layers of VGG-16."""
    size, channels, rows = 224, 3, []
    for maps in VGG:
        if maps == "pool":
            size //= 2
            continue
        ladder = count_parameters((size, size, channels), (channels, 3, 3, maps), padding="same")
        rows.append((f"3×3, {maps}", ladder.shared.parameters, size * size * maps))
        channels = maps
    inputs = size * size * channels
    for outputs in VGG_DENSE:
        rows.append((f"dense, {outputs}", inputs * outputs + outputs, outputs))
        inputs = outputs
    return rows


def short(number) -> str:
    """2.36 M, 37 k."""
    return f"{number / 1e6:.2f} M" if number >= 1e6 else f"{number / 1e3:.0f} k"


def real_network() -> Figure:
    """VGG-16, layer by layer: where the weights are, and where the numbers are."""
    rows, step, panels = vgg_layers(), 15.0, []
    for column, words, color in ((1, "weights and biases", FILTERS), (2, "numbers out", RESULT)):
        most, left = max(row[column] for row in rows), 78 if column == 1 else 4
        parts = [text(left, 14, words, size=13, anchor="start")]
        for k, row in enumerate(rows):
            y, length = 22 + k * step, max(130 * row[column] / most, 0.8)
            parts += [
                rect(left, y, length, step - 4, fill=color, fill_opacity=0.6, stroke="none"),
                text(left + length + 5, y + 10, short(row[column]), size=11, anchor="start"),
            ]
            if column == 1:
                parts.append(text(left - 6, y + 10, row[0], size=11, anchor="end"))
        panels.append(Panel(left + 196, 26 + len(rows) * step, *parts))
    deepest, first_dense = rows[12], rows[13]
    return Figure(
        "VGG-16, from the picture (above) to the answer (below). The convolutions hold few weights "
        "and make most of the numbers; the dense layers do the opposite.",
        "Two columns of bars for thirteen convolutions and three dense layers. Weights: short bars "
        f"that grow down to {short(deepest[1])}, then one very long bar, {short(first_dense[1])}, "
        f"for the first dense layer. Numbers out: {short(rows[0][2])} in each of the first two "
        f"layers, shrinking to {short(deepest[2])}, then almost nothing.",
        *panels,
    )
