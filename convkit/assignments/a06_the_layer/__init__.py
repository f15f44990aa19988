"""Assignment 06, for chapter 6: bias, activation, and why layers need a bend between them."""

from __future__ import annotations

from functools import partial

import numpy as np

from convkit import reference
from convkit.activations import ACTIVATIONS
from convkit.assignments.a05_one_formula import mistakes as f
from convkit.assignments.a06_the_layer import bends as b
from convkit.assignments.a06_the_layer import exchanging as e
from convkit.assignments.a06_the_layer import merging as g
from convkit.assignments.a06_the_layer import mistakes as m
from convkit.assignments.a06_the_layer import probes, recipes, small_probes
from convkit.assignments.a06_the_layer.counting import (
    COUNTING_MISTAKES,
    QUESTIONS,
    counting,
    draw_layer,
)
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_numbers as n
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


_LOSSES = (n.CUT_RESULT, n.NEGATIVES_LOST)
_BIASES = (m.ONE_BIAS, m.SUBTRACTED)

EXERCISES = {
    "6.1": values_exercise(
        "6.1",
        "How many biases?",
        "idea-L14",
        dict.fromkeys(QUESTIONS, 1),
        draw_layer,
        counting,
        _count,
        COUNTING_MISTAKES,
    ),
    "6.2": Exercise(
        "6.2",
        "Add the bias",
        "function",
        "add_bias({})",
        (
            Part("maps last", 1),
            Part("maps in front", 1),
            Part("many images, maps left as they were", 1),
        ),
        probes.maps_and_biases,
        _add_bias,
        recipes.add_bias,
        (
            *_BIASES,
            m.ALONG_COLUMNS,
            m.ALONG_ROWS,
            m.ALONG_IMAGES,
            m.MULTIPLIED,
            m.NOT_ADDED,
            *_LOSSES,
        ),
        "idea-L14",
        small_probes.maps_and_biases,
        names=("maps", "bias"),
    ),
    "6.3": Exercise(
        "6.3",
        "The layer",
        "function",
        "layer({})",
        (Part("no activation", 1), Part("relu", 1), Part("sigmoid", 1), Part("tanh", 1)),
        probes.activations,
        _layer,
        recipes.layer,
        (
            *_BIASES,
            m.BIAS_FORGOTTEN,
            m.IN_THE_SUM,
            b.BIAS_AFTER,
            b.BEND_FORGOTTEN,
            b.BEND_ALWAYS,
            b.BAD_RELU,
            b.BAD_SIGMOID,
            b.BAD_TANH,
            b.BENT_TOO_EARLY,
            *_LOSSES,
        ),
        "idea-L13",
        small_probes.activations,
        names=("image", "filters", "bias"),
    ),
    "6.4": Exercise(
        "6.4",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one filter", 1), Part("one channel", 1), Part("many of both", 1)),
        probes.repairs,
        partial(_layer, activation="relu"),
        recipes.relu_layer,
        (
            *_BIASES,
            m.BIAS_OF_CHANNELS,
            m.BIAS_FORGOTTEN,
            m.IN_THE_SUM,
            b.BIAS_AFTER,
            b.BEND_FORGOTTEN,
            b.BAD_RELU,
            b.BENT_TOO_EARLY,
            c.FLIPPED,
            c.TRANSPOSED,
            f.ONE_FILTER,
            n.CUT_RESULT,
        ),
        "idea-L14",
        small_probes.repairs,
        frozenset({m.IN_THE_SUM.key, m.ONE_BIAS.key}),
        names=("image", "filters", "bias"),
    ),
    "6.5": Exercise(
        "6.5",
        "Two layers, one layer",
        "function",
        "merged({})",
        (Part("a second layer of 1 × 1", 2), Part("larger kernels", 1)),
        probes.merges,
        _merged,
        recipes.merge,
        (
            g.SECOND_TURNED,
            g.FIRST_TURNED,
            g.AS_THE_FIRST,
            g.TOO_LARGE,
            g.KERNEL_SUMMED,
            g.ONE_WEIGHT,
            g.REPLACED,
            g.ONE_MAP,
            g.MAPS_AVERAGED,
            g.MAPS_NOT_SUMMED,
            g.SECOND_CUT,
            *_LOSSES,
        ),
        "section-one-layer",
        small_probes.merges,
        names=("first", "second"),
        result="filters",
    ),
    "6.6": Exercise(
        "6.6",
        "Exchange the sides",
        "function",
        "other_way({})",
        (Part("⋆", 1), Part("∗", 1)),
        probes.exchanges,
        _exchanged,
        recipes.exchange,
        (e.NEVER_TURNED, e.ALWAYS_TURNED, e.WRONG_ONE_TURNED, e.ONE_AXIS, e.TRANSPOSED, *_LOSSES),
        "idea-L15",
        small_probes.exchanges,
        names=("result",),
    ),
}
