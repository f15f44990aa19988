"""Figures of chapter 10: the hunt for a hidden filter, out of noise and out of photographs."""

from __future__ import annotations

import numpy as np
from experiments import hidden_filter

from convkit import conv2d, conv2d_grad_image

from .ch03 import tile
from .grids import grid, signed_gray
from .learned import SNAPSHOTS, hidden
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, arrow, line, mark, picture, text


def what_is_known() -> Figure:
    """The game: an image, a map, and a filter that nobody shows us."""
    image = hidden_filter.noise_images(1)[0, :, :, 0]
    result = conv2d(image, hidden_filter.HIDDEN)
    cell, parts = (
        26.0,
        [grid(22, 30, np.zeros((3, 3)), cell=26, fill=FILTERS, opacity=0.3, numbers=False)],
    )
    parts += [
        text(22 + (j + 0.5) * cell, 30 + (i + 0.7) * cell, "?", size=15)
        for i in range(3)
        for j in range(3)
    ]
    parts += [arrow(106, 69, 126, 69), text(61, 132, "3 × 3", size=13)]
    return Figure(
        "The image and the map are known. The nine weights between them are not.",
        "Left: an image of gray noise. Middle: a filter of 3 by 3 with a question mark in each "
        "cell. Right: the map that it made, another gray noise.",
        tile(signed_gray(image), "image, 20 × 24", width=150, frame=IMAGE),
        Panel(130, 140, *parts),
        tile(signed_gray(result), "its map, 18 × 22", width=138, frame=RESULT),
    )


def emerges(filters=None, losses=None) -> Figure:
    """The filter after 0, 1, 2, … steps of gradient descent.

    Parameters
    ----------
    filters : ndarray (steps + 1, 3, 3), optional
        Those of the run that the page shows; without, those of the experiment on noise.
    losses : sequence of steps + 1 numbers, optional
        The loss of each filter.
    """
    if filters is None:
        filters, losses = hidden()
    panels = []
    for step in SNAPSHOTS:
        values = np.round(filters[step], 1) + 0.0
        panels.append(
            Panel(
                112,
                150,
                picture(4, 4, 104, 104, signed_gray(filters[step], reach=4.0)),
                grid(4, 4, values, cell=104 / 3, fill="none", size=15, numbers=False),
                *(
                    text(
                        4 + (j + 0.5) * 104 / 3,
                        4 + (i + 0.62) * 104 / 3,
                        written(values[i, j]),
                        size=12.5,
                        fill="#000000" if values[i, j] > -1.2 else "#FFFFFF",
                    )
                    for i in range(3)
                    for j in range(3)
                ),
                text(56, 126, f"{step} step{'s' * (step != 1)}", size=13),
                text(56, 144, loss_line(losses, step), size=12),
            )
        )
    return Figure(
        "From noise to the hidden filter. Each step moves every weight against its slope. Light "
        "is positive, dark negative.",
        "Eight small filters of 3 by 3. The first holds random numbers near zero; from one to the "
        "next its left column falls and its right column rises, until the last holds −1, 0, 1 in "
        "the outer rows and −2, 0, 2 in the middle one. The loss below them falls to zero.",
        *panels,
    )


