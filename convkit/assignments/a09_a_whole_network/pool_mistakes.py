"""The named ways to miss the largest number of each window, for exercise 9.4."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a09_a_whole_network.pooling import largest
from convkit.assignments.sliding import catalogue
from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import pooling, size, stride


def _counting(count=None, stride=None):
    return lambda recipe: recipe.recount(count, stride(recipe) if stride else None)


def _side_by_side(recipe):
    recipe.step = recipe.window
    recipe.recount(stride=recipe.window)


def _steps_of_one(recipe):
    recipe.step = 1
    recipe.recount(stride=1)


def _largest_in_size(window):
    flat = window.reshape(-1, window.shape[2])
    return np.take_along_axis(flat, np.abs(flat).argmax(axis=0)[None], axis=0)[0]


def _whole(result):
    return np.broadcast_to(result.max(axis=-1, keepdims=True), result.shape)


POOL_MISTAKES = (
    pooling.BEGINS_AT_ZERO.made_by(replacing(keep=lambda window: np.maximum(largest(window), 0))),
    pooling.AVERAGE_POOLING.made_by(replacing(keep=lambda window: window.mean(axis=(0, 1)))),
    pooling.ADDED.made_by(replacing(keep=lambda window: window.sum(axis=(0, 1)))),
    pooling.SMALLEST.made_by(replacing(keep=lambda window: window.min(axis=(0, 1)))),
    pooling.LARGEST_IN_SIZE.made_by(
        replacing(keep=_largest_in_size),
        replacing(keep=lambda window: np.abs(window).max(axis=(0, 1))),
        replacing(keep=lambda window: np.abs(largest(window))),
    ),
    pooling.FIRST_OF_THE_WINDOW.made_by(
        replacing(keep=lambda window: window[0, 0]), replacing(keep=lambda window: window[-1, -1])
    ),
    pooling.ONE_ROW_WINDOWS.made_by(
        replacing(keep=lambda window: window[:1].max(axis=(0, 1))),
        replacing(keep=lambda window: window[:, :1].max(axis=(0, 1))),
    ),
    pooling.POOL_MIXES_MAPS.made_by(
        after(lambda result: result.max(axis=-1)),
        after(_whole),
    ),
    pooling.ALWAYS_SIDE_BY_SIDE.made_by(_side_by_side),
    pooling.WINDOW_OF_THE_STRIDE.made_by(setting(window=lambda recipe: recipe.stride)),
    stride.STRIDE_IGNORED.made_by(_steps_of_one),
    stride.STRIDE_ONLY_IN_SIZE.made_by(setting(step=1), section="idea-L21"),
    size.ROUNDED_UP.made_by(
        _counting(lambda room, stride: -(-room // stride) + 1), section="idea-L21"
    ),
    size.ONE_SHORT.made_by(
        _counting(lambda room, stride: room // stride),
        _counting(lambda room, stride: -(-room // stride)),  # range(0, H - size, stride)
    ),
    catalogue.SQUARE_IMAGE,
    catalogue.TRANSPOSED_RESULT,
    catalogue.CUT_RESULT,
)
