"""Mistakes in how large a result is: windows that fit, and what several layers see together."""

from __future__ import annotations

from convkit.check.mistake import Mistake

NO_PLUS_ONE = Mistake(
    "no-plus-one",
    "the +1 forgotten",
    "How many places has a kernel of 2 on 3 pixels?",
    "(H - K) / S counts the steps between windows. There is one window more than there are "
    "steps: (H - K) // S + 1.",
    "section-sizes",
)
ROUNDED_SIZE = Mistake(
    "rounded-size",
    "the +1 inside the division",
    "Try 7 pixels, a kernel of 2 and a stride of 2. Draw the windows.",
    "(H - K + 1) // S divides the first window too. It always fits, so it is added after the "
    "division: (H - K) // S + 1.",
    "section-sizes",
)
ROUNDED_UP = Mistake(
    "rounded-up",
    "a window that hangs over the end",
    "Try 7 pixels, a window of 2 and a stride of 2. Where does your last window end?",
    "The division was rounded up, so the last window leaves the image. A window that does not "
    "fit is left out: round down, //.",
    "section-sizes",
)
NOT_WHOLE = Mistake(
    "not-whole",
    "a size that is not a whole number",
    "Can a map have 3.5 rows?",
    "/ gives a number with a fraction, // a whole one, rounded down.",
    "section-sizes",
)
ONE_SHORT = Mistake(
    "one-short",
    "a result one row and one column too small",
    "How many places has a window of 2 in a row of 3 pixels? Count them with a finger.",
    "The last window is missing. A kernel of K fits H - K + 1 times, not H - K times: range(H "
    "- K) stops one too early.",
    "section-sizes",
)
SAME_SIZE = Mistake(
    "same-size",
    "'same' mode, where 'valid' was asked",
    "May a window hang over the border in valid mode?",
    "In valid mode every window lies inside, so the result is smaller than the image: H - K + "
    "1 rows.",
    "section-sizes",
)
SAME_FOR_VALID = Mistake(
    "same-for-valid",
    "a window of 'same' mode, in 'valid' mode",
    "In valid mode, may the window hang over the border? And where is it for i = j = 0?",
    "In valid mode [i, j] is the upper left corner of the window, and the result is smaller "
    "than the image. The ⌊K/2⌋ belongs to 'same' mode.",
    "section-zeros",
)
FULL_SIZE = Mistake(
    "full-size",
    "'full' mode, where 'valid' was asked",
    "Your result is larger than the image. Which windows hang over its border?",
    "Every window that touches the image was used. In valid mode every window lies inside: H - "
    "K + 1. (scipy.signal.convolve2d does 'full' unless told otherwise, and flips.)",
    "section-sizes",
)
FULL_ONE_SIDE = Mistake(
    "full-one-side",
    "'full' padded on one side only",
    "In 'full' mode the window may hang over the left end. And over the right one?",
    "K - 1 zeros stand on each side, 2 (K - 1) in all: H + K - 1 places for a stride of 1.",
    "section-sizes",
)
FULL_TOO_LARGE = Mistake(
    "full-too-large",
    "'full' with windows that do not touch the image",
    "How far out may a window of K begin, if one of its pixels must still touch the image?",
    "K zeros on each side are one too many: that window sees only zeros. It is K - 1 on each side.",
    "section-sizes",
)
KERNEL_ADDED = Mistake(
    "kernel-added",
    "a kernel added where it should be subtracted",
    "Does a larger kernel fit into the image more often, or less often?",
    "The larger the kernel, the fewer its places: it is subtracted.",
    "section-sizes",
)
KERNEL_FORGOTTEN = Mistake(
    "kernel-forgotten",
    "a formula without the kernel",
    "A kernel as large as the image: at how many places does it fit?",
    "The window must lie inside, so K pixels are taken: (H - K) // S + 1, where H counts the "
    "padding too.",
    "section-sizes",
)
SQUARE_IMAGE = Mistake(
    "square-image",
    "an image taken for a square",
    "Try an image that is wider than tall, and then one that is taller than wide.",
    "One size served for both directions. H' comes from the height and W' from the width.",
    "section-sizes",
)
SQUARE_KERNEL = Mistake(
    "square-kernel",
    "a kernel taken for a square",
    "Try a kernel of 3 × 4. How many weights has a channel?",
    "The sum was divided by K·K with one of the two sizes. A kernel of K rows and K' columns "
    "has K·K' weights.",
    "section-zero-space",
)
SAME_MEANS_EQUAL = Mistake(
    "same-means-equal",
    "'same' read as: always the size of the image",
    "A 'same' result with a stride of 2: is it as large as the image?",
    "'same' gives H only for a stride of 1. In general it is H / S, rounded up.",
    "section-sizes",
)
SAME_ROUNDED_DOWN = Mistake(
    "same-rounded-down",
    "'same' rounded down",
    "7 pixels, stride 2: windows at pixels 0, 2, 4 and 6. How many is that?",
    "'same' rounds up, so that the last pixel has a window too: -(-H // S), or ceil(H / S).",
    "section-sizes",
)
SIZE_NOT_PASSED_ON = Mistake(
    "size-not-passed-on",
    "every layer given the size of the image",
    "What goes into the second layer: the image, or what the first layer made of it?",
    "Each layer was given the size of the image. The result of one layer is the input of the "
    "next: size = …, in the loop.",
    "idea-L10",
)
SIZE_OF_THE_PICTURE = Mistake(
    "size-of-the-picture",
    "every kernel compared with the size of the picture",
    "How large are the maps that the second layer sees?",
    "The kernels were compared with the picture. After each layer there are only H - K + 1 "
    "rows and W - K + 1 columns.",
    "section-sizes",
)
SIZES_NOT_LOOKED_AT = Mistake(
    "sizes-not-looked-at",
    "kernels larger than what is left of the picture",
    "How many rows and columns are left after each layer? Does the next kernel fit in?",
    "Each layer takes K - 1 rows and columns away. A kernel larger than what is left has no "
    "place at all.",
    "section-sizes",
)
NOTHING_LEFT_LET_THROUGH = Mistake(
    "nothing-left-let-through",
    "a map of size 0 taken for a map",
    "A kernel of 6 × 6 on a map of 5 × 5: what does H - K + 1 give, and is that a map?",
    "H - K + 1 is 0 when the kernel is one larger than what is left, and then there is no "
    "place at all. Look for K > H, or for a size of 0 or less.",
    "section-sizes",
)
ONE_TOO_STRICT = Mistake(
    "one-too-strict",
    "a kernel as large as the map taken for too large",
    "A kernel of 5 × 5 on a map of 5 × 5: how many places are there?",
    "A kernel as large as the map fits exactly once.",
    "section-sizes",
)
NO_LARGER_THAN_THE_FIRST = Mistake(
    "no-larger-than-the-first",
    "a kernel no larger than the first",
    "How many pixels does one number of the second layer go back to, in the image?",
    "Two kernels of 2 see 3 pixels together. The merged kernel has K + L - 1 rows.",
    "section-one-layer",
)
ONE_TOO_LARGE = Mistake(
    "one-too-large",
    "a kernel one row and one column too large",
    "How many pixels do a kernel of 2 and one of 2 see together? Draw it.",
    "Both share a pixel where they meet: K + L - 1 rows, not K + L.",
    "section-one-layer",
)
SECOND_LAYER_SHRINKS_NOTHING = Mistake(
    "second-layer-shrinks-nothing",
    "one of the two kernels left out",
    "Two layers, two kernels. Which of them made your result smaller?",
    "Both layers shrink: the first takes K - 1 rows and columns, the second L - 1 more.",
    "idea-L10",
)
KERNELS_ADDED = Mistake(
    "kernels-added",
    "whole kernels added up",
    "Two windows of 3 lie next to each other, one pixel apart. How many pixels do they cover?",
    "Windows overlap. A layer adds K - 1 steps to what is seen, not K: two layers of 3 see 5.",
    "idea-L23",
)
KERNELS_MULTIPLIED = Mistake(
    "kernels-multiplied",
    "kernels multiplied",
    "Two layers of 3: draw which pixels the three numbers in the middle have seen.",
    "The windows of neighbors overlap, so they cover far less than 3 · 3 pixels in a row: each "
    "layer adds 2.",
    "idea-L23",
)
NO_BEGINNING = Mistake(
    "no-beginning",
    "the one pixel at the beginning forgotten",
    "A stack with no layers at all: how many pixels does one number see?",
    "One pixel is there before the first layer. Begin with 1, and each layer adds to it.",
    "idea-L23",
)
ONE_LAYER_ONLY = Mistake(
    "one-layer-only",
    "one layer instead of all",
    "How many layers are on top of each other? Does your result change if you add one?",
    "Only one layer was counted. Each of the others counts as well.",
    "idea-L23",
)
MIXED_TO_A_PIXEL = Mistake(
    "mixed-to-a-pixel",
    "1 × 1 read as the size of the result",
    "What is 1 × 1 here: the kernel, or the map?",
    "The kernel is 1 × 1, so it fits at every pixel: the maps stay as large as they are.",
    "idea-L22",
)
AREA_FOR_SIDE = Mistake(
    "area-for-side",
    "the area for one side",
    "Is the number of rows asked, or the number of pixels?",
    "K is one side of the kernel: K rows and K columns.",
    "section-eighteen",
)
