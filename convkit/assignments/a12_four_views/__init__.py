"""Assignment 12, for chapter 12: one small layer in four views that must agree."""

from __future__ import annotations

import numpy as np

from convkit import conv2d_grad_image, reference
from convkit.assignments.a05_one_formula import mistakes as f
from convkit.assignments.a05_one_formula import recipes as formula
from convkit.assignments.a05_one_formula import small_probes as small_layers
from convkit.assignments.a12_four_views import mistakes as m
from convkit.assignments.a12_four_views import probes, recipes, small_probes
from convkit.assignments.a12_four_views.finder_mistakes import FINDER
from convkit.assignments.a12_four_views.lines import FOILS
from convkit.assignments.a12_four_views.questions import (
    QUESTION_MISTAKES,
    QUESTIONS,
    draw_layer,
    expected,
    question,
)
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _agreement(image, filters):
    """By two convolutions: of the pixels, and of their squares with a filter of ones."""
    squares = reference.conv2d(image**2, np.ones(filters.shape))
    lengths = np.sqrt(squares * (filters**2).sum())
    answers = reference.conv2d(image, filters)
    return np.divide(answers, lengths, out=np.zeros_like(answers), where=lengths > 0)


def _layer(image, filters, bias):
    return reference.conv2d(image, filters) + bias


def _back(wishes, filters, H, W):
    return conv2d_grad_image(wishes, filters, (H, W, len(filters)))


_LOSSES = (n.CUT_RESULT, n.NEGATIVES_LOST)

EXERCISES = {
    "12.1": values_exercise(
        "12.1",
        "Four people, four questions",
        "idea-L20",
        dict.fromkeys(QUESTIONS, 1),
        draw_layer,
        question,
        expected,
        QUESTION_MISTAKES,
    ),
    "12.2": Exercise(
        "12.2",
        "Foils on a pile",
        "order",
        "assembled({})",
        (Part("the assembled function", 3),),
        probes.modified,
        reference.conv2d,
        formula.formula,
        (
            c.FLIPPED,
            c.TRANSPOSED,
            m.LAST_FOIL,
            f.ONE_FILTER,
            f.DIAGONAL,
            d.ONE_CHANNEL,
            c.TRANSPOSED_RESULT,
        ),
        "section-modifier",
        small_layers.valid,
        lines=FOILS,
    ),
    "12.3": Exercise(
        "12.3",
        "How well do they agree?",
        "function",
        "agreement({})",
        (Part("the agreement", 2), Part("patches that are black", 1)),
        probes.agreements,
        _agreement,
        recipes.agreement,
        (*FINDER, *_LOSSES),
        "section-finder",
        small_probes.agreements,
        praise="Every angle is right.",
    ),
    "12.4": Exercise(
        "12.4",
        "One product",
        "function",
        "as_product({})",
        (Part("one filter", 1), Part("several filters", 1)),
        probes.products,
        reference.conv2d,
        recipes.product,
        (*m.MATRIX, *_LOSSES),
        "section-shared-matrix",
        small_layers.valid,
    ),
    "12.5": Exercise(
        "12.5",
        "Features in, features out",
        "function",
        "as_layer({})",
        (Part("kernels of one pixel", 1), Part("larger kernels", 2)),
        probes.layers,
        _layer,
        recipes.layer,
        (*m.LAYER, *_LOSSES),
        "section-transformer",
        small_probes.layers,
        names=("image", "filters", "bias"),
    ),
    "12.6": Exercise(
        "12.6",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one map", 1), Part("kernels of one pixel", 1), Part("many maps, larger kernels", 1)),
        probes.backs,
        _back,
        recipes.to_pixels,
        (*m.BACK, *_LOSSES),
        "section-which-view",
        small_probes.backs,
        frozenset({"wishes-replaced", "first-map-only"}),
        names=("wishes", "filters", "H", "W"),
        praise="Every pixel hears what it should: these are the numbers of the transposed matrix.",
    ),
}
