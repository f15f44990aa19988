"""The named mistakes of sliding a filter: each one a wrong implementation and its words."""

from __future__ import annotations

from convkit.assignments.sliding import wrong_steps as spoil
from convkit.check.mistake import Mistake

FLIPPED = Mistake(
    "flipped",
    "a flipped filter",
    "Take a filter with a single 1 in its upper right corner. Which pixel of the window should "
    "it pick, and which one does yours pick?",
    "The filter was turned over both axes before the sum. That is convolution (∗). Here we want "
    "cross-correlation (⋆): weight [m, n] meets pixel [i + m, j + n], nothing is turned.",
    "section-flip",
    (spoil.flip_both,),
)
FLIPPED_ROWS = Mistake(
    "flipped-rows",
    "a filter turned upside down",
    "Look at the rows of your filter: does its first row meet the first row of the window?",
    "The rows of the filter are in reverse order, as after filters[::-1].",
    "section-flip",
    (spoil.flip_rows,),
)
FLIPPED_COLUMNS = Mistake(
    "flipped-columns",
    "a filter turned left to right",
    "Look at the columns of your filter: does its left column meet the left column of the window?",
    "The columns of the filter are in reverse order, as after filters[:, ::-1].",
    "section-flip",
    (spoil.flip_columns,),
)
TRANSPOSED = Mistake(
    "transposed-kernel",
    "a transposed kernel",
    "Follow one weight off the diagonal, such as row 0, column 1. Which pixel does it meet?",
    "Rows and columns of the kernel have changed places: weight [n, m] was used where [m, n] "
    "belongs. With several channels, filters.T does this too: it reverses all three axes. "
    "np.moveaxis(filters, 0, -1) moves only the channel.",
    "section-flip",
    (spoil.transpose_kernel,),
)
TRANSPOSED_RESULT = Mistake(
    "transposed-result",
    "height and width exchanged",
    "Compare the shape of your result with the shape of the image. Which one is the height?",
    "Rows and columns of the result have changed places. The image is (H, W): i runs over H' "
    "rows, j over W' columns, and the result is [i, j]. On a square image this mistake hides.",
    "idea-L01",
    (spoil.transpose_result,),
)
SQUARE_IMAGE = Mistake(
    "square-image",
    "an image taken for a square",
    "Try an image that is wider than tall, and then one that is taller than wide.",
    "One size served for both directions. H' comes from the height and W' from the width.",
    "section-sizes",
    (spoil.height_for_both, spoil.width_for_both),
)
SHORT = Mistake(
    "one-short",
    "a result one row and one column too small",
    "How many places has a window of 2 in a row of 3 pixels? Count them with a finger.",
    "The last window is missing. A kernel of K fits H - K + 1 times, not H - K times: "
    "range(H - K) stops one too early.",
    "section-sizes",
    (spoil.one_short,),
)
ROUNDED = Mistake(
    "rounded-size",
    "a size divided too early",
    "Try a stride of 2 on a size that it does not divide, such as 7 pixels and a kernel of 2.",
    "The +1 went inside the division: (H - K + 1) // S. The first window always fits, and the "
    "division counts the steps after it: (H - K) // S + 1.",
    "section-sizes",
    (spoil.divide_too_early,),
)
STRIDE_IGNORED = Mistake(
    "stride-ignored",
    "a stride that is not used",
    "Compare stride=1 with stride=2: where in your code does the stride occur?",
    "The window moved one pixel at a time. Stride S moves it S pixels, so fewer windows fit: "
    "(H - K) // S + 1.",
    "section-sizes",
    (spoil.ignore_stride,),
)
STRIDE_ONLY_IN_SIZE = Mistake(
    "stride-only-in-size",
    "a stride in the size but not in the window",
    "The shape is right. At which row of the image does your window for i = 1 begin?",
    "The result has the right size, but the window for [i, j] begins at [i, j]. It should begin "
    "at [i * stride, j * stride].",
    "section-sizes",
    (spoil.steps_of_one,),
)
STRIDE_HOLES = Mistake(
    "stride-holes",
    "a stride in the window but not in the size",
    "Where in your result are the zeros, and why did nothing get written there?",
    "The result has the size for stride 1, with zeros between the numbers. Its size should be "
    "(H - K) // S + 1, and window number i belongs to row i of the result.",
    "section-sizes",
    (spoil.leave_holes, spoil.crowd_into_corner),
)
AVERAGE = Mistake(
    "average",
    "an average for a sum",
    "Try a filter of ones on a window of ones. Is your number how many there are?",
    "The sum was divided by the number of products. Only add. A filter that should average says "
    "so in its weights.",
    "idea-L01",
    (spoil.average,),
)
LAST_PRODUCT = Mistake(
    "last-product",
    "a sum that keeps only its last product",
    "Put a print inside your innermost loop. Does the total grow, or is it replaced?",
    "Each product replaced the one before it. Use += inside the loops, and begin with 0 before "
    "them.",
    "idea-L01",
    (spoil.keep_last,),
)
RUNNING_TOTAL = Mistake(
    "running-total",
    "a total that is never set back to zero",
    "Your first number is right. What does the total hold when the second window begins?",
    "The total went on growing from window to window. Set it to 0 for each place [i, j].",
    "idea-L01",
    (spoil.never_reset,),
)
MATRIX_PRODUCT = Mistake(
    "matrix-product",
    "a matrix product for a product of pairs",
    "What does @ do with two K×K arrays, and what does * do?",
    "The window and the filter were multiplied as matrices. Here each weight meets one pixel: "
    "use *, then add everything.",
    "idea-L01",
    (spoil.matrix_product,),
)
WRAPS = Mistake(
    "uint8-wraps",
    "numbers that wrap around at 256",
    "Add np.uint8(200) and np.uint8(100). Is that what you want for a photograph?",
    "A photograph is stored as uint8, whole numbers from 0 to 255: a sum above 255 begins again "
    "at 0. Turn image and filters into floats first, with .astype(float), and make the result "
    "with np.zeros((rows, columns)), not with zeros_like.",
    "idea-L01",
    (
        spoil.wrap_result,
        spoil.clip_result,
        spoil.wrap_products,
        spoil.wrap_total,
    ),
)
SAME_SIZE = Mistake(
    "same-size",
    "'same' mode, where 'valid' was asked",
    "Your windows hang over the border of the image. Which ones should not exist?",
    "Zeros were put around the image, so that the result is as large as the image. In valid mode "
    "every window lies inside, and the result is smaller: H - K + 1.",
    "section-sizes",
    (spoil.same_size, spoil.same_size_for_stride_one, spoil.same_size_odd_before),
)
FULL_SIZE = Mistake(
    "full-size",
    "'full' mode, where 'valid' was asked",
    "Your result is larger than the image. Which windows hang over its border?",
    "Every window that touches the image was used. In valid mode every window lies inside: "
    "H - K + 1. (scipy.signal.convolve2d does 'full' unless told otherwise, and flips.)",
    "section-sizes",
    (spoil.full_size,),
)

# One number at one place
PLACE_SWAPPED = Mistake(
    "place-swapped",
    "row and column exchanged",
    "In image[a, b], which of a and b is the row?",
    "The window began at row j and column i. The first index is the row: image[i + m, j + n].",
    "idea-L01",
    (spoil.exchange_place,),
)
PLACE_IGNORED = Mistake(
    "place-ignored",
    "a window that never moves",
    "Your number does not change with i and j. Where in your line do they occur?",
    "The window always began at the corner of the image. It begins at row i and column j: "
    "image[i + m, j + n].",
    "idea-L01",
    (spoil.stay_in_corner,),
)
CENTERED = Mistake(
    "centered",
    "a window centered on [i, j]",
    "Which pixel does weight [0, 0] meet: image[i, j], or one above and left of it?",
    "The window was centered on [i, j], as in 'same' mode. In valid mode [i, j] is its upper left "
    "corner.",
    "idea-L01",
    (spoil.center_window,),
)
