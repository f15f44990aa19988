"""The named mistakes of sliding a filter: each one a wrong implementation and its words."""

from __future__ import annotations

from convkit.assignments.sliding import wrong_steps as spoil
from convkit.check.mistakes import axes, flips, number_types, padding, size, stride, sums

FLIPPED = flips.FLIPPED.made_by(spoil.flip_both)
FLIPPED_ROWS = flips.FLIPPED_ROWS.made_by(spoil.flip_rows)
FLIPPED_COLUMNS = flips.FLIPPED_COLUMNS.made_by(spoil.flip_columns)
TRANSPOSED = flips.TRANSPOSED_KERNEL.made_by(spoil.transpose_kernel)
TRANSPOSED_RESULT = axes.TRANSPOSED_RESULT.made_by(spoil.transpose_result)
SQUARE_IMAGE = size.SQUARE_IMAGE.made_by(spoil.height_for_both, spoil.width_for_both)
SHORT = size.ONE_SHORT.made_by(spoil.one_short)
ROUNDED = size.ROUNDED_SIZE.made_by(spoil.divide_too_early)
STRIDE_IGNORED = stride.STRIDE_IGNORED.made_by(spoil.ignore_stride, section="section-sizes")
STRIDE_ONLY_IN_SIZE = stride.STRIDE_ONLY_IN_SIZE.made_by(spoil.steps_of_one)
STRIDE_HOLES = stride.STRIDE_HOLES.made_by(spoil.leave_holes, spoil.crowd_into_corner)
AVERAGE = sums.AVERAGE.made_by(spoil.average)
LAST_PRODUCT = sums.LAST_PRODUCT.made_by(spoil.keep_last)
RUNNING_TOTAL = sums.RUNNING_TOTAL.made_by(spoil.never_reset)
MATRIX_PRODUCT = sums.MATRIX_PRODUCT.made_by(spoil.matrix_product)
WRAPS = number_types.UINT8_WRAPS.made_by(
    spoil.wrap_result, spoil.clip_result, spoil.wrap_products, spoil.wrap_total
)
SAME_SIZE = size.SAME_SIZE.made_by(
    spoil.same_size, spoil.same_size_for_stride_one, spoil.same_size_odd_before
)
FULL_SIZE = size.FULL_SIZE.made_by(spoil.full_size)

# One number at one place
PLACE_SWAPPED = axes.PLACE_SWAPPED.made_by(spoil.exchange_place)
PLACE_IGNORED = sums.PLACE_IGNORED.made_by(spoil.stay_in_corner)
CENTERED = padding.CENTERED.made_by(spoil.center_window)