def chain() -> Figure:
    """Four numbers, a filter of two, ReLU and a loss: forward on the left, back on the right."""
    signal, weights = np.array([[2.0, 1, 3, 1]]), np.array([[1.0, -1]])
    target = np.array([[4.0, -3, 5]])
    sums = conv2d(signal, weights)
    passed = np.maximum(sums, 0)
    at_relu = 2 * (passed - target) / target.size
    slopes = at_relu * (sums > 0)  # E
    at_signal = conv2d_grad_image(slopes, weights, signal.shape)
    at_weights = conv2d(signal, slopes)
    forward = [
        ("signal", signal, IMAGE),
        ("filter", weights, FILTERS),
        ("B = signal ⋆ filter", sums, RESULT),
        ("ReLU(B)", passed, RESULT),
        ("target", target, RESULT),
    ]
    back = [
        ("slope for the signal", at_signal, IMAGE),
        ("slope for the filter", at_weights, FILTERS),
        ("E, the slope at B", slopes, RESULT),
        ("slope at ReLU(B)", at_relu, RESULT),
    ]
    cell, step = 34.0, 68.0
    panels = []
    for rows, end in ((forward, ""), (back, "loss 9, begin here")):
        parts = []
        for k, (words, values, fill) in enumerate(rows):
            parts.append(text(8, 18 + step * k, words, size=13, anchor="start"))
            parts.append(grid(8, 24 + step * k, np.round(values, 2) + 0.0, cell=cell, fill=fill))
        if end:
            parts.append(text(8, 44 + step * 4, end, size=13, anchor="start"))
        first, last = (20.0, 24 + step * 4 + cell) if not end else (24 + step * 4, 20.0)
        parts.append(arrow(164, first, 164, last))
        panels.append(Panel(176, 24 + step * 4 + cell + 6, *parts))
    return Figure(
        "Left, downward: what the numbers are. Right, upward: how fast the loss rises with each of "
        "them.",
        "Two columns of small grids. Left, from top to bottom: the signal 2, 1, 3, 1; the filter "
        "1, −1; B: 1, −2, 2; after ReLU: 1, 0, 2; the target: 4, −3, 5. Right, from bottom to "
        "top: the slopes behind ReLU, −2, 2, −2; E: −2, 0, −2; the slopes for the filter, −10 "
        "and −4; the slopes for the signal, −2, 2, −2, 2.",
        *panels,
    )


def written(value) -> str:
    return f"{value:.1f}".replace("-", "−")


def loss_line(losses, step) -> str:
    """The loss before the step after this one: that of the filter shown."""
    if step >= len(losses):
        return f"loss {losses[-1]:.2f}"
    return f"loss {losses[step]:.2f}"


def slower(most=300) -> Figure:
    """The loss on noise, on photographs, and on photographs with momentum."""
    left, bottom, wide, tall = 54.0, 190.0, 230.0, 170.0
    low, high = -10, 2

    def y(loss):
        share = (np.log10(max(loss, 10.0**low)) - low) / (high - low)
        return bottom - tall * share

    chart = [
        line(left, bottom, left + wide, bottom, stroke_opacity=0.5),
        line(left, 16, left, bottom, stroke_opacity=0.5),
        *(
            text(left - 6, y(10.0**e) + 4, words, size=12, anchor="end")
            for e, words in ((0, "1"), (-4, "0.0001"), (-8, "10⁻⁸"))
        ),
        *(text(left + wide * k / most, bottom + 16, k, size=12) for k in (0, 100, 200, 300)),
        text(left + wide / 2, bottom + 36, "steps", size=13),
        text(left + 8, 14, "loss", size=13, anchor="start"),
    ]
    named = (
        ("noise", "noise", None),
        ("photograph", "photographs", "7 4"),
        ("momentum", "with momentum", "2 3"),
    )
    for kind, words, dashes in named:
        losses = hidden(kind)[1][: most + 1]
        losses = losses[losses > 10.0**low]
        if kind == "momentum":  # it swings: what it has not exceeded since
            losses = np.maximum.accumulate(losses[::-1])[::-1]
        points = [f"{left + wide * k / most:.1f},{y(v):.1f}" for k, v in enumerate(losses)]
        chart.append(
            mark(
                "polyline",
                points=" ".join(points),
                fill="none",
                stroke=RESULT,
                stroke_width=2.5,
                stroke_dasharray=dashes,
            )
        )
        k = len(losses) // 2 if kind == "noise" else len(losses) - 1
        chart.append(
            text(left + wide * k / most + 8, y(losses[k]) + 4, words, size=12, anchor="start")
        )
    return Figure(
        "The same hidden filter, the same method. Each number of the scale is a ten-thousandth of "
        "the one above. (With momentum it swings; drawn is what it no longer exceeds.)",
        "A chart of the loss over 300 steps, on a scale of powers of ten. On noise it falls "
        "steeply within 60 steps. On photographs it falls at first and then hardly at all. With "
        "momentum it falls steadily.",
        Panel(left + wide + 112, bottom + 42, *chart),
    )
