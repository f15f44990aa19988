"""Exercise 5.1: read the formula. Which entries meet, and how many, for one's own numbers."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
from convkit.check.questions import asking, instead

QUESTIONS = ("shape", "products", "pixel", "weight", "same_pixel")


def draw_reading(draw: Draw) -> dict[str, int]:
    """Sizes, a place [i, j, c] of the result, and one term (p, m, n) of its sum."""
    K = draw.whole(2, 3) * 2 + 1
    C1 = K + draw.whole(2, 4)
    C2 = C1 + draw.whole(3, 8)
    H = draw.whole(24, 34)
    W = H + draw.whole(5, 15)
    # Off the middle and off both diagonals, so that every wrong turn of the kernel shows.
    off = [x for x in range(K) if x != K // 2]
    pairs = [(m, n) for m in off for n in off if m != n and m + n != K - 1]
    m, n = pairs[draw.whole(0, len(pairs) - 1)]
    return {
        "H": H,
        "W": W,
        "C1": C1,
        "K": K,
        "C2": C2,
        "i": draw.whole(K, H - 2 * K),
        "j": draw.whole(K, W - 2 * K),
        "c": draw.whole(C1, C2 - 1),
        "p": draw.whole(1, C1 - 1),
        "m": m,
        "n": n,
    }


def back(d):
    """Half a kernel, rounded down: the rows above its middle."""
    return d.K // 2


RIGHT = {
    "shape": lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C2),
    "products": lambda d: d.C1 * d.K * d.K,
    "pixel": lambda d: (d.i + d.m, d.j + d.n, d.p),
    "weight": lambda d: (d.p, d.m, d.n, d.c),
    "same_pixel": lambda d: (d.i + d.m - back(d), d.j + d.n - back(d), d.p),
}
reading = asking(RIGHT)

ORDER_MISTAKES = (
    Mistake(
        "channels-forgotten",
        "a sum without the channels",
        "Under the sum stand three letters. How many values has each of them?",
        "The sum runs over m, n and p: K·K·C1 products. K·K counts one channel.",
        "idea-L04",
        (instead(products=lambda d: d.K * d.K),),
    ),
    Mistake(
        "three-for-granted",
        "three channels taken for granted",
        "How many channels has this image?",
        "Three is the number of channels of a photograph. Here it is another one: C1.",
        "idea-L02",
        (instead(products=lambda d: 3 * d.K * d.K),),
    ),
    Mistake(
        "filters-in-the-sum",
        "a sum over the filters, too",
        "Is c one of the letters under the sum?",
        "The letter c also stands on the left: it is not summed over. It says which filter is "
        "used, so one number is a sum of C1·K·K products, however many filters there are.",
        "idea-L11",
        (instead(products=lambda d: d.C1 * d.K * d.K * d.C2),),
    ),
    Mistake(
        "places-counted-too",
        "the products of the whole result, for those of one number",
        "How many products make one number B[i, j, c]?",
        "All numbers together take that many. One of them is a sum of C1·K·K products.",
        "idea-L11",
        (
            instead(products=lambda d: (d.H - d.K + 1) * (d.W - d.K + 1) * d.C1 * d.K**2 * d.C2),
            instead(products=lambda d: (d.H - d.K + 1) * (d.W - d.K + 1) * d.C1 * d.K**2),
        ),
    ),
    Mistake(
        "maps-forgotten",
        "one map where there are many",
        "Each filter gives a map. How many filters are there, and where are their maps?",
        "The maps lie on one another: the letter c gives the result its third axis, of length C2.",
        "idea-L09",
        (instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1)),),
    ),
    Mistake(
        "channels-kept",
        "a result that keeps the channels",
        "Which letters stand on the left of the formula? Is p among them?",
        "p is summed over, so nothing of C1 is left. The third axis counts filters: C2.",
        "idea-L09",
        (
            instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1)),
            instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1 * d.C2)),
            instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1, d.C2)),
        ),
    ),
    Mistake(
        "channels-first",
        "channels first, as PyTorch has them",
        "In which order do the letters of A and of B stand in the formula?",
        "In this book the channel comes last: A[row, column, channel], and B the same.",
        "idea-L11",
        (
            instead(
                shape=lambda d: (d.C2, d.H - d.K + 1, d.W - d.K + 1),
                pixel=lambda d: (d.p, d.i + d.m, d.j + d.n),
                same_pixel=lambda d: (d.p, d.i + d.m - back(d), d.j + d.n - back(d)),
            ),
        ),
    ),
    Mistake(
        "height-width-swapped",
        "rows and columns exchanged",
        "Which comes first, the row or the column? And which of i and j is the row?",
        "Rows come first: i and m belong to them, j and n to the columns.",
        "section-sizes",
        (
            instead(
                shape=lambda d: (d.W - d.K + 1, d.H - d.K + 1, d.C2),
                pixel=lambda d: (d.j + d.n, d.i + d.m, d.p),
                same_pixel=lambda d: (d.j + d.n - back(d), d.i + d.m - back(d), d.p),
            ),
        ),
    ),
    Mistake(
        "kernel-places-swapped",
        "m and n exchanged",
        "m goes with i, and n with j. Is it so in your answer?",
        "The kernel's row m moves down the image with i, its column n to the right with j: "
        "A[i + m, j + n, p] meets W[p, m, n, c].",
        "idea-L11",
        (
            instead(
                pixel=lambda d: (d.i + d.n, d.j + d.m, d.p),
                weight=lambda d: (d.p, d.n, d.m, d.c),
                same_pixel=lambda d: (d.i + d.n - back(d), d.j + d.m - back(d), d.p),
            ),
        ),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one window more than there are steps: H - K + 1.",
        "section-sizes",
        (instead(shape=lambda d: (d.H - d.K, d.W - d.K, d.C2)),),
    ),
    Mistake(
        "map-for-channel",
        "the map c for the channel p",
        "The image has channels, and the result has maps. Which letter belongs to which?",
        "p counts the channels that come in, c the maps that go out. The image knows only p.",
        "idea-L11",
        (
            instead(
                pixel=lambda d: (d.i + d.m, d.j + d.n, d.c),
                same_pixel=lambda d: (d.i + d.m - back(d), d.j + d.n - back(d), d.c),
            ),
        ),
    ),
    Mistake(
        "torch-order",
        "filters in PyTorch's order",
        "In which order do the four letters of W stand in the formula?",
        "(C2, C1, K, K) is PyTorch's order. In this book the filters are (C1, K, K, C2).",
        "idea-L11",
        (instead(weight=lambda d: (d.c, d.p, d.m, d.n)),),
    ),
    Mistake(
        "keras-order",
        "filters in the order of Keras",
        "In which order do the four letters of W stand in the formula?",
        "(K, K, C1, C2) is the order of Keras. In this book the filters are (C1, K, K, C2).",
        "idea-L11",
        (instead(weight=lambda d: (d.m, d.n, d.p, d.c)),),
    ),
)
