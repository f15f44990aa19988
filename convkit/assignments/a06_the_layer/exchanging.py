"""The named mistakes of exchanging the sides of ⋆ and ∗."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistakes import flips


def _turns(**others):
    return setting(turns=lambda recipe: {**recipe.turns, **others})


def _same(x):
    return x


def _half(x):
    return x[::-1, ::-1]


def _both(turn):
    return _turns(correlation=turn, convolution=turn)


NEVER_TURNED = flips.NEVER_TURNED.made_by(_both(_same))
ALWAYS_TURNED = flips.ALWAYS_TURNED.made_by(_both(_half))
WRONG_ONE_TURNED = flips.OPERATIONS_EXCHANGED.made_by(_turns(correlation=_same, convolution=_half))
ONE_AXIS = flips.ONE_AXIS_TURNED.made_by(
    _turns(correlation=lambda x: x[::-1]),
    _turns(correlation=lambda x: x[:, ::-1]),
    _both(lambda x: x[::-1]),
    _both(lambda x: x[:, ::-1]),
)
TRANSPOSED = flips.TRANSPOSED_FOR_TURNED.made_by(
    _turns(correlation=np.transpose),
    _turns(correlation=np.rot90),
    _both(np.transpose),
    _both(np.rot90),
)
