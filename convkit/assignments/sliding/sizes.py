"""What goes wrong with the division and the +1 of a size, in recipes with a step `count`."""

from __future__ import annotations

from convkit.check.changes import replacing
from convkit.check.mistakes import size

# count(room, stride), where room is what the window can move: room // stride + 1 is right.
MISCOUNTED = (
    size.NO_PLUS_ONE.made_by(replacing(count=lambda room, stride: room // stride)),
    size.ROUNDED_SIZE.made_by(replacing(count=lambda room, stride: (room + 1) // stride)),
    size.ROUNDED_UP.made_by(
        replacing(count=lambda room, stride: -(-room // stride) + 1),
        replacing(count=lambda room, stride: round(room / stride) + 1),
    ),
    size.NOT_WHOLE.made_by(replacing(count=lambda room, stride: room / stride + 1)),
)
