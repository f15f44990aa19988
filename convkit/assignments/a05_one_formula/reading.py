"""Exercise 5.1: read the formula. Which entries meet, and how many, for one's own numbers."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistakes import axes, channels, feature_maps, size, sums
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
    channels.CHANNELS_FORGOTTEN.made_by(instead(products=lambda d: d.K * d.K), section="idea-L04"),
    channels.THREE_FOR_GRANTED.made_by(instead(products=lambda d: 3 * d.K * d.K)),
    feature_maps.FILTERS_IN_THE_SUM.made_by(instead(products=lambda d: d.C1 * d.K * d.K * d.C2)),
    sums.PLACES_COUNTED_TOO.made_by(
        instead(products=lambda d: (d.H - d.K + 1) * (d.W - d.K + 1) * d.C1 * d.K**2 * d.C2),
        instead(products=lambda d: (d.H - d.K + 1) * (d.W - d.K + 1) * d.C1 * d.K**2),
    ),
    feature_maps.MAPS_FORGOTTEN.made_by(instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1))),
    channels.CHANNELS_KEPT.made_by(
        instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1)),
        instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1 * d.C2)),
        instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1, d.C2)),
        section="idea-L09",
    ),
    axes.CHANNEL_LETTER_FIRST.made_by(
        instead(
            shape=lambda d: (d.C2, d.H - d.K + 1, d.W - d.K + 1),
            pixel=lambda d: (d.p, d.i + d.m, d.j + d.n),
            same_pixel=lambda d: (d.p, d.i + d.m - back(d), d.j + d.n - back(d)),
        )
    ),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(
        instead(
            shape=lambda d: (d.W - d.K + 1, d.H - d.K + 1, d.C2),
            pixel=lambda d: (d.j + d.n, d.i + d.m, d.p),
            same_pixel=lambda d: (d.j + d.n - back(d), d.i + d.m - back(d), d.p),
        )
    ),
    axes.KERNEL_PLACES_SWAPPED.made_by(
        instead(
            pixel=lambda d: (d.i + d.n, d.j + d.m, d.p),
            weight=lambda d: (d.p, d.n, d.m, d.c),
            same_pixel=lambda d: (d.i + d.n - back(d), d.j + d.m - back(d), d.p),
        )
    ),
    size.NO_PLUS_ONE.made_by(instead(shape=lambda d: (d.H - d.K, d.W - d.K, d.C2))),
    channels.MAP_FOR_CHANNEL.made_by(
        instead(
            pixel=lambda d: (d.i + d.m, d.j + d.n, d.c),
            same_pixel=lambda d: (d.i + d.m - back(d), d.j + d.n - back(d), d.c),
        )
    ),
    axes.TORCH_ORDER.made_by(instead(weight=lambda d: (d.c, d.p, d.m, d.n))),
    axes.KERAS_ORDER.made_by(instead(weight=lambda d: (d.m, d.n, d.p, d.c))),
)
