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
        id="9.1",
        title="Through a stack",
        call="size_after({})",
        parts=(Part("without padding", 1), Part("with padding", 1)),
        probes=through.through_probes,
        expected=through.size_after,
        recipe=through.through,
        mistakes=through.THROUGH_MISTAKES,
        section="idea-L21",
        small=through.small_throughs,
    ),
    "9.2": values_exercise(
        id="9.2",
        title="What comes out?",
        section="idea-L21",
        points={"strided": 1, "pooled": 1, "mixed": 1, "flat": 1},
        draw_numbers=boxes.draw_boxes,
        recipe=boxes.Box,
        expected=_box,
        mistakes=box_mistakes.BOX_MISTAKES,
    ),
    "9.3": Exercise(
        id="9.3",
        title="One pixel wide",
        call="mix({})",
        parts=(Part("without biases", 1), Part("with biases", 1)),
        probes=mixing.mix_probes,
        expected=mixing.mix,
        recipe=mixing.Mix,
        mistakes=mixing.MIX_MISTAKES,
        section="idea-L22",
        small=mixing.small_mixes,
        names=("maps", "filters", "bias"),
    ),
    "9.4": Exercise(
        id="9.4",
        title="The largest of each window",
        call="max_pool({})",
        parts=(Part("windows side by side", 2), Part("other strides", 1)),
        probes=pooling.pool_probes,
        expected=pooling.max_pool,
        recipe=pooling.pool,
        mistakes=pool_mistakes.POOL_MISTAKES,
        section="section-pooling",
        small=pooling.small_pools,
        names=("maps",),
    ),
    "9.5": Exercise(
        id="9.5",
        title="What has a number seen?",
        call="sees({})",
        parts=(Part("strides of 1", 1), Part("other strides", 2)),
        probes=field.field_probes,
        expected=field.sees,
        recipe=field.Field,
        mistakes=field.FIELD_MISTAKES,
        section="idea-L23",
        small=field.small_fields,
    ),
    "9.6": values_exercise(
        id="9.6",
        title="Many small or one large",
        section="section-eighteen",
        points={"kernel": 1, "stacked": 1, "single": 1},
        draw_numbers=price.draw_price,
        recipe=price.Price,
        expected=_price,
        mistakes=price.PRICE_MISTAKES,
    ),
    "9.7": Exercise(
        id="9.7",
        title="Does it move along?",
        call="moves_along({})",
        parts=(Part("moved in one direction", 1), Part("moved in both", 1)),
        probes=shifts.shift_probes,
        expected=shifts.moves_along,
        recipe=shifts.Comparison,
        mistakes=shift_mistakes.SHIFT_MISTAKES,
        section="idea-L24",
        small=shifts.small_shifts,
        names=("maps", "shifted_maps"),
    ),
    "9.8": values_exercise(
        id="9.8",
        title="How far do the maps move?",
        section="idea-L24",
        points={"after_stride": 1, "after_pooling": 1, "smallest": 1},
        draw_numbers=moved.draw_moves,
        recipe=moved.Moved,
        expected=_moved,
        mistakes=moved.MOVE_MISTAKES,
    ),
    "9.9": Exercise(
        id="9.9",
        title="Repair it",
        call="repaired({})",
        parts=(Part("padding", 1), Part("strides", 1), Part("both", 1)),
        probes=padded.padded_probes,
        expected=_padded,
        recipe=padded.padded_slide,
        mistakes=padded.PADDED_MISTAKES,
        section="idea-L21",
        small=padded.small_paddeds,
        starter=frozenset({padded.ONE_CORNER.key, "stride-only-in-size"}),
    ),
}
