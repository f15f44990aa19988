"""Mistakes in the sum of products at one place."""

from __future__ import annotations

from convkit.check.mistake import Mistake

AVERAGE = Mistake(
    "average",
    "an average for a sum",
    "Try a filter of ones on a window of ones. Is your number how many there are?",
    "The sum was divided by the number of products. Only add. A filter that should average "
    "says so in its weights.",
    "idea-L01",
)
LAST_PRODUCT = Mistake(
    "last-product",
    "a sum that keeps only its last product",
    "Put a print inside your innermost loop. Does the total grow, or is it replaced?",
    "Each product replaced the one before it. Use += inside the loops, and begin with 0 before "
    "them.",
    "idea-L01",
)
RUNNING_TOTAL = Mistake(
    "running-total",
    "a total that is never set back to zero",
    "Your first number is right. What does the total hold when the second window begins?",
    "The total went on growing from window to window. Set it to 0 for each place [i, j].",
    "idea-L01",
)
MATRIX_PRODUCT = Mistake(
    "matrix-product",
    "a matrix product for a product of pairs",
    "What does @ do with two K×K arrays, and what does * do?",
    "The window and the filter were multiplied as matrices. Here each weight meets one pixel: "
    "use *, then add everything.",
    "idea-L01",
)
PLACE_IGNORED = Mistake(
    "place-ignored",
    "a window that never moves",
    "Your number does not change with i and j. Where in your line do they occur?",
    "The window always began at the corner of the image. It begins at row i and column j: "
    "image[i + m, j + n].",
    "idea-L01",
)
ADDED_FOR_MULTIPLIED = Mistake(
    "added-for-multiplied",
    "a sum for a product",
    "What should a weight be where the mask is 0? What is it in yours?",
    "color[p] + mask paints the ground, too. Where the mask is 0 the filter should not care, "
    "so its weight is 0: color[p] * mask.",
    "idea-L05",
)
ONE_PLACE = Mistake(
    "one-place",
    "a single place for the whole ring",
    "At how many places does the picture meet the drawing?",
    "This is what one place adds. The sum runs over all painted places.",
    "idea-L05",
)
GROUND_COUNTED = Mistake(
    "ground-counted",
    "places counted where nothing is painted",
    "The picture is high everywhere in the window. Is the filter?",
    "The window has kernel · kernel places, but the weights are 0 where nothing is painted. "
    "Only painted places add something.",
    "idea-L05",
)
BRIGHTNESS_IGNORED = Mistake(
    "brightness-ignored",
    "a dim picture taken for a bright one",
    "If every number of the picture is half as large, what happens to the products?",
    "The answer is likeness times brightness: each product, and so the sum, is multiplied by "
    "the level.",
    "section-loud",
)
SIGNS_LOST = Mistake(
    "signs-lost",
    "a negative weight counted as a positive one",
    "One of your weights is negative. Does it make the sum larger or smaller?",
    "A negative weight takes away: it wants its channel to be low.",
    "idea-L05",
)
OVERLAPS_REPLACED = Mistake(
    "overlaps-replaced",
    "overlaps that replace one another",
    "Put a print where the result is written. Does it grow, or is it replaced?",
    "Several pairs of weights reach the same pixel. Their products are added: use +=.",
    "section-one-layer",
)
SECOND_KERNEL_SUMMED = Mistake(
    "second-kernel-summed",
    "a second kernel that was added up",
    "Does your result change when the weights of one second kernel change places?",
    "The second kernel was summed over its places. Each of its weights [r, s] shifts the first "
    "kernel by r and s, and then all are added.",
    "section-one-layer",
)
ONE_WEIGHT_OF_THE_SECOND = Mistake(
    "one-weight-of-the-second",
    "a single weight of each second kernel",
    "Does your result change when second[:, 0, 1] does?",
    "Only the weight at [0, 0] of the second kernels took part. Each weight [r, s] shifts the "
    "first kernel by r and s; then all are added.",
    "section-one-layer",
)
LAST_SHIFT = Mistake(
    "last-shift",
    "a sum that keeps only what came last",
    "Put a print inside your loops. Does the result grow, or is it replaced?",
    "Each shifted picture, or each pixel's answer, replaced the one before it. Use +=, and "
    "begin with zeros before the loops.",
    "section-shifted",
)
PLACE_IN_THE_WEIGHT = Mistake(
    "place-in-the-weight",
    "a weight that depends on the place",
    "Would the filter have other weights at another place?",
    "All windows use the same weights: neither i nor j occurs in the index of W.",
    "idea-L11",
)
PIXEL_STAYS = Mistake(
    "pixel-stays",
    "a pixel that does not move with the window",
    "At place [i, j], which pixel did weight [m, n] meet? Does yours depend on i and j?",
    "The window moves: at [i, j] the weight met pixel [i + m, j + n], not always [m, n].",
    "idea-L19",
)
WINDOW_NEVER_MOVES = Mistake(
    "window-never-moves",
    "a pixel that does not depend on the place",
    "The window moves by one pixel. Does your pixel, or your column, move with it?",
    "m and n are counted from the corner of the window, not of the image: add i and j.",
    "idea-L11",
)
CORNER_FOR_PIXEL = Mistake(
    "corner-for-pixel",
    "the corner of the window for the pixel in it",
    "The window begins at [i, j]. Which pixel of it lies under row m, column n of the kernel?",
    "[i, j] is where the window begins. Row m, column n of the kernel lies m further down and "
    "n further right: pixel [i + m, j + n].",
    "idea-L11",
)
PLACES_COUNTED_TOO = Mistake(
    "places-counted-too",
    "the products of the whole result, for those of one number",
    "How many products make one number B[i, j, c]?",
    "All numbers together take that many. One of them is a sum of C1·K·K products.",
    "idea-L11",
)
