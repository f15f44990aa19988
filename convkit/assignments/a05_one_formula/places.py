"""Exercise 5.1: the named mistakes of the window's place, and of who depends on it."""

from __future__ import annotations

from convkit.assignments.a05_one_formula.reading import RIGHT, back
from convkit.check.mistake import Mistake
from convkit.check.questions import instead

PLACE_MISTAKES = (
    Mistake(
        "same-for-valid",
        "'same' mode, where 'valid' was asked",
        "In valid mode, may the window hang over the border? And where is it for i = j = 0?",
        "In valid mode [i, j] is the upper left corner of the window, and the result is smaller "
        "than the image. The ⌊K/2⌋ belongs to 'same' mode.",
        "section-zeros",
        (
            instead(
                shape=lambda d: (d.H, d.W, d.C2),
                pixel=RIGHT["same_pixel"],
            ),
        ),
    ),
    Mistake(
        "corner-for-pixel",
        "the corner of the window for the pixel in it",
        "The window begins at [i, j]. Which pixel of it lies under row m, column n of the kernel?",
        "[i, j] is where the window begins. Row m, column n of the kernel lies m further down and "
        "n further right.",
        "idea-L11",
        (
            instead(
                pixel=lambda d: (d.i, d.j, d.p),
                same_pixel=lambda d: (d.i - back(d), d.j - back(d), d.p),
            ),
            instead(same_pixel=lambda d: (d.i, d.j, d.p)),
        ),
    ),
    Mistake(
        "window-never-moves",
        "a pixel that does not depend on the place",
        "If i grows by one, the window moves down by one. Does your pixel move?",
        "m and n are counted from the corner of the window, not of the image: add i and j.",
        "idea-L11",
        (
            instead(
                pixel=lambda d: (d.m, d.n, d.p),
                same_pixel=lambda d: (d.m - back(d), d.n - back(d), d.p),
            ),
        ),
    ),
    Mistake(
        "flipped-index",
        "a minus where a plus belongs",
        "Is this the formula of ⋆ or of ∗?",
        "A minus in front of m turns the filter over: that is convolution (∗). Layers compute "
        "cross-correlation (⋆), with a plus.",
        "section-flip",
        (
            instead(
                pixel=lambda d: (d.i - d.m, d.j - d.n, d.p),
                same_pixel=lambda d: (d.i - d.m + back(d), d.j - d.n + back(d), d.p),
            ),
            instead(weight=lambda d: (d.p, d.K - 1 - d.m, d.K - 1 - d.n, d.c)),
            instead(pixel=lambda d: (d.i + d.K - 1 - d.m, d.j + d.K - 1 - d.n, d.p)),
        ),
    ),
    Mistake(
        "place-in-the-weight",
        "a weight that depends on the place",
        "Would the filter have other weights at another place?",
        "All windows use the same weights: neither i nor j occurs in the index of W.",
        "idea-L11",
        (
            instead(weight=lambda d: (d.p, d.i + d.m, d.j + d.n, d.c)),
            instead(weight=lambda d: (d.p, d.i, d.j, d.c)),
        ),
    ),
    Mistake(
        "not-centered",
        "a window that is not centered, in 'same' mode",
        "In 'same' mode with K = 3, which pixel does the middle of the kernel meet at [i, j]?",
        "In 'same' mode the window is centered on [i, j]. So everything moves back by ⌊K/2⌋: "
        "A[i + m - ⌊K/2⌋, j + n - ⌊K/2⌋, p].",
        "section-zeros",
        (instead(same_pixel=RIGHT["pixel"]),),
    ),
    Mistake(
        "centered-the-wrong-way",
        "half a kernel added where it should be subtracted",
        "In 'same' mode, is the upper left corner of the window above [i, j] or below?",
        "The window begins half a kernel before [i, j]: subtract ⌊K/2⌋.",
        "section-zeros",
        (instead(same_pixel=lambda d: (d.i + d.m + back(d), d.j + d.n + back(d), d.p)),),
    ),
    Mistake(
        "half-rounded-up",
        "half a kernel rounded up",
        "What is half of 3, rounded down? A kernel of 3 has how many rows above its middle?",
        "A kernel of K rows, K odd, has ⌊K/2⌋ rows above its middle: (K - 1) / 2.",
        "section-zeros",
        (instead(same_pixel=lambda d: (d.i + d.m - back(d) - 1, d.j + d.n - back(d) - 1, d.p)),),
    ),
)
