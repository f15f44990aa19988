"""The program of exercise 2.2, cut into lines."""

from __future__ import annotations

import numpy as np

from convkit.check.parsons import Lines

# X, Y and Z carry a mistake each and belong nowhere.
SLIDE_BOX = Lines(
    head=(
        "def assembled(image, filters):",
        "    image, filters = image.astype(float), filters.astype(float)",
        "    H, W, C1 = image.shape",
        "    K = filters.shape[1]",
    ),
    lines={
        "A": "    for i in range(H - K + 1):",
        "B": "                        total += image[i + m, j + n, p] * filters[p, m, n]",
        "C": "    result = np.zeros((H - K + 1, W - K + 1))",
        "D": "            result[i, j] = total",
        "E": "                for m in range(K):",
        "F": "        for j in range(W - K + 1):",
        "G": "                    for n in range(K):",
        "H": "            total = 0.0",
        "I": "    return result",
        "J": "            for p in range(C1):",
        "X": "            result[i, j] = total / C1",
        "Y": "                        total += image[i + m, j + n, p] * filters[m, n]",
        "Z": "                        total += image[i + m, j + n, p] * filters[0, m, n]",
    },
    shown="DGXBIEYAHZJCF",
    names={"np": np},
)
