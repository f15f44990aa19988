"""The figures of chapter 2: color lost, a box in a box, twelve products, maps that add up."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import hand_example, portrait

from .boxes import View, box, channel_letters, little_box
from .ch01 import halved
from .grids import grid, signed_gray, window, written
from .style import CHANNELS, FILTERS, IMAGE, RESULT, Figure, Panel, arrow, picture, rect, text

PLACE = (1, 4)  # row, column of the worked example
CIRCLE_RED, GROUND_GREEN = (210, 60, 60), (60, 210, 60)  # the same sum: the same gray


def equal_gray_circle() -> np.ndarray:
    """A red circle on green ground, (32, 32, 3) uint8, made so that both average to one gray."""
    rows, columns = np.mgrid[:32, :32]
    inside = np.hypot(rows - 15, columns - 17) < 9
    return np.where(inside[..., None], CIRCLE_RED, GROUND_GREEN).astype(np.uint8)


def color_lost() -> Figure:
    """The failed attempt: make it gray, then convolve."""
    colored = equal_gray_circle()
    gray = colored.mean(axis=2)
    edges = conv2d(gray, np.array([[-1.0, 1.0]]))
    side = 140

    def shown(pixels, words):
        return Panel(
            side,
            side + 22,
            picture(0, 0, side, side, pixels),
            rect(0.5, 0.5, side - 1, side - 1, stroke_opacity=0.5),
            text(side / 2, side + 17, words, size=13),
        )

    return Figure(
        "First gray, then convolve: the circle is gone before the filter looks.",
        "Three pictures. First: a red circle on green ground. Second: the same picture averaged "
        "over its channels, one even gray without a circle. Third: the edges found in the gray "
        "picture, none, one even gray.",
        shown(colored, "the picture"),
        shown(gray, "its channels averaged"),
        shown(signed_gray(edges, reach=255.0), "edges found: none"),
    )


def box_in_box() -> Figure:
    """A 2×2×3 box inside a 6×8×3 box, and the sheet its places make."""
    image, filters = hand_example()
    rows, columns = conv2d(image, filters[..., 0]).shape
    cell = 30.0
    view = View(30, 62, cell=cell)
    i, j = PLACE
    right, down = view.at(i + 1, j + 2, 0), view.at(i + 2, j + 1, 0)
    big = Panel(
        350,
        294,
        box(view, image.shape, letters="RGB", fill=IMAGE, opacity=0.1),
        little_box(view, PLACE, (2, 2, 3), color=FILTERS),
        arrow(right[0] + 4, right[1], right[0] + 44, right[1], stroke_width=2.2),
        arrow(down[0], down[1] + 4, down[0], down[1] + 44, stroke_width=2.2),
        channel_letters(view, "RGB"),
        text(20, 62 + 3.2 * cell, "6", size=15),
        text(30 + 4 * cell, 262, "8", size=15),
        text(160, 290, "image A: 6 × 8 × 3", size=14),
    )
    small = 26.0
    sheet = Panel(
        columns * small + 8,
        294,
        grid(4, 88, np.zeros((rows, columns)), cell=small, fill=RESULT, opacity=0.2, numbers=False),
        window(4, 88, *PLACE, 1, 1, cell=small, color=RESULT, opacity=0.6),
        text(4 + columns * small / 2, 290, f"map B: {rows} × {columns}", size=14),
    )
    return Figure(
        "The little box is as deep as the big one. It can go right and down, and nowhere else.",
        "Left: a big box of 6 rows, 8 columns and 3 channels marked R, G, B, with a little box of "
        "2 by 2 by 3 inside that reaches from its front to its back; arrows show it moving right "
        f"and down. Right: a flat map of {rows} by {columns} with one cell marked, in the row and "
        "column where the little box begins.",
        big,
        sheet,
    )


def twelve_products(place=PLACE, which=0) -> Figure:
    """One number of the map: twelve products in three rows, and their sum."""
    image, filters = hand_example()
    weights = filters[..., which]
    i, j = place
    patch = image[i : i + 2, j : j + 2]
    cell, parts, step = 32.0, [], 84.0
    total = conv2d(image, weights)[place]
    partial = []
    for p, letter in enumerate("RGB"):
        y = 26 + p * step
        tint, _ = CHANNELS[letter]
        products = patch[:, :, p] * weights[p]
        partial.append(products.sum())
        parts += [
            text(10, y + 37, letter, size=15, font_weight="bold", anchor="start"),
            rect(28, y - 4, 4, 2 * cell + 8, fill=tint, stroke="none"),
            grid(42, y, patch[:, :, p], cell=cell, fill=IMAGE, opacity=0.16),
            text(123, y + 37, "×", size=18),
            grid(140, y, weights[p], cell=cell, fill=FILTERS, opacity=0.2),
            text(221, y + 37, "→", size=18),
            grid(238, y, products, cell=cell, fill="none"),
            text(319, y + 37, "→", size=18),
            text(370, y + 37, written(products.sum()), size=16, anchor="end"),
        ]
    y = 26 + 3 * step
    parts += [
        text(74, 14, "image", size=13),
        text(172, 14, "filter", size=13),
        text(270, 14, "products", size=13),
        text(356, 14, "sums", size=13),
        rect(332, y - 12, 44, 1.5, fill="currentColor", stroke="none"),
        rect(328, y, 52, 34, fill=RESULT, fill_opacity=0.3, stroke=RESULT, stroke_width=2.5),
        text(354, y + 23, written(total), size=17, font_weight="bold"),
    ]
    sums = ", ".join(written(value) for value in partial)
    return Figure(
        "Twelve products, one sum, one number. Nothing says which part of it came from red.",
        f"Three rows for R, G and B. Each row: two by two numbers of the image, two by two of the "
        f"filter, their four products, and the sum of these. The sums are {sums}. Below the line "
        f"stands their sum, {written(total)}, in one box.",
        Panel(390, y + 38, *parts),
    )


def maps_add_up() -> Figure:
    """On a photograph: what each channel adds, and the one map they make."""
    photo = portrait().astype(np.float64)
    _, filters = hand_example()
    weights = filters[..., 0]
    parts = [conv2d(photo[:, :, p], weights[p]) for p in range(3)]
    parts = [part - np.median(part) for part in parts]
    whole = sum(parts)
    reach = max(np.percentile(np.abs(part), 98) for part in [*parts, whole])
    width = 140
    height = width * whole.shape[0] / whole.shape[1]
    named = [
        *zip(parts, ("from red", "from green", "from blue"), strict=True),
        (whole, "their sum: the map"),
    ]
    return Figure(
        "Three channels each add their part, at the same place, to one map.",
        "Four gray pictures made from the portrait: what the red, the green and the blue channel "
        "add, and last their sum, the one map. The red part is strongest at the flag and the face; "
        "the sum shows outlines from all three.",
        *(
            Panel(
                width,
                height + 22,
                picture(0, 0, width, height, signed_gray(halved(part), reach=reach)),
                text(width / 2, height + 17, words, size=13),
            )
            for part, words in named
        ),
    )


def depth_follows() -> Figure:
    """Images with 1, 3 and 5 channels: the filter is as deep as its image, the result is flat."""
    panels = []
    for depth, words in ((1, "a scanned digit"), (3, "a photograph"), (5, "five feature maps")):
        cell = 17.0
        letters = "RGB" if depth == 3 else ""
        view = View(6, 66, cell=cell)
        lift = 66
        panels.append(
            Panel(
                196,
                232,
                box(view, (5, 6, depth), letters=letters, fill=IMAGE, opacity=0.14),
                little_box(view, (1, 1), (3, 3, depth), color=FILTERS),
                text(58, lift + 112, f"5 × 6 × {depth}", size=14),
                text(58, lift + 132, words, size=12),
                text(58, lift + 154, f"filter {depth} × 3 × 3", size=13),
            )
        )
    return Figure(
        "One channel, three, five: the filter’s depth is never a choice. The map is always flat.",
        "Three boxes of 5 by 6, with 1, 3 and 5 channels. In each lies a little box of 3 by 3 "
        "that is exactly as deep as the big one: 1, 3 and 5.",
        *panels,
    )
