"""Assignment 01, for chapters 1 and 2: slide a square, slide a box, and say how large it gets."""

from __future__ import annotations

from functools import partial

from convkit import reference
from convkit.assignments.a01_slide_and_sum import predictions, probes, sizes, small_probes
from convkit.assignments.a01_slide_and_sum.lines import SLIDE_BOX
from convkit.assignments.sliding import catalogue, recipes
from convkit.check.exercise import Exercise, Part
from convkit.check.own_numbers import values_exercise
from convkit.shapes import output_size


def _one_window(image, filters, i, j):
    return reference.conv2d(image, filters)[i, j]


def _slide(image, filters, stride=1):
    return reference.conv2d(image, filters, stride=stride)


def _convolve(image, filters):
    return reference.conv2d(image, filters[::-1, ::-1])


def _size(size, kernel, padding="valid", stride=1):
    return output_size(size, kernel, padding=padding, stride=stride)


def _predict(question, *, H, W, C1, K, S):
    if question == "products":
        return C1 * K * K
    stride = S if question == "strided" else 1
    return tuple(output_size(pixels, K, stride=stride) for pixels in (H, W))


_SUMS = (
    catalogue.FLIPPED,
    catalogue.FLIPPED_ROWS,
    catalogue.FLIPPED_COLUMNS,
    catalogue.TRANSPOSED,
    catalogue.AVERAGE,
    catalogue.LAST_PRODUCT,
    catalogue.CUT,
    catalogue.NEGATIVES_LOST,
)
_SLIDES = (
    *_SUMS,
    catalogue.TRANSPOSED_RESULT,
    catalogue.SQUARE_IMAGE,
    catalogue.SHORT,
    catalogue.RUNNING_TOTAL,
    catalogue.SAME_SIZE,
    catalogue.FULL_SIZE,
)
_STRIDES = (
    catalogue.STRIDE_IGNORED,
    catalogue.STRIDE_ONLY_IN_SIZE,
    catalogue.STRIDE_HOLES,
    catalogue.ROUNDED,
)
_CHANNELS = (
    catalogue.ONE_KERNEL,
    catalogue.AVERAGED,
    catalogue.THREE_MAPS,
    catalogue.ONE_CHANNEL,
    catalogue.REVERSED,
    catalogue.AXES_MISREAD,
    catalogue.NOT_ALIGNED,
    catalogue.GRAY_FIRST,
    catalogue.ALWAYS_THREE,
)
_PARTS = (
    Part("stride 1", 2),
    Part("other strides", 1),
    Part("photographs (uint8), inputs left as they were", 1),
)

EXERCISES = {
    "1.1": Exercise(
        id="1.1",
        title="One place",
        call="one_place({})",
        parts=(Part("the number at one place", 2),),
        probes=probes.one_window,
        expected=_one_window,
        recipe=recipes.one_window,
        mistakes=(
            *_SUMS,
            catalogue.MATRIX_PRODUCT,
            catalogue.PLACE_SWAPPED,
            catalogue.PLACE_IGNORED,
            catalogue.CENTERED,
        ),
        section="idea-L01",
        small=small_probes.small_windows,
    ),
    "1.2": Exercise(
        id="1.2",
        title="How large is the result?",
        call="result_size({})",
        parts=(Part("valid", 1), Part("same", 1), Part("full", 1)),
        probes=probes.sizes,
        expected=_size,
        recipe=sizes.size_recipe,
        mistakes=sizes.SIZE_MISTAKES,
        section="section-sizes",
        small=small_probes.small_sizes,
    ),
    "1.3": Exercise(
        id="1.3",
        title="Slide and sum",
        call="slide_and_sum({})",
        parts=_PARTS,
        probes=probes.slides,
        expected=_slide,
        recipe=recipes.slide,
        mistakes=(*_SLIDES, catalogue.MATRIX_PRODUCT, *_STRIDES, catalogue.WRAPS),
        section="idea-L01",
        small=small_probes.small_slides,
    ),
    "1.4": Exercise(
        id="1.4",
        title="The flip",
        call="convolve({})",
        parts=(Part("convolution", 2),),
        probes=probes.flips,
        expected=_convolve,
        recipe=recipes.slide_flipped,
        mistakes=(
            catalogue.NOT_FLIPPED,
            catalogue.ONLY_ROWS,
            catalogue.ONLY_COLUMNS,
            catalogue.TURNED,
            catalogue.FLIPPED_BY_TRANSPOSE,
            catalogue.IMAGE_FLIPPED,
            catalogue.RESULT_FLIPPED,
            catalogue.AVERAGE,
            catalogue.TRANSPOSED_RESULT,
            catalogue.SHORT,
            catalogue.SAME_SIZE,
            catalogue.FULL_SIZE,
            catalogue.CUT,
            catalogue.NEGATIVES_LOST,
        ),
        section="section-flip",
        small=partial(small_probes.small_slides, strides=False),
    ),
    "2.1": values_exercise(
        id="2.1",
        title="Predict the shapes",
        section="idea-L06",
        points={"products": 1, "result": 1, "strided": 1},
        numbers=predictions.drawn_sizes,
        recipe=predictions.prediction,
        expected=_predict,
        mistakes=predictions.PREDICTION_MISTAKES,
    ),
    "2.2": Exercise(
        id="2.2",
        title="Put the lines in order",
        kind="order",
        call="assembled({})",
        parts=(Part("the assembled function", 3),),
        probes=partial(probes.boxes, strides=False),
        expected=_slide,
        recipe=recipes.slide,
        mistakes=(*_SLIDES, *_CHANNELS),
        section="idea-L04",
        small=partial(small_probes.small_boxes, strides=False),
        lines=SLIDE_BOX,
    ),
    "2.3": Exercise(
        id="2.3",
        title="Slide a box",
        call="slide_box({})",
        parts=_PARTS,
        probes=probes.boxes,
        expected=_slide,
        recipe=recipes.slide,
        mistakes=(*_SLIDES, *_CHANNELS, *_STRIDES, catalogue.WRAPS),
        section="idea-L04",
        small=small_probes.small_boxes,
    ),
    "2.4": Exercise(
        id="2.4",
        title="Repair it",
        call="repaired({})",
        parts=(Part("one channel, strides", 1), Part("several channels", 1), Part("both", 1)),
        probes=probes.repairs,
        expected=_slide,
        recipe=recipes.slide,
        mistakes=(*_SLIDES, *_CHANNELS, *_STRIDES),
        section="idea-L04",
        small=small_probes.small_boxes,
        starter=frozenset({catalogue.AVERAGED.key, catalogue.STRIDE_ONLY_IN_SIZE.key}),
    ),
}
