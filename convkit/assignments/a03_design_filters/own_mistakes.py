"""The right filter of one's own, and named mistakes in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from convkit.assignments.a03_design_filters.own import COLORS, SIZE, Tried, mask_of
from convkit.check.mistake import Mistake


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
    Mistake(
        "as-drawn",
        "a drawing that is not balanced",
        "Lay your filter on a white picture, and then on a wall. What should it say, and why?",
        "The weights are those of the drawing. They should sum to zero over the channels at each "
        "place, and over space in each channel.",
        "section-white",
        (_as(),),
    ),
    Mistake(
        "one-mean-for-all",
        "one mean for the whole filter",
        "What does your filter answer to your form in white, and to a wall in its own color?",
        "The weights sum to zero all together, which silences a white wall and nothing else. "
        "Balance each place over the channels, and each channel over space.",
        "section-white",
        (_as(whole=True),),
    ),
    Mistake(
        "areas-heard",
        "zero over the channels only",
        "What does your filter answer to a wall in its own color?",
        "Each place is balanced over the channels, so gray is silent. Even areas still are not: "
        "take each channel's mean away, too, axis=(1, 2).",
        "section-white",
        (_as(place=True),),
    ),
    Mistake(
        "white-heard",
        "zero over space only",
        "What does your filter answer to your form in white?",
        "Each channel is balanced over space, so even areas are silent. White forms still are "
        "not: take away the mean over the channels, too, axis=0.",
        "section-white",
        (_as(space=True),),
    ),
    Mistake(
        "gray-filter",
        "a filter with three equal planes",
        "Print your three planes. How could this filter tell one color from another?",
        "All planes are equal, so this filter is deaf to color and hears brightness alone. Give "
        "each plane the weight of its channel.",
        "idea-L05",
        (_as(color=(1, 1, 1)), _as(color=(1, 1, 1), space=True)),
    ),
)
