"""Assignment 04, for chapter 4: lay maps on one another, and make layers that fit."""

from __future__ import annotations

import numpy as np

from convkit import reference
from convkit.assignments.a04_stack_maps import misfit, mistakes, probes, recipes, shapes, terms
from convkit.assignments.a04_stack_maps.lines import ONE_LAYER
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _stacked(maps):
    result = np.empty((*maps[0].shape, len(maps)))
    for c, one in enumerate(maps):
        result[:, :, c] = one
    return result


EXERCISES = {
    "4.1": Exercise(
        id="4.1",
        title="Stack the maps",
        call="stack_maps({})",
        parts=(Part("the stack", 2),),
        probes=probes.maps,
        expected=_stacked,
        recipe=recipes.stacked,
        mistakes=mistakes.STACKING,
        section="idea-L09",
        small=probes.small_maps,
        names=("maps",),
    ),
    "4.2": values_exercise(
        id="4.2",
        title="Two layers in shapes",
        section="idea-L10",
        points=shapes.POINTS,
        draw_numbers=shapes.draw_sizes,
        recipe=shapes.recipe,
        expected=shapes.expected,
        mistakes=shapes.MISTAKES,
    ),
    "4.3": Exercise(
        id="4.3",
        title="Put the lines in order",
        kind="order",
        call="assembled({})",
        parts=(Part("the assembled function", 3),),
        probes=probes.several_filters,
        expected=reference.conv2d,
        recipe=recipes.layer,
        mistakes=mistakes.LAYER,
        section="idea-L10",
        small=probes.small_layers,
        lines=ONE_LAYER,
    ),
    "4.4": Exercise(
        id="4.4",
        title="A layer",
        call="layer({})",
        parts=(Part("several filters", 2), Part("a single filter", 1)),
        probes=probes.layers,
        expected=reference.conv2d,
        recipe=recipes.layer,
        mistakes=(*mistakes.LAYER, mistakes.SQUEEZED),
        section="idea-L10",
        small=probes.small_layers,
    ),
    "4.5": Exercise(
        id="4.5",
        title="Which layer does not fit?",
        call="first_misfit({})",
        parts=(Part("depths", 2), Part("kernels too large", 1), Part("stacks that fit", 1)),
        probes=misfit.probes,
        expected=misfit.expected,
        recipe=misfit.walk,
        mistakes=misfit.MISTAKES,
        section="idea-L10",
        small=misfit.small,
        praise="Every misfit is found, and nothing else.",
    ),
    "4.6": Exercise(
        id="4.6",
        title="Repair it",
        call="repaired({})",
        parts=(Part("one channel", 1), Part("one filter", 1), Part("several of both", 1)),
        probes=probes.repairs,
        expected=reference.conv2d,
        recipe=recipes.layer,
        mistakes=mistakes.REPAIRS,
        section="idea-L09",
        small=probes.small_repairs,
        starter=frozenset({"one-channel-only", "reshaped"}),
    ),
    "4.7": values_exercise(
        id="4.7",
        title="Put the words in their place",
        section="idea-L12",
        points=terms.POINTS,
        numbers=terms.draw_layer,
        recipe=terms.recipe,
        expected=terms.expected,
        mistakes=terms.MISTAKES,
        praise="Every word is in its place.",
    ),
}
