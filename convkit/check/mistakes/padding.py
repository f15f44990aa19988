"""Mistakes with zeros around an image, and with windows that are centered."""

from __future__ import annotations

from convkit.check.mistake import Mistake

PADDING_FORGOTTEN = Mistake(
    "padding-forgotten",
    "padding that is not used",
    "Your result is right without padding. Where does P occur in your code?",
    "P zeros stand on each side, and they count as pixels: the window slides over H + 2P of them.",
    "idea-L21",
)
PADDING_NOT_USED = Mistake(
    "padding-not-used",
    "a padding that makes no difference",
    "Compare the shapes that your function gives for 'valid' and for 'same'.",
    "In 'valid' mode the result is smaller than the image, H - K + 1; in 'same' mode it is as "
    "large, with zeros outside. Your function does the same for both.",
    "section-zeros",
)
PADDING_NOT_ZERO = Mistake(
    "padding-not-zero",
    "a border that is copied instead of zero",
    "What is outside of the image, in your padded one?",
    "The border was filled with pixels of the image. Padding with zeros is what layers do: "
    "np.pad(…) without a mode.",
    "idea-L21",
)
PADDING_ON_ONE_SIDE = Mistake(
    "padding-on-one-side",
    "all zeros at the top and at the left",
    "Pad an image of one pixel by 1 and print it. Where is the pixel?",
    "All 2P zeros went before the image. P belong on each side: above and below, left and right.",
    "idea-L21",
)
PADDING_ONCE = Mistake(
    "padding-once",
    "padding on one side only",
    "P zeros stand on each side. How many are that along one direction?",
    "P zeros before and P zeros after: the size grows by 2P.",
    "idea-L21",
)
PADDING_ONE_DIRECTION = Mistake(
    "padding-one-direction",
    "padding in one direction only",
    "Pad an image of one pixel by 1. Are there zeros above it, and also at its left?",
    "Only rows or only columns were padded. Zeros belong on all four sides.",
    "idea-L21",
)
PADDING_SUBTRACTED = Mistake(
    "padding-subtracted",
    "padding that makes the image smaller",
    "Is there more room for the window with padding, or less?",
    "Padding puts zeros around the image, so there is more room: + 2P.",
    "idea-L21",
)
NOT_CENTERED = Mistake(
    "not-centered",
    "a window that is not centered, in 'same' mode",
    "In 'same' mode with K = 3, which pixel does the middle of the kernel meet at [i, j]?",
    "In 'same' mode the window is centered on [i, j]: it begins ⌊K/2⌋ before it, K // 2 in "
    "Python. So everything moves back by as much: [i + m - ⌊K/2⌋, j + n - ⌊K/2⌋, p].",
    "section-zeros",
)
CENTERED_THE_WRONG_WAY = Mistake(
    "centered-the-wrong-way",
    "half a kernel added where it should be subtracted",
    "In 'same' mode, is the upper left corner of the window above [i, j] or below?",
    "The window begins half a kernel before [i, j]: subtract ⌊K/2⌋, which is K // 2 in Python.",
    "section-zeros",
)
HALF_ROUNDED_UP = Mistake(
    "half-rounded-up",
    "half a kernel rounded up",
    "What is half of 3, rounded down? A kernel of 3 has how many rows above its middle?",
    "A kernel of K rows, K odd, has ⌊K/2⌋ rows above its middle: (K - 1) / 2.",
    "section-zeros",
)
BORDER_COMPARED = Mistake(
    "border-compared",
    "new pixels compared, too",
    "Which rows of shifted_maps belong to pixels that were not in the image before?",
    "np.roll brings back at one border what leaves at the other. In a real image new pixels "
    "come in there: compare only what was there before.",
    "idea-L24",
)
BORDER_LEFT_OUT = Mistake(
    "border-left-out",
    "a border that was left out",
    "Look at the outermost numbers of your result. Should they be zero?",
    "Where the window hangs over the border, only the pixels outside are zero. Those inside "
    "still count: leave out products, not places.",
    "section-zeros",
)
BORDER_REPEATED = Mistake(
    "border-repeated",
    "a border that repeats the picture",
    "Take an image of ones and a filter of ones. What should stand in the corner of the result?",
    "Outside the image is zero in 'same' mode. Your version repeats the pixels at the border.",
    "section-zeros",
)
BORDER_WRAPS = Mistake(
    "border-wraps",
    "a border that continues on the other side",
    "In Python, which row is image[-1]?",
    "A negative index counts from the end: image[-1] is the last row, not a row of zeros. Ask "
    "before you read whether 0 <= row < H, or put real zeros around the image with np.pad.",
    "section-zeros",
)
OUTSIDE_NOT_ASKED = Mistake(
    "outside-not-asked",
    "pixels outside that were read",
    "In 'same' mode some windows hang over the border. Which row does your loop ask for when i "
    "is the last one and m, too?",
    "The formula asks for pixels outside the image. At one end there are none, and Python "
    "stops; at the other end -1 is the last row, and Python says nothing. Ask for both ends "
    "before you read: if 0 <= y < H and 0 <= x < W.",
    "section-zeros",
)
CENTERED = Mistake(
    "centered",
    "a window centered on [i, j]",
    "Which pixel does weight [0, 0] meet: image[i, j], or one above and left of it?",
    "The window was centered on [i, j], as in 'same' mode. In valid mode [i, j] is its upper "
    "left corner.",
    "idea-L01",
)
