"""The named mistakes in which numbers are lost: fractions, and numbers below zero."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import after
from convkit.check.mistakes import number_types


def _cut_inputs(recipe):
    recipe.image, recipe.filters = np.trunc(recipe.image), np.trunc(recipe.filters)


def _cut_each_sum(recipe):
    """What += does in an array of whole numbers."""

    def total(window, filters):
        pixels = np.moveaxis(window, -1, 0).reshape(-1, 1)
        so_far = np.zeros(filters[0, 0, 0].size)  # one number for each filter
        for products in pixels * filters.reshape(len(pixels), -1):
            so_far = np.trunc(so_far + products)
        return so_far.reshape(filters.shape[3:])

    recipe.total = total


CUT = number_types.CUT_TO_WHOLE.made_by(
    after(np.trunc), after(np.round), after(np.floor), _cut_inputs, _cut_each_sum
)
CUT_RESULT = CUT.made_by(*CUT.changes[:3])  # for recipes that do not slide
NEGATIVES_LOST = number_types.NEGATIVES_LOST.made_by(
    after(np.abs), after(lambda result: np.maximum(result, 0))
)
