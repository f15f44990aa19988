"""The mistakes of a filter that slides, with the wrong steps that make them."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import wrong_steps
from convkit.check.changes import after, changing, replacing, setting
from convkit.check.mistakes import axes, channels, flips, number_types, padding, size, stride, sums

FLIPPED = flips.FLIPPED.made_by(wrong_steps.flip_both)
FLIPPED_ROWS = flips.FLIPPED_ROWS.made_by(wrong_steps.flip_rows)
FLIPPED_COLUMNS = flips.FLIPPED_COLUMNS.made_by(wrong_steps.flip_columns)
TRANSPOSED = flips.TRANSPOSED_KERNEL.made_by(wrong_steps.transpose_kernel)
TRANSPOSED_RESULT = axes.TRANSPOSED_RESULT.made_by(after(lambda result: result.swapaxes(0, 1)))
SQUARE_IMAGE = size.SQUARE_IMAGE.made_by(
    setting(size=lambda recipe: (recipe.size[0], recipe.size[0])),
    setting(size=lambda recipe: (recipe.size[1], recipe.size[1])),
)
SHORT = size.ONE_SHORT.made_by(wrong_steps.one_short)
ROUNDED = size.ROUNDED_SIZE.made_by(wrong_steps.divide_too_early)
STRIDE_IGNORED = stride.STRIDE_IGNORED.made_by(wrong_steps.ignore_stride, section="section-sizes")
STRIDE_ONLY_IN_SIZE = stride.STRIDE_ONLY_IN_SIZE.made_by(wrong_steps.steps_of_one)
STRIDE_HOLES = stride.STRIDE_HOLES.made_by(wrong_steps.leave_holes, wrong_steps.crowd_into_corner)
AVERAGE = sums.AVERAGE.made_by(wrong_steps.average)
LAST_PRODUCT = sums.LAST_PRODUCT.made_by(
    replacing(total=lambda window, filters: window[-1, -1, -1] * filters[-1, -1, -1])
)
RUNNING_TOTAL = sums.RUNNING_TOTAL.made_by(
    after(lambda result: np.cumsum(result).reshape(np.shape(result)))
)
MATRIX_PRODUCT = sums.MATRIX_PRODUCT.made_by(
    replacing(total=lambda window, filters: (np.moveaxis(window, -1, 0) @ filters).sum())
)
WRAPS = number_types.UINT8_WRAPS.made_by(
    wrong_steps.wrap_result,
    wrong_steps.clip_result,
    wrong_steps.wrap_products,
    wrong_steps.wrap_total,
)
SAME_SIZE = size.SAME_SIZE.made_by(
    wrong_steps.same_size, wrong_steps.same_size_for_stride_one, wrong_steps.same_size_odd_before
)
FULL_SIZE = size.FULL_SIZE.made_by(wrong_steps.full_size)

# One number at one place
PLACE_SWAPPED = axes.PLACE_SWAPPED.made_by(setting(place=lambda recipe: recipe.place[::-1]))
PLACE_IGNORED = sums.PLACE_IGNORED.made_by(setting(place=(0, 0)))
CENTERED = padding.CENTERED.made_by(wrong_steps.center_window)

# ---- channels

ONE_KERNEL = channels.ONE_KERNEL_FOR_ALL.made_by(
    changing(filters=lambda filters: np.broadcast_to(filters[:1], filters.shape))
)
AVERAGED = channels.CHANNELS_AVERAGED.made_by(wrong_steps.average_channels)
THREE_MAPS = channels.A_MAP_FOR_EACH_CHANNEL.made_by(
    replacing(total=lambda window, filters: np.einsum("mnp,pmn->p", window, filters))
)
ONE_CHANNEL = channels.ONE_CHANNEL_ONLY.made_by(
    wrong_steps.first_channel_only, wrong_steps.last_channel_only
)
REVERSED = channels.CHANNELS_REVERSED.made_by(changing(filters=lambda filters: filters[::-1]))
AXES_MISREAD = axes.AXES_MISREAD.made_by(wrong_steps.reshape_axes)
NOT_ALIGNED = axes.AXES_NOT_ALIGNED.made_by(wrong_steps.multiply_as_they_lie)
GRAY_FIRST = channels.GRAY_FIRST.made_by(
    changing(image=lambda image: np.broadcast_to(image.mean(axis=-1, keepdims=True), image.shape))
)
ALWAYS_THREE = channels.ALWAYS_THREE_CHANNELS.made_by(wrong_steps.always_three)

# Convolution: the recipe begins with a flipped filter, so a flip too many takes it back.
NOT_FLIPPED = flips.NOT_FLIPPED.made_by(wrong_steps.flip_both)
ONLY_ROWS = flips.ONLY_ROWS_FLIPPED.made_by(wrong_steps.flip_columns)
ONLY_COLUMNS = flips.ONLY_COLUMNS_FLIPPED.made_by(wrong_steps.flip_rows)
TURNED = flips.QUARTER_TURN.made_by(
    wrong_steps.quarter_turn, changing(filters=lambda filters: np.rot90(filters, -1, axes=(1, 2)))
)
FLIPPED_BY_TRANSPOSE = flips.TRANSPOSED_FOR_FLIPPED.made_by(
    lambda recipe: (wrong_steps.flip_both(recipe), wrong_steps.transpose_kernel(recipe))
)
IMAGE_FLIPPED = flips.IMAGE_FLIPPED.made_by(wrong_steps.flip_image)
RESULT_FLIPPED = flips.RESULT_FLIPPED.made_by(
    lambda recipe: (wrong_steps.flip_both(recipe), after(lambda result: result[::-1, ::-1])(recipe))
)

# ---- numbers


def _cut_inputs(recipe):
    recipe.image, recipe.filters = np.trunc(recipe.image), np.trunc(recipe.filters)


def _cut_each_sum(recipe):
    """What += does in an array of whole numbers."""

    def total(window, filters):
        pixels = np.moveaxis(window, -1, 0).reshape(-1, 1)
        so_far = np.zeros(filters[0, 0, 0].size)  # one number for each filter
        for products in pixels * filters.reshape(len(pixels), -1):
            so_far = np.trunc(so_far + products)
        return so_far.reshape(filters.shape[3:])

    recipe.total = total


CUT = number_types.CUT_TO_WHOLE.made_by(
    after(np.trunc), after(np.round), after(np.floor), _cut_inputs, _cut_each_sum
)
CUT_RESULT = CUT.made_by(*CUT.changes[:3])  # for recipes that do not slide
NEGATIVES_LOST = number_types.NEGATIVES_LOST.made_by(
    after(np.abs), after(lambda result: np.maximum(result, 0))
)
