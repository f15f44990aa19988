"""Assignment 06, for chapter 6: bias, activation, and why layers need a bend between them."""

from __future__ import annotations

from functools import partial

import numpy as np

from convkit import reference
from convkit.activations import ACTIVATIONS
from convkit.assignments.a06_the_layer import (
    bends,
    exchanging,
    merging,
    mistakes,
    probes,
    recipes,
    small_probes,
)
from convkit.assignments.a06_the_layer.counting import (
    COUNTING_MISTAKES,
    QUESTIONS,
    counting,
    draw_layer,
)
from convkit.assignments.formula import catalogue as formula_mistakes
from convkit.assignments.sliding import catalogue
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise
from convkit.shapes import output_size


def _count(question, *, H, W, C1, K, C2):
    maps = (output_size(H, K), output_size(W, K), C2)
    answers = {
        "shape": maps,
        "biases": C2,
        "reach": maps[0] * maps[1],
        "dense_biases": maps[0] * maps[1] * C2,
        "in_front": (C2, 1, 1),
    }
    return answers[question]


def _add_bias(maps, bias, maps_first=False):
    result = np.array(maps)
    for number, amount in enumerate(bias):
        result[(..., number, slice(None), slice(None)) if maps_first else (..., number)] += amount
    return result


def _layer(image, filters, bias, activation=None):
    sums = reference.conv2d(image, filters, bias=bias)
    if activation:
        ACTIVATIONS[activation](sums, np)  # in place
    return sums


def _merged(first, second):
    """Single bright pixels, sent through both layers: each tells where its weight must stand."""
    C1, K, L = first.shape[0], first.shape[1], second.shape[1]
    size = K + L - 1
    points = np.eye(C1 * size * size).reshape(-1, size, size, C1)
    seen = reference.conv2d(reference.conv2d(points, first), second)  # (N, 1, 1, C3)
    return seen.reshape(size, size, C1, -1).transpose(2, 0, 1, 3)


def _exchanged(result, operation):
    return np.rot90(result, 2) if operation == "correlation" else result


_LOSSES = (catalogue.CUT_RESULT, catalogue.NEGATIVES_LOST)
_BIASES = (mistakes.ONE_BIAS, mistakes.SUBTRACTED)

EXERCISES = {
    "6.1": values_exercise(
        id="6.1",
        title="How many biases?",
        section="idea-L14",
        points=dict.fromkeys(QUESTIONS, 1),
        draw_numbers=draw_layer,
        recipe=counting,
        expected=_count,
        mistakes=COUNTING_MISTAKES,
    ),
    "6.2": Exercise(
        id="6.2",
        title="Add the bias",
        call="add_bias({})",
        parts=(
            Part("maps last", 1),
            Part("maps in front", 1),
            Part("many images, maps left as they were", 1),
        ),
        probes=probes.maps_and_biases,
        expected=_add_bias,
        recipe=recipes.add_bias,
        mistakes=(
            *_BIASES,
            mistakes.ALONG_COLUMNS,
            mistakes.ALONG_ROWS,
            mistakes.ALONG_IMAGES,
            mistakes.MULTIPLIED,
            mistakes.NOT_ADDED,
            *_LOSSES,
        ),
        section="idea-L14",
        small=small_probes.maps_and_biases,
        names=("maps", "bias"),
    ),
    "6.3": Exercise(
        id="6.3",
        title="The layer",
        call="layer({})",
        parts=(Part("no activation", 1), Part("relu", 1), Part("sigmoid", 1), Part("tanh", 1)),
        probes=probes.activations,
        expected=_layer,
        recipe=recipes.layer,
        mistakes=(
            *_BIASES,
            mistakes.BIAS_FORGOTTEN,
            mistakes.IN_THE_SUM,
            bends.BIAS_AFTER,
            bends.BEND_FORGOTTEN,
            bends.BEND_ALWAYS,
            bends.BAD_RELU,
            bends.BAD_SIGMOID,
            bends.BAD_TANH,
            bends.BENT_TOO_EARLY,
            *_LOSSES,
        ),
        section="idea-L13",
        small=small_probes.activations,
        names=("image", "filters", "bias"),
    ),
    "6.4": Exercise(
        id="6.4",
        title="Repair it",
        call="repaired({})",
        parts=(Part("one filter", 1), Part("one channel", 1), Part("many of both", 1)),
        probes=probes.repairs,
        expected=partial(_layer, activation="relu"),
        recipe=recipes.relu_layer,
        mistakes=(
            *_BIASES,
            mistakes.BIAS_OF_CHANNELS,
            mistakes.BIAS_FORGOTTEN,
            mistakes.IN_THE_SUM,
            bends.BIAS_AFTER,
            bends.BEND_FORGOTTEN,
            bends.BAD_RELU,
            bends.BENT_TOO_EARLY,
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            formula_mistakes.ONE_FILTER,
            catalogue.CUT_RESULT,
        ),
        section="idea-L14",
        small=small_probes.repairs,
        starter=frozenset({mistakes.IN_THE_SUM.key, mistakes.ONE_BIAS.key}),
        names=("image", "filters", "bias"),
    ),
    "6.5": Exercise(
        id="6.5",
        title="Two layers, one layer",
        call="merged({})",
        parts=(Part("a second layer of 1 × 1", 2), Part("larger kernels", 1)),
        probes=probes.merges,
        expected=_merged,
        recipe=recipes.merge,
        mistakes=(
            merging.SECOND_TURNED,
            merging.FIRST_TURNED,
            merging.AS_THE_FIRST,
            merging.TOO_LARGE,
            merging.KERNEL_SUMMED,
            merging.ONE_WEIGHT,
            merging.REPLACED,
            merging.ONE_MAP,
            merging.MAPS_AVERAGED,
            merging.MAPS_NOT_SUMMED,
            merging.SECOND_CUT,
            *_LOSSES,
        ),
        section="section-one-layer",
        small=small_probes.merges,
        names=("first", "second"),
        result="filters",
    ),
    "6.6": Exercise(
        id="6.6",
        title="Exchange the sides",
        call="other_way({})",
        parts=(Part("⋆", 1), Part("∗", 1)),
        probes=probes.exchanges,
        expected=_exchanged,
        recipe=recipes.exchange,
        mistakes=(
            exchanging.NEVER_TURNED,
            exchanging.ALWAYS_TURNED,
            exchanging.WRONG_ONE_TURNED,
            exchanging.ONE_AXIS,
            exchanging.TRANSPOSED,
            *_LOSSES,
        ),
        section="idea-L15",
        small=small_probes.exchanges,
        names=("result",),
    ),
}
