"""The figures of chapter 9: peepholes, two layers traced back, strides, 1×1, a network."""

from __future__ import annotations

import numpy as np

from convkit.data import red_circle

from .boxes import View, box, channel_letters, little_box
from .ch03 import tile
from .grids import grid, window
from .network import SIZE, STAGES, forms, receptive_field
from .style import (
    FILTERS,
    IMAGE,
    RESULT,
    Figure,
    Panel,
    arrow,
    picture,
    rect,
    text,
)

DARK = "#000000"  # frames on light pictures, which are light in the dark theme, too


def peepholes() -> Figure:
    """The failed attempt: through 3×3 pixels, a circle and a square look alike."""
    panels, size, scale = [], SIZE, 140 / SIZE
    colored = {name: forms()[name] for name in ("circle", "square")}
    for name, pixels in colored.items():
        panel = tile(255 * pixels, f"a {name}", width=140)
        for k, dashes in ((3, None), (7, "4 3")):
            corner = 3 - k // 2, size // 2 - k // 2
            panel.marks += rect(
                corner[1] * scale,
                corner[0] * scale,
                k * scale,
                k * scale,
                stroke=DARK,
                stroke_width=2.2,
                stroke_dasharray=dashes,
            )
        panels.append(panel)
    for k in (3, 7):
        top, left = 3 - k // 2, size // 2 - k // 2
        for name, pixels in colored.items():
            cut = 255 * pixels[top : top + k, left : left + k]
            panels.append(tile(cut, f"{name}, {k} × {k}", width=110))
    return Figure(
        "Through 3 × 3 pixels, the top of the circle and the top of the square are the same "
        "picture. Through 7 × 7 they are not.",
        "A red circle and a red square on light gray, each with a small and a larger frame at its "
        "top. Then what lies in the frames, enlarged: the two small cuts are equal, a level red "
        "bar; of the two larger cuts one is curved and the other straight.",
        *panels,
    )


def _traced(marked) -> list[Panel]:
    """Image, first map and last map of two 3×3 layers; `marked`: how many of them show a trace."""
    panels, cell = [], 15.0
    sizes, places = ((11, 12), (9, 10), (7, 8)), ((2, 3, 5), (2, 3, 3), (2, 3, 1))
    words = ("image", "first map", "last map")
    for k, ((rows, columns), (i, j, seen)) in enumerate(zip(sizes, places, strict=True)):
        parts = [
            grid(
                4,
                4,
                np.zeros((rows, columns)),
                cell=cell,
                numbers=False,
                opacity=0.14,
                fill=RESULT if k else IMAGE,
            )
        ]
        if k >= 3 - marked:
            color = FILTERS if k < 2 else RESULT
            parts.append(window(4, 4, i, j, seen, seen, cell=cell, color=color, opacity=0.4))
        middle = 4 + columns * cell / 2
        if k == 0 and marked < 3:
            parts.append(text(middle, 4 + rows * cell / 2 + 10, "?", size=30))
        parts += [
            text(middle, rows * cell + 24, f"{words[k]}, {rows} × {columns}", size=13),
        ]
        panels.append(Panel(columns * cell + 8, rows * cell + 30, *parts))
    return panels


def asked() -> Figure:
    """The widget's still form: one number of the last map, and what it may have seen."""
    return Figure(
        "Two layers with 3 × 3 kernels. On how many pixels of the image does the marked number "
        "depend?",
        "Three grids: the image of 11 by 12 with a question mark, the first map of 9 by 10, and "
        "the last map of 7 by 8 with one number marked.",
        *_traced(1),
    )


def two_layers() -> Figure:
    """One number of the second map, its 3×3 in the first, its 5×5 in the image."""
    return Figure(
        "One number of the last map saw 3 × 3 numbers of the map before. Each of those saw 3 × 3 "
        "pixels. Together: 5 × 5.",
        "Three grids. In the image of 11 by 12 a square of 5 by 5 is marked, in the first map of "
        "9 by 10 a square of 3 by 3, in the last map of 7 by 8 one number.",
        *_traced(3),
    )


