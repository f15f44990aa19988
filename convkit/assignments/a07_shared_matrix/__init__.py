"""Assignment 07, for chapter 7: a convolution as one matrix with shared weights."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a07_shared_matrix import (
    mistakes,
    one_row,
    probes,
    proof,
    recipes,
    small_probes,
)
from convkit.assignments.a07_shared_matrix.reading import (
    QUESTIONS,
    READING_MISTAKES,
    draw_place,
    reading,
)
from convkit.assignments.formula import catalogue as formula_mistakes
from convkit.assignments.formula.matrix import matrix_of
from convkit.assignments.sliding import catalogue
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise
from convkit.conv import conv2d
from convkit.shapes import output_size


def _read(question, *, H, W, K, i, j, m, n):
    rows, columns = output_size(H, K), output_size(W, K)
    answers = {
        "shape": (rows * columns, H * W),
        "filled": rows * columns * K**2,
        "weights": K**2,
        "row": int(np.ravel_multi_index((i, j), (rows, columns))),
        "column": int(np.ravel_multi_index((i + m, j + n), (H, W))),
    }
    return answers[question]


def matrix(filters, H, W, stride=1):
    """Ask the convolution itself: a bright pixel's answer is that pixel's column."""
    shape = (H, W) if filters.ndim == 2 else (H, W, filters.shape[0])
    count = int(np.prod(shape))
    pictures = np.eye(count).reshape(count, H, W, -1)
    weights = filters[None] if filters.ndim == 2 else filters
    answers = conv2d(pictures, weights, stride=stride, fast=False)
    return answers.reshape(count, -1).T


def _row(filters, i, j, H, W):
    columns = W - filters.shape[0] + 1
    return matrix(filters, H, W)[i * columns + j]


def _disagreement(ours, filters, H, W):
    return ours - matrix(filters, H, W)


_LOSSES = (catalogue.CUT_RESULT, catalogue.NEGATIVES_LOST)
_PLACES = (mistakes.HEIGHT_FOR_WIDTH, mistakes.WIDTH_OF_MAP, mistakes.COLUMN_BY_COLUMN)

EXERCISES = {
    "7.1": values_exercise(
        id="7.1",
        title="Where a weight stands",
        section="idea-L17",
        points=dict.fromkeys(QUESTIONS, 1),
        draw_numbers=draw_place,
        recipe=reading,
        expected=_read,
        mistakes=READING_MISTAKES,
    ),
    "7.2": Exercise(
        id="7.2",
        title="One row",
        call="matrix_row({})",
        parts=(Part("the row of one place", 2),),
        probes=probes.rows,
        expected=_row,
        recipe=recipes.matrix_row,
        mistakes=(
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            one_row.PLACE_SWAPPED,
            one_row.IN_THE_CORNER,
            one_row.ONE_PIXEL,
            mistakes.IN_A_ROW,
            one_row.NOT_FLAT,
            mistakes.WIDTH_OF_MAP,
            one_row.COLUMNS_BY_HEIGHT,
            one_row.PIXELS_BY_COLUMN,
            *_LOSSES,
        ),
        section="idea-L17",
        small=small_probes.rows,
        names=("filters", "i", "j", "H", "W"),
    ),
    "7.3": Exercise(
        id="7.3",
        title="All rows",
        call="matrix_of({})",
        parts=(Part("stride 1", 2), Part("other strides", 1)),
        probes=probes.flat,
        expected=matrix,
        recipe=matrix_of,
        mistakes=(
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            *_PLACES,
            mistakes.ROLLED,
            mistakes.IN_A_ROW,
            mistakes.NEVER_MOVES,
            mistakes.TRANSPOSED_MATRIX,
            mistakes.PLACES_NOT_TIED,
            catalogue.SQUARE_IMAGE,
            mistakes.SHORT,
            mistakes.STRIDE_IGNORED,
            catalogue.STRIDE_ONLY_IN_SIZE,
            mistakes.ROUNDED,
            *_LOSSES,
        ),
        section="idea-L17",
        small=small_probes.flat,
        names=("filters", "H", "W"),
    ),
    "7.4": Exercise(
        id="7.4",
        title="The matrix of a layer",
        call="layer_matrix({})",
        parts=(Part("one filter", 1), Part("many filters", 2)),
        probes=probes.layers,
        expected=matrix,
        recipe=matrix_of,
        mistakes=(
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            *_PLACES,
            mistakes.CHANNELS_FIRST,
            mistakes.CHANNELS_OVERLAP,
            formula_mistakes.ONE_FILTER,
            formula_mistakes.CUT_ANEW,
            catalogue.ONE_KERNEL,
            mistakes.TRANSPOSED_MATRIX,
            *_LOSSES,
        ),
        section="section-color-matrix",
        small=small_probes.layers,
        names=("filters", "H", "W"),
    ),
    "7.5": Exercise(
        id="7.5",
        title="For every picture",
        call="disagreement({})",
        parts=(Part("the differences, pixel by pixel", 3),),
        probes=probes.proofs,
        expected=_disagreement,
        recipe=recipes.disagreement,
        mistakes=(
            proof.SIGN,
            proof.ONLY_MATRIX,
            proof.LIGHTS_STAY,
            proof.PIXELS_DOWN,
            proof.PIXELS_AS_ROWS,
            proof.ONE_PICTURE,
            proof.FLIPPED,
            *_LOSSES,
        ),
        section="idea-L17",
        small=small_probes.proofs,
        names=("matrix", "filters", "H", "W"),
    ),
    "7.6": Exercise(
        id="7.6",
        title="Repair it",
        call="repaired({})",
        parts=(Part("one channel", 1), Part("kernels of one pixel", 1), Part("larger boxes", 1)),
        probes=probes.repairs,
        expected=matrix,
        recipe=matrix_of,
        mistakes=(
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            mistakes.HEIGHT_FOR_WIDTH,
            mistakes.WIDTH_OF_MAP,
            mistakes.COLUMN_BY_COLUMN,
            mistakes.COLUMNS_OUTSIDE,
            mistakes.COLUMNS_OVERLAP,
            catalogue.ONE_KERNEL,
            mistakes.TRANSPOSED_MATRIX,
            *_LOSSES,
        ),
        section="section-color-matrix",
        small=small_probes.repairs,
        starter=frozenset({mistakes.WIDTH_OF_MAP.key, mistakes.COLUMNS_OUTSIDE.key}),
        names=("filters", "H", "W"),
    ),
}
