"""Exercise 9.5: how much of the image one number has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistake import Mistake


@dataclass
class Field:
    """One number traced from the image up, each step open to change."""

    layers: list[tuple[int, int]]  # K, S of each, from the image up

    def __post_init__(self):
        self.begin = 1
        self.grow: Callable = lambda field, K, jump: field + (K - 1) * jump
        self.lengthen: Callable = lambda jump, S: jump * S
        self.own_stride_first = self.stretched = self.backwards = False
        self.only = slice(None)

    def carry_out(self):
        field, jump = self.begin, 1
        layers = list(self.layers)[self.only]
        for K, S in reversed(layers) if self.backwards else layers:
            longer = self.lengthen(jump, S)
            field = self.grow(field, K, longer if self.own_stride_first else jump)
            if self.stretched:
                field, longer = field * S, 1
            jump = longer
        return field


def sees(layers):
    """The definition: the first and last pixel under one number, traced down layer by layer."""
    first = last = 0
    for K, S in reversed(layers):
        first, last = first * S, last * S + K - 1
    return last - first + 1


def field_probes(seed: str) -> list[Probe]:
    """Parts 0 strides of 1, 1 other strides; the kernels are all different."""
    draw, probes = Draw(seed, "field"), []
    for count in (1, 2, 3):
        first = draw.whole(2, 4)
        probes.append(Probe(0, ([(first + 2 * n + draw.whole(0, 1), 1) for n in range(count)],)))
    for strides in ((2, 1), (3, 2), (2, 3, 1), (1, 2, 2, 3)):
        first = draw.whole(2, 3)
        layers = [(first + 2 * n + draw.whole(0, 1), S) for n, S in enumerate(strides)]
        probes.append(Probe(1, (layers,)))
    return probes


def small_fields() -> list[Probe]:
    stacks = [
        [(1, 1)],
        [(3, 1)],
        [(2, 1), (2, 1)],
        [(3, 1), (3, 1)],
        [(2, 1), (3, 1)],
        [(1, 2), (2, 1)],
        [(2, 2), (2, 1)],
        [(2, 2), (2, 2)],
        [(2, 1), (1, 2), (2, 1)],
        [(2, 3), (2, 2), (2, 1)],
        [(2, 2), (2, 2), (2, 1)],
    ]
    return [Probe(int(any(S > 1 for _, S in layers)), (layers,)) for layers in stacks]


def _growing(function):
    return setting(grow=lambda recipe: function)


def _kernels_from_zero(recipe):
    recipe.begin, recipe.grow = 0, lambda field, K, jump: field + K * jump


KERNELS_ADDED = Mistake(
    "kernels-added",
    "whole kernels added up",
    "Two windows of 3 lie next to each other, one pixel apart. How many pixels do they cover?",
    "Windows overlap. A layer adds K - 1 steps to what is seen, not K: two layers of 3 see 5.",
    "idea-L23",
    (_growing(lambda field, K, jump: field + K * jump), _kernels_from_zero),
)

FIELD_MISTAKES = (
    KERNELS_ADDED,
    Mistake(
        "no-beginning",
        "the one pixel at the beginning forgotten",
        "A stack with no layers at all: how many pixels does one number see?",
        "One pixel is there before the first layer. Begin with 1, and each layer adds to it.",
        "idea-L23",
        (setting(begin=0),),
    ),
    Mistake(
        "kernels-multiplied",
        "kernels multiplied",
        "Two layers of 3: draw which pixels the three numbers in the middle have seen.",
        "The windows of neighbors overlap, so they cover far less than 3 · 3 pixels in a row.",
        "idea-L23",
        (_growing(lambda field, K, jump: field * K),),
    ),
    Mistake(
        "strides-ignored",
        "strides that are not used",
        "In a map made with stride 2, how far apart in the image are two neighbors?",
        "After a layer with stride S, every step is S times as long. Later layers add (K - 1) of "
        "these longer steps.",
        "idea-L21",
        (setting(lengthen=lambda recipe: lambda jump, S: jump),),
    ),
    Mistake(
        "own-stride-first",
        "a stride that works too early",
        "One layer of 3 with stride 2: does one of its numbers see 3 pixels, or 5?",
        "The stride of a layer lengthens the steps of the layers after it. First add "
        "(K - 1) * jump, then multiply jump by S.",
        "idea-L21",
        (setting(own_stride_first=True),),
    ),
    Mistake(
        "strides-added",
        "strides added where they multiply",
        "Two layers of stride 2: how far apart in the image are two neighbors of the last map?",
        "Steps of steps multiply: 2 · 2 = 4 pixels.",
        "idea-L21",
        (
            setting(lengthen=lambda recipe: lambda jump, S: jump + S),
            setting(lengthen=lambda recipe: lambda jump, S: jump + S - 1),
        ),
    ),
    Mistake(
        "last-stride-only",
        "only the stride just before",
        "Three layers, the first with stride 2. Are the steps of the third still longer?",
        "jump was replaced by S. Every stride below stays in force: jump *= S.",
        "idea-L21",
        (setting(lengthen=lambda recipe: lambda jump, S: S),),
    ),
    Mistake(
        "all-stretched",
        "everything seen so far stretched by the stride",
        "Does a stride change how much the layers below it have seen?",
        "The whole field was multiplied by the stride. A stride changes only what later layers "
        "add: (K - 1) steps of the longer kind.",
        "idea-L21",
        (setting(stretched=True),),
    ),
    Mistake(
        "upside-down",
        "layers taken from the wrong end",
        "Which layer is next to the image: the first in the list, or the last?",
        "The list begins at the image. A stride works on the layers above it, not below.",
        "idea-L21",
        (setting(backwards=True),),
    ),
    Mistake(
        "one-layer-only",
        "one layer instead of all",
        "Does your result change if you add a layer?",
        "Only one layer was counted. What it looks at has itself seen more than one pixel.",
        "idea-L23",
        (setting(only=slice(1)), setting(only=slice(-1, None))),
    ),
)
