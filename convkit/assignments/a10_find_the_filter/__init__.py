"""Assignment 10, for chapter 10: slopes, gradients, steps, and a filter that was hidden."""

from __future__ import annotations

from functools import partial

from convkit import conv2d_grad_filters
from convkit.assignments.a10_find_the_filter import (
    by_hand,
    gradient,
    gradient_mistakes,
    hidden,
    slope_mistakes,
    slopes,
    training,
    training_mistakes,
)
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _by_hand(question, *, pixels, weight, wanted, rate):
    def loss(weight):
        return sum((weight * x - t) ** 2 for x, t in zip(pixels, wanted, strict=True)) / len(pixels)

    slope = loss(weight + 0.5) - loss(weight - 0.5)  # a parabola: exact
    return {"loss": loss(weight), "slope": slope, "after": weight - rate * slope}[question]


def _gradient(image, slopes, K, stride=1):
    shape = (image.shape[2], K, K, *slopes.shape[2:])
    return conv2d_grad_filters(slopes, image, shape, stride=stride)


EXERCISES = {
    "10.1": values_exercise(
        id="10.1",
        title="One weight, one step",
        section="idea-L19",
        points={"loss": 1, "slope": 1, "after": 1},
        draw_numbers=by_hand.draw_step,
        recipe=by_hand.HandStep,
        expected=_by_hand,
        mistakes=by_hand.HAND_MISTAKES,
        alone=False,
    ),
    "10.2": Exercise(
        id="10.2",
        title="Poke a weight",
        call="poked_slope({})",
        parts=(Part("the slope", 2),),
        probes=slopes.poke_probes,
        expected=slopes.poked_slope,
        recipe=slopes.Poke,
        mistakes=slope_mistakes.POKE_MISTAKES,
        section="idea-L19",
        small=slopes.small_pokes,
        names=("image", "filters", "wanted"),
    ),
    "10.3": Exercise(
        id="10.3",
        title="Slopes of the map",
        call="map_slopes({})",
        parts=(Part("the slopes", 1),),
        probes=slopes.map_probes,
        expected=slopes.map_slopes,
        recipe=slopes.Differences,
        mistakes=slope_mistakes.MAP_MISTAKES,
        section="idea-L19",
        small=slopes.small_maps,
        names=("made", "wanted"),
    ),
    "10.4": Exercise(
        id="10.4",
        title="Put the lines in order",
        kind="order",
        call="assembled({})",
        parts=(Part("the assembled function", 3),),
        probes=gradient.one_filter_probes,
        expected=_gradient,
        recipe=gradient.gradient,
        mistakes=gradient_mistakes.GRADIENT_MISTAKES,
        section="idea-L19",
        small=partial(gradient.small_gradients, layer=False),
        lines=gradient.GRADIENT_LINES,
        names=("image", "slopes"),
        result="filters",
    ),
    "10.5": Exercise(
        id="10.5",
        title="The gradient of a layer",
        call="filter_gradient({})",
        parts=(Part("stride 1", 2), Part("other strides", 1)),
        probes=gradient.layer_probes,
        expected=_gradient,
        recipe=gradient.gradient,
        mistakes=(*gradient_mistakes.GRADIENT_MISTAKES, *gradient_mistakes.LAYER_MISTAKES),
        section="idea-L19",
        small=partial(gradient.small_gradients, layer=True),
        names=("image", "slopes"),
        result="filters",
    ),
    "10.6": Exercise(
        id="10.6",
        title="And the biases",
        call="bias_gradient({})",
        parts=(Part("the gradient", 1),),
        probes=slopes.bias_probes,
        expected=slopes.bias_gradient,
        recipe=slopes.Collect,
        mistakes=slope_mistakes.BIAS_MISTAKES,
        section="idea-L19",
        small=slopes.small_biases,
        names=("slopes",),
    ),
    "10.7": Exercise(
        id="10.7",
        title="Step by step",
        call="train({})",
        parts=(Part("one step", 2), Part("several steps", 1), Part("inputs left as they were", 1)),
        probes=training.training_probes,
        expected=training.train,
        recipe=training.Training,
        mistakes=training_mistakes.TRAINING_MISTAKES,
        section="section-step",
        small=training.small_trainings,
        names=("image", "filters", "wanted"),
        result="filters",
    ),
    "10.8": hidden.exercise,
    "10.9": Exercise(
        id="10.9",
        title="Repair it",
        call="repaired({})",
        parts=(
            Part("one channel, several steps", 1),
            Part("several channels, one step", 1),
            Part("both", 1),
        ),
        probes=training.repair_probes,
        expected=training.train,
        recipe=training.Training,
        mistakes=training_mistakes.TRAINING_MISTAKES,
        section="section-step",
        small=training.small_trainings,
        starter=frozenset({training_mistakes.STALE.key, training_mistakes.CHANNEL_ZERO.key}),
        names=("image", "filters", "wanted"),
        result="filters",
    ),
}
