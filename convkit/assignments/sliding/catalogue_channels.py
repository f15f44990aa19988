"""The named mistakes that only a third dimension makes possible, and those of the flip."""

from __future__ import annotations

from convkit.assignments.sliding import wrong_steps as spoil
from convkit.check.mistake import Mistake

ONE_KERNEL = Mistake(
    "one-kernel-for-all",
    "one kernel used for every channel",
    "Take a filter that is zero for the first channel only. What does your function answer?",
    "The kernel of channel 0 was used for every channel. A filter is a box: it has a kernel of "
    "its own for each channel, filters[p].",
    "idea-L04",
    (spoil.one_kernel_for_all,),
)
AVERAGED = Mistake(
    "channels-averaged",
    "an average over the channels for a sum",
    "Your numbers are all too small by the same factor. Which one, and what else is that large?",
    "The result was divided by the number of channels. The sum runs over height, width and "
    "channel, and nothing is divided.",
    "idea-L04",
    (spoil.average_channels,),
)
THREE_MAPS = Mistake(
    "a-map-for-each-channel",
    "one map for each channel",
    "How many numbers does one place of the window give: one, or one for each channel?",
    "The channels were kept apart. One filter gives one number at each place: add the channels "
    "too, and the result is (H', W').",
    "idea-L06",
    (spoil.keep_channels_apart,),
)
ONE_CHANNEL = Mistake(
    "one-channel-only",
    "only one of the channels",
    "Change the image in one channel at a time. For which channels does your result not change?",
    "Only one channel took part. The box reaches through all of them: the sum runs over p too. "
    "(Inside the loop over p, = for += does this as well.)",
    "idea-L04",
    (spoil.first_channel_only, spoil.last_channel_only),
)
REVERSED = Mistake(
    "channels-reversed",
    "channels in reverse order",
    "A filter that is 1 in channel 0 and 0 elsewhere should give the red plane. What does yours?",
    "Channel p of the filter met channel C1 - 1 - p of the image. Channel 0 belongs to channel 0. "
    "(OpenCV stores blue first; and reversing all three axes reverses this one too.)",
    "idea-L04",
    (spoil.reverse_channels,),
)
AXES_MISREAD = Mistake(
    "axes-misread",
    "filters reshaped where their axes should move",
    "Print filters[0], then the same kernel after your change of shape. Is it still the same?",
    "reshape cuts the row of numbers anew: it does not move axes. From (C1, K, K) to (K, K, C1) "
    "goes np.moveaxis(filters, 0, -1).",
    "idea-L04",
    (spoil.reshape_axes,),
)
NOT_ALIGNED = Mistake(
    "axes-not-aligned",
    "a window and a filter multiplied as they lie",
    "Print the shapes of your window, of your filter, and of their product. Are they all alike?",
    "The window is (K, K, C1) and the filter (C1, K, K), so * brings together what does not belong "
    "together, or stops. Multiply channel by channel, window[:, :, p] * filters[p], or move the "
    "axis first: np.moveaxis(filters, 0, -1).",
    "idea-L04",
    (spoil.multiply_as_they_lie,),
)
GRAY_FIRST = Mistake(
    "gray-first",
    "a color image made gray before the filter",
    "Give a red pixel and a blue pixel of equal brightness. Can your function tell them apart?",
    "The channels were mixed before the filter saw them, so all colors look alike. Multiply each "
    "channel with its own kernel first, and add afterwards.",
    "idea-L04",
    (spoil.gray_first,),
)
ALWAYS_THREE = Mistake(
    "always-three-channels",
    "three channels taken for granted",
    "Try an image with two channels, and one with four. Where does your code get its 3 from?",
    "The number 3 is written into the code. An image can have any number of channels: "
    "C1 = filters.shape[0].",
    "idea-L02",
    (spoil.always_three,),
)

# Convolution: the recipe begins with a flipped filter, so a flip too many takes it back.
NOT_FLIPPED = Mistake(
    "not-flipped",
    "a filter that is not flipped",
    "Does your function differ from slide_and_sum at all?",
    "This is cross-correlation (⋆). For convolution (∗) the filter is turned over both axes "
    "first: filters[::-1, ::-1].",
    "section-flip",
    (spoil.flip_both,),
)
ONLY_ROWS = Mistake(
    "only-rows-flipped",
    "a flip of the rows only",
    "Write down a 2×2 filter and your flipped one. Which numbers should have changed sides?",
    "filters[::-1] turns the rows only. Convolution turns the columns too: filters[::-1, ::-1].",
    "section-flip",
    (spoil.flip_columns,),
)
ONLY_COLUMNS = Mistake(
    "only-columns-flipped",
    "a flip of the columns only",
    "Write down a 2×2 filter and your flipped one. Which numbers should have moved up or down?",
    "filters[:, ::-1] turns the columns only. Convolution turns the rows too: filters[::-1, ::-1].",
    "section-flip",
    (spoil.flip_rows,),
)
TURNED = Mistake(
    "quarter-turn",
    "a quarter turn for a half turn",
    "How many quarter turns bring the upper left number to the lower right?",
    "np.rot90 turns by a quarter. Flipping both axes is a half turn: np.rot90(filters, 2), or "
    "filters[::-1, ::-1].",
    "section-flip",
    (spoil.quarter_turn, spoil.quarter_turn_back),
)
FLIPPED_BY_TRANSPOSE = Mistake(
    "transposed-for-flipped",
    "a transposed filter for a flipped one",
    "Write down a 2×2 filter and yours. Where did the number at the upper left go?",
    "filters.T exchanges rows and columns, and leaves the upper left number where it is. A flip "
    "over both axes sends it to the lower right: filters[::-1, ::-1].",
    "section-flip",
    (lambda recipe: (spoil.flip_both(recipe), spoil.transpose_kernel(recipe)),),
)
IMAGE_FLIPPED = Mistake(
    "image-flipped",
    "a flip of the image",
    "Your numbers are the right ones. In which order do they come?",
    "The image was turned instead of the filter: the right numbers, each in the opposite place. "
    "Turn the filter and leave the image alone.",
    "section-flip",
    (spoil.flip_image,),
)
RESULT_FLIPPED = Mistake(
    "result-flipped",
    "a flip of the result",
    "Slide first and flip afterwards, or flip first and slide afterwards: is that the same?",
    "The result was turned over. It is the filter that must be turned, before it slides.",
    "section-flip",
    (lambda recipe: (spoil.flip_both(recipe), spoil.flip_result(recipe)),),
)
