"""Exercise 7.1: where in the matrix a weight stands, and how many numbers there are to learn."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistakes import axes, counting, matrices, sharing, size, sums
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
    matrices.MATRIX_TRANSPOSED.made_by(instead(shape=lambda d: (d.H * d.W, _places(d)))),
    matrices.IM2COL.made_by(
        instead(shape=lambda d: (_places(d), d.K * d.K)), instead(column=lambda d: d.m * d.K + d.n)
    ),
    size.SAME_SIZE.made_by(
        instead(shape=lambda d: (d.H * d.W,) * 2, filled=lambda d: d.H * d.W * d.K**2)
    ),
    size.NO_PLUS_ONE.made_by(
        instead(
            shape=lambda d: ((d.H - d.K) * (d.W - d.K), d.H * d.W),
            filled=lambda d: (d.H - d.K) * (d.W - d.K) * d.K**2,
            row=lambda d: d.i * (d.W - d.K) + d.j,
        )
    ),
    matrices.DENSE.made_by(
        instead(filled=lambda d: _places(d) * d.H * d.W),
        instead(weights=lambda d: _places(d) * d.H * d.W),
    ),
    matrices.ONE_ROW_ONLY.made_by(instead(filled=lambda d: d.K * d.K)),
    sharing.NOT_SHARED.made_by(
        instead(weights=lambda d: _places(d) * d.K * d.K),
        instead(weights=_places),
        section="section-promises",
    ),
    counting.KERNEL_NOT_SQUARED.made_by(
        instead(filled=lambda d: _places(d) * d.K, weights=lambda d: d.K), section="idea-L17"
    ),
    matrices.WIDTH_OF_THE_IMAGE.made_by(instead(row=lambda d: d.i * d.W + d.j)),
    matrices.WIDTH_OF_THE_MAP.made_by(
        instead(column=lambda d: (d.i + d.m) * _columns(d) + d.j + d.n)
    ),
    axes.HEIGHT_FOR_WIDTH.made_by(
        instead(
            row=lambda d: d.i * _rows(d) + d.j,
            column=lambda d: (d.i + d.m) * d.H + d.j + d.n,
        )
    ),
    matrices.COLUMN_BY_COLUMN.made_by(
        instead(
            row=lambda d: d.j * _rows(d) + d.i,
            column=lambda d: (d.j + d.n) * d.H + d.i + d.m,
        )
    ),
    counting.COUNTED_FROM_ONE.made_by(
        instead(row=lambda d: RIGHT["row"](d) + 1, column=lambda d: RIGHT["column"](d) + 1),
        section="idea-L17",
    ),
    sums.CORNER_FOR_PIXEL.made_by(instead(column=lambda d: d.i * d.W + d.j)),
    sums.WINDOW_NEVER_MOVES.made_by(instead(column=lambda d: d.m * d.W + d.n)),
)
