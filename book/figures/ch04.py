"""The figures of chapter 4: layers that fit and one that does not; maps in a stack; more layers."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import hand_example

from .boxes import View, box, channel_letters, little_box
from .grids import grid
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, arrow, line, rect, text


def vector(x, middle, count, *, cell=17.0, fill=IMAGE) -> str:
    return grid(
        x,
        middle - count * cell / 2,
        np.zeros((count, 1)),
        cell=cell,
        fill=fill,
        opacity=0.25,
        numbers=False,
    )


def dense_fits() -> Figure:
    """Dense layers chain, and the operation of chapter 2 does not."""
    parts, x, middle = [], 6.0, 74.0
    for k, (count, after) in enumerate(((6, 4), (4, 5), (5, None))):
        parts += [
            vector(x, middle, count, fill=IMAGE if k == 0 else RESULT),
            text(x + 9, 146, count, size=13),
        ]
        if after:
            parts += [
                arrow(x + 26, middle, x + 132, middle, stroke_opacity=0.5),
                grid(
                    x + 36,
                    middle - after * 6.5,
                    np.zeros((after, count)),
                    cell=13,
                    fill=FILTERS,
                    opacity=0.35,
                    numbers=False,
                ),
                text(x + 36 + count * 6.5, 146, f"{after} × {count}", size=13),
            ]
        x += 140
    sheet = conv2d(*first_of_the_hand_example()).shape
    view = View(6, 40, cell=13.0)
    flat = Panel(
        366,
        152,
        box(view, (6, 8, 3), letters="RGB"),
        little_box(view, (1, 2), (2, 2, 3), color=FILTERS),
        arrow(142, 78, 176, 78),
        text(62, 146, "6 × 8 × 3", size=13),
        grid(186, 46, np.zeros(sheet), cell=13, fill=RESULT, opacity=0.28, numbers=False),
        text(231, 146, f"{sheet[0]} × {sheet[1]}", size=13),
        arrow(286, 78, 312, 78, stroke_dasharray="4 3"),
        box(View(318, 72, cell=13), (2, 2, 3), letters="RGB", fill=FILTERS, opacity=0.3),
        line(312, 52, 364, 102, stroke_width=3),
        line(312, 102, 364, 52, stroke_width=3),
        text(338, 146, "3 × 2 × 2", size=12),
    )
    return Figure(
        "Vector in, vector out: the next matrix always finds what it needs. "
        "Box in, sheet out: the next filter does not.",
        "First a column of 6 numbers, a matrix of 4 by 6, a column of 4, a matrix of 5 by 4, a "
        "column of 5. Then a box of 6 by 8 by 3 with a small box in it, a flat sheet of 5 by 7, "
        "and the next filter of 3 by 2 by 2, crossed out.",
        Panel(312, 152, *parts),
        flat,
    )


def first_of_the_hand_example():
    image, filters = hand_example()
    return image, filters[..., 0]


def stuck_stack() -> Figure:
    """The widget's still form: three layers, the first of which gives a flat map."""
    words = (
        ("image", "32 × 28 × 3", IMAGE),
        ("first layer: one filter", "3 × 5 × 5", FILTERS),
        ("its map", "28 × 24", RESULT),
        ("second layer: five filters", "3 × 3 × 3", FILTERS),
        ("what comes out", "?", RESULT),
        ("third layer: two filters", "5 × 3 × 3", FILTERS),
    )
    parts = []
    for k, (name, shape, color) in enumerate(words):
        y = 4 + 42 * k
        parts += [
            rect(
                4,
                y,
                312,
                30,
                fill=color,
                fill_opacity=0.14,
                stroke=color,
                stroke_width=2,
                stroke_dasharray="5 4" if shape == "?" else None,
            ),
            text(14, y + 20, name, size=14, anchor="start"),
            text(306, y + 20, shape, size=14, anchor="end"),
        ]
        if k:
            parts.append(arrow(160, y - 12, 160, y, head=6))
    parts += [line(148, 119, 172, 131, stroke_width=3), line(148, 131, 172, 119, stroke_width=3)]
    return Figure(
        "Three layers that do not fit. What must be changed, and where?",
        "A list from top to bottom: an image of 32 by 28 by 3; a layer of one filter 3 by 5 by 5; "
        "its map of 28 by 24; a crossed-out arrow; a layer of five filters 3 by 3 by 3; a question "
        "mark; a layer of two filters 5 by 3 by 3.",
        Panel(320, 4 + 42 * len(words), *parts),
    )


def stack_of_maps() -> Figure:
    """Two filters on one image, two maps, one box."""
    view = View(6, 34, cell=13.0)
    goes_in = Panel(
        170,
        176,
        box(view, (6, 8, 3), letters="RGB"),
        channel_letters(view, ""),
        text(60, 146, "image", size=13),
        text(60, 166, "6 × 8 × 3", size=13),
    )
    parts = []
    for k in range(2):
        y = 8 + 74 * k
        parts += [
            box(View(6, y + 22, cell=12), (2, 2, 3), letters="RGB", fill=FILTERS, opacity=0.3),
            arrow(62, y + 30, 92, y + 30),
            grid(
                100,
                y,
                np.zeros((5, 7)),
                cell=12,
                fill=RESULT,
                opacity=0.2 + 0.25 * k,
                numbers=False,
            ),
            text(194, y + 34, f"B{'₁₂'[k]}", size=15, anchor="start"),
        ]
    parts += [text(30, 166, "3 × 2 × 2", size=12), text(142, 166, "5 × 7 each", size=13)]
    stacked = View(6, 48, cell=15.0)
    comes_out = Panel(
        140,
        176,
        box(stacked, (5, 7, 2), fill=RESULT, opacity=0.3),
        text(60, 146, "stacked", size=13),
        text(60, 166, "5 × 7 × 2", size=13),
    )
    return Figure(
        "Two filters make two maps. Laid on one another, they are a box again.",
        "From left to right: a box of 6 by 8 by 3; two small filters of 3 by 2 by 2, each with an "
        "arrow to a flat map of 5 by 7, called B1 and B2; a box of 5 by 7 by 2.",
        goes_in,
        Panel(224, 176, *parts),
        comes_out,
    )


def layers_repeat() -> Figure:
    """Box, layer, box, layer, box: the depth of a filter is the width of the layer before."""
    shapes, panels = ((6, 8, 3), (5, 7, 4), (4, 6, 5)), []
    for k, shape in enumerate(shapes):
        view, depth = View(6, 46, cell=13.0), shape[2]
        parts = [
            box(
                view,
                shape,
                letters="RGB" if k == 0 else "",
                fill=RESULT if k else IMAGE,
                opacity=0.24,
            ),
            text(54, 156, " × ".join(map(str, shape)), size=14),
        ]
        if k < 2:
            parts += [
                little_box(view, (1, 2), (2, 2, depth), color=FILTERS),
                arrow(146, 86, 208, 86),
                text(177, 74, f"{shapes[k + 1][2]} filters", size=12),
                text(177, 106, f"{depth} × 2 × 2", size=12),
            ]
        panels.append(Panel(214 if k < 2 else 134, 166, *parts))
    return Figure(
        "What comes out of a layer is what the next one takes in. Its filters are as deep as "
        "there were filters before.",
        "A box of 6 by 8 by 3; an arrow, 4 filters of 3 by 2 by 2; a box of 5 by 7 by 4; an arrow, "
        "5 filters of 4 by 2 by 2; a box of 4 by 6 by 5. In the first two boxes lies a little box "
        "that reaches from front to back.",
        *panels,
    )
