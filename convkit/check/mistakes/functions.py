"""Mistakes in what a function does besides its sum: what it leaves behind, and what it returns."""

from __future__ import annotations

from convkit.check.mistake import Mistake

CHANGES_INPUT = Mistake(
    "changes-its-input",
    "a function that changes its input",
    "After your function has run, are the arrays that it was given still what they were before?",
    "The function wrote into an array that belongs to its caller, as image[0, 0] = 5 or "
    "filters -= step do. Write into an array of its own: np.zeros for a result, image.copy() for a "
    "copy; and filters = filters - step makes a new array.",
    "idea-L01",
    (),
)
PRINTS = Mistake(
    "prints-instead-of-returning",
    "print in place of return",
    "Your function shows its result. Does it hand back anything to the line that called it?",
    "The result was printed, and the function returned None. Printing shows a value to people; "
    "return hands it to the program.",
    "idea-L01",
    (),
)
RETURNS_NOTHING = Mistake(
    "returns-nothing",
    "a function without return",
    "What does your function hand back to the line that called it?",
    "The function returned None. Its last line should be return result.",
    "idea-L01",
    (),
)
