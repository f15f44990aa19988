"""The named mistakes of a bias: where it is added, how often, and how many there are."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _bias(change):
    return setting(bias=lambda recipe: change(recipe.bias))


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


def _first_images(recipe):
    """A loop over the maps, with result[c] += bias[c]."""
    if recipe.maps.ndim == 4 and recipe.maps_first:
        recipe.axis, missing = 0, len(recipe.maps) - recipe.bias.size
        recipe.bias = np.pad(recipe.bias, (0, max(missing, 0)))


def _channel_biases(recipe):
    C1, C2 = recipe.filters.shape[0], recipe.bias.size
    if C1 > C2:
        raise IndexError("a bias that the layer does not have")
    recipe.bias = np.full(C2, recipe.bias[:C1].sum())


ALONG_COLUMNS = Mistake(
    "bias-along-columns",
    "a bias for each column",
    "Take maps of zeros. Then each map of the result should be one number everywhere. Is it?",
    "The bias met the columns: all maps have the same stripes. NumPy lays shapes over one another "
    "from the right; with the maps in front, the bias needs two axes behind it: "
    "bias[:, None, None].",
    "section-bias-wrong",
    (_along(-1, -1), _along(-2, -3), _along(-2, -1)),
)
ALONG_ROWS = Mistake(
    "bias-along-rows",
    "a bias for each row",
    "Take maps of zeros. Then each map of the result should be one number everywhere. Is it?",
    "The bias met the rows. With the maps last it needs no other axes; with the maps in front two "
    "of them, bias[:, None, None].",
    "section-bias-wrong",
    (_along(-3, -3), _along(-1, -2), _along(-3, -2)),
)
ALONG_IMAGES = Mistake(
    "bias-along-images",
    "a bias for each image",
    "With many images, which axis is the first one?",
    "The first axis of a batch counts images. Count the axes from the right: the maps are axis -1, "
    "or -3 if they stand in front.",
    "section-bias-wrong",
    (_images, _first_images),
)
ONE_BIAS = Mistake(
    "one-bias-for-all",
    "one bias for all maps",
    "Give your function a bias of (1, 2, 3). Does each map get another number?",
    "All maps got the same number. Each map has a bias of its own: bias[c] belongs to map c.",
    "section-bias-wrong",
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
    "section-bias-wrong",
    (
        _often(lambda shape: shape[0]),
        _often(lambda shape: shape[0] * shape[1] * shape[2]),
        _often(lambda shape: shape[1] * shape[2]),
    ),
)
BIAS_OF_CHANNELS = Mistake(
    "bias-of-the-channels",
    "a bias for each channel that comes in",
    "Which letter belongs to a map, and which one to a channel?",
    "bias[p] counts channels that come in. A bias belongs to a map: bias[c].",
    "section-bias-wrong",
    (_channel_biases,),
)
