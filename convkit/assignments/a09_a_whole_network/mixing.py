"""Exercise 9.3: filters of 1 × 1, a dense layer at every pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import reference
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistake import Mistake


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
        Probe(0, (_small((H, W, C1)), _small((C1, C2)) / 2, np.zeros(C2)))
        for H, W, C1, C2 in shapes
    ]
    probes += [
        Probe(1, (_small((H, W, C1)), _small((C1, C2)), 10 * _small((C2,))))
        for H, W, C1, C2 in shapes
    ]
    return [*probes, Probe(0, (np.ones((1, 1, 1)), np.array([[-1.5]]), np.zeros(1)))]


def _small(shape):
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape)


def _adding(function):
    return lambda recipe: setattr(recipe, "add", function)


def _multiplying(function):
    return lambda recipe: setattr(recipe, "product", function)


MIX_MISTAKES = (
    Mistake(
        "bias-forgotten",
        "a bias that is not used",
        "Your numbers are right without a bias. Where does it occur in your line?",
        "After the sum over the channels, each map gets its bias: + bias.",
        "idea-L14",
        (_adding(lambda result, bias: result),),
    ),
    Mistake(
        "one-bias-for-all",
        "one bias for all maps",
        "Give one map a bias and leave the others at 0. Which maps change in your result?",
        "Every map has a bias of its own: bias[c] is added to map c, and to no other.",
        "idea-L14",
        (
            _adding(lambda result, bias: result + bias[0]),
            _adding(lambda result, bias: result + bias.sum()),
            _adding(lambda result, bias: result + bias.mean()),
            _adding(lambda result, bias: result + bias[-1]),
        ),
    ),
    Mistake(
        "bias-along-the-image",
        "a bias added along rows or columns",
        "bias has C2 numbers. Which axis of your result has C2 entries?",
        "bias[:, None] is added along the width, bias[:, None, None] along the height. Maps come "
        "last here, so plain + bias is right.",
        "idea-L14",
        (
            _adding(lambda result, bias: result + bias[:, None]),
            _adding(lambda result, bias: result + bias[:, None, None]),
        ),
    ),
    Mistake(
        "bias-inside-the-sum",
        "a bias added once for each channel",
        "How often is the bias added to one number of the result?",
        "The bias was inside the sum over the channels. It is added once, after the sum.",
        "idea-L14",
        (lambda r: setattr(r, "bias", r.bias * len(r.filters)),),
    ),
    Mistake(
        "bias-subtracted",
        "a bias with the wrong sign",
        "Is the bias added or taken away?",
        "The layer is W ⋆ x + b: the bias is added.",
        "idea-L14",
        (lambda r: setattr(r, "bias", -r.bias),),
    ),
    Mistake(
        "channels-averaged",
        "an average over the channels for a sum",
        "Your numbers are all too small by the same factor. What else is as large as this factor?",
        "The result was divided by the number of channels. The sum runs over them, and nothing is "
        "divided.",
        "idea-L22",
        (_multiplying(lambda maps, filters: maps @ filters / len(filters)),),
    ),
    Mistake(
        "one-channel-only",
        "only one of the channels",
        "Change the maps in one channel at a time. For which channels does your result not change?",
        "Only one channel took part. A 1 × 1 filter has a weight for each of them.",
        "idea-L22",
        (
            _multiplying(lambda maps, filters: maps[..., :1] @ filters[:1]),
            _multiplying(lambda maps, filters: maps[..., -1:] @ filters[-1:]),
        ),
    ),
    Mistake(
        "channels-reversed",
        "channels in reverse order",
        "A filter that is 1 for channel 0 and 0 elsewhere should give channel 0. What does yours?",
        "Channel p of the maps met row C1 - 1 - p of the filters.",
        "idea-L22",
        (_multiplying(lambda maps, filters: maps[..., ::-1] @ filters),),
    ),
    Mistake(
        "axes-misread",
        "filters reshaped where their axes should move",
        "Print filters before and after your change of shape. Is filters[p, c] still the same?",
        "reshape cuts the row of numbers anew. (C1, C2) is right as it stands: maps @ filters.",
        "idea-L22",
        (_multiplying(lambda maps, filters: maps @ filters.reshape(filters.shape[::-1]).T),),
    ),
    Mistake(
        "mixed-before-the-weights",
        "channels added before they were weighted",
        "Give two channels weights of 1 and -1. What should come out where both are equal?",
        "The channels were added first, so the filter could not tell them apart. Each channel has "
        "its own weight, and the sum comes after.",
        "idea-L22",
        (
            _multiplying(lambda maps, filters: maps.sum(axis=-1, keepdims=True) * filters.sum(0)),
            _multiplying(lambda maps, filters: maps.mean(axis=-1, keepdims=True) * filters.sum(0)),
        ),
    ),
    Mistake(
        "maps-in-front",
        "maps in front",
        "Which axis of your result counts the maps, the first or the last?",
        "Your result is (C2, H, W), as PyTorch has it. In this course maps come last: (H, W, C2).",
        "idea-L09",
        (lambda r: r.after.append(lambda result: np.moveaxis(result, -1, 0)),),
    ),
    c.TRANSPOSED_RESULT,
    n.CUT_RESULT,
    n.NEGATIVES_LOST,
)
