"""Exercise 5.1: the named mistakes of the window's place, and of who depends on it."""

from __future__ import annotations

from convkit.assignments.a05_one_formula.reading import RIGHT, back
from convkit.check.mistakes import flips, padding, size, sums
from convkit.check.questions import instead

PLACE_MISTAKES = (
    size.SAME_FOR_VALID.made_by(
        instead(
            shape=lambda d: (d.H, d.W, d.C2),
            pixel=RIGHT["same_pixel"],
        )
    ),
    sums.CORNER_FOR_PIXEL.made_by(
        instead(
            pixel=lambda d: (d.i, d.j, d.p),
            same_pixel=lambda d: (d.i - back(d), d.j - back(d), d.p),
        ),
        instead(same_pixel=lambda d: (d.i, d.j, d.p)),
    ),
    sums.WINDOW_NEVER_MOVES.made_by(
        instead(
            pixel=lambda d: (d.m, d.n, d.p),
            same_pixel=lambda d: (d.m - back(d), d.n - back(d), d.p),
        )
    ),
    flips.FLIPPED_INDEX.made_by(
        instead(
            pixel=lambda d: (d.i - d.m, d.j - d.n, d.p),
            same_pixel=lambda d: (d.i - d.m + back(d), d.j - d.n + back(d), d.p),
        ),
        instead(weight=lambda d: (d.p, d.K - 1 - d.m, d.K - 1 - d.n, d.c)),
        instead(pixel=lambda d: (d.i + d.K - 1 - d.m, d.j + d.K - 1 - d.n, d.p)),
    ),
    sums.PLACE_IN_THE_WEIGHT.made_by(
        instead(weight=lambda d: (d.p, d.i + d.m, d.j + d.n, d.c)),
        instead(weight=lambda d: (d.p, d.i, d.j, d.c)),
    ),
    padding.NOT_CENTERED.made_by(instead(same_pixel=RIGHT["pixel"])),
    padding.CENTERED_THE_WRONG_WAY.made_by(
        instead(same_pixel=lambda d: (d.i + d.m + back(d), d.j + d.n + back(d), d.p))
    ),
    padding.HALF_ROUNDED_UP.made_by(
        instead(same_pixel=lambda d: (d.i + d.m - back(d) - 1, d.j + d.n - back(d) - 1, d.p))
    ),
)
