"""Questions about sizes and places: a rule answers each, and a mistake puts others in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace

from convkit.check.exercise import Probe


@dataclass
class Rule:
    """One question, the numbers that it is about, and a rule for each question there is."""

    question: str
    numbers: dict
    rules: dict[str, Callable]  # question → function of the numbers, as d.H, d.W, …

    def carry_out(self) -> object:
        """The answer that this question's rule gives."""
        return self.rules[self.question](SimpleNamespace(**self.numbers))


def asking(rules: dict[str, Callable]) -> Callable:
    """The recipe for questions with these right rules: ``recipe(question, **numbers)``."""
    return lambda question, **numbers: Rule(question, numbers, rules)


def instead(**rules: Callable) -> Callable:
    """A change: other rules for some of the questions."""

    def change(recipe):
        recipe.rules = {**recipe.rules, **rules}

    return change


def question_probes(questions: Iterable[str]) -> list[Probe]:
    """One probe for each question, each deciding a part of its own."""
    return [Probe(part, (question,)) for part, question in enumerate(questions)]
