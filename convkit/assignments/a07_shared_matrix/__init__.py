"""Assignment 07, for chapter 7: a convolution as one matrix with shared weights."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a05_one_formula import mistakes as f
from convkit.assignments.a07_shared_matrix import mistakes as m
from convkit.assignments.a07_shared_matrix import one_row, probes, proof, recipes, small_probes
from convkit.assignments.a07_shared_matrix.reading import (
    QUESTIONS,
    READING_MISTAKES,
    draw_place,
    reading,
)
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
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


_LOSSES = (n.CUT_RESULT, n.NEGATIVES_LOST)
_PLACES = (m.HEIGHT_FOR_WIDTH, m.WIDTH_OF_MAP, m.COLUMN_BY_COLUMN)

EXERCISES = {
    "7.1": values_exercise(
        "7.1",
        "Where a weight stands",
        "idea-L17",
        dict.fromkeys(QUESTIONS, 1),
        draw_place,
        reading,
        _read,
        READING_MISTAKES,
    ),
    "7.2": Exercise(
        "7.2",
        "One row",
        "function",
        "matrix_row({})",
        (Part("the row of one place", 2),),
        probes.rows,
        _row,
        recipes.matrix_row,
        (
            c.FLIPPED,
            c.TRANSPOSED,
            one_row.PLACE_SWAPPED,
            one_row.IN_THE_CORNER,
            one_row.ONE_PIXEL,
            m.IN_A_ROW,
            one_row.NOT_FLAT,
            m.WIDTH_OF_MAP,
            one_row.COLUMNS_BY_HEIGHT,
            one_row.PIXELS_BY_COLUMN,
            *_LOSSES,
        ),
        "idea-L17",
        small_probes.rows,
        names=("filters", "i", "j", "H", "W"),
    ),
    "7.3": Exercise(
        "7.3",
        "All rows",
        "function",
        "matrix_of({})",
        (Part("stride 1", 2), Part("other strides", 1)),
        probes.flat,
        matrix,
        recipes.matrix_of,
        (
            c.FLIPPED,
            c.TRANSPOSED,
            *_PLACES,
            m.ROLLED,
            m.IN_A_ROW,
            m.NEVER_MOVES,
            m.TRANSPOSED_MATRIX,
            m.PLACES_NOT_TIED,
            c.SQUARE_IMAGE,
            m.SHORT,
            m.STRIDE_IGNORED,
            c.STRIDE_ONLY_IN_SIZE,
            m.ROUNDED,
            *_LOSSES,
        ),
        "idea-L17",
        small_probes.flat,
        names=("filters", "H", "W"),
    ),
    "7.4": Exercise(
        "7.4",
        "The matrix of a layer",
        "function",
        "layer_matrix({})",
        (Part("one filter", 1), Part("many filters", 2)),
        probes.layers,
        matrix,
        recipes.matrix_of,
        (
            c.FLIPPED,
            c.TRANSPOSED,
            *_PLACES,
            m.CHANNELS_FIRST,
            m.CHANNELS_OVERLAP,
            f.ONE_FILTER,
            f.CUT_ANEW,
            d.ONE_KERNEL,
            m.TRANSPOSED_MATRIX,
            *_LOSSES,
        ),
        "section-color-matrix",
        small_probes.layers,
        names=("filters", "H", "W"),
    ),
    "7.5": Exercise(
        "7.5",
        "For every picture",
        "function",
        "disagreement({})",
        (Part("the differences, pixel by pixel", 3),),
        probes.proofs,
        _disagreement,
        recipes.disagreement,
        (
            proof.SIGN,
            proof.ONLY_MATRIX,
            proof.LIGHTS_STAY,
            proof.PIXELS_DOWN,
            proof.PIXELS_AS_ROWS,
            proof.ONE_PICTURE,
            proof.FLIPPED,
            *_LOSSES,
        ),
        "idea-L17",
        small_probes.proofs,
        names=("matrix", "filters", "H", "W"),
    ),
    "7.6": Exercise(
        "7.6",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one channel", 1), Part("kernels of one pixel", 1), Part("larger boxes", 1)),
        probes.repairs,
        matrix,
        recipes.matrix_of,
        (
            c.FLIPPED,
            c.TRANSPOSED,
            m.HEIGHT_FOR_WIDTH,
            m.WIDTH_OF_MAP,
            m.COLUMN_BY_COLUMN,
            m.COLUMNS_OUTSIDE,
            m.COLUMNS_OVERLAP,
            d.ONE_KERNEL,
            m.TRANSPOSED_MATRIX,
            *_LOSSES,
        ),
        "section-color-matrix",
        small_probes.repairs,
        frozenset({m.WIDTH_OF_MAP.key, m.COLUMNS_OUTSIDE.key}),
        names=("filters", "H", "W"),
    ),
}
