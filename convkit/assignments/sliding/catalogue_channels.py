"""The named mistakes that only a third dimension makes possible, and those of the flip."""

from __future__ import annotations

from convkit.assignments.sliding import wrong_steps as spoil
from convkit.check.mistakes import axes, channels, flips

ONE_KERNEL = channels.ONE_KERNEL_FOR_ALL.made_by(spoil.one_kernel_for_all)
AVERAGED = channels.CHANNELS_AVERAGED.made_by(spoil.average_channels)
THREE_MAPS = channels.A_MAP_FOR_EACH_CHANNEL.made_by(spoil.keep_channels_apart)
ONE_CHANNEL = channels.ONE_CHANNEL_ONLY.made_by(spoil.first_channel_only, spoil.last_channel_only)
REVERSED = channels.CHANNELS_REVERSED.made_by(spoil.reverse_channels)
AXES_MISREAD = axes.AXES_MISREAD.made_by(spoil.reshape_axes)
NOT_ALIGNED = axes.AXES_NOT_ALIGNED.made_by(spoil.multiply_as_they_lie)
GRAY_FIRST = channels.GRAY_FIRST.made_by(spoil.gray_first)
ALWAYS_THREE = channels.ALWAYS_THREE_CHANNELS.made_by(spoil.always_three)

# Convolution: the recipe begins with a flipped filter, so a flip too many takes it back.
NOT_FLIPPED = flips.NOT_FLIPPED.made_by(spoil.flip_both)
ONLY_ROWS = flips.ONLY_ROWS_FLIPPED.made_by(spoil.flip_columns)
ONLY_COLUMNS = flips.ONLY_COLUMNS_FLIPPED.made_by(spoil.flip_rows)
TURNED = flips.QUARTER_TURN.made_by(spoil.quarter_turn, spoil.quarter_turn_back)
FLIPPED_BY_TRANSPOSE = flips.TRANSPOSED_FOR_FLIPPED.made_by(
    lambda recipe: (spoil.flip_both(recipe), spoil.transpose_kernel(recipe))
)
IMAGE_FLIPPED = flips.IMAGE_FLIPPED.made_by(spoil.flip_image)
RESULT_FLIPPED = flips.RESULT_FLIPPED.made_by(
    lambda recipe: (spoil.flip_both(recipe), spoil.flip_result(recipe))
)
