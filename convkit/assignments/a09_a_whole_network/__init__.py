"""Assignment 09, for chapter 9: sizes, 1 × 1, pooling, receptive fields, and what moves along."""

from __future__ import annotations

from convkit import count_parameters, output_size, reference
from convkit.assignments.a09_a_whole_network import (
    box_mistakes,
    boxes,
    field,
    mixing,
    moved,
    padded,
    pool_mistakes,
    pooling,
    price,
    shift_mistakes,
    shifts,
    through,
)
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise


def _box(question, *, H, W, C1, C2, K, S, P, Q):
    if question == "strided":
        return (*(output_size(n, K, stride=S, padding=P) for n in (H, W)), C2)
    if question == "mixed":
        return (output_size(H, 1), output_size(W, 1), C2)
    rows, columns = (output_size(n, Q, stride=Q) for n in (H, W))
    return (rows, columns, C1) if question == "pooled" else rows * columns * C1


def _price(question, *, layers, C):
    kernel = field.sees([(3, 1)] * layers)
    if question == "kernel":
        return kernel
    K, count = (3, layers) if question == "stacked" else (kernel, 1)
    return count * count_parameters((K, K, C), (C, K, K, C)).shared.weights


def _moved(question, *, K, S, Q, down, right):
    """From where the first windows lie that see what the windows at [0, 0] saw before."""
    step = S if question == "after_stride" else S * Q
    if question == "smallest":
        return next(n for n in range(1, S * Q + 1) if n % S == 0 and n // S % Q == 0)
    return tuple(range(0, pixels + 1, step).index(pixels) for pixels in (down, right))


def _padded(image, filters, stride=1, padding=0):
    return reference.conv2d(image, filters, stride=stride, padding=padding)


EXERCISES = {
    "9.1": Exercise(
        "9.1",
        "Through a stack",
        "function",
        "size_after({})",
        (Part("without padding", 1), Part("with padding", 1)),
        through.through_probes,
        through.size_after,
        through.through,
        through.THROUGH_MISTAKES,
        "idea-L21",
        through.small_throughs,
    ),
    "9.2": values_exercise(
        "9.2",
        "What comes out?",
        "idea-L21",
        {"strided": 1, "pooled": 1, "mixed": 1, "flat": 1},
        boxes.draw_boxes,
        boxes.Box,
        _box,
        box_mistakes.BOX_MISTAKES,
    ),
    "9.3": Exercise(
        "9.3",
        "One pixel wide",
        "function",
        "mix({})",
        (Part("without biases", 1), Part("with biases", 1)),
        mixing.mix_probes,
        mixing.mix,
        mixing.Mix,
        mixing.MIX_MISTAKES,
        "idea-L22",
        mixing.small_mixes,
        names=("maps", "filters", "bias"),
    ),
    "9.4": Exercise(
        "9.4",
        "The largest of each window",
        "function",
        "max_pool({})",
        (Part("windows side by side", 2), Part("other strides", 1)),
        pooling.pool_probes,
        pooling.max_pool,
        pooling.pool,
        pool_mistakes.POOL_MISTAKES,
        "section-pooling",
        pooling.small_pools,
        names=("maps",),
    ),
    "9.5": Exercise(
        "9.5",
        "What has a number seen?",
        "function",
        "sees({})",
        (Part("strides of 1", 1), Part("other strides", 2)),
        field.field_probes,
        field.sees,
        field.Field,
        field.FIELD_MISTAKES,
        "idea-L23",
        field.small_fields,
    ),
    "9.6": values_exercise(
        "9.6",
        "Many small or one large",
        "section-eighteen",
        {"kernel": 1, "stacked": 1, "single": 1},
        price.draw_price,
        price.Price,
        _price,
        price.PRICE_MISTAKES,
    ),
    "9.7": Exercise(
        "9.7",
        "Does it move along?",
        "function",
        "moves_along({})",
        (Part("moved in one direction", 1), Part("moved in both", 1)),
        shifts.shift_probes,
        shifts.moves_along,
        shifts.Comparison,
        shift_mistakes.SHIFT_MISTAKES,
        "idea-L24",
        shifts.small_shifts,
        names=("maps", "shifted_maps"),
    ),
    "9.8": values_exercise(
        "9.8",
        "How far do the maps move?",
        "idea-L24",
        {"after_stride": 1, "after_pooling": 1, "smallest": 1},
        moved.draw_moves,
        moved.Moved,
        _moved,
        moved.MOVE_MISTAKES,
    ),
    "9.9": Exercise(
        "9.9",
        "Repair it",
        "function",
        "repaired({})",
        (Part("padding", 1), Part("strides", 1), Part("both", 1)),
        padded.padded_probes,
        _padded,
        padded.padded_slide,
        padded.PADDED_MISTAKES,
        "idea-L21",
        padded.small_paddeds,
        frozenset({padded.ONE_CORNER.key, "stride-only-in-size"}),
    ),
}
