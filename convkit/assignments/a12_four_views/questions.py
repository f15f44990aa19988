"""Exercise 12.1: four people see four things in one layer, and each is asked something."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
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
    Mistake(
        "moved-the-other-way",
        "a map that moves against its image",
        "Put a bright dot on the image and move it to the right. Where is it found then?",
        "Every foil moves with the image, so the pile moves with it: by the same step, the same "
        "way.",
        "section-which-view",
        (instead(column=lambda d: d.j - d.moved),),
    ),
    Mistake(
        "map-stays",
        "a map that stays where it is",
        "Does the map tell only what was found, or also where?",
        "The map says where. When the image moves, what was found moves with it.",
        "section-which-view",
        (instead(column=lambda d: d.j),),
    ),
    Mistake(
        "moved-by-the-kernel",
        "a shift in which the kernel has a say",
        "Move the image by one pixel. By how much does each foil move?",
        "The kernel decides where the map begins, before and after the move alike. The map moves "
        "by what the image moves.",
        "section-which-view",
        (
            instead(column=lambda d: d.j + d.moved + d.K - 1),
            instead(column=lambda d: d.j + d.moved - d.K + 1),
            instead(column=lambda d: d.j + d.moved * d.K),
        ),
    ),
    Mistake(
        "not-divided",
        "an answer taken for an agreement",
        "Make the patch twice as bright. Does it resemble the filter twice as much?",
        "The answer holds both lengths. Divide by their product; what is left is the agreement, "
        "between -1 and 1.",
        "section-finder",
        (instead(agreement=lambda d: d.answer),),
    ),
    Mistake(
        "one-length",
        "one length taken out, and the other one left in",
        "Your agreement: can it be larger than 1?",
        "The answer is length · length · agreement. Both lengths must go.",
        "section-finder",
        (
            instead(agreement=lambda d: d.answer / d.patch_length),
            instead(agreement=lambda d: d.answer / d.filter_length),
        ),
    ),
    Mistake(
        "lengths-added",
        "lengths that were added",
        "The answer is length · length · agreement. What takes a product back?",
        "The two lengths are multiplied in the answer: divide by their product, not by their sum.",
        "section-finder",
        (instead(agreement=lambda d: d.answer / (d.patch_length + d.filter_length)),),
    ),
    Mistake(
        "upside-down",
        "a fraction that stands on its head",
        "An agreement is never above 1. Is yours?",
        "Divide the answer by the lengths, not the lengths by the answer.",
        "section-finder",
        (instead(agreement=lambda d: d.patch_length * d.filter_length / d.answer),),
    ),
    Mistake(
        "sign-lost",
        "an agreement without its sign",
        "What does a negative answer say about the two directions?",
        "A negative answer means that patch and filter point away from each other. Keep the sign.",
        "section-finder",
        (instead(agreement=lambda d: -RIGHT["agreement"](d)),),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "In valid mode, is the map as large as the image?",
        "In valid mode a map has (H - K + 1) · (W - K + 1) places, fewer than the image has.",
        "section-sizes",
        (instead(lost=lambda d: d.H * d.W * (d.C1 - d.C2)),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one place more than there are steps: H - K + 1.",
        "section-sizes",
        (instead(lost=lambda d: d.H * d.W * d.C1 - _places(d, 0) * d.C2),),
    ),
    Mistake(
        "channels-forgotten",
        "channels that were not counted",
        "How many numbers are there in one pixel of this image?",
        "The image has H · W · C1 numbers, C1 of them in each pixel.",
        "section-which-view",
        (instead(lost=lambda d: d.H * d.W - _places(d) * d.C2),),
    ),
    Mistake(
        "one-map-only",
        "one map counted, where there are C2",
        "How many maps come out of this layer?",
        "Each of the C2 filters gives a map, and all of them keep something.",
        "idea-L09",
        (instead(lost=lambda d: d.H * d.W * d.C1 - _places(d)),),
    ),
    Mistake(
        "what-is-left",
        "what comes out, for what is lost",
        "Read the question once more: is it what remains, or what is missing?",
        "So many numbers come out. Missing are those that went in and did not come out.",
        "section-which-view",
        (instead(lost=lambda d: _places(d) * d.C2),),
    ),
    Mistake(
        "small-transposed",
        "small matrices lying on their side",
        "In pixel @ small, the pixel has C1 numbers. How many rows must `small` have?",
        "A pixel's C1 numbers go in from the left and C2 come out: (C1, C2).",
        "section-transformer",
        (instead(small=lambda d: (d.K * d.K, d.C2, d.C1)),),
    ),
    Mistake(
        "one-small-matrix",
        "one small matrix for the whole kernel",
        "Does the pixel at the upper left of the window get the same weights as its neighbor?",
        "Each place of the kernel has a small matrix of its own. There is one only for 1 × 1.",
        "idea-L22",
        (instead(small=lambda d: (1, d.C1, d.C2)),),
    ),
    Mistake(
        "one-side-of-the-kernel",
        "one side of the kernel for its area",
        "How many places has a kernel of 3 × 3?",
        "A kernel of K rows and K columns has K·K places.",
        "section-transformer",
        (instead(small=lambda d: (d.K, d.C1, d.C2)),),
    ),
    Mistake(
        "for-each-place-of-the-map",
        "small matrices for each place of the map",
        "Does the layer use other weights further to the right?",
        "The same K·K small matrices serve at every place of the map. That is sharing.",
        "idea-L16",
        (instead(small=lambda d: (_places(d), d.C1, d.C2)),),
    ),
)
