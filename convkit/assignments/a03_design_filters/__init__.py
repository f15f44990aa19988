"""Assignment 03, for chapter 3: filters that find what they should, and are deaf to the rest."""

from __future__ import annotations

from functools import partial

import numpy as np

from convkit import reference
from convkit.assignments.a03_design_filters import (
    answers,
    finding,
    own,
    own_mistakes,
    probes,
    recipes,
)
from convkit.assignments.a03_design_filters import balancing as b
from convkit.assignments.a03_design_filters import finding_mistakes as found
from convkit.assignments.a03_design_filters import painting as p
from convkit.check.exercise import Exercise, Part


def _painted(mask, color):
    return np.einsum("mn,p->pmn", mask, color)


def _less_mean(filters, *axes):
    count = np.prod([filters.shape[axis] for axis in axes])
    return filters - filters.sum(axis=axes, keepdims=True) / count


def _repaired(image, mask, color):
    filters = _less_mean(_less_mean(_painted(mask, color), 0), 1, 2)
    return reference.conv2d(image, filters)


def _answers(seed: str) -> Exercise:
    drawn = answers.drawn_filter(seed)
    return Exercise(
        "3.2",
        "What does it answer?",
        "values",
        "{}",
        tuple(Part(question, 1) for question in answers.QUESTIONS),
        answers.probes,
        partial(answers.expected, **drawn),
        partial(answers.answer, **drawn),
        answers.MISTAKES,
        "idea-L05",
        given=drawn,
        praise="All four are right.",
    )


def _own_filter(seed: str) -> Exercise:
    drawn = own.drawn_target(seed)
    return Exercise(
        "3.5",
        "A filter of your own",
        "array",
        "{}",
        (
            Part("finds its target", 1),
            Part("silent on white and gray", 1),
            Part("silent on an even area of its own color", 1),
            Part("hears other colors and forms less", 1),
        ),
        own.probes,
        own.expected,
        partial(own_mistakes.recipe, **drawn),
        own_mistakes.MISTAKES,
        "section-zero-space",
        adapt=partial(own.adapt, **drawn),
        given=drawn,
        praise="Your filter finds its target and is deaf to everything that it should not hear.",
    )


EXERCISES = {
    "3.1": Exercise(
        "3.1",
        "Paint a filter",
        "function",
        "paint({})",
        (Part("the painted filter", 2),),
        probes.paints,
        _painted,
        recipes.painted,
        p.PAINTING,
        "idea-L05",
        probes.small_paints,
        names=("mask", "color"),
        result="filters",
    ),
    "3.2": _answers,
    "3.3": Exercise(
        "3.3",
        "Deaf to gray",
        "function",
        "deaf_to_gray({})",
        (Part("zero over the channels, at each place", 2),),
        probes.filters_to_balance,
        lambda filters: _less_mean(filters, 0),
        recipes.deaf_to_gray,
        b.GRAY,
        "section-zero-places",
        probes.small_grays,
        names=("filters",),
        result="filters",
    ),
    "3.4": Exercise(
        "3.4",
        "Deaf to even areas",
        "function",
        "deaf_to_areas({})",
        (Part("zero over space, in each channel", 2),),
        probes.filters_to_balance,
        lambda filters: _less_mean(filters, 1, 2),
        recipes.deaf_to_areas,
        b.AREAS,
        "section-zero-space",
        probes.small_balances,
        names=("filters",),
        result="filters",
    ),
    "3.5": _own_filter,
    "3.6": Exercise(
        "3.6",
        "Where is the middle?",
        "order",
        "assembled({})",
        (Part("the assembled function", 3),),
        finding.middles,
        finding.expected_middle,
        finding.to_middle,
        found.MIDDLES,
        "section-find",
        finding.small_middles,
        lines=finding.FIND_MIDDLE,
    ),
    "3.7": Exercise(
        "3.7",
        "Find it in a photograph",
        "function",
        "find({})",
        (
            Part("in the print that it was cut from", 2),
            Part("in a dark and noisy print", 1),
            Part("right, and both arrays left as they were", 1),
        ),
        finding.photos,
        finding.expected_place,
        finding.in_photo,
        found.PHOTOS,
        "section-loud",
        names=("photo", "target"),
        praise="Found, every time.",
    ),
    "3.8": Exercise(
        "3.8",
        "Repair it",
        "function",
        "repaired({})",
        (
            Part("colors that sum to zero", 1),
            Part("drawings with equal columns", 1),
            Part("any color and drawing", 1),
        ),
        probes.repairs,
        _repaired,
        recipes.repaired,
        b.REPAIRS,
        "section-zero-space",
        probes.small_repairs,
        frozenset({"white-heard", "areas-heard"}),
        names=("image", "mask", "color"),
    ),
}
