"""The named mistakes in which numbers are lost: fractions, and numbers below zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.check.mistake import Mistake


def _after(change):
    return lambda recipe: recipe.after.append(change)


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


CUT = Mistake(
    "cut-to-whole",
    "numbers cut to whole numbers",
    "Try a filter with the weight 0.25. Can your result hold what comes out?",
    "The fractions were cut off, as int(…), .astype(int) and np.zeros(…, int) do. Make the "
    "result with np.zeros((rows, columns)), which holds floats, and begin a sum with 0.0.",
    "idea-L01",
    (_after(np.trunc), _after(np.round), _after(np.floor), _cut_inputs, _cut_each_sum),
)
CUT_RESULT = replace(CUT, changes=CUT.changes[:3])  # for recipes that do not slide
NEGATIVES_LOST = Mistake(
    "negatives-lost",
    "numbers below zero that are changed",
    "Try a filter with a negative weight. May a sum be below zero, and is yours?",
    "A sum of products may be negative, and then it stays so: no abs, no maximum with 0 (relu), "
    "no clip. A picture can be made of it afterwards.",
    "idea-L01",
    (_after(np.abs), _after(lambda result: np.maximum(result, 0))),
)
