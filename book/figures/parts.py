"""Parts of a face as filters, their maps, and a second layer over them: chapter 4's portrait."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import portrait

from .ch01 import EDGE, halved, photo_panel
from .ch03 import tile
from .grids import signed_gray
from .style import FILTERS, RESULT, Figure, Panel, picture, rect, text

PARTS = {"eye": (27, 61), "nose": (37, 49), "mouth": (51, 45), "chin": (57, 51)}
SIZE = 19  # rows and columns of a part
BANK = {  # name: weight of each channel, pattern; the widget's six filters
    "upright edges": ((1, 1, 1), EDGE),
    "level edges": ((1, 1, 1), EDGE.T),
    "red, not green or blue": ((1, -0.5, -0.5), np.ones((3, 3))),
    "blue, not red or green": ((-0.5, -0.5, 1), np.ones((3, 3))),
    "where red ends": ((1, -0.5, -0.5), -EDGE),
    "spots": ((1, 1, 1), 9 * (np.arange(9) == 4).reshape(3, 3) - 1.0),
}


def small_portrait() -> np.ndarray:
    """The portrait at half its size: (128, 108, 3)."""
    return halved(portrait())


def part_filters() -> np.ndarray:
    """Four filters cut from the portrait, (3, 19, 19, 4), each channel of each summing to zero.

    They are scaled so that each answers 1 at the place where it was cut.
    """
    filters = []
    for i, j in PARTS.values():
        cut = small_portrait()[i : i + SIZE, j : j + SIZE]
        cut = cut - cut.mean(axis=(0, 1))
        filters.append(np.moveaxis(cut, -1, 0) / (cut**2).sum())
    return np.stack(filters, axis=-1)


def face_filter() -> np.ndarray:
    """A filter for maps, (4, 31, 17): for each part one weight, at its place in the face."""
    places = np.array(list(PARTS.values()))
    places = places - places.min(axis=0)
    weights = np.zeros((len(PARTS), *(places.max(axis=0) + 1)))
    for p, (m, n) in enumerate(places):
        weights[p, m, n] = 1
    return weights


def best_and_next(values, apart=5) -> tuple:
    """Place of the highest number, that number, and the highest more than `apart` away from it."""
    i, j = np.unravel_index(values.argmax(), values.shape)
    rest = values.copy()
    rest[max(0, i - apart) : i + apart + 1, max(0, j - apart) : j + apart + 1] = -np.inf
    return (int(i), int(j)), values.max(), rest.max()


def four_features() -> Figure:
    """Eye, nose, mouth and chin: four filters, four maps, each with its own peak."""
    photo = small_portrait()
    scale, frames = 190 / photo.shape[0], []
    for i, j in PARTS.values():
        frames += [
            rect(
                j * scale, i * scale, SIZE * scale, SIZE * scale, stroke="#FFFFFF", stroke_width=4
            ),
            rect(j * scale, i * scale, SIZE * scale, SIZE * scale, stroke=FILTERS, stroke_width=2),
        ]
    width = photo.shape[1] * scale
    panels = [
        Panel(
            width,
            212,
            picture(0, 0, width, 190, photo),
            *frames,
            text(width / 2, 207, "four parts", size=13),
        )
    ]
    maps = conv2d(photo, part_filters())
    for c, name in enumerate(PARTS):
        (i, j), _, _ = best_and_next(maps[..., c])
        panel = tile(signed_gray(maps[..., c], reach=1.0), name, width=90, frame=RESULT)
        step = 90 / maps.shape[1]
        panel.marks += rect(
            (j - 4) * step, (i - 4) * step, 9 * step, 9 * step, stroke=FILTERS, stroke_width=2
        )
        panels.append(panel)
    return Figure(
        "Four filters, cut out of the portrait, and their four maps. Gray is zero; the frame in "
        "each map is around its highest number.",
        "Left: the portrait with frames on one eye, the nose, the mouth and the chin. Then four "
        "gray maps, one for each part; each has a bright spot in a small frame, at another place.",
        *panels,
    )


def face_found() -> Figure:
    """A second layer: one filter over four maps, and one clear peak."""
    photo = small_portrait()
    values = conv2d(conv2d(photo, part_filters()), face_filter())
    (i, j), _, _ = best_and_next(values)
    scale = 190 / photo.shape[0]
    rows, columns = (size + SIZE - 1 for size in face_filter().shape[1:])
    photo_side = photo_panel(photo, "what it saw", width=photo.shape[1] * scale)
    photo_side.marks += "".join(
        rect(j * scale, i * scale, columns * scale, rows * scale, stroke=color, stroke_width=wide)
        for color, wide in (("#FFFFFF", 5), (FILTERS, 2.5))
    )
    map_side = tile(
        signed_gray(values), "the face map", width=values.shape[1] * scale, frame=RESULT
    )
    map_side.marks += rect(
        (j - 4) * scale, (i - 4) * scale, 9 * scale, 9 * scale, stroke=FILTERS, stroke_width=2.5
    )
    return Figure(
        "The second layer’s map has one bright spot. The frame on the portrait shows all pixels "
        "that this one number depends on.",
        "Left: the portrait with one large frame around eye, nose, mouth and chin. Right: a gray "
        "map with a single bright spot, framed.",
        photo_side,
        map_side,
    )


def filter_bank() -> Figure:
    """The widget's still form: six small filters on the portrait."""
    photo, panels = small_portrait(), []
    for name, (channels, pattern) in BANK.items():
        values = conv2d(photo, np.multiply.outer(np.array(channels, float), pattern))
        values = values - np.median(values)
        reach = np.percentile(np.abs(values), 98)
        panels.append(photo_panel(signed_gray(values, reach=reach), name, width=146))
    return Figure(
        "Six filters of 3 × 3 × 3 on the portrait: six maps. Gray is the middle value of each map.",
        "Six gray pictures made from the portrait: upright edges; level edges; red areas light; "
        "blue areas light, such as the wall; the borders of red areas; and small bright spots.",
        *panels,
    )
