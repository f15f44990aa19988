"""Exercise 9.3: filters of 1 × 1, a dense layer at every pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import reference
from convkit.assignments.sliding import catalogue
from convkit.check.changes import after, replacing, setting
from convkit.check.draw import Draw, ascending
from convkit.check.exercise import Probe
from convkit.check.mistakes import axes, bias, channels


@dataclass
class Mix:
    """maps · filters + bias at every pixel, each step open to change."""

    maps: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, C2)
    bias: np.ndarray  # (C2,)
    product: Callable = np.matmul
    add: Callable = np.add
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        result = self.add(self.product(self.maps, self.filters), self.bias)
        for change in self.after:
            result = change(result)
        return result


def mix(maps, filters, bias):
    """The definition: a convolution layer with kernels of one pixel."""
    return reference.conv2d(maps, filters[:, None, None, :], bias=bias)


def mix_probes(seed: str) -> list[Probe]:
    """Parts 0 no bias, 1 with one; W = C2 or H = C2 hides a bias added along the wrong axis."""
    draw, probes = Draw(seed, "mix"), []
    for part, H, W, C1, C2 in (
        (0, 3, 5, 4, 2),
        (0, 5, 3, 2, 4),
        (1, 3, 5, 4, 5),
        (1, 4, 6, 3, 2),
        (1, 5, 2, 3, 5),
    ):
        filters = (-1 if C1 == 2 or H == 4 else 1) * np.abs(draw.filters((C1, C2)))
        bias = draw.filters((C2,)) * 16 + 0.25 if part else np.zeros(C2)
        probes.append(Probe(part, (draw.image((H, W, C1)), filters, bias), watch=True))
    return probes


def small_mixes() -> list[Probe]:
    shapes = [(1, 1, 1, 1), (1, 1, 2, 1), (1, 2, 1, 2), (2, 1, 1, 2), (1, 2, 2, 1), (1, 2, 2, 3)]
    probes = [
        Probe(0, (ascending((H, W, C1)), ascending((C1, C2)) / 2, np.zeros(C2)))
        for H, W, C1, C2 in shapes
    ]
    probes += [
        Probe(1, (ascending((H, W, C1)), ascending((C1, C2)), 10 * ascending((C2,))))
        for H, W, C1, C2 in shapes
    ]
    return [*probes, Probe(0, (np.ones((1, 1, 1)), np.array([[-1.5]]), np.zeros(1)))]


MIX_MISTAKES = (
    bias.BIAS_FORGOTTEN.made_by(replacing(add=lambda result, bias: result)),
    bias.ONE_BIAS_FOR_ALL.made_by(
        replacing(add=lambda result, bias: result + bias[0]),
        replacing(add=lambda result, bias: result + bias.sum()),
        replacing(add=lambda result, bias: result + bias.mean()),
        replacing(add=lambda result, bias: result + bias[-1]),
        section="idea-L14",
    ),
    bias.BIAS_ALONG_THE_IMAGE.made_by(
        replacing(add=lambda result, bias: result + bias[:, None]),
        replacing(add=lambda result, bias: result + bias[:, None, None]),
    ),
    bias.BIAS_INSIDE_THE_SUM.made_by(
        setting(bias=lambda r: r.bias * len(r.filters)), section="idea-L14"
    ),
    bias.BIAS_SUBTRACTED.made_by(setting(bias=lambda r: -r.bias)),
    channels.CHANNELS_AVERAGED.made_by(
        replacing(product=lambda maps, filters: maps @ filters / len(filters)), section="idea-L22"
    ),
    channels.ONE_CHANNEL_ONLY.made_by(
        replacing(product=lambda maps, filters: maps[..., :1] @ filters[:1]),
        replacing(product=lambda maps, filters: maps[..., -1:] @ filters[-1:]),
        section="idea-L22",
    ),
    channels.CHANNELS_REVERSED.made_by(
        replacing(product=lambda maps, filters: maps[..., ::-1] @ filters), section="idea-L22"
    ),
    axes.AXES_MISREAD.made_by(
        replacing(product=lambda maps, filters: maps @ filters.reshape(filters.shape[::-1]).T),
        hint="Print filters before and after your change of shape. Is filters[p, c] the same?",
        why="reshape cuts the row of numbers anew. (C1, C2) is right as it stands: maps @ filters.",
        section="idea-L22",
    ),
    channels.MIXED_BEFORE_THE_WEIGHTS.made_by(
        replacing(product=lambda maps, filters: maps.sum(axis=-1, keepdims=True) * filters.sum(0)),
        replacing(product=lambda maps, filters: maps.mean(axis=-1, keepdims=True) * filters.sum(0)),
    ),
    axes.MAPS_IN_FRONT.made_by(after(lambda result: np.moveaxis(result, -1, 0))),
    catalogue.TRANSPOSED_RESULT,
    catalogue.CUT_RESULT,
    catalogue.NEGATIVES_LOST,
)
