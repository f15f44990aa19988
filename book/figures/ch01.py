"""The figures of chapter 1: a square slides, finds edges, is flipped or not, meets the border."""

from __future__ import annotations

import numpy as np

from convkit import conv2d, convolve2d, output_size, pad_amounts
from convkit.data import hand_example, portrait

from .grids import grid, signed_gray, window, written
from .style import FILTERS, IMAGE, INK, RESULT, Figure, Panel, arrow, picture, rect, text

PLACE = (1, 4)
EDGE = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])  # Sobel's, left to right


def gray_portrait() -> np.ndarray:
    """The portrait as one channel: (H, W) float64, 0 to 255."""
    return portrait().astype(np.float64).mean(axis=2)


def halved(pixels) -> np.ndarray:
    """Every 2×2 pixels averaged into one: enough for a picture that is drawn small."""
    rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
    blocks = pixels[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, *pixels.shape[2:])
    return blocks.mean(axis=(1, 3))


def photo_panel(pixels, words, *, width=170) -> Panel:
    """A gray picture with a line of words below."""
    height = width * pixels.shape[0] / pixels.shape[1]
    return Panel(
        width,
        height + 22,
        picture(0, 0, width, height, pixels),
        text(width / 2, height + 17, words, size=13),
    )


def threshold_fails() -> Figure:
    """The failed attempt: ask each pixel alone whether it is an edge."""
    gray = gray_portrait()
    return Figure(
        "Dark pixels are not edges. No pixel alone can know that it is one.",
        "Left: the gray portrait. Right: the same picture with every pixel darker than 60 black "
        "and all others white; large areas turn black, the jacket and the hat: no outlines.",
        photo_panel(gray, "the picture"),
        photo_panel(np.where(gray < 60, 0, 255), "“dark” pixels"),
    )


def square_slides(place=PLACE) -> Figure:
    """Multiply and add at one place: the red channel of the by-hand picture, a 2×2 filter."""
    image, filters = hand_example()
    plane, weights = image[:, :, 0], filters[0, :, :, 0]
    result = conv2d(plane, weights)
    (i, j), cell = place, 28.0
    (rows, columns), (high, wide) = plane.shape, result.shape
    a, w, b = 4.0, 4.0, 4.0
    products = plane[i : i + 2, j : j + 2] * weights
    pairs = zip(plane[i : i + 2, j : j + 2].ravel(), weights.ravel(), strict=True)
    sum_line = " + ".join(
        f"{written(x)}·({written(y)})" if y < 0 else f"{written(x)}·{written(y)}" for x, y in pairs
    )
    panels = (
        Panel(
            columns * cell + 8,
            rows * cell + 28,
            grid(a, 4, plane, cell=cell, fill=IMAGE),
            window(a, 4, i, j, 2, 2, cell=cell),
            text(a + columns * cell / 2, rows * cell + 24, f"image A, {rows} × {columns}", size=13),
        ),
        Panel(
            2 * cell + 50,
            2 * cell + 28,
            grid(w + 21, 4, weights, cell=cell, fill=FILTERS, opacity=0.3),
            text(w + 21 + cell, 2 * cell + 24, "filter W, 2 × 2", size=13),
        ),
        Panel(
            wide * cell + 8,
            high * cell + 28,
            grid(b, 4, result, cell=cell, fill=RESULT),
            window(b, 4, i, j, 1, 1, cell=cell, color=RESULT, opacity=0.35),
            text(b + wide * cell / 2, high * cell + 24, f"map B, {high} × {wide}", size=13),
        ),
    )
    return Figure(
        f"B[{i}, {j}] = {sum_line} = {written(products.sum())}",
        f"Left: a grid of {rows} by {columns} digits with a 2 by 2 frame at row {i}, column {j}. "
        f"Middle: a 2 by 2 filter. Right: the map of {high} by {wide} numbers; at row {i}, column "
        f"{j} it holds {written(result[place])}, the sum of the four products.",
        *panels,
    )


def blur_and_edges() -> Figure:
    """One portrait, three filters: an average and the two directions of an edge."""
    gray = gray_portrait()
    blurred = conv2d(gray, np.full((9, 9), 1 / 81), padding="same")
    upright, level = conv2d(gray, EDGE), conv2d(gray, EDGE.T)
    return Figure(
        "The same sliding, other weights: an average blurs, differences find edges. "
        "In the edge maps gray is zero, white positive, black negative.",
        "Four gray pictures of the portrait. First as it is. Second blurred. Third with upright "
        "outlines standing out, such as the sides of the face and the flag's folds. Fourth with "
        "level outlines, such as the brim of the hat, glasses and mouth.",
        photo_panel(gray, "the picture", width=140),
        photo_panel(blurred, "9 × 9 average", width=140),
        photo_panel(signed_gray(upright, reach=400.0), "upright edges", width=140),
        photo_panel(signed_gray(level, reach=400.0), "level edges", width=140),
    )


