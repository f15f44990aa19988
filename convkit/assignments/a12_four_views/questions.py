"""Exercise 12.1: four people see four things in one layer, and each is asked something."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistakes import channels, counting, feature_maps, finding, matrices, shifts, size
from convkit.check.questions import asking, instead

QUESTIONS = ("column", "agreement", "lost", "small")


def draw_layer(draw: Draw) -> dict:
    """A layer, a place and a shift, and a patch and a filter with their lengths."""
    K, C1 = draw.whole(2, 4), draw.whole(3, 6)
    H = draw.whole(10, 16)
    patch, pattern = draw.whole(5, 9), draw.whole(11, 16)
    return {
        "H": H,
        "W": H + draw.whole(2, 5),
        "C1": C1,
        "K": K,
        "C2": draw.whole(2, C1 - 1),
        "j": draw.whole(4, 6),
        "moved": draw.whole(2, 3),
        "patch_length": patch,
        "filter_length": pattern,
        "answer": patch * pattern * draw.whole(3, 17) / 20 * (-1) ** draw.whole(0, 1),
    }


def _places(d, less=1):
    return (d.H - d.K + less) * (d.W - d.K + less)


RIGHT = {
    "column": lambda d: d.j + d.moved,
    "agreement": lambda d: d.answer / (d.patch_length * d.filter_length),
    "lost": lambda d: d.H * d.W * d.C1 - _places(d) * d.C2,
    "small": lambda d: (d.K * d.K, d.C1, d.C2),
}
question = asking(RIGHT)


def expected(asked, *, H, W, C1, K, C2, j, moved, patch_length, filter_length, answer):
    """The right answers, not from the rules."""
    from convkit.shapes import output_size

    return {
        "column": j + moved,
        "agreement": answer / patch_length / filter_length,
        "lost": H * W * C1 - output_size(H, K) * output_size(W, K) * C2,
        "small": (K**2, C1, C2),
    }[asked]


QUESTION_MISTAKES = (
    shifts.MOVED_THE_OTHER_WAY.made_by(instead(column=lambda d: d.j - d.moved)),
    shifts.MAPS_STAY.made_by(instead(column=lambda d: d.j), section="section-which-view"),
    shifts.MOVED_BY_THE_KERNEL.made_by(
        instead(column=lambda d: d.j + d.moved + d.K - 1),
        instead(column=lambda d: d.j + d.moved - d.K + 1),
        instead(column=lambda d: d.j + d.moved * d.K),
    ),
    finding.NOT_DIVIDED.made_by(instead(agreement=lambda d: d.answer)),
    finding.ONE_LENGTH.made_by(
        instead(agreement=lambda d: d.answer / d.patch_length),
        instead(agreement=lambda d: d.answer / d.filter_length),
    ),
    finding.LENGTHS_ADDED.made_by(
        instead(agreement=lambda d: d.answer / (d.patch_length + d.filter_length))
    ),
    counting.UPSIDE_DOWN.made_by(
        instead(agreement=lambda d: d.patch_length * d.filter_length / d.answer),
        section="section-finder",
    ),
    finding.AGREEMENT_WITHOUT_SIGN.made_by(instead(agreement=lambda d: -RIGHT["agreement"](d))),
    size.SAME_SIZE.made_by(instead(lost=lambda d: d.H * d.W * (d.C1 - d.C2))),
    size.NO_PLUS_ONE.made_by(instead(lost=lambda d: d.H * d.W * d.C1 - _places(d, 0) * d.C2)),
    channels.CHANNELS_FORGOTTEN.made_by(
        instead(lost=lambda d: d.H * d.W - _places(d) * d.C2),
        hint="How many numbers are there in one pixel of this image?",
        why="The image has H · W · C1 numbers, C1 of them in each pixel.",
        section="section-which-view",
    ),
    feature_maps.ONE_MAP.made_by(instead(lost=lambda d: d.H * d.W * d.C1 - _places(d))),
    counting.WHAT_IS_LEFT.made_by(instead(lost=lambda d: _places(d) * d.C2)),
    matrices.SMALL_TRANSPOSED.made_by(instead(small=lambda d: (d.K * d.K, d.C2, d.C1))),
    matrices.ONE_SMALL_MATRIX.made_by(instead(small=lambda d: (1, d.C1, d.C2))),
    counting.KERNEL_NOT_SQUARED.made_by(
        instead(small=lambda d: (d.K, d.C1, d.C2)), section="section-transformer"
    ),
    matrices.FOR_EACH_PLACE_OF_THE_MAP.made_by(instead(small=lambda d: (_places(d), d.C1, d.C2))),
)
