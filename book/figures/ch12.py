"""The figures of chapter 12: one number seen four times, by hand and on the red circle."""

from __future__ import annotations

import numpy as np

from convkit import conv2d, convolution_matrix
from convkit.data import hand_example, red_circle

from .ch01 import photo_panel
from .ch02 import PLACE
from .ch03 import tile
from .grids import brightness, grid, signed_gray, window, written
from .parts import BANK, small_portrait
from .rings import COLORS, ring
from .style import CHANNELS, FILTERS, IMAGE, RESULT, Figure, Panel, arrow, picture, rect, text

RING = ring(15, 5, 7)  # the size of the circle in the picture
FINDERS = ("red", "green", "blue", "yellow")


def finders() -> np.ndarray:
    """Rings for red, green, blue and yellow, (3, 15, 15, 4): all with both zero sums of chapter 3.

    White and gray are silent in each of them, and so is every even area.
    """
    made = []
    for name in FINDERS:
        color = np.array(COLORS[name], float)
        weights = np.multiply.outer(color - color.mean(), RING)
        made.append(weights - weights.mean(axis=(1, 2), keepdims=True))
    return np.stack(made, axis=-1)


def maps_as_colors() -> Figure:
    """The failed attempt: three feature maps looked at as red, green and blue."""
    photo, names = small_portrait(), ("upright edges", "level edges", "red, not green or blue")
    maps = [
        conv2d(photo, np.multiply.outer(np.array(BANK[name][0], float), BANK[name][1]))
        for name in names
    ]
    as_bytes = [
        signed_gray(m - np.median(m), reach=np.percentile(np.abs(m - np.median(m)), 98))
        for m in maps
    ]
    return Figure(
        "Three feature maps of the portrait, shown as if they were red, green and blue.",
        "Left: the portrait. Right: the same head as a relief in violet, yellow and turquoise, "
        "colors that nothing in the portrait has; its outlines are colored by their direction.",
        photo_panel(photo, "what went in", width=150),
        photo_panel(np.stack(as_bytes, axis=-1), "a picture of what?", width=150),
    )


WIDE = 310  # of a panel: two fit beside each other
PAPER = "fill:var(--pst-color-background,#fff)"  # covers what lies below it


def modifier_panel(place=PLACE, *, asked=False) -> Panel:
    """View 1: shifted and weighted copies lie on one another."""
    image, filters = hand_example()
    changed = conv2d(image, filters[..., 0])
    rows, columns = changed.shape
    cell, x, parts = 26.0, 56.0, []
    for k in (2, 1):  # the pile below
        parts.append(
            rect(
                x + 9 * k,
                8 + 7 * k,
                columns * cell,
                rows * cell,
                stroke=IMAGE,
                stroke_opacity=0.7,
                style=PAPER,
            )
        )
    parts += [
        rect(x, 8, columns * cell, rows * cell, stroke="none", style=PAPER),
        grid(x, 8, changed, cell=cell, fill=RESULT, opacity=0.16, numbers=not asked),
        window(x, 8, *place, 1, 1, cell=cell, color=RESULT, opacity=0.4),
        text(WIDE / 2, 176, "12 shifted copies, added", size=13),
    ]
    return titled(parts, "image modifier", "?" if asked else written(changed[place]))


def finder_panel(place=PLACE, *, asked=False) -> Panel:
    """View 2: the patch beside the pattern, and how well they agree."""
    image, filters = hand_example()
    i, j = place
    pattern = filters[..., 0]
    patch = image[i : i + 2, j : j + 2].transpose(2, 0, 1)
    parts = [text(106, 16, "patch", size=13), text(214, 16, "pattern", size=13)]
    for p, letter in enumerate("RGB"):
        y = 24 + 46 * p
        parts += [
            text(56, y + 26, letter, size=13, font_weight="bold"),
            rect(68, y, 4, 42, fill=CHANNELS[letter][0], stroke="none"),
            grid(85, y, patch[p], cell=21, fill=IMAGE, opacity=0.2, size=13),
            text(160, y + 26, "·", size=20),
            grid(193, y, pattern[p], cell=21, fill=FILTERS, opacity=0.2, size=13),
        ]
    angle = "?" if asked else f"{np.degrees(np.arccos(cosine(patch, pattern))):.0f}°"
    parts.append(text(WIDE / 2, 180, f"angle between them: {angle}", size=13))
    return titled(parts, "pattern finder", "?" if asked else written((patch * pattern).sum()))


def cosine(patch, pattern) -> float:
    """How far two boxes of numbers point in the same direction: 1 if one is a multiple."""
    return float((patch * pattern).sum() / np.linalg.norm(patch) / np.linalg.norm(pattern))


def matrix_panel(place=PLACE, *, asked=False) -> Panel:
    """View 3: the matrix of one filter; dark where a weight stands, one row framed."""
    image, filters = hand_example()
    matrix = convolution_matrix(filters[..., 0], image.shape)
    where = convolution_matrix(np.ones(filters.shape[:3]), image.shape)  # zero weights too
    row = place[0] * (image.shape[1] - 1) + place[1]
    size, width, step = len(matrix), 288.0, 3.8
    parts = [
        picture(11, 28, width, size * step, brightness(-where)),
        rect(11, 28, width, size * step, stroke_opacity=0.8),
        rect(10, 28 + step * row - 1.5, width + 2, step + 3, stroke=RESULT, stroke_width=2),
        text(11, 19, f"row {row} of {size}", size=13, anchor="start"),
        text(WIDE / 2, 180, f"{size} × {matrix.shape[1]}, 12 weights", size=13),
    ]
    total = "?" if asked else written((matrix @ image.ravel())[row])
    return titled(parts, "matrix with shared weights", total)


