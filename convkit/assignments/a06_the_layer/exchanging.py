"""The named mistakes of exchanging the sides of ⋆ and ∗."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _turns(**others):
    return setting(turns=lambda recipe: {**recipe.turns, **others})


def _same(x):
    return x


def _half(x):
    return x[::-1, ::-1]


def _both(turn):
    return _turns(correlation=turn, convolution=turn)


NEVER_TURNED = Mistake(
    "never-turned",
    "a map that is never turned",
    "Take an image that is 1 at one pixel of a corner, and exchange the sides by hand. Where does "
    "the filter appear?",
    "With ⋆, exchanging the sides turns the map by half a turn: result[::-1, ::-1]. Only ∗ "
    "commutes.",
    "idea-L15",
    (_both(_same),),
)
ALWAYS_TURNED = Mistake(
    "always-turned",
    "a map that is always turned",
    "What does it mean that ∗ commutes?",
    "∗ commutes: A ∗ W and W ∗ A are the same map, so there is nothing to turn. With ⋆ there is.",
    "idea-L15",
    (_both(_half),),
)
WRONG_ONE_TURNED = Mistake(
    "operations-exchanged",
    "the two operations exchanged",
    "Which of the two commutes, ⋆ or ∗?",
    "∗, the one that flips, commutes. ⋆ does not: its map comes out turned.",
    "idea-L15",
    (_turns(correlation=_same, convolution=_half),),
)
ONE_AXIS = Mistake(
    "one-axis-turned",
    "a map that is turned over one axis only",
    "Try it with a filter of one row, then with one of one column.",
    "Both axes are turned: result[::-1, ::-1].",
    "idea-L15",
    (
        _turns(correlation=lambda x: x[::-1]),
        _turns(correlation=lambda x: x[:, ::-1]),
        _both(lambda x: x[::-1]),
        _both(lambda x: x[:, ::-1]),
    ),
)
TRANSPOSED = Mistake(
    "transposed-for-turned",
    "a transposed map for a turned one",
    "Compare the shapes of A ⋆ W and W ⋆ A in full mode.",
    "A transpose exchanges rows and columns, and a quarter turn does too. Half a turn reverses "
    "both axes and leaves the shape: result[::-1, ::-1].",
    "idea-L15",
    (
        _turns(correlation=np.transpose),
        _turns(correlation=np.rot90),
        _both(np.transpose),
        _both(np.rot90),
    ),
)
