"""Assignment 12, for chapter 12: one small layer in four views that must agree."""

from __future__ import annotations

import numpy as np

from convkit import conv2d_grad_image, reference
from convkit.assignments.a12_four_views import mistakes, probes, recipes, small_probes
from convkit.assignments.a12_four_views.finder_mistakes import FINDER
from convkit.assignments.a12_four_views.lines import FOILS
from convkit.assignments.a12_four_views.questions import (
    QUESTION_MISTAKES,
    QUESTIONS,
    draw_layer,
    expected,
    question,
)
from convkit.assignments.formula import catalogue as formula_mistakes
from convkit.assignments.formula import recipes as formula
from convkit.assignments.formula.inputs import small_layers
from convkit.assignments.sliding import catalogue
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


_LOSSES = (catalogue.CUT_RESULT, catalogue.NEGATIVES_LOST)

EXERCISES = {
    "12.1": values_exercise(
        id="12.1",
        title="Four people, four questions",
        section="idea-L20",
        points=dict.fromkeys(QUESTIONS, 1),
        draw_numbers=draw_layer,
        recipe=question,
        expected=expected,
        mistakes=QUESTION_MISTAKES,
    ),
    "12.2": Exercise(
        id="12.2",
        title="Foils on a pile",
        kind="order",
        call="assembled({})",
        parts=(Part("the assembled function", 3),),
        probes=probes.modified,
        expected=reference.conv2d,
        recipe=formula.formula,
        mistakes=(
            catalogue.FLIPPED,
            catalogue.TRANSPOSED,
            mistakes.LAST_FOIL,
            formula_mistakes.ONE_FILTER,
            formula_mistakes.DIAGONAL,
            catalogue.ONE_CHANNEL,
            catalogue.TRANSPOSED_RESULT,
        ),
        section="section-modifier",
        small=small_layers,
        lines=FOILS,
    ),
    "12.3": Exercise(
        id="12.3",
        title="How well do they agree?",
        call="agreement({})",
        parts=(Part("the agreement", 2), Part("patches that are black", 1)),
        probes=probes.agreements,
        expected=_agreement,
        recipe=recipes.agreement,
        mistakes=(*FINDER, *_LOSSES),
        section="section-finder",
        small=small_probes.agreements,
        praise="Every angle is right.",
    ),
    "12.4": Exercise(
        id="12.4",
        title="One product",
        call="as_product({})",
        parts=(Part("one filter", 1), Part("several filters", 1)),
        probes=probes.products,
        expected=reference.conv2d,
        recipe=recipes.product,
        mistakes=(*mistakes.MATRIX, *_LOSSES),
        section="section-shared-matrix",
        small=small_layers,
    ),
    "12.5": Exercise(
        id="12.5",
        title="Features in, features out",
        call="as_layer({})",
        parts=(Part("kernels of one pixel", 1), Part("larger kernels", 2)),
        probes=probes.layers,
        expected=_layer,
        recipe=recipes.layer,
        mistakes=(*mistakes.LAYER, *_LOSSES),
        section="section-transformer",
        small=small_probes.layers,
        names=("image", "filters", "bias"),
    ),
    "12.6": Exercise(
        id="12.6",
        title="Repair it",
        call="repaired({})",
        parts=(
            Part("one map", 1),
            Part("kernels of one pixel", 1),
            Part("many maps, larger kernels", 1),
        ),
        probes=probes.backs,
        expected=_back,
        recipe=recipes.to_pixels,
        mistakes=(*mistakes.BACK, *_LOSSES),
        section="section-which-view",
        small=small_probes.backs,
        starter=frozenset({"wishes-replaced", "first-map-only"}),
        names=("wishes", "filters", "H", "W"),
        praise="Every pixel hears what it should: these are the numbers of the transposed matrix.",
    ),
}
