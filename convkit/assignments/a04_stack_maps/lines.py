"""The program of exercise 4.3, cut into lines."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.check.parsons import Lines


def _slide_box(image, filters):
    return conv2d(image, filters, fast=False)


# X, Y and Z carry a mistake each and belong nowhere.
ONE_LAYER = Lines(
    head=("def assembled(image, filters):",),
    lines={
        "A": "    C2 = filters.shape[-1]",
        "B": "    maps = []",
        "C": "    for c in range(C2):",
        "D": "        one = slide_box(image, filters[..., c])",
        "E": "        maps.append(one)",
        "F": "    return np.stack(maps, axis=-1)",
        "X": "        one = slide_box(image, filters[..., 0])",
        "Y": "    return np.stack(maps)",
        "Z": "        maps = [one]",
    },
    shown="EYBDXFAZC",
    names={"np": np, "slide_box": _slide_box},
)
