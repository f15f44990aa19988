"""Shapes to be predicted for one image and one filter, and the named mistakes in predicting."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import axes, channels, size, stride


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


PREDICTION_MISTAKES = (
    channels.CHANNELS_FORGOTTEN.made_by(setting(depth=1), section="idea-L04"),
    channels.THREE_FOR_GRANTED.made_by(setting(depth=3)),
    channels.CHANNELS_KEPT.made_by(setting(kept=lambda recipe: (recipe.C1,)), setting(kept=(3,))),
    channels.ONE_KEPT.made_by(setting(kept=(1,))),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(setting(swap=True)),
    size.NO_PLUS_ONE.made_by(setting(plus=0)),
    size.SAME_SIZE.made_by(setting(pad=lambda recipe: recipe.K - 1)),
    size.FULL_SIZE.made_by(setting(pad=lambda recipe: 2 * (recipe.K - 1))),
    stride.STRIDE_IGNORED.made_by(setting(use_stride=False), section="section-sizes"),
    size.ROUNDED_SIZE.made_by(setting(early=True)),
)
