"""The figures of chapter 3: a red ring, its filter, the white trap, and what cures it."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.data import portrait, red_circle

from .ch01 import halved
from .grids import signed_gray, written
from .rings import STAR, WAYS, answers, crowd, peaks, pictures, red_filter, ring
from .style import CHANNELS, FILTERS, INK, RESULT, Figure, Panel, picture, rect, text


def tile(pixels, words, *, width=130.0, frame=INK) -> Panel:
    """A picture, its frame and a line of words below it; the frame keeps white from fading."""
    height = width * pixels.shape[0] / pixels.shape[1]
    return Panel(
        width,
        height + 22,
        picture(0, 0, width, height, pixels),
        rect(1, 1, width - 2, height - 2, stroke=frame, stroke_width=2, stroke_opacity=0.8),
        text(width / 2, height + 17, words, size=13),
    )


def planes(weights, *, width=100.0) -> list[Panel]:
    """The three planes of a filter: gray is zero, white positive, black negative."""
    reach = np.abs(weights).max()
    return [
        tile(signed_gray(plane, reach=reach), letter, width=width, frame=CHANNELS[letter][0])
        for plane, letter in zip(weights, "RGB", strict=True)
    ]


def attempt_fails() -> Figure:
    """The failed attempt: a ring of ones in red, and a map without a circle."""
    image = red_circle().astype(float)
    result = conv2d(image, red_filter(ring(15, 5, 7), "plain"))
    shown = np.full(result.shape, 127.5)  # the map is even, so any one gray tells the truth
    return Figure(
        f"We drew what we look for. Every number of the map is {result.mean():.1f}.",
        "Left: a red ring on light gray. Middle: the red plane of the filter, a ring of the same "
        "size, white on gray. Right: the map, one even gray without any circle.",
        tile(255 * image, "the picture"),
        tile(signed_gray(ring(15, 5, 7)), "the filter, in red", frame=FILTERS),
        tile(shown, "the map", frame=RESULT),
    )


def where_it_is() -> Figure:
    """The channels of the picture: the circle is in green and blue, as a gap."""
    image = 255 * red_circle().astype(float)
    return Figure(
        "No circle in red. In green and in blue, a dark one.",
        "Three gray pictures, the channels of the red ring on light gray. Red: one even light "
        "gray. Green and blue: a dark ring on light gray.",
        *(
            tile(image[:, :, p], letter, frame=CHANNELS[letter][0])
            for p, letter in enumerate("RGB")
        ),
    )


def bars(weights, names, words, *, most=36.0) -> Panel:
    """Answers of one filter to several pictures, as bars with their numbers."""
    got, every = answers(weights), pictures()
    parts = [text(4, 16, words, size=13, anchor="start")]
    for k, name in enumerate(names):
        y, length = 28 + 42 * k, max(got[name], 0) / most * 150
        parts += [
            picture(4, y, 34, 34, 255 * every[name]),
            rect(4, y, 34, 34, stroke_opacity=0.6),
            text(46, y + 22, name, size=13, anchor="start"),
            rect(104, y + 8, length, 18, fill=RESULT, fill_opacity=0.5, stroke=RESULT),
            text(112 + length, y + 22, written(got[name]), size=14, anchor="start"),
        ]
    return Panel(310, 32 + 42 * len(names), *parts)


def color_patterns() -> Figure:
    """The same ring drawn in red, and in gray: only the first tells colors apart."""
    mask, names = ring(9, 2.5, 4.2), ("red", "green", "blue")
    gray = np.stack([mask / 3] * 3)
    return Figure(
        "The filter drawn in red answers to the red circle alone. Drawn in gray, it answers to "
        "all three alike.",
        "Two lists of bars. The ring drawn in red answers 36 to a red ring, 0 to a green one and "
        "0 to a blue one. The ring drawn in gray answers 12 to each of the three.",
        bars(red_filter(mask, "plain"), names, "drawn in red"),
        bars(gray, names, "drawn in gray"),
    )


def which_answers() -> Figure:
    """The widget's still form: the filter's planes, and pictures without their answers."""
    every = pictures()
    return Figure(
        "The filter has ones on a ring in its red plane, and zeros elsewhere. Which of the "
        "pictures below it answers as loudly as the red circle?",
        "Above: three planes of a filter; the red one holds a white ring, the others are an even "
        "gray. Below: a red ring, a blue ring, a white ring and a yellow ring, all on black.",
        *planes(red_filter(ring(9, 2.5, 4.2), "plain"), width=84),
        *(tile(255 * every[name], name, width=84) for name in ("red", "blue", "white", "yellow")),
    )


def cures() -> Figure:
    """Five sets of weights, seven pictures: who answers whom, and how loudly."""
    every, left, step, top = pictures(), 118.0, 40.0, 58.0
    parts = []
    for k, (name, pixels) in enumerate(every.items()):
        x = left + k * step
        parts += [
            picture(x + 4, 4, 32, 32, 255 * pixels),
            rect(x + 4, 4, 32, 32, stroke_opacity=0.6),
            text(x + 20, 50, name, size=10),
        ]
    for i, (way, words) in enumerate(WAYS.items()):
        y = top + 34 * i
        parts.append(text(4, y + 21, words, size=13, anchor="start"))
        for k, value in enumerate(answers(red_filter(ring(9, 2.5, 4.2), way)).values()):
            parts += [
                rect(
                    left + k * step + 1,
                    y + 1,
                    step - 2,
                    32,
                    fill=RESULT,
                    stroke="none",
                    fill_opacity=0.08 + 0.5 * max(value, 0) / 36,
                ),
                text(left + k * step + step / 2, y + 21, written(round(value, 1)), size=13),
            ]
    return Figure(
        "Each row is a filter, each column a picture. What sums to zero is written at the left. "
        "Only in the last row does nothing get more than half of red.",
        "A table of answers. As drawn: red, white, yellow, magenta and all red get 36, green and "
        "blue 0. All together: red 30.7, white 20. Each channel: red and "
        "white 20. Each place zero: red 36, white 0, all red 36. Place and channel: red 20, "
        "white 0, yellow and magenta 10, all red 0.",
        Panel(left + 7 * step + 2, top + 34 * len(WAYS) + 2, *parts, least_width=340),
    )


def found() -> Figure:
    """The cured filter on light gray: the one red ring among other things."""
    scene, weights = crowd(), red_filter(ring(15, 5, 7))
    result = conv2d(scene, weights)
    i, j = np.unravel_index(result.argmax(), result.shape)
    scale = 220 / scene.shape[1]
    right = tile(signed_gray(result), "the map", width=result.shape[1] * scale, frame=RESULT)
    right.marks += rect(
        (j - 2) * scale, (i - 2) * scale, 5 * scale, 5 * scale, stroke=FILTERS, stroke_width=2.5
    )
    left = tile(255 * scene, "the picture", width=220)
    left.marks += rect(
        j * scale, i * scale, 15 * scale, 15 * scale, stroke=FILTERS, stroke_width=2.5
    )
    return Figure(
        "In the map gray is zero. One number stands out: there lies the only red circle.",
        "Left: on light gray a red, a blue, a white and a green ring and a red square; a frame "
        "is drawn around the red ring. Right: the map, mostly gray, with its brightest spot "
        "framed, at the place of the red ring.",
        left,
        right,
    )


def star_in_photo() -> Figure:
    """Two filters cut from one photograph, and where each finds itself."""
    photo, panels = halved(portrait()), []
    scale = 170 / photo.shape[1]
    for name, (i, j) in peaks().items():
        panel = tile(photo, name, width=170)
        for color, wide in (("#FFFFFF", 6), (FILTERS, 3)):  # a light edge, for dark pictures
            panel.marks += rect(
                j * scale,
                i * scale,
                STAR[3] * scale,
                STAR[2] * scale,
                stroke=color,
                stroke_width=wide,
            )
        panels.append(panel)
    return Figure(
        "The frame is the place of the highest answer. Cut out as it is, the star is found in her "
        "shirt. With every channel’s mean removed, it is found where it was cut.",
        "The portrait twice, each with a frame. Left: the frame lies on the white shirt. Right: "
        "the frame lies on a white star of the flag.",
        *panels,
    )
