"""The program of exercise 12.2, cut into lines."""

from __future__ import annotations

import numpy as np

from convkit.check.parsons import Lines

# X, Y and Z carry a mistake each and belong nowhere.
FOILS = Lines(
    head=(
        "def assembled(image, filters):",
        "    C1, K, _, C2 = filters.shape",
        "    rows, columns = image.shape[0] - K + 1, image.shape[1] - K + 1",
    ),
    lines={
        "A": "    piles = np.zeros((rows, columns, C2))",
        "B": "    for p, m, n in np.ndindex(C1, K, K):",
        "C": "        foil = image[m : m + rows, n : n + columns, p]",
        "D": "        for c in range(C2):",
        "E": "            piles[:, :, c] += filters[p, m, n, c] * foil",
        "F": "    return piles",
        "X": "            piles[:, :, c] = filters[p, m, n, c] * foil",
        "Y": "        foil = image[n : n + rows, m : m + columns, p]",
        "Z": "            piles[:, :, c] += filters[p, -1 - m, -1 - n, c] * foil",
    },
    shown="EYBDXFAZC",
    names={"np": np},
)
