"""The figures of chapter 8 that compare: two layers after the same lessons."""

from __future__ import annotations

from math import log10

import numpy as np

from .ch03 import planes, tile
from .grids import brightness, grid
from .lessons import COUNTS, answers_everywhere, curves, left_only
from .prose import said
from .style import FILTERS, IMAGE, INK, RESULT, Figure, Panel, line, mark, text


def one_lesson() -> Figure:
    """The widget's still form: one lesson, and two maps without their answers."""
    cell, (rows, columns), place = 26.0, (4, 6), 7
    empty, wide, high = np.zeros((rows, columns)), columns * 26.0 + 8, rows * 26.0 + 26
    x, y = 4 + (place % columns + 0.5) * cell, 4 + (place // columns + 0.5) * cell
    lesson = Panel(
        wide,
        high,
        grid(4, 4, empty, cell=cell, fill=IMAGE, numbers=False),
        mark("circle", cx=x, cy=y, r=7, fill=INK),
        text(wide / 2, high - 4, "one lesson", size=13),
    )
    maps = [
        Panel(
            wide,
            high,
            grid(4, 4, empty, cell=cell, fill=RESULT, numbers=False),
            *(
                text(4 + (k % columns + 0.5) * cell, 4 + (k // columns + 0.68) * cell, "?", size=13)
                for k in range(rows * columns)
            ),
            text(wide / 2, high - 4, f"{name} weights", size=13),
        )
        for name in ("shared", "own")
    ]
    return Figure(
        "A ring was shown once, at one of 24 places. At which places will each layer find one now?",
        "Three grids of 4 by 6 places. In the first, one place is marked: the lesson. The other "
        "two, shared weights and own weights, have a question mark at every place.",
        lesson,
        *maps,
    )


def taught_on_the_left() -> Figure:
    """Answers at every place to a clean red ring, after lessons in the left half alone."""
    shared, own, _ = left_only()
    wide, panels = 208.0, []
    for weights, words in ((shared, "shared weights"), (own, "own weights")):
        answers = answers_everywhere(weights)
        panel = tile(
            brightness(answers, low=0, high=answers.max()), words, width=wide, frame=RESULT
        )
        panel.marks += line(
            wide / 2,
            0,
            wide / 2,
            panel.height - 22,
            stroke=FILTERS,
            stroke_width=2,
            stroke_dasharray="5 4",
        )
        panels.append(panel)
    return Figure(
        "What each place answers to a red ring that lies just there: white is the highest answer, "
        "black none. All lessons were left of the dashed line.",
        "Two maps of 10 by 16 places. Shared weights: white everywhere. Own weights: a "
        "patchwork of white and black left of the middle, black everywhere to the right.",
        *panels,
    )


def learned_filter() -> Figure:
    """The 75 shared weights, as three planes."""
    shared, _, _ = left_only()
    return Figure(
        "The shared filter that came out: a ring in red, its negative in green, and blue ignored.",
        "Three planes of 5 by 5 weights. Red: a bright ring, darker inside. Green: the same with "
        "dark and bright exchanged. Blue: one even gray.",
        *planes(shared.reshape(3, 5, 5), width=84),
    )


def how_many_pictures() -> Figure:
    """How many pictures each layer needs, when the ring may lie everywhere."""
    left, top, tall, wide = 44.0, 14.0, 150.0, 300.0
    span = log10(COUNTS[-1])
    parts = [
        line(left, top + tall, left + wide, top + tall, stroke_opacity=0.5),
        line(left, top, left, top + tall, stroke_opacity=0.5),
    ]
    for share in (0, 0.5, 1):
        y = top + tall * (1 - share)
        parts.append(text(left - 6, y + 4, f"{100 * share:.0f} %", size=12, anchor="end"))
    parts += [
        text(left + wide * log10(n) / span, top + tall + 17, said(n), size=12) for n in COUNTS
    ]
    labels = (("shared", None, 2, "start", 8, 20), ("own", "6 4", 4, "end", -10, -4))
    for name, dash, where, anchor, right, down in labels:
        points = [
            (left + wide * log10(n) / span, top + tall * (1 - score))
            for n, score in zip(COUNTS, curves()[name], strict=True)
        ]
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x, y = points[where]
        parts += [
            mark(
                "path", d=path, fill="none", stroke=RESULT, stroke_width=2.5, stroke_dasharray=dash
            ),
            *(mark("circle", cx=x, cy=y, r=3.4, fill=RESULT) for x, y in points),
            text(x + right, y + down, f"{name} weights", size=13, anchor=anchor),
        ]
    parts.append(text(left + wide / 2, top + tall + 38, "pictures in the lesson", size=13))
    return Figure(
        "Lessons with rings at every place: how often each layer finds the ring in a new picture.",
        "A chart with a logarithmic axis of 1 to 1,000 pictures. Shared weights: near zero with "
        "one picture, 100 percent from three on. Own weights: below 50 percent with 100 pictures, "
        "near 100 percent only with 1,000.",
        Panel(left + wide + 24, top + tall + 44, *parts),
    )
