"""Max pooling over 2×2 windows side by side: a tournament of two rounds.

    a b   first round:   top = max(a, b),  bottom = max(c, d)
    c d   final:         max(top, bottom)

Who won is noted on the way forward, three notes for a window, so the pixels themselves need not be
kept. Backward, the gradient follows the winners: where `a` beat `b` it is a's, the rest is b's.
That takes a product and a difference of whole arrays (g − g is exactly 0), no search. Of equal
pixels the first one wins, row by row, as in PyTorch.
"""

from __future__ import annotations


def winners(shape, buffer):
    """Room for three notes for each window: final, top, bottom. Each (N, H', W', C)."""
    return tuple(buffer(name, shape, bool) for name in ("final", "top won", "bottom won"))


def forward(pixels, out, won, buffer, xp) -> None:
    """Write the largest of each window into `out`, and who won into `won`.

    `pixels` are ((a, b), (c, d)), each of the shape of `out`.
    """
    (a, b), (c, d) = pixels
    final, top_won, bottom_won = won
    top = buffer("top", out.shape, out.dtype)
    bottom = buffer("bottom", out.shape, out.dtype)
    xp.maximum(a, b, out=top)
    xp.greater_equal(a, b, out=top_won)
    xp.maximum(c, d, out=bottom)
    xp.greater_equal(c, d, out=bottom_won)
    xp.maximum(top, bottom, out=out)
    xp.greater_equal(top, bottom, out=final)


def backward(grad, pixels, won, buffer, xp) -> None:
    """Hand the gradient down to the winners: `pixels`, as in `forward`, are written."""
    final, *rounds = won
    share, rest = (buffer(name, grad.shape, grad.dtype) for name in ("share", "rest"))
    xp.multiply(final, grad, out=share)
    xp.subtract(grad, share, out=rest)
    for (first, second), won_here, part in zip(pixels, rounds, (share, rest), strict=True):
        xp.multiply(won_here, part, out=first)
        xp.subtract(part, first, out=second)


def corners(x, size):
    """The pixels of every window, ((a, b), (c, d)): views (N, H', W', C) of x.

    A last odd row or column is in no window.
    """
    rows, columns = size
    return tuple(tuple(x[:, m : 2 * rows : 2, n : 2 * columns : 2] for n in (0, 1)) for m in (0, 1))