def two_strides(size=8, kernel=3) -> Figure:
    """“Same” with stride 2 does not stand where every second place of “same” stands."""
    panels, cell, left = [], 26.0, 8 + 26.0
    for before, words in ((0, "“same” with stride 2"), (1, "“same”, then every second")):
        y, parts = 26.0, [text(left + size * cell / 2, 15, words, size=13)]
        for k in range(-1, size + 1):
            outside = k in (-1, size)
            zero = (k == -1 and before) or (k == size and not before)
            if outside and not zero:
                continue
            parts += [
                rect(
                    left + k * cell,
                    y,
                    cell,
                    cell,
                    fill="none" if outside else IMAGE,
                    fill_opacity=0.25,
                    stroke_dasharray="3 3" if outside else None,
                ),
                text(left + (k + 0.5) * cell, y + 18, 0 if outside else k, size=13),
            ]
        for place in range(size // 2):
            x, row = left + (2 * place - before) * cell, y + cell + 8 + 17 * place
            parts += [
                rect(
                    x + 1,
                    row,
                    kernel * cell - 2,
                    11,
                    fill=FILTERS,
                    fill_opacity=0.35,
                    stroke="none",
                ),
                rect(x + cell, row, cell, 11, fill=FILTERS, stroke="none"),
            ]
        panels.append(Panel((size + 2) * cell + 16, y + cell + 8 + 17 * (size // 2), *parts))
    return Figure(
        "The same number of places, one pixel apart. The dark part of each bar is the middle of "
        "the kernel; the dashed pixel is a zero of padding.",
        "A row of eight pixels twice, with four bars of three pixels below. Left: the zero stands "
        "after the row, the bars’ middles are over pixels 1, 3, 5, 7. Right: the zero stands "
        "before the row, the middles are over pixels 0, 2, 4, 6.",
        *panels,
    )


def one_by_one() -> Figure:
    """A 1×1 filter takes one pixel with all its channels, and leaves the neighbors alone."""
    view, place = View(24, 52, cell=19.0), (2, 4)
    goes_in = Panel(
        232,
        200,
        box(view, (6, 8, 3), letters="RGB", opacity=0.1),
        little_box(view, place, (1, 1, 3), color=FILTERS, opacity=0.6),
        channel_letters(view, "RGB"),
        text(110, 194, "image, 6 × 8 × 3", size=13),
    )
    small = View(14, 74, cell=19.0)
    between = Panel(
        100,
        200,
        box(small, (1, 1, 3), letters="RGB", fill=FILTERS, opacity=0.4),
        arrow(60, 84, 96, 84),
        text(48, 124, "four filters", size=12),
        text(48, 142, "3 × 1 × 1", size=12),
    )
    out = View(6, 56, cell=19.0)
    comes_out = Panel(
        214,
        200,
        box(out, (6, 8, 4), fill=RESULT, opacity=0.16),
        little_box(out, place, (1, 1, 4), color=RESULT, opacity=0.7),
        text(84, 194, "result, 6 × 8 × 4", size=13),
    )
    return Figure(
        "Three numbers of one pixel become four numbers of one pixel. The neighbors are not asked.",
        "Left: a box of 6 by 8 by 3 with a pillar of 1 by 1 by 3 marked. Middle: a small filter of "
        "3 by 1 by 1, and an arrow. Right: a box of 6 by 8 by 4 with a pillar of 1 by 1 by 4 "
        "marked at the same place.",
        goes_in,
        between,
        comes_out,
    )


def whole_network() -> Figure:
    """The stages of the network with their sizes, and what one number has seen after each."""
    image, scale = 255 * red_circle().astype(float), 196 / 32
    places = {5: (14, 19), 14: (6, 11)}  # of windows: on a piece of the line, around the circle
    frames, rows = [], []
    for k, (name, shape, layers) in enumerate(STAGES):
        y = 4 + 40 * k
        fill = IMAGE if k == 0 else RESULT
        rows += [
            rect(4, y, 330, 28, fill=fill, fill_opacity=0.14, stroke=fill, stroke_width=2),
            text(12, y + 19, name, size=13, anchor="start"),
            text(250, y + 19, shape, size=13, anchor="end"),
        ]
        if k:
            rows.append(arrow(169, y - 12, 169, y, head=6))
        if layers is not None:
            seen = receptive_field(layers)[0]
            rows.append(text(326, y + 19, f"{seen} × {seen}", size=13, anchor="end"))
            if seen in places:
                row, column = (2 + scale * pixel for pixel in places[seen])
                frames += [
                    rect(column, row, seen * scale, seen * scale, stroke=color, stroke_width=wide)
                    for color, wide in (("#FFFFFF", 4.5), (DARK if seen == 5 else FILTERS, 2.2))
                ]
        else:
            rows.append(text(326, y + 19, "everything", size=13, anchor="end"))
    side = Panel(
        200,
        222,
        picture(2, 2, 196, 196, image),
        *frames,
        text(100, 216, "5 × 5 and 14 × 14", size=13),
    )
    return Figure(
        "From a picture to two numbers. At the right of each line: what one of its numbers has "
        "seen of the picture.",
        "Left: the red circle with a frame of 5 by 5 pixels on a piece of the line and one of 14 "
        "by 14 around nearly the whole circle. Right, from top to bottom: "
        + "; ".join(f"{name}, {shape}" for name, shape, _ in STAGES)
        + ".",
        side,
        Panel(338, 4 + 40 * len(STAGES), *rows),
    )
