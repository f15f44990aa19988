"""The named mistakes of an activation: which one, of what, and when."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _bends(**others):
    """Other functions under the same names."""
    return setting(bends=lambda recipe: {**recipe.bends, **others})


def _join(join):
    return setting(join=lambda recipe: join)


BIAS_AFTER = Mistake(
    "bias-after-activation",
    "a bias that comes after the activation",
    "With ReLU, can a number of your result be below zero? Should it?",
    "The order is: sum, bias, activation. A bias that comes last shifts the result, and is no "
    "threshold any more.",
    "idea-L13",
    (_join(lambda sums, bias, bend: bend(sums) + bias),),
)
BEND_FORGOTTEN = Mistake(
    "activation-not-used",
    "an activation that is not used",
    "Does your result change when the activation does?",
    "The sum came out as it was. Its last step is missing: return the activation of it.",
    "idea-L13",
    (_bends(relu=lambda x: x, sigmoid=lambda x: x, tanh=lambda x: x),),
)
BEND_ALWAYS = Mistake(
    "always-relu",
    "ReLU, whatever was asked",
    "What should come out when the activation is None?",
    "Not every layer has ReLU: look at the argument `activation`. None leaves the sums as they "
    "are.",
    "idea-L13",
    (
        setting(bends=lambda recipe: dict.fromkeys(recipe.bends, lambda x: np.maximum(x, 0))),
        setting(bends=lambda recipe: {**recipe.bends, None: lambda x: np.maximum(x, 0)}),
    ),
)
BAD_RELU = Mistake(
    "not-quite-relu",
    "a bend that is not ReLU",
    "ReLU of -2 is 0, and ReLU of 7 is 7. What are yours?",
    "ReLU is max(x, 0): what is negative becomes zero, what is positive stays as it is, however "
    "large. np.maximum(x, 0) does it for a whole array.",
    "idea-L13",
    (
        _bends(relu=np.abs),
        _bends(relu=lambda x: np.minimum(x, 0)),
        _bends(relu=lambda x: np.clip(x, 0, 1)),
        _bends(relu=lambda x: (x > 0).astype(float)),
    ),
)
BAD_SIGMOID = Mistake(
    "not-quite-sigmoid",
    "a bend that is not the sigmoid",
    "The sigmoid of 0 is 0.5. For large numbers it comes close to 1, for very negative ones to 0.",
    "sigmoid(x) = 1 / (1 + e^(-x)), for each number alone. Mind the minus, and add the 1 inside "
    "the fraction.",
    "idea-L13",
    (
        _bends(sigmoid=lambda x: 1 / (1 + np.exp(x))),
        _bends(sigmoid=lambda x: 1 / 1 + np.exp(-x)),
        _bends(sigmoid=lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
        _bends(sigmoid=np.tanh),
    ),
)
BAD_TANH = Mistake(
    "not-quite-tanh",
    "a bend that is not tanh",
    "tanh of 0 is 0, and tanh of -x is -tanh of x. Are yours?",
    "tanh lies between -1 and 1: np.tanh.",
    "idea-L13",
    (
        _bends(tanh=lambda x: 1 / (1 + np.exp(-x))),
        _bends(tanh=np.tan),
        _bends(tanh=lambda x: np.tanh(x / 2)),
    ),
)
BENT_TOO_EARLY = Mistake(
    "activation-inside-the-sum",
    "an activation inside the sum",
    "How many numbers does the activation see at one place, for one map?",
    "Products (or channels) were bent one by one, and added afterwards. First the whole sum, then "
    "the bias, then the activation: once for each number of the result.",
    "idea-L13",
    (
        setting(products=lambda recipe: lambda products, bend: bend(products)),
        setting(
            products=lambda recipe: (
                lambda products, bend: bend(products.sum(axis=(3, 4), keepdims=True))
            )
        ),
    ),
)
