"""What an exercise is: its parts and points, what it is tried on, and the mistakes that apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convkit.check.mistake import Mistake

if TYPE_CHECKING:
    from convkit.check.parsons import Lines


class Refusal(ValueError):
    """An answer that cannot even be tried, with the reason in words for the learner."""


@dataclass(frozen=True)
class Part:
    """What a number of probes decide together, and what it is worth."""

    title: str
    points: float


@dataclass(frozen=True)
class Probe:
    """One call of the answer, and the part of the exercise that it decides."""

    part: int
    args: tuple
    kwargs: dict = field(default_factory=dict)
    watch: bool = False  # whether the inputs must come back unchanged


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One question: everything that a check of it needs.

    Attributes
    ----------
    kind : {'function', 'values', 'order', 'array'}
        What the answer is: a function, a dict of named values, an order of lines, or an array.
    call : str
        How the answer is called, for the example in a verdict; {} stands for the arguments.
    probes, small : callables
        From a seed, the inputs that decide; and fixed small inputs for the example, or None.
    expected : callable
        The right answer to one probe, from convkit's reference and not from a recipe.
    recipe : callable
        The right answer in steps, which the mistakes change.
    starter : frozenset of str
        The keys of the mistakes in the broken program that a learner is given to repair.
    lines : Lines or None
        Of the kind 'order': the lines to put in order.
    adapt : callable or None
        Of the kind 'array': makes the function that is tried on the probes from the answer, or
        raises `Refusal`. That function may have a function `tell`: from a probe's arguments, words
        for a wrong answer that no named mistake explains.
    given : dict
        The learner's own numbers, where the question shows some.
    names : tuple of str
        What the first arguments are called, those that are arrays.
    result : str
        Whose axes the result has, if not those of an image: 'filters'.
    praise : str
        What to say of a right answer.
    """

    id: str
    title: str
    parts: tuple[Part, ...]
    probes: Callable
    expected: Callable
    recipe: Callable
    mistakes: tuple[Mistake, ...]
    section: str
    kind: str = "function"
    call: str = "{}"
    small: Callable | None = None
    starter: frozenset = frozenset()
    lines: Lines | None = None
    adapt: Callable | None = None
    given: dict = field(default_factory=dict)
    names: tuple[str, ...] = ("image", "filters")
    result: str = ""
    praise: str = "Every number agrees with the definition."

    @property
    def max_points(self) -> float:
        """The points of all parts together."""
        return float(sum(part.points for part in self.parts))
