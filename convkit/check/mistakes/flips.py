"""Mistakes in what is turned over, and what is not."""

from __future__ import annotations

from convkit.check.mistake import Mistake

FLIPPED = Mistake(
    "flipped",
    "a flipped filter",
    "Take a filter with a single 1 in its upper right corner. Which pixel of the window should "
    "it pick, and which one does yours pick?",
    "The filter was turned over both axes before the sum. That is convolution (∗). Here we "
    "want cross-correlation (⋆): weight [m, n] meets pixel [i + m, j + n], nothing is turned.",
    "section-flip",
)
FLIPPED_COLUMNS = Mistake(
    "flipped-columns",
    "a filter turned left to right",
    "Look at the columns of your filter: does its left column meet the left column of the window?",
    "The columns of the filter are in reverse order, as after filters[:, ::-1].",
    "section-flip",
)
FLIPPED_ROWS = Mistake(
    "flipped-rows",
    "a filter turned upside down",
    "Look at the rows of your filter: does its first row meet the first row of the window?",
    "The rows of the filter are in reverse order, as after filters[::-1].",
    "section-flip",
)
FLIPPED_INDEX = Mistake(
    "flipped-index",
    "a minus where a plus belongs",
    "Is this the formula of ⋆ or of ∗?",
    "A minus in front of m turns the filter over: that is convolution (∗). Layers compute "
    "cross-correlation (⋆), with a plus.",
    "section-flip",
)
TRANSPOSED_KERNEL = Mistake(
    "transposed-kernel",
    "a transposed kernel",
    "Follow one weight off the diagonal, such as row 0, column 1. Which pixel does it meet?",
    "Rows and columns of the kernel have changed places: weight [n, m] was used where [m, n] "
    "belongs. With several channels, filters.T does this too: it reverses all three axes. "
    "np.moveaxis(filters, 0, -1) moves only the channel.",
    "section-flip",
)
NOT_FLIPPED = Mistake(
    "not-flipped",
    "a filter that is not flipped",
    "Does your function differ from slide_and_sum at all?",
    "This is cross-correlation (⋆). For convolution (∗) the filter is turned over both axes "
    "first: filters[::-1, ::-1].",
    "section-flip",
)
ONLY_ROWS_FLIPPED = Mistake(
    "only-rows-flipped",
    "a flip of the rows only",
    "Write down a 2×2 filter and your flipped one. Which numbers should have changed sides?",
    "filters[::-1] turns the rows only. Convolution turns the columns too: filters[::-1, ::-1].",
    "section-flip",
)
ONLY_COLUMNS_FLIPPED = Mistake(
    "only-columns-flipped",
    "a flip of the columns only",
    "Write down a 2×2 filter and your flipped one. Which numbers should have moved up or down?",
    "filters[:, ::-1] turns the columns only. Convolution turns the rows too: filters[::-1, ::-1].",
    "section-flip",
)
QUARTER_TURN = Mistake(
    "quarter-turn",
    "a quarter turn for a half turn",
    "How many quarter turns bring the upper left number to the lower right?",
    "np.rot90 turns by a quarter. Flipping both axes is a half turn: np.rot90(filters, 2), or "
    "filters[::-1, ::-1].",
    "section-flip",
)
TRANSPOSED_FOR_FLIPPED = Mistake(
    "transposed-for-flipped",
    "a transposed filter for a flipped one",
    "Write down a 2×2 filter and yours. Where did the number at the upper left go?",
    "filters.T exchanges rows and columns, and leaves the upper left number where it is. A "
    "flip over both axes sends it to the lower right: filters[::-1, ::-1].",
    "section-flip",
)
IMAGE_FLIPPED = Mistake(
    "image-flipped",
    "a flip of the image",
    "Your numbers are the right ones. In which order do they come?",
    "The image was turned instead of the filter: the right numbers, each in the opposite "
    "place. Turn the filter and leave the image alone.",
    "section-flip",
)
RESULT_FLIPPED = Mistake(
    "result-flipped",
    "a flip of the result",
    "Slide first and flip afterwards, or flip first and slide afterwards: is that the same?",
    "The result was turned over. It is the filter that must be turned, before it slides.",
    "section-flip",
)
MASK_TURNED = Mistake(
    "mask-turned",
    "a mask that was turned",
    "Compare one plane with the mask. Does the upper right corner hold the same?",
    "The drawing came out mirrored or with rows and columns exchanged. A filter is not "
    "flipped: the weight at [m, n] is the wish for row m, column n of the window.",
    "idea-L05",
)
ALWAYS_TURNED = Mistake(
    "always-turned",
    "a map that is always turned",
    "What does it mean that ∗ commutes?",
    "∗ commutes: A ∗ W and W ∗ A are the same map, so there is nothing to turn. With ⋆ there is.",
    "idea-L15",
)
NEVER_TURNED = Mistake(
    "never-turned",
    "a map that is never turned",
    "Take an image that is 1 at one pixel of a corner, and exchange the sides by hand. Where "
    "does the filter appear?",
    "With ⋆, exchanging the sides turns the map by half a turn: result[::-1, ::-1]. Only ∗ "
    "commutes.",
    "idea-L15",
)
FIRST_FLIPPED = Mistake(
    "first-flipped",
    "a first kernel that is turned over",
    "Which pixel does weight [m, n] of the first kernel reach, together with weight [0, 0] of "
    "the second?",
    "The first layer looks m further down, the second r further down: together m + r.",
    "idea-L15",
)
SECOND_FLIPPED = Mistake(
    "second-flipped",
    "a second kernel that is turned over",
    "Weight [m, n] of the first and weight [r, s] of the second: which pixel do they reach "
    "together?",
    "The first layer looks m further down, the second r further down: together m + r. With a "
    "minus the second kernel is turned over.",
    "idea-L15",
)
ONE_AXIS_TURNED = Mistake(
    "one-axis-turned",
    "a map that is turned over one axis only",
    "Try it with a filter of one row, then with one of one column.",
    "Both axes are turned: result[::-1, ::-1].",
    "idea-L15",
)
OPERATIONS_EXCHANGED = Mistake(
    "operations-exchanged",
    "the two operations exchanged",
    "Which of the two commutes, ⋆ or ∗?",
    "∗, the one that flips, commutes. ⋆ does not: its map comes out turned.",
    "idea-L15",
)
TRANSPOSED_FOR_TURNED = Mistake(
    "transposed-for-turned",
    "a transposed map for a turned one",
    "Compare the shapes of A ⋆ W and W ⋆ A in full mode.",
    "A transpose exchanges rows and columns, and a quarter turn does too. Half a turn reverses "
    "both axes and leaves the shape: result[::-1, ::-1].",
    "idea-L15",
)
GRADIENT_FLIPPED = Mistake(
    "gradient-flipped",
    "a gradient that is turned over",
    "Weight [m, n] at place [i, j] met which pixel: m further down, or m further up?",
    "The forward pass was ⋆, so weight [m, n] met pixel [i + m, j + n] at each place. The "
    "gradient sums over the same pixels: it is image ⋆ slopes, a plus, and nothing is turned.",
    "idea-L19",
)
SLOPES_FLIPPED = Mistake(
    "slopes-flipped",
    "slopes that are turned over",
    "Which slope belongs to the pixel under the first window: the first, or the last?",
    "The slopes were flipped, as convolution (∗) does. They are those of the map as it lies: "
    "image ⋆ slopes.",
    "idea-L19",
)
SHIFTED_THE_WRONG_WAY = Mistake(
    "shifted-the-wrong-way",
    "shifts in the wrong direction",
    "Which pixel did weight [m, n] meet at place [0, 0]? Where must its wish go?",
    "Weight [m, n] met the pixel m further down and n further right. Its wish goes to that "
    "pixel: back[m : m + rows, n : n + columns].",
    "section-which-view",
)
