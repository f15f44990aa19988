"""Assignment 05, for chapter 5: a whole layer as one sum, in four orders that agree."""

from __future__ import annotations

import numpy as np

from convkit import reference
from convkit.assignments.a05_one_formula import border, probes, small_probes
from convkit.assignments.a05_one_formula.places import PLACE_MISTAKES
from convkit.assignments.a05_one_formula.reading import (
    ORDER_MISTAKES,
    QUESTIONS,
    draw_reading,
    reading,
)
from convkit.assignments.a05_one_formula.rows import ROW_MISTAKES
from convkit.assignments.formula import catalogue as formula_mistakes
from convkit.assignments.formula import inputs, recipes
from convkit.assignments.sliding import catalogue
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


_KERNEL = (catalogue.FLIPPED, catalogue.TRANSPOSED)
_NUMBERS = (catalogue.CUT_RESULT, catalogue.NEGATIVES_LOST)
_MAPS = (
    formula_mistakes.ONE_FILTER,
    formula_mistakes.MAPS_ADDED,
    formula_mistakes.MAPS_FIRST,
    formula_mistakes.CUT_ANEW,
)
_CHANNELS = (catalogue.ONE_KERNEL, catalogue.ONE_CHANNEL)
# The cut of Keras' order undoes one of the wrong ties.
_TORCH_CUT = formula_mistakes.CUT_ANEW.made_by(*formula_mistakes.CUT_ANEW.changes[1:])
_STRIDES = (catalogue.STRIDE_IGNORED, catalogue.STRIDE_ONLY_IN_SIZE, catalogue.ROUNDED)
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
        id="5.1",
        title="Read the formula",
        section="idea-L11",
        points=dict.fromkeys(QUESTIONS, 1),
        draw_numbers=draw_reading,
        recipe=reading,
        expected=_read,
        mistakes=(*ORDER_MISTAKES, *PLACE_MISTAKES),
    ),
    "5.2": Exercise(
        id="5.2",
        title="In loops",
        call="with_loops({})",
        parts=(Part("valid", 2), Part("same", 2)),
        probes=probes.valid_and_same,
        expected=_formula,
        recipe=recipes.formula,
        mistakes=(
            *_KERNEL,
            catalogue.CUT,
            catalogue.NEGATIVES_LOST,
            formula_mistakes.ONE_FILTER,
            *_CHANNELS,
            catalogue.LAST_PRODUCT,
            catalogue.TRANSPOSED_RESULT,
            catalogue.SQUARE_IMAGE,
            *_BORDERS,
        ),
        section="idea-L11",
        small=small_probes.valid_and_same,
    ),
    "5.3": Exercise(
        id="5.3",
        title="In einsum",
        call="with_einsum({})",
        parts=(Part("the same numbers", 2),),
        probes=probes.valid,
        expected=_formula,
        recipe=recipes.formula,
        mistakes=(
            *_KERNEL,
            *_NUMBERS,
            *_MAPS,
            *_CHANNELS,
            formula_mistakes.CHANNELS_KEPT,
            formula_mistakes.DIAGONAL,
            catalogue.TRANSPOSED_RESULT,
        ),
        section="idea-L11",
        small=inputs.small_layers,
    ),
    "5.4": Exercise(
        id="5.4",
        title="Each place a row",
        call="window_rows({})",
        parts=(Part("one channel", 1), Part("several channels", 2)),
        probes=probes.rows,
        expected=_rows,
        recipe=recipes.window_rows,
        mistakes=ROW_MISTAKES,
        section="section-im2col",
        small=small_probes.rows,
        names=("image",),
    ),
    "5.5": Exercise(
        id="5.5",
        title="One matrix product",
        call="with_product({})",
        parts=(Part("the same numbers", 3),),
        probes=probes.valid,
        expected=_formula,
        recipe=recipes.formula,
        mistakes=(
            catalogue.FLIPPED,
            *_NUMBERS,
            formula_mistakes.ONE_FILTER,
            formula_mistakes.MAPS_FIRST,
            _TORCH_CUT,
            formula_mistakes.TIED_OTHERWISE,
            formula_mistakes.CUT_RESULT,
            formula_mistakes.NOT_UNTIED,
            catalogue.ONE_CHANNEL,
            catalogue.TRANSPOSED_RESULT,
        ),
        section="idea-L11",
        small=inputs.small_layers,
    ),
    "5.6": Exercise(
        id="5.6",
        title="Shifted pictures",
        call="with_shifts({})",
        parts=(Part("stride 1", 2), Part("other strides", 1)),
        probes=probes.strided,
        expected=_formula,
        recipe=recipes.shifts,
        mistakes=(
            *_KERNEL,
            *_NUMBERS,
            formula_mistakes.ONE_FILTER,
            formula_mistakes.DIAGONAL,
            formula_mistakes.LAST_SHIFT,
            formula_mistakes.STRIDE_IN_SHIFT,
            formula_mistakes.END_OF_THE_SLICE,
            catalogue.ONE_CHANNEL,
            catalogue.SQUARE_IMAGE,
            catalogue.SHORT,
            catalogue.STRIDE_HOLES,
            *_STRIDES,
        ),
        section="section-shifted",
        small=small_probes.strided,
    ),
    "5.7": Exercise(
        id="5.7",
        title="Shapes in order, numbers wrong",
        call="from_keras({})",
        parts=(Part("one channel", 1), Part("one filter", 1), Part("many of both", 1)),
        probes=probes.keras,
        expected=_from_keras,
        recipe=recipes.from_keras,
        mistakes=(
            *_KERNEL,
            *_NUMBERS,
            formula_mistakes.ONE_FILTER,
            formula_mistakes.MAPS_FIRST,
            formula_mistakes.KERAS_CUT,
            formula_mistakes.CUT_RESULT,
            formula_mistakes.NOT_UNTIED,
            catalogue.ONE_CHANNEL,
            catalogue.REVERSED,
            catalogue.TRANSPOSED_RESULT,
        ),
        section="section-cut",
        small=small_probes.keras,
        starter=frozenset({formula_mistakes.KERAS_CUT.key, formula_mistakes.CUT_RESULT.key}),
        names=("image", "weights"),
    ),
}
