"""Assignment 08, for chapter 8: count weights, bytes and multiply-adds, and what sharing saves."""

from __future__ import annotations

from convkit import count_parameters
from convkit.assignments.a08_count_weights import layer, lesson, memory, places, probes, stack, ways
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _parameters(filters_shape, bias=True):
    C1, K, _, _ = filters_shape
    return count_parameters((K, K, C1), filters_shape, bias=bias).shared.parameters


def _layer(question, *, H, W, C1, K, C2):
    ladder = count_parameters((H, W, C1), (C1, K, K, C2))
    rows, columns, maps = ladder.output_shape
    found = {"weights": ladder.shared.weights, "biases": ladder.shared.biases}
    return found.get(question, rows * columns * maps)


def _way(way, image_shape, filters_shape, stride=1):
    return getattr(count_parameters(image_shape, filters_shape, stride=stride), way).weights


def _cost(question, *, H, W, C1, K, C2, N):
    ladder = count_parameters((H, W, C1), (C1, K, K, C2))
    rows, columns, maps = ladder.output_shape
    return {
        "weight_bytes": ladder.shared.nbytes(),
        "map_bytes": 4 * N * rows * columns * maps,
        "multiply_adds": ladder.shared.multiply_adds,
        "times_fewer": ladder.dense.multiply_adds / ladder.shared.multiply_adds,
    }[question]


def _stack(channels, layers, bias=True):
    depths = [channels, *(maps for _, maps in layers)]
    return sum(
        _parameters((depth, K, K, maps), bias)
        for depth, (K, maps) in zip(depths, layers, strict=False)
    )


EXERCISES = {
    "8.1": Exercise(
        id="8.1",
        title="Parameters of a layer",
        call="parameters({})",
        parts=(Part("weights only", 1), Part("weights and biases", 1)),
        probes=probes.parameter_probes,
        expected=_parameters,
        recipe=layer.parameters,
        mistakes=layer.PARAMETER_MISTAKES,
        section="idea-L16",
        small=probes.small_parameters,
    ),
    "8.2": values_exercise(
        id="8.2",
        title="Count a layer",
        section="idea-L16",
        points={"weights": 1, "biases": 1, "outputs": 1},
        draw_numbers=layer.draw_layer,
        recipe=layer.LayerCount,
        expected=_layer,
        mistakes=layer.LAYER_MISTAKES,
    ),
    "8.3": Exercise(
        id="8.3",
        title="Three ways to connect",
        call="count_weights({})",
        parts=(Part("shared", 1), Part("local", 1), Part("dense", 1)),
        probes=probes.way_probes,
        expected=_way,
        recipe=ways.way_count,
        mistakes=ways.WAY_MISTAKES,
        section="section-ladder",
        small=probes.small_ways,
    ),
    "8.4": values_exercise(
        id="8.4",
        title="Memory against weights",
        section="section-not-saved",
        points={"weight_bytes": 1, "map_bytes": 1, "multiply_adds": 1, "times_fewer": 1},
        draw_numbers=memory.draw_costs,
        recipe=memory.Cost,
        expected=_cost,
        mistakes=memory.COST_MISTAKES,
    ),
    "8.5": Exercise(
        id="8.5",
        title="Weights of its own at every place",
        call="unshared({})",
        parts=(Part("one channel", 1), Part("several channels", 2)),
        probes=places.unshared_probes,
        expected=places.unshared,
        recipe=places.local,
        mistakes=places.UNSHARED_MISTAKES,
        section="section-ladder",
        small=places.small_unshared,
        names=("image", "weights"),
    ),
    "8.6": values_exercise(
        id="8.6",
        title="After one lesson",
        section="idea-L18",
        points={"shared_now": 1, "unshared_now": 1, "lessons": 1},
        draw_numbers=lesson.draw_lesson,
        recipe=lesson.Lesson,
        expected=lesson.lesson_answer,
        mistakes=lesson.LESSON_MISTAKES,
    ),
    "8.7": Exercise(
        id="8.7",
        title="Repair it",
        call="repaired({})",
        parts=(Part("one layer", 1), Part("several layers, no biases", 1), Part("both", 1)),
        probes=stack.stack_probes,
        expected=_stack,
        recipe=stack.stack_count,
        mistakes=stack.STACK_MISTAKES,
        section="idea-L16",
        small=stack.small_stacks,
        starter=frozenset({stack.DEPTH_STAYS.key, stack.BIAS_FOR_CHANNEL.key}),
    ),
}
