"""The figures of chapter 11: one number seen four times, by hand and on the red circle."""

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
    maps = [conv2d(photo, np.multiply.outer(np.array(BANK[name][0], float), BANK[name][1]))
            for name in names]  # fmt: skip
    as_bytes = [signed_gray(m - np.median(m), reach=np.percentile(np.abs(m - np.median(m)), 98))
                for m in maps]  # fmt: skip
    return Figure(
        "Three feature maps of the portrait, shown as if they were red, green and blue.",
        "Left: the portrait. Right: the same head as a relief in violet, yellow and turquoise, "
        "colors that nothing in the portrait has; its outlines are colored by their direction.",
        photo_panel(photo, "what went in", width=150),
        photo_panel(np.stack(as_bytes, axis=-1), "a picture of what?", width=150),
    )


def modifier_panel(place=PLACE, *, asked=False) -> Panel:
    """View 1: shifted and weighted copies lie on one another."""
    image, filters = hand_example()
    changed = conv2d(image, filters[..., 0])
    rows, columns = changed.shape
    cell, parts = 20.0, []
    for k in range(3):  # three of the twelve, as a pile
        x, y = 6 + 8 * (2 - k), 8 + 7 * (2 - k)
        parts.append(rect(x, y, columns * cell, rows * cell, stroke=IMAGE, stroke_opacity=0.7,
                          style="fill:var(--pst-color-background,#fff)"))  # fmt: skip
    parts += [
        grid(6, 8, changed, cell=cell, fill=RESULT, opacity=0.16, size=9.5, numbers=not asked),
        window(6, 8, *place, 1, 1, cell=cell, color=RESULT, opacity=0.4),
        text(84, 146, "12 shifted copies, added", size=13),
    ]
    return titled(parts, "image modifier", "?" if asked else written(changed[place]), 178)


def finder_panel(place=PLACE, *, asked=False) -> Panel:
    """View 2: the patch beside the pattern, and how well they agree."""
    image, filters = hand_example()
    i, j = place
    pattern = filters[..., 0]
    patch = image[i : i + 2, j : j + 2].transpose(2, 0, 1)
    parts = [text(40, 16, "patch", size=12), text(126, 16, "pattern", size=12)]
    for p, letter in enumerate("RGB"):
        y = 24 + 38 * p
        parts += [
            rect(8, y, 3, 34, fill=CHANNELS[letter][0], stroke="none"),
            text(0, y + 21, letter, size=10, anchor="start", font_weight="bold"),
            grid(23, y, patch[p], cell=17, fill=IMAGE, opacity=0.2, size=11),
            text(83, y + 21, "·", size=18),
            grid(109, y, pattern[p], cell=17, fill=FILTERS, opacity=0.2, size=11),
        ]
    angle = "?" if asked else f"{np.degrees(np.arccos(cosine(patch, pattern))):.0f}°"
    parts.append(text(84, 160, f"angle between them: {angle}", size=13))
    total = "?" if asked else written((patch * pattern).sum())
    return titled(parts, "pattern finder", total, 168)


def cosine(patch, pattern) -> float:
    """How far two boxes of numbers point in the same direction: 1 if one is a multiple."""
    return float((patch * pattern).sum() / np.linalg.norm(patch) / np.linalg.norm(pattern))


def matrix_panel(place=PLACE, *, asked=False) -> Panel:
    """View 3: the matrix of one filter; dark where a weight stands, one row framed."""
    image, filters = hand_example()
    matrix = convolution_matrix(filters[..., 0], image.shape)
    where = convolution_matrix(np.ones(filters.shape[:3]), image.shape)  # zero weights too
    row = place[0] * (image.shape[1] - 1) + place[1]
    cell, size = 1.25, len(matrix)
    parts = [
        picture(6, 30, matrix.shape[1] * cell, size * 3.0, brightness(-where)),
        rect(6, 30, matrix.shape[1] * cell, size * 3.0, stroke_opacity=0.8),
        rect(5, 30 + 3.0 * row - 1.5, matrix.shape[1] * cell + 2, 6, stroke=RESULT, stroke_width=2),
        text(6, 20, f"row {row} of {size}", size=12, anchor="start"),
        text(96, 152, f"{size} × {matrix.shape[1]}, 12 weights", size=13),
    ]
    total = "?" if asked else written((matrix @ image.ravel())[row])
    return titled(parts, "shared matrix", total, 192)


