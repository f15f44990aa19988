"""Mistakes in which axis comes where: shapes, rows and columns."""

from __future__ import annotations

from convkit.check.mistake import Mistake

AXES_MISREAD = Mistake(
    "axes-misread",
    "filters reshaped where their axes should move",
    "Print filters[0], then the same kernel after your change of shape. Is it still the same?",
    "reshape cuts the row of numbers anew: it does not move axes. From (C1, K, K) to (K, K, "
    "C1) goes np.moveaxis(filters, 0, -1).",
    "idea-L04",
)
AXES_NOT_ALIGNED = Mistake(
    "axes-not-aligned",
    "a window and a filter multiplied as they lie",
    "Print the shapes of your window, of your filter, and of their product. Are they all alike?",
    "The window is (K, K, C1) and the filter (C1, K, K), so * brings together what does not "
    "belong together, or stops. Multiply channel by channel, window[:, :, p] * filters[p], or "
    "move the axis first: np.moveaxis(filters, 0, -1).",
    "idea-L04",
)
ANOTHER_ORDER_OF_AXES = Mistake(
    "another-order-of-axes",
    "filters in another order of axes",
    "Which axis of filters counts the filters, and which the channels?",
    "Filters are (C1, K, K, C2) here: channels first, number of filters last. Keras has (K, K, "
    "C1, C2), and PyTorch (C2, C1, K, K); and reshape moves no axes.",
    "idea-L10",
)
RESHAPED = Mistake(
    "reshaped",
    "an array reshaped where its axes should move",
    "Print the first plane, before and after your change of shape. Is it the same?",
    "The shape is right and the numbers are mixed: reshape cuts the row of numbers anew, it "
    "does not move axes. np.moveaxis does, or transpose.",
    "idea-L04",
)
ROWS_FOR_COLUMNS = Mistake(
    "rows-for-columns",
    "all axes reversed by .T",
    "Print the shape before and after. Which axis counts the rows?",
    ".T reverses all axes, rows and columns too. Only the channels, or the maps, should move: "
    "np.moveaxis, or transpose with its axes written out.",
    "idea-L04",
)
HEIGHT_WIDTH_SWAPPED = Mistake(
    "height-width-swapped",
    "height and width in the wrong order",
    "Which comes first, rows or columns?",
    "Rows come first: a shape is (height, width, …), a place (row, column), and a shift (down, "
    "right).",
    "section-sizes",
)
TRANSPOSED_RESULT = Mistake(
    "transposed-result",
    "height and width exchanged",
    "Compare the shape of your result with the shape of the image. Which one is the height?",
    "Rows and columns of the result have changed places. The image is (H, W): i runs over H' "
    "rows, j over W' columns, and the result is [i, j]. On a square image this mistake hides.",
    "idea-L01",
)
MAPS_IN_FRONT = Mistake(
    "maps-in-front",
    "maps in front, where they belong behind",
    "Which axis counts the maps in this book, the first or the last?",
    "These are the right numbers in PyTorch's order, (C2, H', W'), which np.stack(maps) gives "
    "too. In this book the maps come last: (H', W', C2), np.stack(maps, axis=-1).",
    "idea-L09",
)
CHANNEL_LETTER_FIRST = Mistake(
    "channel-letter-first",
    "channels first, as PyTorch has them",
    "In which order do the letters of A and of B stand in the formula?",
    "In this book the channel comes last: A[row, column, channel], and B the same.",
    "idea-L11",
)
CHANNELS_LAST = Mistake(
    "channels-last",
    "a filter with its channels at the end",
    "Print the shape of your result. Which axis counts the channels?",
    "An image is (H, W, C1), but a filter is (C1, K, K): channels first.",
    "idea-L05",
)
KERAS_ORDER = Mistake(
    "keras-order",
    "filters in the order of Keras",
    "Which letter of W stands first in this book: a place of the kernel, or a channel?",
    "(K, K, C1, C2) is the order of Keras. In this book the filters are (C1, K, K, C2).",
    "idea-L11",
)
TORCH_ORDER = Mistake(
    "torch-order",
    "filters in PyTorch's order",
    "In which order do the four letters of W stand in the formula?",
    "(C2, C1, K, K) is PyTorch's order. In this book the filters are (C1, K, K, C2).",
    "idea-L11",
)
SIDE_BY_SIDE = Mistake(
    "side-by-side",
    "maps put beside one another, not on one another",
    "How many axes has your result? And how many should it have?",
    "np.concatenate (hstack, vstack) makes one larger map of several: (H'·C2, W'), or (H', "
    "W'·C2). Here a new axis is needed: np.stack(maps, axis=-1).",
    "idea-L09",
)
MAPS_BETWEEN = Mistake(
    "maps-between",
    "the new axis between rows and columns",
    "Print the shape. Where do the rows stand, where the columns?",
    "The new axis came to stand in the middle: (H', C2, W'). It should be the last: axis=-1.",
    "idea-L09",
)
AXIS_LOST = Mistake(
    "axis-lost",
    "an axis that is lost when there is one filter",
    "Give your function a single filter. How many axes has the result?",
    "One filter gives one map, and the result is (H', W', 1), a box with one channel. Without "
    "its third axis the next layer cannot take it.",
    "idea-L07",
)
PLACE_SWAPPED = Mistake(
    "place-swapped",
    "row and column exchanged",
    "In image[a, b], which of a and b is the row?",
    "The window began at row j and column i. The first index is the row: image[i + m, j + n].",
    "idea-L01",
)
KERNEL_PLACES_SWAPPED = Mistake(
    "kernel-places-swapped",
    "m and n exchanged",
    "m goes with i, and n with j. Is it so in your answer?",
    "The kernel's row m moves down the image with i, its column n to the right with j: A[i + "
    "m, j + n, p] meets W[p, m, n, c].",
    "idea-L11",
)
HEIGHT_FOR_WIDTH = Mistake(
    "height-for-width",
    "a height where a width belongs",
    "You go one line down. By how many numbers do you move: by a height, or by a width?",
    "A line is as long as it is wide: multiply or divide by the width, shape[1]. On a square "
    "image this mistake hides.",
    "idea-L17",
)
ROWS_OF_THE_IMAGE = Mistake(
    "rows-of-the-image",
    "rows counted in the image, not in the map",
    "best counts the numbers of the map one after the other. How long is a row of the map?",
    "The number of the place was divided by the width of the image. It counts places of the "
    "map, and a row of the map has result.shape[1] of them.",
    "section-find",
)
FIRST_AXIS_FOR_FILTERS = Mistake(
    "first-axis-for-filters",
    "the first axis taken for the filters",
    "In (C1, K, K, C2), which number counts the filters?",
    "Filters are (C1, K, K, C2): depth first, their number last.",
    "idea-L10",
)
DIAGONAL_ONLY = Mistake(
    "diagonal-only",
    "one letter for both sides of the kernel",
    "How many weights has a kernel of 2 × 2? How many of them did your sum use?",
    "m and n were the same all the time, so only the diagonal of the kernel took part. They "
    "are two letters: each m meets every n.",
    "idea-L11",
)
WRONG_AXIS = Mistake(
    "wrong-axis",
    "a mean along another axis",
    "In filters.shape, which axis counts the channels?",
    "A filter is (C1, K, K): the channels are axis 0. The axes 1 and 2, or -1, are rows and "
    "columns.",
    "section-zero-places",
)
ROWS_OR_COLUMNS = Mistake(
    "rows-or-columns",
    "a mean along one direction only",
    "How many numbers does your mean give for one channel: one, or one for each row or column?",
    "A mean along one axis of the kernel balances rows or columns one by one. Over space means "
    "both at once, one number for each channel: axis=(1, 2).",
    "section-zero-space",
)
ONE_AXIS_ONLY = Mistake(
    "one-axis-only",
    "a sum over rows or columns only",
    "Your result has two axes. What is the second one?",
    "Only one of the two directions was summed. Every place counts: axis=(0, 1).",
    "idea-L19",
)
END_OF_THE_SLICE = Mistake(
    "end-of-the-slice",
    "slices that do not hold as many rows as the result",
    "How many rows has your slice for the last m, and how many has the result? Print both.",
    "A slice with a stride holds one of every `stride` rows that it reaches over, so it must "
    "reach over rows * stride of them, beginning at m: image[m : m + rows * stride : stride].",
    "section-shifted",
)
EMPTY_SLICE = Mistake(
    "empty-slice",
    "a slice that is empty when nothing moves",
    "What is maps[:-down] for down = 0? Print its shape.",
    "[:-0] is [:0], and that is empty: nothing is left to compare. Write maps[: H - down] instead.",
    "idea-L24",
)
