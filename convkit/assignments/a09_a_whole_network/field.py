"""Exercise 9.5: how much of the image one number has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.changes import replacing, setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistakes import size, stride


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


def _kernels_from_zero(recipe):
    recipe.begin, recipe.grow = 0, lambda field, K, jump: field + K * jump


KERNELS_ADDED = size.KERNELS_ADDED.made_by(
    replacing(grow=lambda field, K, jump: field + K * jump), _kernels_from_zero
)

FIELD_MISTAKES = (
    KERNELS_ADDED,
    size.NO_BEGINNING.made_by(setting(begin=0)),
    size.KERNELS_MULTIPLIED.made_by(replacing(grow=lambda field, K, jump: field * K)),
    stride.STRIDES_IGNORED.made_by(replacing(lengthen=lambda jump, S: jump)),
    stride.OWN_STRIDE_FIRST.made_by(setting(own_stride_first=True)),
    stride.STRIDES_ADDED.made_by(
        replacing(lengthen=lambda jump, S: jump + S),
        replacing(lengthen=lambda jump, S: jump + S - 1),
    ),
    stride.LAST_STRIDE_ONLY.made_by(replacing(lengthen=lambda jump, S: S)),
    stride.ALL_STRETCHED.made_by(setting(stretched=True)),
    stride.LAYERS_FROM_THE_WRONG_END.made_by(setting(backwards=True)),
    size.ONE_LAYER_ONLY.made_by(setting(only=slice(1)), setting(only=slice(-1, None))),
)
