"""The right filter of one's own, and named mistakes in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from convkit.assignments.a03_design_filters.own import COLORS, SIZE, Tried, mask_of
from convkit.check.mistakes import balance, channels


@dataclass
class OwnFilter:
    """The right filter, open to change before it is tried on one picture."""

    name: str
    tried: Tried

    def carry_out(self):
        return self.tried.is_as_asked(self.name)


def recipe(name: str, *, color: str, form: str) -> OwnFilter:
    """Our filter: the color minus its mean, on the form, minus each channel's mean."""
    own = OwnFilter(name, Tried(np.zeros((3, SIZE, SIZE)), color, form))
    _set(own, place=True, space=True)
    return own


def _set(own, *, place=False, space=False, whole=False, color=None):
    color = np.array(COLORS[own.tried.color] if color is None else color, float)
    weights = color.reshape(3, 1, 1) * mask_of(own.tried.form)
    if place:
        weights = weights - weights.mean(axis=0)
    if space:
        weights = weights - weights.mean(axis=(1, 2), keepdims=True)
    if whole:
        weights = weights - weights.mean()
    own.tried.weights = weights


def _as(**how):
    return partial(_set, **how)


MISTAKES = (
    balance.AS_DRAWN.made_by(_as()),
    balance.ONE_MEAN_FOR_ALL.made_by(
        _as(whole=True),
        hint="What does your filter answer to your form in white, and to a wall in its own color?",
        why="The weights sum to zero all together, which silences a white wall and nothing else. "
        "Balance each place over the channels, and each channel over space.",
    ),
    balance.ZERO_OVER_CHANNELS_ONLY.made_by(_as(place=True)),
    balance.ZERO_OVER_SPACE_ONLY.made_by(_as(space=True)),
    channels.GRAY_FILTER.made_by(_as(color=(1, 1, 1)), _as(color=(1, 1, 1), space=True)),
)
