"""Mistakes with a window that jumps."""

from __future__ import annotations

from convkit.check.mistake import Mistake

STRIDE_IGNORED = Mistake(
    "stride-ignored",
    "a stride that is not used",
    "Your result is right for a stride of 1. Where does the stride occur in your code?",
    "Stride S moves the window by S pixels, so fewer windows fit: (H - K) // S + 1, where H "
    "counts the padding too.",
    "idea-L21",
)
STRIDE_ONLY_IN_SIZE = Mistake(
    "stride-only-in-size",
    "a stride in the size but not in the window",
    "The shape is right. At which row does your window for i = 1 begin?",
    "The result has the right size, but the window for [i, j] begins at [i, j]. It should "
    "begin at [i * stride, j * stride].",
    "section-sizes",
)
STRIDE_HOLES = Mistake(
    "stride-holes",
    "a stride in the window but not in the size",
    "Where in your result are the zeros, and why did nothing get written there?",
    "The result has the size for stride 1, with zeros between the numbers. Its size should be "
    "(H - K) // S + 1, and window number i belongs to row i of the result.",
    "section-sizes",
)
STRIDE_IN_THE_SHIFT = Mistake(
    "stride-in-the-shift",
    "a stride in the shift, not between the places",
    "With stride 2, which pixel does weight [0, 1] meet at place [0, 0]? And at place [0, 1]?",
    "Weight [m, n] always meets the pixel m further down and n further right. The stride lies "
    "between the places: image[m : m + rows * stride : stride].",
    "section-shifted",
)
STRIDE_ON_THE_KERNEL = Mistake(
    "stride-on-the-kernel",
    "a stride inside the kernel",
    "Do the weights of a kernel lie side by side, whatever the stride?",
    "The stride moves the window, not the weights in it: i * stride + m, and not (i + m) * "
    "stride or i + m * stride.",
    "idea-L21",
)
STRIDES_ADDED = Mistake(
    "strides-added",
    "strides added where they multiply",
    "Two layers of stride 2: how far apart in the image are two neighbors of the last map?",
    "Steps of steps multiply: two strides of 2 are one step of 4 pixels.",
    "idea-L21",
)
STRIDES_IGNORED = Mistake(
    "strides-ignored",
    "strides that are not used",
    "In a map made with stride 2, how far apart in the image are two neighbors?",
    "After a layer with stride S, every step is S times as long. Later layers add (K - 1) of "
    "these longer steps.",
    "idea-L21",
)
LAST_STRIDE_ONLY = Mistake(
    "last-stride-only",
    "only the stride just before",
    "Three layers, the first with stride 2. Are the steps of the third still longer?",
    "jump was replaced by S. Every stride below stays in force: jump *= S.",
    "idea-L21",
)
OWN_STRIDE_FIRST = Mistake(
    "own-stride-first",
    "a stride that works too early",
    "One layer of 3 with stride 2: does one of its numbers see 3 pixels, or 5?",
    "The stride of a layer lengthens the steps of the layers after it. First add (K - 1) * "
    "jump, then multiply jump by S.",
    "idea-L21",
)
ALL_STRETCHED = Mistake(
    "all-stretched",
    "everything seen so far stretched by the stride",
    "Does a stride change how much the layers below it have seen?",
    "The whole field was multiplied by the stride. A stride changes only what later layers "
    "add: (K - 1) steps of the longer kind.",
    "idea-L21",
)
MULTIPLIED = Mistake(
    "multiplied",
    "steps multiplied where they are divided",
    "Are the maps larger than the image, or smaller? By how much can they move?",
    "A map with stride S is S times smaller, and so is its motion: divide.",
    "idea-L21",
)
ONE_PIXEL = Mistake(
    "one-pixel",
    "one pixel for one step",
    "If the image moves by one pixel, can a map with longer steps follow?",
    "After a stride, only moves by whole steps can be followed exactly: here S · Q pixels.",
    "idea-L24",
)
TILES_FOR_WINDOWS = Mistake(
    "tiles-for-windows",
    "tiles for windows",
    "By how many pixels does your window move from one place to the next?",
    "The image was cut into pieces that do not overlap. A window moves by one pixel, so "
    "neighbors share most of their pixels.",
    "section-sizes",
)
LAYERS_FROM_THE_WRONG_END = Mistake(
    "layers-from-the-wrong-end",
    "layers taken from the wrong end",
    "Which layer is next to the image: the first in the list, or the last?",
    "The list begins at the image. A stride works on the layers above it, not below.",
    "idea-L21",
)
