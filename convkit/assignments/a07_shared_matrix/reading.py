"""Exercise 7.1: where in the matrix a weight stands, and how many numbers there are to learn."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
from convkit.check.questions import asking, instead

QUESTIONS = ("shape", "filled", "weights", "row", "column")


def draw_place(draw: Draw) -> dict[str, int]:
    """A gray image, a kernel, a place [i, j] of the map and a place [m, n] of the kernel."""
    K = draw.whole(3, 5)
    H = draw.whole(12, 20)
    W = H + draw.whole(3, 9)
    return {
        "H": H,
        "W": W,
        "K": K,
        "i": draw.whole(2, H - 2 * K),
        "j": draw.whole(2, W - 2 * K),
        "m": draw.whole(1, K - 1),
        "n": draw.whole(1, K - 1),
    }


def _rows(d):
    return d.H - d.K + 1


def _columns(d):
    return d.W - d.K + 1


def _places(d):
    return _rows(d) * _columns(d)


RIGHT = {
    "shape": lambda d: (_places(d), d.H * d.W),
    "filled": lambda d: _places(d) * d.K * d.K,
    "weights": lambda d: d.K * d.K,
    "row": lambda d: d.i * _columns(d) + d.j,
    "column": lambda d: (d.i + d.m) * d.W + d.j + d.n,
}
reading = asking(RIGHT)

READING_MISTAKES = (
    Mistake(
        "matrix-transposed",
        "a matrix lying on its side",
        "In `matrix @ image.ravel()`, must the rows or the columns be as many as the pixels?",
        "Each row makes one number of the result, and has a weight for every pixel: (H'·W', H·W).",
        "idea-L17",
        (instead(shape=lambda d: (d.H * d.W, _places(d))),),
    ),
    Mistake(
        "im2col",
        "the matrix of im2col",
        "Which of the two is spread out here, the image or the filter?",
        "With im2col the image is spread out, in rows of K·K pixels. Here the filter is spread "
        "out, in rows as long as the image.",
        "section-not-im2col",
        (
            instead(shape=lambda d: (_places(d), d.K * d.K)),
            instead(column=lambda d: d.m * d.K + d.n),
        ),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "In valid mode, are there as many places as pixels?",
        "In valid mode the map is smaller than the image: (H - K + 1) · (W - K + 1) places.",
        "section-sizes",
        (instead(shape=lambda d: (d.H * d.W,) * 2, filled=lambda d: d.H * d.W * d.K**2),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one place more than there are steps: H - K + 1.",
        "section-sizes",
        (
            instead(
                shape=lambda d: ((d.H - d.K) * (d.W - d.K), d.H * d.W),
                filled=lambda d: (d.H - d.K) * (d.W - d.K) * d.K**2,
                row=lambda d: d.i * (d.W - d.K) + d.j,
            ),
        ),
    ),
    Mistake(
        "dense",
        "a matrix without zeros",
        "Take one row. How many pixels lie below the filter, and how many do not?",
        "Every cell of the matrix was counted. In each row only the K·K cells of the pixels below "
        "the filter carry a weight.",
        "section-promises",
        (
            instead(filled=lambda d: _places(d) * d.H * d.W),
            instead(weights=lambda d: _places(d) * d.H * d.W),
        ),
    ),
    Mistake(
        "one-row-only",
        "one row for the whole matrix",
        "How many rows has the matrix, and does each of them carry weights?",
        "That is one row. There is one for every place.",
        "idea-L17",
        (instead(filled=lambda d: d.K * d.K),),
    ),
    Mistake(
        "not-shared",
        "weights that are not shared",
        "If training changes the first weight of the filter, how many cells change?",
        "The cells are many, and the weights are few: all rows hold the same K·K numbers, at other "
        "columns.",
        "section-promises",
        (instead(weights=lambda d: _places(d) * d.K * d.K), instead(weights=_places)),
    ),
    Mistake(
        "one-side-of-the-kernel",
        "one side of the kernel for its area",
        "How many weights has a kernel of 3 × 3?",
        "A kernel of K rows and K columns has K·K weights.",
        "idea-L17",
        (instead(filled=lambda d: _places(d) * d.K, weights=lambda d: d.K),),
    ),
    Mistake(
        "width-of-the-image",
        "the width of the image for that of the map",
        "How many places are there in one line of the map?",
        "Rows of the matrix count places, and a line of the map has W' = W - K + 1 of them: "
        "i·W' + j.",
        "idea-L17",
        (instead(row=lambda d: d.i * d.W + d.j),),
    ),
    Mistake(
        "width-of-the-map",
        "the width of the map for that of the image",
        "How many pixels are there in one line of the image?",
        "Columns of the matrix count pixels, and a line of the image has W of them: "
        "(i + m)·W + j + n.",
        "idea-L17",
        (instead(column=lambda d: (d.i + d.m) * _columns(d) + d.j + d.n),),
    ),
    Mistake(
        "height-for-width",
        "a height where a width belongs",
        "You go one line down. By how many numbers do you move in the vector: by a height?",
        "One line down is as far as a line is long: multiply by the width.",
        "idea-L17",
        (
            instead(
                row=lambda d: d.i * _rows(d) + d.j,
                column=lambda d: (d.i + d.m) * d.H + d.j + d.n,
            ),
        ),
    ),
    Mistake(
        "column-by-column",
        "an image read column by column",
        "image.ravel(): which pixel comes second, the one to the right or the one below?",
        "ravel goes along a line, then to the next one. So lines are multiplied by the width.",
        "idea-L17",
        (
            instead(
                row=lambda d: d.j * _rows(d) + d.i,
                column=lambda d: (d.j + d.n) * d.H + d.i + d.m,
            ),
        ),
    ),
    Mistake(
        "counted-from-one",
        "a count that begins with 1",
        "What is the number of the first row?",
        "Rows and columns are counted from 0, as i, j, m and n are.",
        "idea-L17",
        (instead(row=lambda d: RIGHT["row"](d) + 1, column=lambda d: RIGHT["column"](d) + 1),),
    ),
    Mistake(
        "corner-for-pixel",
        "the corner of the window for the pixel in it",
        "The window begins at [i, j]. Which pixel lies under row m, column n of the kernel?",
        "Row m, column n of the kernel lies m further down and n further right: pixel "
        "[i + m, j + n].",
        "idea-L11",
        (instead(column=lambda d: d.i * d.W + d.j),),
    ),
    Mistake(
        "window-never-moves",
        "a column that does not depend on the place",
        "One place further to the right: do the weights stand in the same columns?",
        "m and n are counted from the corner of the window, not of the image: add i and j.",
        "idea-L11",
        (instead(column=lambda d: d.m * d.W + d.n),),
    ),
)
