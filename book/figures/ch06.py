"""The figures of chapter 6: outlines need a bend, each map has its bias, and sides exchanged."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import hand_example

from .ch01 import EDGE, gray_portrait, photo_panel
from .ch03 import tile
from .grids import brightness, grid, signed_gray, window, written
from .rings import crowd, red_filter, ring
from .style import BIAS, FILTERS, IMAGE, INK, RESULT, Figure, Panel, arrow, line, mark, rect, text

BIASES = np.array([5.0, -20.0, -15.0, 10.0])  # one for each filter of the hand example
CUT = -10.0  # the bias that silences all but the red ring of the crowd
FAINT = -50.0  # the bias that silences faint edges of the portrait


def four_edges() -> np.ndarray:
    """Dark to bright and bright to dark, in both directions: filters of (1, 3, 3, 4)."""
    return np.stack([EDGE, -EDGE, EDGE.T, -EDGE.T], axis=-1)[None]


def lines_of(image, *, bend=True, bias=0.0) -> np.ndarray:
    """Two layers on (H, W, 1): four edge maps, perhaps with ReLU, and then their sum."""
    maps = conv2d(image, four_edges()) + bias
    return conv2d(np.maximum(maps, 0) if bend else maps, np.ones((4, 1, 1)))


def outlines() -> Figure:
    """The sum of four edge maps is zero; the sum of the same maps after ReLU is a drawing."""
    gray = gray_portrait()[..., None]
    found = 255 - brightness(lines_of(gray), low=0, high=700.0)
    return Figure(
        "The same filters in the same two layers. On the right, every negative number is made a "
        "zero in between.",
        "Three pictures: the gray portrait; one even gray, the sum of the maps as they are; the "
        "outlines of the portrait as dark lines on white, with faint shading in places.",
        photo_panel(gray[..., 0], "the picture", width=180),
        tile(signed_gray(lines_of(gray, bend=False), reach=1.0), "added as they are", width=180),
        tile(found, "bent, then added", width=180, frame=RESULT),
    )


def bends() -> Figure:
    """Three activations as curves, from −4 to 4."""
    x, step, middle = np.linspace(-4, 4, 81), 17.0, 84.0
    curves = (
        ("ReLU", "max(x, 0)", np.maximum(x, 0), 17.0),
        ("sigmoid", "between 0 and 1", 1 / (1 + np.exp(-x)), 60.0),
        ("tanh", "between −1 and 1", np.tanh(x), 60.0),
    )
    panels = []
    for name, words, y, high in curves:
        ends = zip(84 + step * x, middle - high * y, strict=True)
        points = " ".join(f"{right:.2f},{down:.2f}" for right, down in ends)
        top = {"ReLU": 4, "sigmoid": 1, "tanh": 1}[name]
        panels.append(
            Panel(
                168,
                206,
                arrow(10, middle, 160, middle, stroke_opacity=0.5, stroke_width=1.1, head=5),
                arrow(84, 156, 84, 8, stroke_opacity=0.5, stroke_width=1.1, head=5),
                line(80, middle - high * top, 88, middle - high * top),
                text(76, middle - high * top + 5, top, size=12, anchor="end"),
                text(76, middle + 15, 0, size=12, anchor="end"),
                mark("polyline", points=points, fill="none", stroke=RESULT, stroke_width=3),
                text(84, 180, name, size=14, font_weight="bold"),
                text(84, 199, words, size=13),
            )
        )
    return Figure(
        "Three activations. What comes in runs to the right, what goes out runs up.",
        "Three curves. ReLU: flat at zero on the left, then a straight line rising to the right. "
        "Sigmoid: an S from zero to one. Tanh: an S from minus one to one, through zero.",
        *panels,
    )


def only_one_left() -> Figure:
    """The crowd of chapter 3: its map, and what a bias and ReLU leave of it."""
    scene = crowd()
    sums = conv2d(scene, red_filter(ring(15, 5, 7)))
    left = np.maximum(sums + CUT, 0)
    i, j = np.unravel_index(left.argmax(), left.shape)
    width = 210 * sums.shape[1] / scene.shape[1]
    step = width / sums.shape[1]
    after = tile(signed_gray(left), "after bias and ReLU", width=width, frame=RESULT)
    after.marks += rect(
        (j - 3) * step, (i - 3) * step, 7 * step, 7 * step, stroke=FILTERS, stroke_width=2.5
    )
    return Figure(
        f"The finder of chapter 3, a bias of {written(CUT)}, and ReLU. "
        f"{int((left > 0).sum())} numbers are left, all at the red circle.",
        "Left: rings in red, blue, white and green and a red square. Middle: the map, gray with "
        "shadows of all the things in it and one bright spot. Right: one even gray with a single "
        "spot, framed, where the red ring is.",
        tile(255 * scene, "the picture", width=210),
        tile(signed_gray(sums), "W ⋆ x", width=width, frame=FILTERS),
        after,
    )


def one_bias_a_map() -> Figure:
    """(5, 7, 4) plus (4,): each bias goes to all pixels of its own map."""
    image, filters = hand_example()
    sums, panels, cell = conv2d(image, filters), [], 27.0
    rows, columns = sums.shape[:2]
    right, middle = 4 + columns * cell, 4 + rows * cell / 2
    for c, bias in enumerate(BIASES):
        panels.append(
            Panel(
                right + 78,
                rows * cell + 30,
                grid(4, 4, sums[..., c], cell=cell, fill=RESULT, size=11.5),
                text(right + 16, middle + 7, "+", size=20),
                rect(
                    right + 30,
                    middle - 17,
                    44,
                    34,
                    fill=BIAS,
                    fill_opacity=0.3,
                    stroke=BIAS,
                    stroke_width=2.5,
                ),
                text(right + 52, middle + 6, written(bias), size=16),
                text(right / 2, rows * cell + 25, f"map {c}", size=13),
                text(right + 52, rows * cell + 25, f"b[{c}]", size=13),
            )
        )
    words = ", ".join(written(b) for b in BIASES)
    return Figure(
        "(5, 7, 4) + (4,). The last axes meet: one bias for each map, added at all 35 pixels.",
        f"Four maps of 5 by 7 numbers. Beside each stands one number in a frame, {words}: the "
        "bias that is added at all 35 pixels of this map.",
        *panels,
    )


def sliders_still() -> Figure:
    """The widget's still form: one map, its bias, what is left above zero."""
    image, filters = hand_example()
    sums, cell = conv2d(image, filters[..., 0]), 27.0
    out = np.maximum(sums + BIASES[0], 0)
    rows, columns = sums.shape
    wide = columns * cell

    def panel(values, words, fill):
        return Panel(
            wide + 8,
            rows * cell + 30,
            grid(4, 4, values, cell=cell, fill=fill, size=11.5),
            text(4 + wide / 2, rows * cell + 25, words, size=13),
        )

    between = Panel(
        96,
        rows * cell + 30,
        rect(28, 22, 40, 32, fill=BIAS, fill_opacity=0.3, stroke=BIAS, stroke_width=2.5),
        text(48, 44, f"+ {written(BIASES[0])}", size=15),
        arrow(16, 72, 80, 72),
        text(48, 92, "ReLU", size=13),
    )
    return Figure(
        f"Map 0 of the picture of 6 × 8 × 3, lifted by {written(BIASES[0])}, then bent: "
        f"{int((out == 0).sum())} of {out.size} numbers become zero.",
        "Left: a map of 5 by 7 numbers, many of them negative. In the middle a bias of "
        f"{written(BIASES[0])} and the word ReLU. Right: the result, in which the lower numbers "
        "have become zero.",
        panel(sums, "W ⋆ x, map 0", FILTERS),
        between,
        panel(out, "the layer’s map 0", RESULT),
    )


