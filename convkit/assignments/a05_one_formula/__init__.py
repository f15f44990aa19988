"""Assignment 05, for chapter 5: a whole layer as one sum, in four orders that agree."""

from __future__ import annotations

import numpy as np

from convkit import reference
from convkit.assignments.a05_one_formula import border, probes, recipes, small_probes
from convkit.assignments.a05_one_formula import mistakes as f
from convkit.assignments.a05_one_formula.places import PLACE_MISTAKES
from convkit.assignments.a05_one_formula.reading import (
    ORDER_MISTAKES,
    QUESTIONS,
    draw_reading,
    reading,
)
from convkit.assignments.a05_one_formula.rows import ROW_MISTAKES
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise
from convkit.shapes import output_size


def _formula(image, filters, padding="valid", stride=1):
    return reference.conv2d(image, filters, padding=padding, stride=stride)


def _from_keras(image, weights):
    return reference.conv2d(image, weights.transpose(2, 0, 1, 3))


def _rows(image, K):
    H, W, C1 = image.shape
    table = np.zeros(((H - K + 1) * (W - K + 1), C1 * K * K))
    for i, j in np.ndindex(H - K + 1, W - K + 1):
        for p, m, n_ in np.ndindex(C1, K, K):
            table[i * (W - K + 1) + j, (p * K + m) * K + n_] = image[i + m, j + n_, p]
    return table


def _read(question, *, H, W, C1, K, C2, i, j, c, p, m, n):
    if question == "shape":
        return output_size(H, K), output_size(W, K), C2
    if question == "products":
        return C1 * K**2
    if question == "weight":
        return p, m, n, c
    before = K // 2 if question == "same_pixel" else 0
    return i + m - before, j + n - before, p


_KERNEL = (c.FLIPPED, c.TRANSPOSED)
_NUMBERS = (n.CUT_RESULT, n.NEGATIVES_LOST)
_MAPS = (f.ONE_FILTER, f.MAPS_ADDED, f.MAPS_FIRST, f.CUT_ANEW)
_CHANNELS = (d.ONE_KERNEL, d.ONE_CHANNEL)
# The cut of Keras' order undoes one of the wrong ties.
_TORCH_CUT = f.CUT_ANEW.made_by(*f.CUT_ANEW.changes[1:])
_STRIDES = (c.STRIDE_IGNORED, c.STRIDE_ONLY_IN_SIZE, c.ROUNDED)
_BORDERS = (
    border.NOT_ASKED,
    border.WRAPPED,
    border.REPEATED,
    border.BORDER_EMPTY,
    border.NOT_CENTERED,
    border.WRONG_WAY,
    border.NOT_USED,
)

EXERCISES = {
    "5.1": values_exercise(
        "5.1",
        "Read the formula",
        "idea-L11",
        dict.fromkeys(QUESTIONS, 1),
        draw_reading,
        reading,
        _read,
        (*ORDER_MISTAKES, *PLACE_MISTAKES),
    ),
    "5.2": Exercise(
        "5.2",
        "In loops",
        "function",
        "with_loops({})",
        (Part("valid", 2), Part("same", 2)),
        probes.valid_and_same,
        _formula,
        recipes.formula,
        (
            *_KERNEL,
            n.CUT,
            n.NEGATIVES_LOST,
            f.ONE_FILTER,
            *_CHANNELS,
            c.LAST_PRODUCT,
            c.TRANSPOSED_RESULT,
            c.SQUARE_IMAGE,
            *_BORDERS,
        ),
        "idea-L11",
        small_probes.valid_and_same,
    ),
    "5.3": Exercise(
        "5.3",
        "In einsum",
        "function",
        "with_einsum({})",
        (Part("the same numbers", 2),),
        probes.valid,
        _formula,
        recipes.formula,
        (*_KERNEL, *_NUMBERS, *_MAPS, *_CHANNELS, f.CHANNELS_KEPT, f.DIAGONAL, c.TRANSPOSED_RESULT),
        "idea-L11",
        small_probes.valid,
    ),
    "5.4": Exercise(
        "5.4",
        "Each place a row",
        "function",
        "window_rows({})",
        (Part("one channel", 1), Part("several channels", 2)),
        probes.rows,
        _rows,
        recipes.window_rows,
        ROW_MISTAKES,
        "section-im2col",
        small_probes.rows,
        names=("image",),
    ),
    "5.5": Exercise(
        "5.5",
        "One matrix product",
        "function",
        "with_product({})",
        (Part("the same numbers", 3),),
        probes.valid,
        _formula,
        recipes.formula,
        (
            c.FLIPPED,
            *_NUMBERS,
            f.ONE_FILTER,
            f.MAPS_FIRST,
            _TORCH_CUT,
            f.TIED_OTHERWISE,
            f.CUT_RESULT,
            f.NOT_UNTIED,
            d.ONE_CHANNEL,
            c.TRANSPOSED_RESULT,
        ),
        "idea-L11",
        small_probes.valid,
    ),
    "5.6": Exercise(
        "5.6",
        "Shifted pictures",
        "function",
        "with_shifts({})",
        (Part("stride 1", 2), Part("other strides", 1)),
        probes.strided,
        _formula,
        recipes.shifts,
        (
            *_KERNEL,
            *_NUMBERS,
            f.ONE_FILTER,
            f.DIAGONAL,
            f.LAST_SHIFT,
            f.STRIDE_IN_SHIFT,
            f.END_OF_THE_SLICE,
            d.ONE_CHANNEL,
            c.SQUARE_IMAGE,
            c.SHORT,
            c.STRIDE_HOLES,
            *_STRIDES,
        ),
        "section-shifted",
        small_probes.strided,
    ),
    "5.7": Exercise(
        "5.7",
        "Shapes in order, numbers wrong",
        "function",
        "from_keras({})",
        (Part("one channel", 1), Part("one filter", 1), Part("many of both", 1)),
        probes.keras,
        _from_keras,
        recipes.from_keras,
        (
            *_KERNEL,
            *_NUMBERS,
            f.ONE_FILTER,
            f.MAPS_FIRST,
            f.KERAS_CUT,
            f.CUT_RESULT,
            f.NOT_UNTIED,
            d.ONE_CHANNEL,
            d.REVERSED,
            c.TRANSPOSED_RESULT,
        ),
        "section-cut",
        small_probes.keras,
        frozenset({f.KERAS_CUT.key, f.CUT_RESULT.key}),
        names=("image", "weights"),
    ),
}
