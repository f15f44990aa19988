"""Exercise 9.8: by how much do the maps move, when there are strides and pooling?"""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import axes, pooling, shifts, stride


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


MOVE_MISTAKES = (
    shifts.MAPS_STAY.made_by(setting(first=0)),
    stride.STRIDE_IGNORED.made_by(
        setting(first=1, together=lambda r: r.Q),
        setting(first=1),
        setting(together=lambda r: r.Q),
        hint="With stride S, how many pixels of the image lie between two neighbors of the map?",
        why="One step in the map is S pixels of the image: the map moves by S times fewer steps.",
    ),
    pooling.POOLING_IGNORED.made_by(
        setting(second=1, together=lambda r: r.S),
        setting(second=1),
        setting(together=lambda r: r.S),
    ),
    stride.MULTIPLIED.made_by(setting(multiplied=True)),
    shifts.MOVED_BY_THE_KERNEL.made_by(setting(lost=lambda r: r.K - 1), section="idea-L24"),
    stride.STRIDES_ADDED.made_by(setting(together=lambda r: r.S + r.Q)),
    stride.ONE_PIXEL.made_by(setting(together=1)),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(setting(swap=True)),
)
