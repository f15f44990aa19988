"""Exercises 10.4 and 10.5: how the loss changes with each weight of the filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit.check.draw import Draw, ascending
from convkit.check.exercise import Probe
from convkit.check.parsons import Lines


@dataclass
class Gradient:
    """For each weight, a sum over the places where it was used; every step open to change."""

    image: np.ndarray  # (H, W, C1)
    slopes: np.ndarray  # (H', W', C2)
    K: int
    stride: int
    one_filter: bool = False  # whether the result has no axis for filters
    after: list[Callable] = field(default_factory=list)

    def __post_init__(self):
        self.begin: Callable = lambda i, m: i * self.stride + m  # the pixel that a weight met
        self.total: Callable = lambda pixels, slopes: np.einsum("ij,ijc->c", pixels, slopes)

    def carry_out(self):
        H, W, C1 = self.image.shape
        rows, columns, C2 = self.slopes.shape
        result = np.zeros((C1, self.K, self.K, C2))
        for p, m, n in np.ndindex(C1, self.K, self.K):
            y = np.array([self.begin(i, m) for i in range(rows)])
            x = np.array([self.begin(j, n) for j in range(columns)])
            if y.max() >= H or x.max() >= W or y.min() < -H or x.min() < -W:
                raise IndexError("a pixel outside the image")
            pixels = self.image[y[:, None], x, p]  # (H', W')
            result[p, m, n] = self.total(pixels, self.slopes)
        for change in self.after:
            result = change(result)
        return result[..., 0] if self.one_filter and result.ndim == 4 else result


def gradient(image, slopes, K, stride=1) -> Gradient:
    """The right recipe; slopes (H', W') are those of one filter (C1, K, K)."""
    if slopes.ndim == 2:
        return Gradient(image, slopes[:, :, None], K, stride, one_filter=True)
    return Gradient(image, slopes, K, stride)


def one_filter_probes(seed: str) -> list[Probe]:
    draw = Draw(seed, "gradient of one")
    return [
        Probe(0, (draw.image((H + K - 1, W + K - 1, C1)), _slopes(draw, (H, W), negative), K))
        for H, W, K, C1, negative in (
            (2, 4, 3, 2, False),
            (5, 3, 2, 3, True),
            (draw.whole(3, 4), 5, 2, 4, False),
        )
    ]


def layer_probes(seed: str) -> list[Probe]:
    """Parts 0 stride 1, 1 other strides, which leave pixels over."""
    draw, probes = Draw(seed, "gradient"), []
    for part, H, W, K, C1, C2, S in (
        (0, 2, 4, 3, 2, 4, 1),
        (0, 4, 3, 2, 3, 1, 1),
        (1, 3, 2, 2, 3, 4, 2),
        (1, 2, 3, 3, 2, 1, 3),
    ):
        rest = draw.whole(0, S - 1), S - 1
        size = tuple(K + S * (n - 1) + r for n, r in zip((H, W), rest, strict=True))
        slopes = _slopes(draw, (H, W, C2), C2 == 1)
        options = {"K": K} if S == 1 else {"K": K, "stride": S}
        probes.append(Probe(part, (draw.image((*size, C1)), slopes), options, watch=True))
    return probes


def _slopes(draw, shape, negative):
    return (-1 if negative else 1) * np.abs(draw.filters(shape))


def small_gradients(*, layer: bool) -> list[Probe]:
    cases = [
        ((1, 2, 1), (1, 2), 1, 1),
        ((2, 2, 1), (1, 1), 2, 1),
        ((1, 1, 2), (1, 1), 1, 1),
        ((2, 3, 1), (1, 2), 2, 1),
        ((3, 3, 1), (2, 2), 2, 1),
        ((2, 2, 2), (1, 1), 2, 1),
    ]
    if layer:
        cases += [((1, 3, 1), (1, 2), 1, 2), ((1, 4, 1), (1, 2), 1, 2), ((3, 4, 1), (1, 2), 2, 2)]
    probes = []
    for image, size, K, S in cases:
        for maps in (1, 2) if layer else (1,):
            slopes = ascending((*size, maps)) ** 2
            options = {"K": K} if S == 1 else {"K": K, "stride": S}
            if layer:
                probes.append(Probe(int(S > 1), (ascending(image), slopes), options))
            else:
                probes.append(Probe(0, (ascending(image), slopes[..., 0], K)))
    low = np.full((1, 1, 1) if layer else (1, 1), -0.5)
    args = (np.ones((1, 1, 1)), low)
    return [*probes, Probe(0, args, {"K": 1}) if layer else Probe(0, (*args, 1))]


# X, Y and Z carry a mistake each and belong nowhere.
GRADIENT_LINES = Lines(
    head=(
        "def assembled(image, slopes, K):",
        "    C1 = image.shape[2]",
        "    rows, columns = slopes.shape",
    ),
    lines={
        "A": "                    for j in range(columns):",
        "B": "    for p in range(C1):",
        "C": "                        total += image[i + m, j + n, p] * slopes[i, j]",
        "D": "    gradient = np.zeros((C1, K, K))",
        "E": "                gradient[p, m, n] = total",
        "F": "            for n in range(K):",
        "G": "    return gradient",
        "H": "                for i in range(rows):",
        "I": "        for m in range(K):",
        "J": "                total = 0.0",
        "X": "                        total += image[m, n, p] * slopes[i, j]",
        "Y": "                gradient[p, m, n] = total / slopes.size",
        "Z": "                        total += image[i - m, j - n, p] * slopes[i, j]",
    },
    shown="EAZGHXBJIYDCF",
    names={"np": np},
)