def layer_panel(place=PLACE, *, asked=False) -> Panel:
    """View 4: three features come in at each pixel, four leave the place."""
    image, filters = hand_example()
    i, j = place
    features = np.einsum("mnp,pmnc->c", image[i : i + 2, j : j + 2], filters)
    parts = []
    for k, (m, n) in enumerate(np.ndindex(2, 2)):
        parts.append(grid(8 + 24 * k, 34, image[i + m, j + n][:, None], cell=20, fill=IMAGE,
                          opacity=0.2, size=11))  # fmt: skip
    parts += [
        text(54, 24, "3 features, 4 times", size=12), arrow(112, 64, 140, 64),
        grid(148, 24, features[:, None], cell=22, fill=RESULT, opacity=0.2, size=11,
             numbers=not asked),
        rect(148, 24, 22, 22, stroke=RESULT, stroke_width=3),
        text(90, 140, "4 features leave", size=13),
    ]  # fmt: skip
    total = "?" if asked else written(features[0])
    return titled(parts, "feature transformer", total, 182)


def titled(parts, title, total, width) -> Panel:
    """A panel with its view's name and number below."""
    return Panel(
        width, 216, *parts, text(width / 2, 184, title, size=14, font_weight="bold"),
        text(width / 2, 206, total, size=16, font_weight="bold"),
    )  # fmt: skip


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
    first = tile(signed_gray(red), "the changed picture", width=126, frame=RESULT)
    step = 126 / red.shape[1]
    first.marks += rect((j - 1) * step, (i - 1) * step, 3 * step, 3 * step, stroke=FILTERS,
                        stroke_width=2)  # fmt: skip
    pattern = brightness(filters[..., 0].transpose(1, 2, 0), low=-1, high=1)
    second = Panel(
        200, 148, picture(4, 30, 92, 92, 255 * patch), rect(4, 30, 92, 92, stroke=IMAGE),
        picture(104, 30, 92, 92, pattern), rect(104, 30, 92, 92, stroke=FILTERS, stroke_width=2),
        text(50, 22, "patch", size=12), text(150, 22, "pattern", size=12),
        text(100, 143, "how well they agree", size=13),
    )  # fmt: skip
    height, width = red.shape
    third = Panel(
        170, 148, picture(4, 4, 162, 108, picture_of_matrix(image.shape, 15)),
        rect(4, 4, 162, 108, stroke_opacity=0.8),
        text(85, 143, f"{height * width} × {image.size:,}", size=13),
    )  # fmt: skip
    parts = []
    for k, name in enumerate(FINDERS):
        value = float(maps[i, j, k])
        y, length = 8 + 27 * k, max(value, 0) / maps[i, j].max() * 74
        parts += [
            text(4, y + 15, name, size=12, anchor="start"),
            rect(56, y + 2, max(length, 1), 17, fill=RESULT, fill_opacity=0.5, stroke=RESULT),
            text(62 + length, y + 15, written(round(value, 1)), size=12, anchor="start"),
        ]
    fourth = Panel(170, 148, *parts, text(85, 143, "four features of this place", size=13))
    return Figure(
        f"The red circle by machine: {written(round(float(red[place]), 1))}, four times. In the "
        "layer’s view it is one feature among others.",
        "Four drawings of the picture with the red circle. A gray map with one bright spot, "
        "framed. The patch with the red circle, and beside it the filter, a reddish ring. A "
        "matrix with many thin slanted lines. Four bars for the features red, green, blue and "
        "yellow; red is the longest.",
        first, second, third, fourth,
    )  # fmt: skip


def picture_of_matrix(image_shape, kernel) -> np.ndarray:
    """Where the matrix of one filter holds weights, as grays; each pixel stands for several."""
    where = convolution_matrix(np.ones((image_shape[2], kernel, kernel)), image_shape)
    high, wide = where.shape[0] // 108 * 108, where.shape[1] // 324 * 324
    blocks = where[:high, :wide].reshape(108, high // 108, 324, wide // 324)
    return brightness(-blocks.mean(axis=(1, 3)))
