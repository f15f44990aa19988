"""Exercise 9.8: by how much do the maps move, when there are strides and pooling?"""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


def draw_moves(draw: Draw) -> dict[str, int]:
    """A first layer of stride S with kernels of K × K, then pooling over Q × Q."""
    Q = draw.whole(2, 3)
    S = 5 - Q if draw.whole(0, 1) else Q + 2
    numbers = {"K": draw.whole(2, 4) * 2 + 1, "S": S, "Q": Q}
    return numbers | {"down": S * Q * draw.whole(2, 4), "right": S * Q * draw.whole(5, 7)}


@dataclass
class Moved:
    """One question, each part of its answer open to change."""

    question: str  # 'after_stride', 'after_pooling' or 'smallest'
    K: int
    S: int
    Q: int
    down: int
    right: int

    def __post_init__(self):
        self.first, self.second = self.S, self.Q  # what a step of each is worth
        self.together = self.first * self.second
        self.lost, self.swap, self.multiplied = 0, False, False

    def carry_out(self):
        if self.question == "smallest":
            return self.together
        by = self.first if self.question == "after_stride" else self.first * self.second
        moves = (self.right, self.down) if self.swap else (self.down, self.right)
        if self.multiplied:
            return tuple(pixels * by - self.lost for pixels in moves)
        return tuple((pixels - self.lost) / by if by else 0 for pixels in moves)


def _stays(recipe):
    recipe.first = 0


MOVE_MISTAKES = (
    Mistake(
        "maps-stay",
        "maps that stay where they are",
        "The image moves. Does a filter find its pattern in the old place?",
        "A pattern is found where it lies now. Equivariant maps move along; only global pooling "
        "lets an answer stay.",
        "idea-L24",
        (_stays,),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "With stride S, how many pixels of the image lie between two neighbors of the map?",
        "One step in the map is S pixels in the image, so the map moves by S times fewer steps.",
        "idea-L21",
        (
            setting(first=1, together=lambda r: r.Q),
            setting(first=1),
            setting(together=lambda r: r.Q),
        ),
    ),
    Mistake(
        "pooling-ignored",
        "pooling that is not used",
        "After pooling over Q × Q, how many numbers of the first map does one number stand for?",
        "Pooling has a stride, too: one step in its result is Q steps in the map before it.",
        "section-pooling",
        (
            setting(second=1, together=lambda r: r.S),
            setting(second=1),
            setting(together=lambda r: r.S),
        ),
    ),
    Mistake(
        "multiplied",
        "steps multiplied where they are divided",
        "Are the maps larger than the image, or smaller? By how much can they move?",
        "A map with stride S is S times smaller, and so is its motion: divide.",
        "idea-L21",
        (setting(multiplied=True),),
    ),
    Mistake(
        "kernel-subtracted",
        "a kernel taken off",
        "The image moves by 4 pixels. Does a larger kernel make the pattern move less?",
        "The kernel decides how large the map is, not how far things move in it.",
        "idea-L24",
        (setting(lost=lambda r: r.K - 1),),
    ),
    Mistake(
        "strides-added",
        "strides added where they multiply",
        "A step of the pooled map is Q steps of the map below. How many pixels is each of those?",
        "Steps of steps multiply: S · Q pixels.",
        "idea-L21",
        (setting(together=lambda r: r.S + r.Q),),
    ),
    Mistake(
        "one-pixel",
        "one pixel for one step",
        "If the image moves by one pixel, can a map with longer steps follow?",
        "After a stride, only moves by whole steps can be followed exactly: here S · Q pixels.",
        "idea-L24",
        (setting(together=1),),
    ),
    Mistake(
        "height-width-swapped",
        "down and right exchanged",
        "Which comes first in (rows, columns)?",
        "Rows come first: (down, right).",
        "section-sizes",
        (setting(swap=True),),
    ),
)