def flip_on_a_point() -> Figure:
    """One bright pixel tells the two apart: ⋆ prints the filter turned, ∗ prints it as it is."""
    point = np.zeros((5, 5))
    point[2, 2] = 1
    weights = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    cell = 26.0

    def panel(values, words, fill, opacity=0.14):
        rows, columns = values.shape
        return Panel(
            columns * cell + 8,
            rows * cell + 30,
            grid(4, 4, values, cell=cell, fill=fill, opacity=opacity),
            text(4 + columns * cell / 2, rows * cell + 25, words, size=14),
        )

    return Figure(
        "On a single bright pixel, ∗ prints the filter; ⋆ prints it turned by half a turn.",
        "Four grids. The image A: zeros with a single 1 in the middle. The filter W: 1 to 9 in "
        "reading order. A ⋆ W: the numbers 9 down to 1. A ∗ W: the numbers 1 to 9, as in W.",
        panel(point, "A", IMAGE),
        panel(weights, "W", FILTERS, 0.24),
        panel(conv2d(point, weights), "A ⋆ W", RESULT),
        panel(convolve2d(point, weights), "A ∗ W", RESULT),
    )


def three_paddings(size=6, kernel=3) -> Figure:
    """Where the kernel may go: valid, same and full, on one row of an image."""
    panels = []
    for padding, words in (
        ("valid", "inside only"),
        ("same", "as many out as in"),
        ("full", "wherever it touches"),
    ):
        before, after = pad_amounts(size, kernel, padding=padding)
        places = output_size(size, kernel, padding=padding)
        cell, left = 19.0, 6 + 2 * 19.0
        y, parts = 24.0, []
        for k in range(-before, size + after):
            outside = k < 0 or k >= size
            parts.append(
                rect(
                    left + k * cell,
                    y,
                    cell,
                    cell,
                    fill="none" if outside else IMAGE,
                    fill_opacity=0.25,
                    stroke_dasharray="3 3" if outside else None,
                    stroke_opacity=0.6 if outside else 1,
                )
            )
            if outside:
                parts.append(text(left + (k + 0.5) * cell, y + 13.5, "0", size=11))
        for place in range(places):
            x, row = left + (place - before) * cell, y + 32 + 9 * place
            parts.append(rect(x + 1, row, kernel * cell - 2, 6, fill=FILTERS, stroke="none"))
        parts.append(text(left + 3 * cell, 15, f"“{padding}”: {words}", size=13))
        parts.append(text(left + 3 * cell, y + 128, f"{size} in, {places} out", size=13))
        panels.append(Panel(cell * 10 + 12, 158, *parts))
    return Figure(
        f"A row of {size} pixels, a kernel {kernel} wide. Each bar is one place of the kernel. "
        "Dashed pixels are padding: zeros.",
        "Three rows of six pixels. Valid: the kernel has four places, all inside. Same: one zero "
        "at each end, six places. Full: two zeros at each end, eight places.",
        *panels,
    )


def stride_two(size=8, kernel=3, stride=2) -> Figure:
    """A stride that does not divide: the last pixel is never looked at."""
    places = output_size(size, kernel, stride=stride)
    cell, left, y, parts = 34.0, 6.0, 6.0, []
    last = (places - 1) * stride + kernel  # pixels that some place looks at
    for k in range(size):
        seen = k < last
        parts.append(
            rect(
                left + k * cell,
                y,
                cell,
                cell,
                fill=IMAGE if seen else "none",
                fill_opacity=0.25,
                stroke_dasharray=None if seen else "4 3",
            )
        )
        parts.append(text(left + (k + 0.5) * cell, y + 22, k, size=14))
    for place in range(places):
        x, row = left + place * stride * cell, y + cell + 10 + 16 * place
        parts.append(rect(x + 2, row, kernel * cell - 4, 11, fill=FILTERS, stroke="none"))
        if place:
            parts.append(
                arrow(x - stride * cell + 4, row + 5.5, x - 3, row + 5.5, stroke=INK, head=6)
            )
    return Figure(
        f"{size} pixels, a kernel {kernel} wide, stride {stride}: {places} places, and pixel "
        f"{size - 1} is left over.",
        f"A row of {size} numbered pixels and below it {places} bars, each {kernel} pixels wide "
        f"and each {stride} pixels further right. The last pixel, {size - 1}, has no bar below it.",
        Panel(size * cell + 12, y + cell + 10 + 16 * places + 4, *parts),
    )
