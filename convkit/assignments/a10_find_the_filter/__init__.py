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
        "10.1",
        "One weight, one step",
        "idea-L19",
        {"loss": 1, "slope": 1, "after": 1},
        by_hand.draw_step,
        by_hand.HandStep,
        _by_hand,
        by_hand.HAND_MISTAKES,
        alone=False,
    ),
    "10.2": Exercise(
        "10.2",
        "Poke a weight",
        "function",
        "poked_slope({})",
        (Part("the slope", 2),),
        slopes.poke_probes,
        slopes.poked_slope,
        slopes.Poke,
        slope_mistakes.POKE_MISTAKES,
        "idea-L19",
        slopes.small_pokes,
        names=("image", "filters", "wanted"),
    ),
    "10.3": Exercise(
        "10.3",
        "Slopes of the map",
        "function",
        "map_slopes({})",
        (Part("the slopes", 1),),
        slopes.map_probes,
        slopes.map_slopes,
        slopes.Differences,
        slope_mistakes.MAP_MISTAKES,
        "idea-L19",
        slopes.small_maps,
        names=("made", "wanted"),
    ),
    "10.4": Exercise(
        "10.4",
        "Put the lines in order",
        "order",
        "assembled({})",
        (Part("the assembled function", 3),),
        gradient.one_filter_probes,
        _gradient,
        gradient.gradient,
        gradient_mistakes.GRADIENT_MISTAKES,
        "idea-L19",
        partial(gradient.small_gradients, layer=False),
        lines=gradient.GRADIENT_LINES,
        names=("image", "slopes"),
        result="filters",
    ),
    "10.5": Exercise(
        "10.5",
        "The gradient of a layer",
        "function",
        "filter_gradient({})",
        (Part("stride 1", 2), Part("other strides", 1)),
        gradient.layer_probes,
        _gradient,
        gradient.gradient,
        (*gradient_mistakes.GRADIENT_MISTAKES, *gradient_mistakes.LAYER_MISTAKES),
        "idea-L19",
        partial(gradient.small_gradients, layer=True),
        names=("image", "slopes"),
        result="filters",
    ),
    "10.6": Exercise(
        "10.6",
        "And the biases",
        "function",
        "bias_gradient({})",
        (Part("the gradient", 1),),
        slopes.bias_probes,
        slopes.bias_gradient,
        slopes.Collect,
        slope_mistakes.BIAS_MISTAKES,
        "idea-L19",
        slopes.small_biases,
        names=("slopes",),
    ),
    "10.7": Exercise(
        "10.7",
        "Step by step",
        "function",
        "train({})",
        (Part("one step", 2), Part("several steps", 1), Part("inputs left as they were", 1)),
        training.training_probes,
        training.train,
        training.Training,
        training_mistakes.TRAINING_MISTAKES,
        "section-step",
        training.small_trainings,
        names=("image", "filters", "wanted"),
        result="filters",
    ),
    "10.8": hidden.exercise,
    "10.9": Exercise(
        "10.9",
        "Repair it",
        "function",
        "repaired({})",
        (
            Part("one channel, several steps", 1),
            Part("several channels, one step", 1),
            Part("both", 1),
        ),
        training.repair_probes,
        training.train,
        training.Training,
        training_mistakes.TRAINING_MISTAKES,
        "section-step",
        training.small_trainings,
        frozenset({training_mistakes.STALE.key, training_mistakes.CHANNEL_ZERO.key}),
        names=("image", "filters", "wanted"),
        result="filters",
    ),
}
