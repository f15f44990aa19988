"""The named mistakes of a bias: where it is added, how often, and how many there are."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import changing, replacing, setting
from convkit.check.mistakes import bias


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


ALONG_COLUMNS = bias.BIAS_ALONG_COLUMNS.made_by(_along(-1, -1), _along(-2, -3), _along(-2, -1))
ALONG_ROWS = bias.BIAS_ALONG_ROWS.made_by(_along(-3, -3), _along(-1, -2), _along(-3, -2))
ALONG_IMAGES = bias.BIAS_ALONG_IMAGES.made_by(_images, _first_images)
ONE_BIAS = bias.ONE_BIAS_FOR_ALL.made_by(
    changing(bias=lambda bias: np.full_like(bias, bias[0])),
    changing(bias=lambda bias: np.full_like(bias, bias.sum())),
    changing(bias=lambda bias: np.full_like(bias, bias.mean())),
)
SUBTRACTED = bias.BIAS_SUBTRACTED.made_by(changing(bias=np.negative))
MULTIPLIED = bias.BIAS_MULTIPLIED.made_by(replacing(join=np.multiply))
NOT_ADDED = bias.BIAS_FORGOTTEN.made_by(replacing(join=lambda maps, bias: maps + 0 * bias))
BIAS_FORGOTTEN = bias.BIAS_FORGOTTEN.made_by(setting(times=0))
IN_THE_SUM = bias.BIAS_INSIDE_THE_SUM.made_by(
    _often(lambda shape: shape[0]),
    _often(lambda shape: shape[0] * shape[1] * shape[2]),
    _often(lambda shape: shape[1] * shape[2]),
)
BIAS_OF_CHANNELS = bias.BIAS_FOR_EACH_CHANNEL.made_by(
    _channel_biases,
    why="bias[p] counts channels that come in. A bias belongs to a map: bias[c].",
    section="section-bias-wrong",
)
