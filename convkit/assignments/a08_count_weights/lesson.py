"""Exercise 8.6: what a layer without sharing knows of a pattern after it was shown once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.assignments.a08_count_weights.places import unshared
from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


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
    Mistake(
        "weights-travel",
        "weights that travel by themselves",
        "Which weights does the unshared layer use at the new place? Were they ever changed?",
        "The unshared layer has other weights at the new place, and they are still zero: it has "
        "learned nothing there.",
        "idea-L18",
        (setting(unshared=lambda r: r.answer),),
    ),
    Mistake(
        "shared-forgets",
        "a shared filter that stays at one place",
        "Which weights does the shared layer use at the new place?",
        "The shared layer has one set of weights. What it learned at one place, it knows at all.",
        "idea-L18",
        (setting(shared=0),),
    ),
    Mistake(
        "one-lesson",
        "one lesson for all places",
        "After one lesson, how many places of the unshared layer have weights that are not zero?",
        "One lesson changes the weights of one place. Every other place needs a lesson too.",
        "idea-L18",
        (setting(lessons=1),),
    ),
    Mistake(
        "lessons-for-weights",
        "a lesson for each weight",
        "How many weights does one lesson teach?",
        "A lesson teaches all K·K weights of one place at once. Count places, H'·W'.",
        "idea-L18",
        (setting(lessons=lambda r: r.K**2),),
    ),
    Mistake(
        "same-size",
        "a place for each pixel",
        "May the pattern hang over the border?",
        "In valid mode the pattern lies inside the image: (H - K + 1)·(W - K + 1) places.",
        "section-sizes",
        (setting(around=lambda r: r.K - 1),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one place more than there are steps: H - K + 1.",
        "section-sizes",
        (setting(plus=0),),
    ),
    Mistake(
        "first-lesson-left-out",
        "the first lesson not counted",
        "Was the lesson at the first place a lesson?",
        "The question is about all lessons, the first one included.",
        "idea-L18",
        (setting(fewer=1),),
    ),
)
