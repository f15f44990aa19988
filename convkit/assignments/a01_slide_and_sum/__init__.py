"""Assignment 01, for chapters 1 and 2: slide a square, slide a box, and say how large it gets."""

from __future__ import annotations

from functools import partial

from convkit import reference
from convkit.assignments.a01_slide_and_sum import predictions, probes, sizes, small_probes
from convkit.assignments.a01_slide_and_sum.lines import SLIDE_BOX
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.assignments.sliding import recipes
from convkit.check.exercise import Exercise, Part
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


def _predictions(seed: str) -> Exercise:
    drawn = predictions.drawn_sizes(seed)
    return Exercise(
        "2.1",
        "Predict the shapes",
        "values",
        "{}",
        (Part("products", 1), Part("result", 1), Part("strided", 1)),
        probes.predictions,
        partial(_predict, **drawn),
        partial(predictions.prediction, **drawn),
        predictions.PREDICTION_MISTAKES,
        "idea-L06",
        given=drawn,
    )


_SUMS = (
    c.FLIPPED,
    c.FLIPPED_ROWS,
    c.FLIPPED_COLUMNS,
    c.TRANSPOSED,
    c.AVERAGE,
    c.LAST_PRODUCT,
    n.CUT,
    n.NEGATIVES_LOST,
)
_SLIDES = (
    *_SUMS,
    c.TRANSPOSED_RESULT,
    c.SQUARE_IMAGE,
    c.SHORT,
    c.RUNNING_TOTAL,
    c.SAME_SIZE,
    c.FULL_SIZE,
)
_STRIDES = (c.STRIDE_IGNORED, c.STRIDE_ONLY_IN_SIZE, c.STRIDE_HOLES, c.ROUNDED)
_CHANNELS = (
    d.ONE_KERNEL,
    d.AVERAGED,
    d.THREE_MAPS,
    d.ONE_CHANNEL,
    d.REVERSED,
    d.AXES_MISREAD,
    d.NOT_ALIGNED,
    d.GRAY_FIRST,
    d.ALWAYS_THREE,
)
_PARTS = (
    Part("stride 1", 2),
    Part("other strides", 1),
    Part("photographs (uint8), inputs left as they were", 1),
)

EXERCISES = {
    "1.1": Exercise(
        "1.1",
        "One place",
        "function",
        "one_place({})",
        (Part("the number at one place", 2),),
        probes.one_window,
        _one_window,
        recipes.one_window,
        (*_SUMS, c.MATRIX_PRODUCT, c.PLACE_SWAPPED, c.PLACE_IGNORED, c.CENTERED),
        "idea-L01",
        small_probes.small_windows,
    ),
    "1.2": Exercise(
        "1.2",
        "How large is the result?",
        "function",
        "result_size({})",
        (Part("valid", 1), Part("same", 1), Part("full", 1)),
        probes.sizes,
        _size,
        sizes.size_recipe,
        sizes.SIZE_MISTAKES,
        "section-sizes",
        small_probes.small_sizes,
    ),
    "1.3": Exercise(
        "1.3",
        "Slide and sum",
        "function",
        "slide_and_sum({})",
        _PARTS,
        probes.slides,
        _slide,
        recipes.slide,
        (*_SLIDES, c.MATRIX_PRODUCT, *_STRIDES, c.WRAPS),
        "idea-L01",
        small_probes.small_slides,
    ),
    "1.4": Exercise(
        "1.4",
        "The flip",
        "function",
        "convolve({})",
        (Part("convolution", 2),),
        probes.flips,
        _convolve,
        recipes.slide_flipped,
        (
            d.NOT_FLIPPED,
            d.ONLY_ROWS,
            d.ONLY_COLUMNS,
            d.TURNED,
            d.FLIPPED_BY_TRANSPOSE,
            d.IMAGE_FLIPPED,
            d.RESULT_FLIPPED,
            c.AVERAGE,
            c.TRANSPOSED_RESULT,
            c.SHORT,
            c.SAME_SIZE,
            c.FULL_SIZE,
            n.CUT,
            n.NEGATIVES_LOST,
        ),
        "section-flip",
        partial(small_probes.small_slides, strides=False),
    ),
    "2.1": _predictions,
    "2.2": Exercise(
        "2.2",
        "Put the lines in order",
        "order",
        "assembled({})",
        (Part("the assembled function", 3),),
        partial(probes.boxes, strides=False),
        _slide,
        recipes.slide,
        (*_SLIDES, *_CHANNELS),
        "idea-L04",
        partial(small_probes.small_boxes, strides=False),
        lines=SLIDE_BOX,
    ),
    "2.3": Exercise(
        "2.3",
        "Slide a box",
        "function",
        "slide_box({})",
        _PARTS,
        probes.boxes,
        _slide,
        recipes.slide,
        (*_SLIDES, *_CHANNELS, *_STRIDES, c.WRAPS),
        "idea-L04",
        small_probes.small_boxes,
    ),
    "2.4": Exercise(
        "2.4",
        "Repair it",
        "function",
        "repaired({})",
        (Part("one channel, strides", 1), Part("several channels", 1), Part("both", 1)),
        probes.repairs,
        _slide,
        recipes.slide,
        (*_SLIDES, *_CHANNELS, *_STRIDES),
        "idea-L04",
        small_probes.small_boxes,
        frozenset({d.AVERAGED.key, c.STRIDE_ONLY_IN_SIZE.key}),
    ),
}
