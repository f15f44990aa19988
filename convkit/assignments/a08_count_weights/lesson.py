"""Exercise 8.6: what a layer without sharing knows of a pattern after it was shown once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.assignments.a08_count_weights.places import unshared
from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import sharing, size


def draw_lesson(draw: Draw) -> dict:
    """A pattern, where it was taught, and where it lies now: so far off that nothing overlaps."""
    K, answer = draw.whole(3, 4), draw.whole(20, 60) + 0.5
    H = draw.whole(12, 17)
    W = H + draw.whole(3, 8)
    row, column = draw.whole(0, 1), draw.whole(0, 2)
    there = (row + K + draw.whole(1, 2), column + K + draw.whole(2, 4))
    return {"H": H, "W": W, "K": K, "answer": answer, "taught": (row, column), "now": there}


@dataclass
class Lesson:
    """What each layer says of the pattern at its new place, and how many lessons are needed."""

    question: str
    H: int
    W: int
    K: int
    answer: float
    taught: tuple[int, int]
    now: tuple[int, int]

    def __post_init__(self):
        self.shared, self.unshared = self.answer, 0
        self.plus, self.around, self.fewer = 1, 0, 0
        self.lessons = None

    def carry_out(self):
        if self.question != "lessons":
            return self.shared if self.question == "shared_now" else self.unshared
        rows, columns = (size + self.around - self.K + self.plus for size in (self.H, self.W))
        return (self.lessons or rows * columns) - self.fewer


def lesson_answer(question, *, H, W, K, answer, taught, now):
    """What is right, from a layer that is made and asked."""
    pattern = np.full((1, K, K), 1.0)
    image = np.zeros((H, W, 1))
    row, column = now
    image[row : row + K, column : column + K, 0] = answer / K**2
    weights = np.zeros((H - K + 1, W - K + 1, 1, K, K))
    if question == "lessons":
        return weights[..., 0, 0, 0].size
    weights[taught if question == "unshared_now" else ...] = pattern
    return unshared(image, weights)[row, column]


LESSON_MISTAKES = (
    sharing.WEIGHTS_TRAVEL.made_by(setting(unshared=lambda r: r.answer)),
    sharing.SHARED_FORGETS.made_by(setting(shared=0)),
    sharing.ONE_LESSON.made_by(setting(lessons=1)),
    sharing.LESSONS_FOR_WEIGHTS.made_by(setting(lessons=lambda r: r.K**2)),
    size.SAME_SIZE.made_by(setting(around=lambda r: r.K - 1)),
    size.NO_PLUS_ONE.made_by(setting(plus=0)),
    sharing.FIRST_LESSON_LEFT_OUT.made_by(setting(fewer=1)),
)
