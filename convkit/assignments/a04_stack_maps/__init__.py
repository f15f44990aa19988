"""Assignment 04, for chapter 4: lay maps on one another, and make layers that fit."""

from __future__ import annotations

from functools import partial

import numpy as np

from convkit import reference
from convkit.assignments.a04_stack_maps import misfit, probes, recipes, shapes, terms
from convkit.assignments.a04_stack_maps import mistakes as m
from convkit.assignments.a04_stack_maps.lines import ONE_LAYER
from convkit.check.draw import Draw
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise
from convkit.check.questions import question_probes


def _stacked(maps):
    result = np.empty((*maps[0].shape, len(maps)))
    for c, one in enumerate(maps):
        result[:, :, c] = one
    return result


def _terms(seed: str) -> Exercise:
    drawn = terms.draw_layer(Draw(seed, "4.7"))
    return Exercise(
        "4.7",
        "Put the words in their place",
        "values",
        "{}",
        tuple(Part(*item) for item in terms.POINTS.items()),
        lambda seed: question_probes(terms.POINTS),
        partial(terms.expected, **drawn),
        partial(terms.recipe, **drawn),
        terms.MISTAKES,
        "idea-L12",
        given=drawn,
        praise="Every word is in its place.",
    )


EXERCISES = {
    "4.1": Exercise(
        "4.1",
        "Stack the maps",
        "function",
        "stack_maps({})",
        (Part("the stack", 2),),
        probes.maps,
        _stacked,
        recipes.stacked,
        m.STACKING,
        "idea-L09",
        probes.small_maps,
        names=("maps",),
    ),
    "4.2": values_exercise(
        "4.2",
        "Two layers in shapes",
        "idea-L10",
        shapes.POINTS,
        shapes.draw_sizes,
        shapes.recipe,
        shapes.expected,
        shapes.MISTAKES,
    ),
    "4.3": Exercise(
        "4.3",
        "Put the lines in order",
        "order",
        "assembled({})",
        (Part("the assembled function", 3),),
        probes.several_filters,
        reference.conv2d,
        recipes.layer,
        m.LAYER,
        "idea-L10",
        probes.small_layers,
        lines=ONE_LAYER,
    ),
    "4.4": Exercise(
        "4.4",
        "A layer",
        "function",
        "layer({})",
        (Part("several filters", 2), Part("a single filter", 1)),
        probes.layers,
        reference.conv2d,
        recipes.layer,
        (*m.LAYER, m.SQUEEZED),
        "idea-L10",
        probes.small_layers,
    ),
    "4.5": Exercise(
        "4.5",
        "Which layer does not fit?",
        "function",
        "first_misfit({})",
        (Part("depths", 2), Part("kernels too large", 1), Part("stacks that fit", 1)),
        misfit.probes,
        misfit.expected,
        misfit.walk,
        misfit.MISTAKES,
        "idea-L10",
        misfit.small,
        praise="Every misfit is found, and nothing else.",
    ),
    "4.6": Exercise(
        "4.6",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one channel", 1), Part("one filter", 1), Part("several of both", 1)),
        probes.repairs,
        reference.conv2d,
        recipes.layer,
        m.REPAIRS,
        "idea-L09",
        probes.small_repairs,
        frozenset({"one-channel-only", "reshaped"}),
    ),
    "4.7": _terms,
}