def layer_panel(place=PLACE, *, asked=False) -> Panel:
    """View 4: three features come in at each pixel, four leave the place."""
    image, filters = hand_example()
    i, j = place
    features = np.einsum("mnp,pmnc->c", image[i : i + 2, j : j + 2], filters)
    parts = []
    for k, (m, n) in enumerate(np.ndindex(2, 2)):
        parts.append(
            grid(
                36 + 30 * k,
                56,
                image[i + m, j + n][:, None],
                cell=26,
                fill=IMAGE,
                opacity=0.2,
                size=13,
            )
        )
    parts += [
        text(94, 44, "3 features, 4 times", size=13),
        arrow(164, 96, 200, 96),
        grid(
            214,
            44,
            features[:, None],
            cell=28,
            fill=RESULT,
            opacity=0.2,
            size=13,
            numbers=not asked,
        ),
        rect(214, 44, 28, 28, stroke=RESULT, stroke_width=3),
        text(228, 180, "4 features leave", size=13),
    ]
    return titled(parts, "feature transformer", "?" if asked else written(features[0]))


def titled(parts, title, total) -> Panel:
    """A panel with its view's name and number below."""
    return Panel(
        WIDE,
        240,
        *parts,
        text(WIDE / 2, 206, title, size=14, font_weight="bold"),
        text(WIDE / 2, 230, total, size=17, font_weight="bold"),
    )


VIEWS = (modifier_panel, finder_panel, matrix_panel, layer_panel)
SEEN = (
    "Four drawings. Image modifier: a pile of shifted pictures, with one cell framed. Pattern "
    "finder: the patch and the pattern, twelve numbers each. Shared matrix: a matrix of 35 by 144 "
    "with slanted lines of weights, one row framed. Feature transformer: four columns of three "
    "numbers, an arrow, a column of four."
)


def four_questions() -> Figure:
    """The widget's still form: four views of one place, each without its answer."""
    return Figure(
        "Four ways to look at one place. How many different numbers will they give?",
        f"{SEEN} Below each drawing stands a question mark.",
        *(view(asked=True) for view in VIEWS),
    )


def four_views() -> Figure:
    """One place of the by-hand example in four views, each with the same number."""
    image, filters = hand_example()
    total = written(conv2d(image, filters[..., 0])[PLACE])
    return Figure(
        f"Row {PLACE[0]}, column {PLACE[1]}, the first filter. Four ways, all ending at {total}.",
        f"{SEEN} Below each drawing stands {total}.",
        *(view() for view in VIEWS),
    )


def four_views_of_the_circle() -> Figure:
    """The same four views of the 32×32×3 picture, at the place of the red circle."""
    image, filters = red_circle().astype(float), finders()
    maps = conv2d(image, filters)
    red = maps[..., 0]
    place = np.unravel_index(red.argmax(), red.shape)
    i, j = (int(v) for v in place)
    patch = image[i : i + 15, j : j + 15]
    first = tile(signed_gray(red), "changed picture", width=120, frame=RESULT)
    step = 120 / red.shape[1]
    first.marks += rect(
        (j - 1) * step, (i - 1) * step, 3 * step, 3 * step, stroke=FILTERS, stroke_width=2
    )
    pattern = brightness(filters[..., 0].transpose(1, 2, 0), low=-1, high=1)
    second = Panel(
        176,
        142,
        picture(4, 30, 80, 80, 255 * patch),
        rect(4, 30, 80, 80, stroke=IMAGE),
        picture(92, 30, 80, 80, pattern),
        rect(92, 30, 80, 80, stroke=FILTERS, stroke_width=2),
        text(44, 22, "patch", size=12),
        text(132, 22, "pattern", size=12),
        text(88, 137, "how well they agree", size=13),
    )
    height, width = red.shape
    third = Panel(
        128,
        142,
        picture(4, 26, 120, 80, picture_of_matrix(image.shape, 15)),
        rect(4, 26, 120, 80, stroke_opacity=0.8),
        text(64, 137, f"{height * width} × {image.size:,}", size=13),
    )
    parts = []
    for k, name in enumerate(FINDERS):
        value = float(maps[i, j, k])
        y, length = 4 + 27 * k, max(value, 0) / maps[i, j].max() * 48
        parts += [
            text(4, y + 15, name, size=12, anchor="start"),
            rect(50, y + 2, max(length, 1), 17, fill=RESULT, fill_opacity=0.5, stroke=RESULT),
            text(56 + length, y + 15, written(round(value, 1)), size=12, anchor="start"),
        ]
    fourth = Panel(136, 142, *parts, text(68, 137, "four features", size=13))
    return Figure(
        f"The red circle by machine: {written(round(float(red[place]), 1))}, four times. In the "
        "layer’s view it is one feature among others.",
        "Four drawings of the picture with the red circle. A gray map with one bright spot, "
        "framed. The patch with the red circle, and beside it the filter, a reddish ring. A "
        "matrix with many thin slanted lines. Four bars for the features red, green, blue and "
        "yellow; red is the longest.",
        first,
        second,
        third,
        fourth,
    )


def picture_of_matrix(image_shape, kernel) -> np.ndarray:
    """Where the matrix of one filter holds weights, as grays; each pixel stands for several."""
    where = convolution_matrix(np.ones((image_shape[2], kernel, kernel)), image_shape)
    high, wide = where.shape[0] // 108 * 108, where.shape[1] // 324 * 324
    blocks = where[:high, :wide].reshape(108, high // 108, 324, wide // 324)
    return brightness(-blocks.mean(axis=(1, 3)))
