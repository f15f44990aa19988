"""The named mistakes of bias and activation."""

from __future__ import annotations

import numpy as np

from convkit.check.change import setting
from convkit.check.mistake import Mistake


def _bias(change):
    return setting(bias=lambda recipe: change(recipe.bias))


def _bends(**others):
    """Other functions under the same names."""
    return setting(bends=lambda recipe: {**recipe.bends, **others})


def _join(join):
    return setting(join=lambda recipe: join)


def _often(times):
    return setting(times=lambda recipe: times(recipe.filters.shape))


def _along(last, first):
    """The axis along which the bias is laid, with the maps last and first."""
    return setting(axis=lambda recipe: first if recipe.maps_first else last)


def _images(recipe):
    if recipe.maps.ndim == 4:
        recipe.axis = 0


ALONG_COLUMNS = Mistake(
    "bias-along-columns",
    "a bias for each column",
    "Take maps of zeros. Then each map of the result should be one number everywhere. Is it?",
    "The bias met the columns: all maps have the same stripes. NumPy lays shapes over one another "
    "from the right; with the maps in front, the bias needs two axes behind it: "
    "bias[:, None, None].",
    "idea-L14",
    (_along(-1, -1), _along(-2, -3), _along(-2, -1)),
)
ALONG_ROWS = Mistake(
    "bias-along-rows",
    "a bias for each row",
    "Take maps of zeros. Then each map of the result should be one number everywhere. Is it?",
    "The bias met the rows. With the maps last it needs no other axes; with the maps in front two "
    "of them, bias[:, None, None].",
    "idea-L14",
    (_along(-3, -3), _along(-1, -2), _along(-3, -2)),
)
ALONG_IMAGES = Mistake(
    "bias-along-images",
    "a bias for each image",
    "With many images, which axis is the first one?",
    "The first axis of a batch counts images. Count the axes from the right: the maps are axis -1, "
    "or -3 if they stand in front.",
    "idea-L14",
    (_images,),
)
ONE_BIAS = Mistake(
    "one-bias-for-all",
    "one bias for all maps",
    "Give your function a bias of (1, 2, 3). Does each map get another number?",
    "All maps got the same number. Each map has a bias of its own: bias[c] belongs to map c.",
    "idea-L14",
    (
        _bias(lambda bias: np.full_like(bias, bias[0])),
        _bias(lambda bias: np.full_like(bias, bias.sum())),
        _bias(lambda bias: np.full_like(bias, bias.mean())),
    ),
)
SUBTRACTED = Mistake(
    "bias-subtracted",
    "a bias that is subtracted",
    "Take a bias above zero. Should the maps become larger or smaller?",
    "A bias is added. A threshold of 15 is a bias of -15.",
    "idea-L14",
    (_bias(np.negative),),
)
MULTIPLIED = Mistake(
    "bias-multiplied",
    "a bias that is multiplied",
    "Take a bias of zero. What should happen to the maps?",
    "Weights are multiplied, a bias is added.",
    "idea-L14",
    (_join(np.multiply),),
)
NOT_ADDED = Mistake(
    "bias-forgotten",
    "a bias that is not used",
    "Does your result change when the bias does?",
    "The maps came out without their bias. (maps + bias is a new array: return it.)",
    "idea-L14",
    (_join(lambda maps, bias: maps + 0 * bias),),
)
BIAS_FORGOTTEN = Mistake(
    "bias-forgotten",
    "a bias that is not used",
    "Does your result change when the bias does?",
    "The layer is activation(W ⋆ x + b), and your result is activation(W ⋆ x).",
    "idea-L14",
    (setting(times=0),),
)
IN_THE_SUM = Mistake(
    "bias-inside-the-sum",
    "a bias inside the sum",
    "Take an image of zeros and a bias of 1. What should come out, and what does?",
    "The bias was added with every product, or with every channel. It belongs to the sum as a "
    "whole: add it once, before the loops or after them.",
    "idea-L14",
    (
        _often(lambda shape: shape[0]),
        _often(lambda shape: shape[0] * shape[1] * shape[2]),
        _often(lambda shape: shape[1] * shape[2]),
    ),
)
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
