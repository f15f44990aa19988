"""The answer to an answer: what stands, what does not, and where to look."""

from __future__ import annotations

from dataclasses import dataclass, field

from convkit.check import render
from convkit.check.mistake import Mistake


@dataclass(frozen=True)
class Example:
    """A small input that shows the trouble."""

    call: str  # one_place(image, filters, 0, 0)
    inputs: dict  # name → array
    expected: object
    got: object  # an error's text, if the call stopped
    like: str = ""  # whose axes the result has, if not those of an image: "filters"


@dataclass(frozen=True)
class PartResult:
    """One part of an exercise, passed or not."""

    title: str
    points: float
    passed: bool


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found.

    Attributes
    ----------
    exercise, title : str
        Which exercise it was.
    passed : bool
        Whether every part is right.
    points, max_points : float
        What it is worth.
    mistake : str or None
        The key of the mistake that explains the answer; "a + b" for two together, "a | b" where
        the probes cannot tell which of two it is.
    message : str
        What to look at. A hint, while the name of the mistake waits for `reveal()`.
    example : Example or None
        The first of the exercise's small inputs that shows it.
    section : str or None
        The place in the book to read again, as its label.
    parts : tuple of PartResult
    numbers : str
        Whose numbers the answer was tried on.
    explained : tuple of tuples of Mistake
        What `reveal` names.
    """

    exercise: str
    title: str
    passed: bool
    points: float
    max_points: float
    mistake: str | None
    message: str
    example: Example | None = None
    section: str | None = None
    parts: tuple[PartResult, ...] = ()
    numbers: str = ""
    explained: tuple[tuple[Mistake, ...], ...] = field(default=(), compare=False)

    def reveal(self) -> str:
        """Name the mistake and say what to do instead."""
        if self.passed:
            return "There is nothing to reveal: this is right."
        if not self.explained:
            return "No mistake that we know by name gives this answer. The example is what we have."
        return render.reveal(self)

    def __repr__(self):
        return render.text(self)

    def _repr_html_(self):
        return render.html(self)
