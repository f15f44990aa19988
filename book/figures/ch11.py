"""The figures of chapter 11: what filters become, where a network looks, what a shift does."""

from __future__ import annotations

import numpy as np
from experiments import few_digits, red_circles

from .ch03 import planes, tile
from .grids import signed_gray
from .learned import red_run, shifted
from .style import (
    FILTERS,
    IMAGE,
    RESULT,
    Figure,
    Panel,
    line,
    mark,
    picture,
    rect,
    text,
)


def filters_learned() -> Figure:
    """The sixteen filters of the first layer, before and after training."""
    run, panels = red_run(), []
    reach = np.abs(run["after"]).max()
    for key, words in (("before", "before: noise"), ("after", "after training")):
        cell, parts = 66.0, []
        for c in range(16):
            x, y = 4 + cell * (c % 4), 4 + cell * (c // 4)
            pixels = np.moveaxis(run[key][..., c], 0, -1)  # (5, 5, 3)
            parts += [
                picture(x, y, cell - 5, cell - 5, signed_gray(pixels, reach=reach)),
                rect(x, y, cell - 5, cell - 5, stroke_opacity=0.5),
            ]
        parts.append(text(2 * cell, 4 * cell + 22, words, size=13))
        panels.append(Panel(4 * cell + 4, 4 * cell + 28, *parts))
    panels += planes(run["after"][..., strongest(run["after"])], width=88)
    return Figure(
        "The sixteen filters of the first layer. Gray is zero. Red stands for weights that want "
        "red and neither green nor blue, blue-green for the opposite. At the end: "
        "one of them, channel by channel.",
        "Two blocks of sixteen small color patterns of 5 by 5. Those before training are faint "
        "and without order. Of those after, many are strong, with slanted or level bars of red "
        "beside bars of blue-green; a few have stayed faint. Then the three planes R, G, B of one "
        "filter: where the red plane is light, the green and the blue one are dark.",
        *panels,
    )


def strongest(filters) -> int:
    """The number of the filter with most weight on red against green and blue."""
    part = np.tensordot([1, -0.5, -0.5], filters, axes=1)  # (K, K, C2)
    return int((part**2).sum(axis=(0, 1)).argmax())


def by_heart() -> Figure:
    """Training and validation loss over the epochs, for a hundred digits."""
    curves = few_digits.curves()
    left, bottom, wide, tall, high = 40.0, 186.0, 220.0, 166.0, 1.2
    count = len(curves["loss"])

    def points(losses):
        places = enumerate(np.minimum(losses, high))
        return " ".join(
            f"{left + wide * k / (count - 1):.1f},{bottom - tall * v / high:.1f}" for k, v in places
        )

    parts = [
        line(left, bottom, left + wide, bottom, stroke_opacity=0.5),
        line(left, bottom - tall, left, bottom, stroke_opacity=0.5),
        text(left + 34, bottom - tall + 4, "loss", size=13, anchor="start"),
        text(left + wide / 2, bottom + 36, "epochs", size=13),
    ]
    parts += [
        text(left - 6, bottom - tall * v / high + 4, v, size=12, anchor="end") for v in (0, 0.5, 1)
    ]
    parts += [
        text(left + wide * k / count, bottom + 17, k, size=12) for k in (0, count // 2, count)
    ]
    named = (("loss", "training", None, IMAGE), ("val_loss", "validation", "7 4", RESULT))
    for key, words, dashes, color in named:
        parts.append(
            mark(
                "polyline",
                points=points(curves[key]),
                fill="none",
                stroke=color,
                stroke_width=2.5,
                stroke_dasharray=dashes,
            )
        )
        y = bottom - tall * curves[key][-1] / high
        parts.append(
            text(left + wide + 6, y + (4 if dashes else -4), words, size=12, anchor="start")
        )
    return Figure(
        "A network learns a hundred digits. What it has not seen is read worse and worse in the "
        "end, while the loss on its own pictures goes to zero.",
        "A chart of two losses over the epochs. Both fall steeply at first. The solid line of the "
        "training set goes on to zero; the dashed line of the validation set turns and slowly "
        "rises.",
        Panel(left + wide + 76, bottom + 42, *parts),
    )


def where_it_looks(count=4) -> Figure:
    """Test pictures with a red circle among other things, and the map of where it is seen."""
    run, panels = red_run(), []
    images, labels, contents = run["test"]
    crowded = [k for k in range(len(labels)) if labels[k] and len(contents[k]) == 3][:count]
    maps = red_circles.red_circle_map(run["model"], images[crowded])
    for number, (image, values) in enumerate(zip(images[crowded], maps, strict=True), start=1):
        row, column = np.unravel_index(values.argmax(), values.shape)
        top, left = 2 * row, 2 * column  # the pixels that this place sees: 14 × 14
        scale = 130 / 32
        panel = tile(255 * (image + red_circles.GROUND), f"picture {number}", width=130)
        panel.marks += rect(
            left * scale, top * scale, 14 * scale, 14 * scale, stroke="#FFFFFF", stroke_width=4
        ) + rect(left * scale, top * scale, 14 * scale, 14 * scale, stroke=FILTERS, stroke_width=2)
        panels += [panel, tile(signed_gray(values), f"map {number}", width=90, frame=RESULT)]
    return Figure(
        "Four pictures that the network had not seen, each with its map of “here speaks something "
        "for a red circle”. The frame is what the highest number of the map has seen.",
        "Four times: a picture with three colored outlines, one of them a red circle with a frame "
        "around it, and a gray map of 10 by 10 with a bright spot at the place of the circle.",
        *panels,
    )


def by_place() -> Figure:
    """Shares of right answers on the left and on the right, for three networks."""
    study = shifted()["accuracies"]
    left, top, wide, step, parts = 92.0, 30.0, 196.0, 34.0, []
    for share in (0, 0.5, 1):
        x = left + wide * share
        parts += [
            line(x, top - 8, x, top + step * 6 + 40, stroke_opacity=0.25),
            text(x, 14, f"{100 * share:.0f} %", size=12),
        ]
    y = top
    for training, words in (
        ("left only", "trained on the left only"),
        ("everywhere", "trained everywhere"),
    ):
        parts.append(text(4, y + 12, words, size=13, anchor="start", font_weight="bold"))
        y += 20
        for network, places in study[training].items():
            parts.append(text(4, y + 16, network.split(", ")[-1], size=13, anchor="start"))
            for k, place in enumerate(("left", "right")):
                mean, row = places[place]["mean"], y + 3 + 11 * k
                parts.append(
                    rect(
                        left,
                        row,
                        wide * mean,
                        9,
                        fill=RESULT if k else IMAGE,
                        fill_opacity=0.5,
                        stroke="none",
                    )
                )
                parts += [
                    mark("circle", cx=left + wide * v, cy=row + 4.5, r=2.2, fill="currentColor")
                    for v in places[place]["values"]
                ]
                parts.append(text(left - 6, row + 8, "LR"[k], size=10, anchor="end"))
            y += step
    return Figure(
        "Shares of right answers when the shape lies on the left (L) and on the right (R). The "
        "bar is the mean of six runs, the dots are the runs.",
        "A chart of bars. Trained on the left only: the dense network, 89 % on the left and 57 % "
        "on the right; convolutions flattened, 100 and 37 %; convolutions pooled, 100 and nearly "
        "100 %. Trained everywhere: dense 87 and 88 %, the two others nearly 100 % on both sides.",
        Panel(left + wide + 24, y + 8, *parts),
    )
