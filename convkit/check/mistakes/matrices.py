"""Mistakes with a convolution written as a matrix."""

from __future__ import annotations

from convkit.check.mistake import Mistake

A_ROW_FOR_EACH_PIXEL = Mistake(
    "a-row-for-each-pixel",
    "a row for each pixel, where a column was asked",
    "What should column k of your answer be?",
    "Each pixel gives a column: what came out of the picture in which only that pixel is "
    "bright. np.array(list).T turns rows into columns.",
    "idea-L17",
)
CHANNELS_FIRST = Mistake(
    "channels-first",
    "channels (or maps) one after the other, as PyTorch has them",
    "image.ravel() of an image (H, W, 3): what are its first three numbers?",
    "With our shapes the last axis runs fastest: the channels of one pixel stand side by side "
    "in the vector, and so do the maps of one place. Column ((i + m)·W + j + n)·C1 + p, row "
    "(i·W' + j)·C2 + c.",
    "section-color-matrix",
)
COLUMN_BY_COLUMN = Mistake(
    "column-by-column",
    "a picture read column by column",
    "image.ravel(): which pixel comes second, the one to the right or the one below?",
    "ravel goes along a line, then to the next one: pixel k is in row k // W and column k % W. "
    "Yours goes column by column.",
    "idea-L17",
)
DENSE = Mistake(
    "dense",
    "a matrix without zeros",
    "Take one row. How many pixels lie below the filter, and how many do not?",
    "Every cell of the matrix was counted. In each row only the K·K cells of the pixels below "
    "the filter carry a weight.",
    "section-promises",
)
IM2COL = Mistake(
    "im2col",
    "the matrix of im2col",
    "Which of the two is spread out here, the image or the filter?",
    "With im2col the image is spread out, in rows of K·K pixels. Here the filter is spread "
    "out, in rows as long as the image.",
    "section-not-im2col",
)
MATRIX_TRANSPOSED = Mistake(
    "matrix-transposed",
    "a matrix lying on its side",
    "In `matrix @ image.ravel()`, must the rows or the columns be as many as the pixels?",
    "Each row makes one number of the result, and has a weight for every pixel: (H'·W', H·W). "
    "Yours has rows and columns exchanged.",
    "idea-L17",
)
NOTHING_COMPARED = Mistake(
    "nothing-compared",
    "one side of the comparison only",
    "With what do you compare what the matrix gives?",
    "Two numbers are compared for each place: what the matrix makes of the picture, and what "
    "the sliding filter makes of it. Take one from the other.",
    "idea-L17",
)
ONE_PICTURE_ONLY = Mistake(
    "one-picture-only",
    "a test on one picture",
    "Two wrong cells may cancel out. Would your test see it?",
    "One picture proves nothing: errors can cancel, or meet a pixel that is zero. Any picture "
    "is a sum of single bright pixels, so test each of them.",
    "idea-L17",
)
ONE_ROW_ONLY = Mistake(
    "one-row-only",
    "one row for the whole matrix",
    "How many rows has the matrix, and does each of them carry weights?",
    "That is one row. There is one for every place.",
    "idea-L17",
)
ONLY_ONE_PIXEL = Mistake(
    "only-one-pixel",
    "a single weight in the row",
    "How many pixels lie below the filter? How many numbers of your row are not zero?",
    "A row has a weight for every pixel below the filter: K rows and K columns from [i, j] on.",
    "idea-L17",
)
ROW_NOT_FLAT = Mistake(
    "row-not-flat",
    "a row that is still a picture",
    "image.ravel() has one axis. How many has your row?",
    "The picture with the filter in it is right. To be a row of the matrix it must become a "
    "vector: .ravel().",
    "idea-L17",
)
ROWS_ALL_ALIKE = Mistake(
    "rows-all-alike",
    "rows that are all alike",
    "Rows 0 and 1 of your matrix: where does the filter lie for each of them?",
    "The filter lies on the corner of the image in every row. For the row of place [i, j] it "
    "begins at row i and column j.",
    "idea-L17",
)
ROWS_ROLLED_BY_ONE = Mistake(
    "rows-rolled-by-one",
    "rows that always move by one",
    "When the filter begins a new line of the map, how far does it move in the vector?",
    "Within a line each row is the one above, moved by one. At the end of a line the filter "
    "jumps to the next: from its last column to the first, K pixels further. Rolled by one, it "
    "is torn.",
    "idea-L17",
)
LIGHTS_STAY_ON = Mistake(
    "lights-stay-on",
    "pixels that stay bright",
    "How many bright pixels has your second picture?",
    "The picture was not made dark again, so each has one bright pixel more than the one "
    "before. Make a new picture of zeros for each pixel.",
    "idea-L17",
)
WEIGHTS_SIDE_BY_SIDE = Mistake(
    "weights-side-by-side",
    "weights that stand side by side",
    "The pixel below another one: how far behind it does it stand in image.ravel()?",
    "All K·K weights stand side by side in the row. Only those of one kernel row do; the next "
    "kernel row meets the next line of the image, W further on.",
    "idea-L17",
)
WIDTH_OF_THE_IMAGE = Mistake(
    "width-of-the-image",
    "the width of the image for that of the map",
    "How many places are there in one line of the map?",
    "Rows of the matrix count places, and a line of the map has W' = W - K + 1 of them: i·W' + j.",
    "idea-L17",
)
WIDTH_OF_THE_MAP = Mistake(
    "width-of-the-map",
    "the width of the map for that of the image",
    "How many pixels are there in one line of the image? And in one line of the map?",
    "Columns of the matrix count pixels, and a line of the image has W of them, not W - K + 1: "
    "column (i + m)·W + j + n.",
    "idea-L17",
)
SIGN_EXCHANGED = Mistake(
    "sign-exchanged",
    "the difference the other way round",
    "Which is to be taken from which?",
    "Asked was: what the matrix gives, minus what sliding gives.",
    "idea-L17",
)
ONE_SMALL_MATRIX = Mistake(
    "one-small-matrix",
    "one small matrix for the whole kernel",
    "Does the pixel at the upper left of the window get the same weights as its neighbor?",
    "Each place of the kernel has a small matrix of its own. There is one only for 1 × 1.",
    "idea-L22",
)
SMALL_TRANSPOSED = Mistake(
    "small-transposed",
    "small matrices lying on their side",
    "In pixel @ small, the pixel has C1 numbers. How many rows must `small` have?",
    "A pixel's C1 numbers go in from the left and C2 come out: (C1, C2).",
    "section-transformer",
)
FOR_EACH_PLACE_OF_THE_MAP = Mistake(
    "for-each-place-of-the-map",
    "small matrices for each place of the map",
    "Does the layer use other weights further to the right?",
    "The same K·K small matrices serve at every place of the map. That is sharing.",
    "idea-L16",
)
