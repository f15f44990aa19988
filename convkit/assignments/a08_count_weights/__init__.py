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
        "8.1",
        "Parameters of a layer",
        "function",
        "parameters({})",
        (Part("weights only", 1), Part("weights and biases", 1)),
        probes.parameter_probes,
        _parameters,
        layer.parameters,
        layer.PARAMETER_MISTAKES,
        "idea-L16",
        probes.small_parameters,
    ),
    "8.2": values_exercise(
        "8.2",
        "Count a layer",
        "idea-L16",
        {"weights": 1, "biases": 1, "outputs": 1},
        layer.draw_layer,
        layer.LayerCount,
        _layer,
        layer.LAYER_MISTAKES,
    ),
    "8.3": Exercise(
        "8.3",
        "Three ways to connect",
        "function",
        "count_weights({})",
        (Part("shared", 1), Part("local", 1), Part("dense", 1)),
        probes.way_probes,
        _way,
        ways.way_count,
        ways.WAY_MISTAKES,
        "section-ladder",
        probes.small_ways,
    ),
    "8.4": values_exercise(
        "8.4",
        "Memory against weights",
        "section-not-saved",
        {"weight_bytes": 1, "map_bytes": 1, "multiply_adds": 1, "times_fewer": 1},
        memory.draw_costs,
        memory.Cost,
        _cost,
        memory.COST_MISTAKES,
    ),
    "8.5": Exercise(
        "8.5",
        "Weights of its own at every place",
        "function",
        "unshared({})",
        (Part("one channel", 1), Part("several channels", 2)),
        places.unshared_probes,
        places.unshared,
        places.local,
        places.UNSHARED_MISTAKES,
        "section-ladder",
        places.small_unshared,
        names=("image", "weights"),
    ),
    "8.6": values_exercise(
        "8.6",
        "After one lesson",
        "idea-L18",
        {"shared_now": 1, "unshared_now": 1, "lessons": 1},
        lesson.draw_lesson,
        lesson.Lesson,
        lesson.lesson_answer,
        lesson.LESSON_MISTAKES,
    ),
    "8.7": Exercise(
        "8.7",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one layer", 1), Part("several layers, no biases", 1), Part("both", 1)),
        stack.stack_probes,
        _stack,
        stack.stack_count,
        stack.STACK_MISTAKES,
        "idea-L16",
        stack.small_stacks,
        frozenset({stack.DEPTH_STAYS.key, stack.BIAS_FOR_CHANNEL.key}),
    ),
}
