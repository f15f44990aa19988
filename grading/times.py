"""How long student code may run. What decides points is computing time, not the clock on the wall.

So a right answer gets the same points on an idle machine and on a busy one. The clock on the wall
only ends what waits for something that never comes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds of computing that a notebook may use."""

    cell: float = 20.0
    call: float = 5.0
    grace: float = 3.0  # after the polite interrupt
    start: float = 60.0  # of waiting, for the interpreter
    free: float = 40.0  # all cells together that answer no question
    all: float = 90.0
    patience: float = 8.0  # seconds of waiting for each second of computing

    def wall(self, seconds: float) -> float:
        """How long to wait for something that may compute this long."""
        return self.patience * seconds + self.grace
