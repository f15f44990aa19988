"""The named mistakes of an activation: which one, of what, and when."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import replacing, setting
from convkit.check.mistakes import activation


def _bends(**others):
    """Other functions under the same names."""
    return setting(bends=lambda recipe: {**recipe.bends, **others})


BIAS_AFTER = activation.BIAS_AFTER_ACTIVATION.made_by(
    replacing(join=lambda sums, bias, bend: bend(sums) + bias)
)
BEND_FORGOTTEN = activation.ACTIVATION_NOT_USED.made_by(
    _bends(relu=lambda x: x, sigmoid=lambda x: x, tanh=lambda x: x)
)
BEND_ALWAYS = activation.ALWAYS_RELU.made_by(
    setting(bends=lambda recipe: dict.fromkeys(recipe.bends, lambda x: np.maximum(x, 0))),
    setting(bends=lambda recipe: {**recipe.bends, None: lambda x: np.maximum(x, 0)}),
)
BAD_RELU = activation.NOT_QUITE_RELU.made_by(
    _bends(relu=np.abs),
    _bends(relu=lambda x: np.minimum(x, 0)),
    _bends(relu=lambda x: np.clip(x, 0, 1)),
    _bends(relu=lambda x: (x > 0).astype(float)),
)
BAD_SIGMOID = activation.NOT_QUITE_SIGMOID.made_by(
    _bends(sigmoid=lambda x: 1 / (1 + np.exp(x))),
    _bends(sigmoid=lambda x: 1 / 1 + np.exp(-x)),
    _bends(sigmoid=lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
    _bends(sigmoid=np.tanh),
)
BAD_TANH = activation.NOT_QUITE_TANH.made_by(
    _bends(tanh=lambda x: 1 / (1 + np.exp(-x))),
    _bends(tanh=np.tan),
    _bends(tanh=lambda x: np.tanh(x / 2)),
)
BENT_TOO_EARLY = activation.ACTIVATION_INSIDE_THE_SUM.made_by(
    replacing(products=lambda products, bend: bend(products)),
    replacing(products=lambda products, bend: bend(products.sum(axis=(3, 4), keepdims=True))),
)
