"""Max pooling over 2×2 windows side by side: a tournament of two rounds.

    a b   first round:   top = max(a, b),  bottom = max(c, d)
    c d   final:         max(top, bottom)

Backward, the gradient follows the winners: where `a` beat `b` it is a's, the rest is b's. That
takes comparisons and subtractions of whole arrays (g − g is exactly 0), no search. Of equal pixels
the first one wins, row by row, as in PyTorch. A last odd row or column is in no window.
"""

from __future__ import annotations


def corners(x, size):
    """The four pixels of every window: views (N, H', W', C) of x."""
    rows, columns = size
    return tuple(x[:, m : 2 * rows : 2, n : 2 * columns : 2] for m in (0, 1) for n in (0, 1))


def forward(x, out, memo) -> None:
    """Write the largest of each window into `out`, and keep both finalists."""
    xp = memo.xp
    a, b, c, d = corners(x, out.shape[1:3])
    memo.top = memo.buffer("top", out.shape, out.dtype)
    memo.bottom = memo.buffer("bottom", out.shape, out.dtype)
    xp.maximum(a, b, out=memo.top)
    xp.maximum(c, d, out=memo.bottom)
    xp.maximum(memo.top, memo.bottom, out=out)


def backward(grad, result, memo) -> None:
    """Hand the gradient down to the winners."""
    xp, size = memo.xp, grad.shape[1:3]
    height, width = result.shape[1:3]
    if height % 2:
        result[:, -1] = 0
    if width % 2:
        result[:, :, -1] = 0
    wins = memo.buffer("wins", grad.shape, bool)
    upper = memo.buffer("upper", grad.shape, grad.dtype)
    xp.greater_equal(memo.top, memo.bottom, out=wins)
    xp.multiply(wins, grad, out=upper)
    lower = memo.buffer("lower", grad.shape, grad.dtype)
    xp.subtract(grad, upper, out=lower)
    a, b, c, d = corners(memo.x, size)
    to_a, to_b, to_c, to_d = corners(result, size)
    left = memo.buffer("left", grad.shape, grad.dtype)
    for here, other, share, to_here, to_other in (
        (a, b, upper, to_a, to_b),
        (c, d, lower, to_c, to_d),
    ):
        xp.greater_equal(here, other, out=wins)
        xp.multiply(wins, share, out=left)
        to_here[...] = left
        xp.subtract(share, left, out=to_other)