def sides_exchanged() -> Figure:
    """Full cross-correlation with its two sides exchanged: the same numbers, turned."""
    a, b = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[1.0, 0], [2, -1]])
    there, back = conv2d(a, b, padding="full"), conv2d(b, a, padding="full")

    def panel(values, words, fill, cell=30.0):
        rows, columns = values.shape
        first = window(4, 4, 0, 0, 1, 1, cell=cell, color=INK, opacity=0.06, width=2)
        last = window(
            4, 4, rows - 1, columns - 1, 1, 1, cell=cell, color=INK, opacity=0.06, width=2
        )
        return Panel(
            columns * cell + 8,
            rows * cell + 30,
            grid(4, 4, values, cell=cell, fill=fill),
            (first if words == "A ⋆ W" else last if words == "W ⋆ A" else ""),
            text(4 + columns * cell / 2, rows * cell + 25, words, size=14),
        )

    return Figure(
        "Exchange the sides of ⋆, and the map is turned by half a turn. The framed number has "
        "gone from the first place to the last.",
        f"Four grids: A, 2 by 3; W, 2 by 2; A ⋆ W and W ⋆ A, both {there.shape[0]} by "
        f"{there.shape[1]}. The last one holds the numbers of the third in the opposite order.",
        panel(a, "A", IMAGE),
        panel(b, "W", FILTERS),
        panel(there, "A ⋆ W", RESULT),
        panel(back, "W ⋆ A", RESULT),
    )
