"""Assignment 03, for chapter 3: filters that find what they should, and are deaf to the rest."""

from __future__ import annotations

from functools import partial

import numpy as np

from convkit import reference
from convkit.assignments.a03_design_filters import (
    answers,
    balancing,
    finding,
    finding_mistakes,
    own,
    own_mistakes,
    painting,
    probes,
    recipes,
)
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _painted(mask, color):
    return np.einsum("mn,p->pmn", mask, color)


def _less_mean(filters, *axes):
    count = np.prod([filters.shape[axis] for axis in axes])
    return filters - filters.sum(axis=axes, keepdims=True) / count


def _repaired(image, mask, color):
    filters = _less_mean(_less_mean(_painted(mask, color), 0), 1, 2)
    return reference.conv2d(image, filters)


def _own_filter(seed: str) -> Exercise:
    drawn = own.drawn_target(seed)
    return Exercise(
        id="3.5",
        title="A filter of your own",
        kind="array",
        parts=(
            Part("finds its target", 1),
            Part("silent on white and gray", 1),
            Part("silent on an even area of its own color", 1),
            Part("hears other colors and forms less", 1),
        ),
        probes=own.probes,
        expected=own.expected,
        recipe=partial(own_mistakes.recipe, **drawn),
        mistakes=own_mistakes.MISTAKES,
        section="section-zero-space",
        adapt=partial(own.adapt, **drawn),
        given=drawn,
        praise="Your filter finds its target and is deaf to everything that it should not hear.",
    )


EXERCISES = {
    "3.1": Exercise(
        id="3.1",
        title="Paint a filter",
        call="paint({})",
        parts=(Part("the painted filter", 2),),
        probes=probes.paints,
        expected=_painted,
        recipe=recipes.painted,
        mistakes=painting.PAINTING,
        section="idea-L05",
        small=probes.small_paints,
        names=("mask", "color"),
        result="filters",
    ),
    "3.2": values_exercise(
        id="3.2",
        title="What does it answer?",
        section="idea-L05",
        points=dict.fromkeys(answers.QUESTIONS, 1),
        numbers=answers.drawn_filter,
        recipe=answers.answer,
        expected=answers.expected,
        mistakes=answers.MISTAKES,
        praise="All four are right.",
    ),
    "3.3": Exercise(
        id="3.3",
        title="Deaf to gray",
        call="deaf_to_gray({})",
        parts=(Part("zero over the channels, at each place", 2),),
        probes=probes.filters_to_balance,
        expected=lambda filters: _less_mean(filters, 0),
        recipe=recipes.deaf_to_gray,
        mistakes=balancing.GRAY,
        section="section-zero-places",
        small=probes.small_grays,
        names=("filters",),
        result="filters",
    ),
    "3.4": Exercise(
        id="3.4",
        title="Deaf to even areas",
        call="deaf_to_areas({})",
        parts=(Part("zero over space, in each channel", 2),),
        probes=probes.filters_to_balance,
        expected=lambda filters: _less_mean(filters, 1, 2),
        recipe=recipes.deaf_to_areas,
        mistakes=balancing.AREAS,
        section="section-zero-space",
        small=probes.small_balances,
        names=("filters",),
        result="filters",
    ),
    "3.5": _own_filter,
    "3.6": Exercise(
        id="3.6",
        title="Where is the middle?",
        kind="order",
        call="assembled({})",
        parts=(Part("the assembled function", 3),),
        probes=finding.middles,
        expected=finding.expected_middle,
        recipe=finding.to_middle,
        mistakes=finding_mistakes.MIDDLES,
        section="section-find",
        small=finding.small_middles,
        lines=finding.FIND_MIDDLE,
    ),
    "3.7": Exercise(
        id="3.7",
        title="Find it in a photograph",
        call="find({})",
        parts=(
            Part("in the print that it was cut from", 2),
            Part("in a dark and noisy print", 1),
            Part("right, and both arrays left as they were", 1),
        ),
        probes=finding.photos,
        expected=finding.expected_place,
        recipe=finding.in_photo,
        mistakes=finding_mistakes.PHOTOS,
        section="section-loud",
        names=("photo", "target"),
        praise="Found, every time.",
    ),
    "3.8": Exercise(
        id="3.8",
        title="Repair it",
        call="repaired({})",
        parts=(
            Part("colors that sum to zero", 1),
            Part("drawings with equal columns", 1),
            Part("any color and drawing", 1),
        ),
        probes=probes.repairs,
        expected=_repaired,
        recipe=recipes.repaired,
        mistakes=balancing.REPAIRS,
        section="section-zero-space",
        small=probes.small_repairs,
        starter=frozenset({"white-heard", "areas-heard"}),
        names=("image", "mask", "color"),
    ),
}
