"""The figures of chapter 5: six letters on three boxes, and one product in four spellings."""

from __future__ import annotations

from convkit.data import hand_example

from .boxes import View, box, channel_letters, little_box
from .grids import written
from .orders import PLACE
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, arrow, rect, symbol, text


def six_letters() -> Figure:
    """Where each letter of the formula walks: the image, four filters, the result."""
    (i, j), cell = PLACE, 15.0
    view = View(34, 78, cell=cell)
    left = Panel(
        204,
        246,
        box(view, (6, 8, 3), letters="RGB", fill=IMAGE, opacity=0.1),
        little_box(view, PLACE, (2, 2, 3), color=FILTERS),
        channel_letters(view, "RGB"),
        symbol(16, 128, "i+m", size=15),
        symbol(94, 188, "j+n", size=15),
        symbol(182, 168, "p", size=16),
        text(94, 222, "image A", size=14),
        text(94, 240, "6 × 8 × 3", size=13),
    )
    parts = [
        symbol(14, 85, "m", size=16),
        symbol(44, 113, "n", size=16),
        symbol(90, 98, "p", size=16),
    ]
    for c in range(4):
        x, y = 26 + 94 * (c % 2), 62 + 98 * (c // 2)
        parts += [
            box(View(x, y, cell=18), (2, 2, 3), letters="RGB", fill=FILTERS, opacity=0.3),
            text(x + 34, y - 33, f"c = {c}", size=13, font_style="italic"),
        ]
    middle = Panel(
        204,
        246,
        *parts,
        text(98, 222, "filters W", size=14),
        text(98, 240, "3 × 2 × 2 × 4", size=13),
    )
    out = View(26, 86, cell=cell)
    right = Panel(
        192,
        246,
        box(out, (5, 7, 4), fill=RESULT, opacity=0.24),
        little_box(out, PLACE, (1, 1, 1), color=RESULT, opacity=0.7),
        symbol(14, 128, "i", size=16),
        symbol(78, 180, "j", size=16),
        symbol(158, 162, "c", size=16),
        text(78, 222, "result B", size=14),
        text(78, 240, "5 × 7 × 4", size=13),
    )
    return Figure(
        "Each letter walks along an axis. Those of the result are chosen; those that the result "
        "does not have are summed away.",
        "Three drawings. A box of 6 by 8 by 3, its axes named i plus m, j plus n, and p, with a "
        "little box inside. Four small boxes of 3 by 2 by 2, c from 0 to 3, with axes p, m and n. "
        f"A box of 5 by 7 by 4 with axes i, j and c, and one cell marked in row {i}, column {j}.",
        left,
        middle,
        right,
    )


def four_spellings() -> Figure:
    """The widget's still form: one product of one number, written four times."""
    image, filters = hand_example()
    i, j = PLACE
    pixel, weight = image[i, j, 0], filters[0, 0, 0, 0]
    lines = (
        ("formula", f"A[{i}+0, {j}+0, 0] · W[0, 0, 0, 0]"),
        ("loops", f"B[{i}, {j}, 0] += A[{i}, {j}, 0] * W[0, 0, 0, 0]"),
        ("einsum", f"windows[{i}, {j}, 0, 0, 0] * W[0, 0, 0, 0]"),
        ("im2col", f"rows[{7 * i + j}, 0] * W.reshape(12, 4)[0, 0]"),
    )
    parts = []
    for k, (name, code) in enumerate(lines):
        y = 4 + 46 * k
        parts += [
            rect(
                2,
                y,
                392,
                40,
                fill=RESULT if k == 0 else IMAGE,
                fill_opacity=0.1,
                stroke_opacity=0.4,
            ),
            text(10, y + 25, name, size=13, anchor="start", font_weight="bold"),
            text(74, y + 25, code, size=12.5, anchor="start", font_family="monospace"),
        ]
    product = f"{written(pixel)} · {written(weight)} = {written(pixel * weight)}"
    parts += [arrow(198, 188, 198, 208), text(198, 228, product, size=16)]
    return Figure(
        "One of the twelve products of one number, in four spellings. Which letters does the sum "
        "run over?",
        f"Four lines that name the same two numbers: as a formula, in a loop, in einsum and in "
        f"im2col. Below them the product, {product}.",
        Panel(396, 236, *parts),
    )
