"""Shapes to be predicted for one image and one filter, and the named mistakes in predicting."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


def drawn_sizes(seed: str) -> dict[str, int]:
    """One learner's numbers: an image of H×W×C1, a kernel of K×K, a stride S that leaves a rest."""
    draw = Draw(seed, "2.1")
    K = draw.whole(3, 5)
    S = draw.whole(3, 4)
    # The rest is neither 0 nor S - 1: there, H / S without rounding, or (H - K + 1) // S, is right.
    H = K + S * draw.whole(5, 7) + draw.whole(1, S - 2)
    W = K + S * draw.whole(9, 12) + draw.whole(1, S - 2)
    C1 = draw.whole(6, 9)
    return {"H": H, "W": W, "C1": C1, "K": K, "S": S}


@dataclass
class Prediction:
    """The questions about one image and one filter, each part of the answers open to change."""

    question: str
    H: int
    W: int
    C1: int
    K: int
    S: int
    depth: int  # channels that one product sum runs over
    plus: int = 1
    pad: int = 0
    kept: tuple[int, ...] = ()  # what stands behind H', W'
    early: bool = False
    use_stride: bool = True
    swap: bool = False

    def carry_out(self):
        if self.question == "products":
            return prod((self.depth, self.K, self.K))
        stride = self.S if self.question == "strided" and self.use_stride else 1
        size = tuple(self._places(pixels, stride) for pixels in (self.H, self.W))
        return (size[::-1] if self.swap else size) + self.kept

    def _places(self, pixels, stride):
        room = pixels + self.pad - self.K
        return (room + 1) // stride if self.early else room // stride + self.plus


def prediction(question: str, *, H, W, C1, K, S) -> Prediction:
    """The right recipe for one question: 'products', 'result' or 'strided'."""
    return Prediction(question, H, W, C1, K, S, depth=C1)


def _set(**changes):
    def change(recipe):
        for name, value in changes.items():
            setattr(recipe, name, value(recipe) if callable(value) else value)

    return change


PREDICTION_MISTAKES = (
    Mistake(
        "channels-forgotten",
        "a window without its depth",
        "Draw the box that the filter is. How many numbers are in it?",
        "K·K counts one channel. The box reaches through all C1 of them: C1·K·K products.",
        "idea-L04",
        (_set(depth=1),),
    ),
    Mistake(
        "three-for-granted",
        "three channels taken for granted",
        "Count the channels of this image again.",
        "Three is the number of channels of a photograph. This image has another one.",
        "idea-L02",
        (_set(depth=3),),
    ),
    Mistake(
        "channels-kept",
        "a result that keeps the channels",
        "How many numbers does the filter give at one place?",
        "The sum runs over the channels too: one filter gives one map, (H', W').",
        "idea-L06",
        (_set(kept=lambda recipe: (recipe.C1,)), _set(kept=(3,))),
    ),
    Mistake(
        "one-kept",
        "a third dimension of length 1",
        "Is there a direction left in which the box could still move?",
        "All three dimensions are summed, and the box moves in two directions: the result is "
        "(H', W'), with no third number. In code, one filter of shape (C1, K, K) gives just that.",
        "idea-L06",
        (_set(kept=(1,)),),
    ),
    Mistake(
        "height-width-swapped",
        "height and width exchanged",
        "Which comes first in the shape of an array, rows or columns?",
        "A shape is (rows, columns): height first.",
        "section-sizes",
        (_set(swap=True),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one window more than there are steps: H - K + 1.",
        "section-sizes",
        (_set(plus=0),),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode every window lies inside, so the result is smaller: H - K + 1.",
        "section-sizes",
        (_set(pad=lambda recipe: recipe.K - 1),),
    ),
    Mistake(
        "full-size",
        "'full' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode every window lies inside, so the result is smaller: H - K + 1.",
        "section-sizes",
        (_set(pad=lambda recipe: 2 * (recipe.K - 1)),),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "If the window jumps, are there as many places?",
        "With stride S fewer windows fit: (H - K) // S + 1.",
        "section-sizes",
        (_set(use_stride=False),),
    ),
    Mistake(
        "rounded-size",
        "the +1 inside the division",
        "Try 7 pixels, a kernel of 2 and a stride of 2. Draw the windows.",
        "The first window always fits, so it is added after the division: (H - K) // S + 1.",
        "section-sizes",
        (_set(early=True),),
    ),
)
