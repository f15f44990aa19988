"""A program cut into lines: shown in a fixed wrong order, put together in the learner's order."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from dataclasses import dataclass, field

from convkit.check.exercise import Refusal


@dataclass(frozen=True, repr=False)
class Lines:
    """The lines of one program.

    Attributes
    ----------
    head : tuple of str
        What the program begins with, from its first line `def assembled(…):` on.
    lines : dict
        Letter → line. Lines that belong nowhere have the letters X, Y, Z.
    shown : str
        The letters in the order in which learners see the lines.
    names : dict or callable
        What the program finds defined: name → value, or a function that gives this.
    """

    head: tuple[str, ...]
    lines: dict[str, str]
    shown: str
    names: dict | Callable = field(default_factory=dict)

    def __repr__(self):
        head = "\n".join(f"    {line}" for line in self.head)
        lines = "\n".join(f" {letter}  {self.lines[letter]}" for letter in self.shown)
        return f"The program begins with\n\n{head}\n\nand these lines are out of order:\n\n{lines}"

    def assemble(self, order: object) -> Callable:
        """Make the function that the lines give in this order, such as "C A F H …".

        Raises
        ------
        Refusal
            If a letter is unknown, or the lines in this order are no Python program.
        """
        letters = self._letters(order)
        source = "\n".join([*self.head, *(self.lines[letter] for letter in letters)]) + "\n"
        name = f"<the lines {' '.join(letters)}>"
        try:
            code = compile(source, name, "exec")
        except SyntaxError as error:
            raise Refusal(self._explain(error, letters)) from None
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        namespace = dict(self.names() if callable(self.names) else self.names)
        exec(code, namespace)
        return namespace["assembled"]

    def _letters(self, order) -> list[str]:
        if isinstance(order, (list, tuple)) and all(isinstance(letter, str) for letter in order):
            order = " ".join(order)
        if not isinstance(order, str):
            raise Refusal(f"The order is text, such as order = 'C A F'. Yours is {order!r}.")
        letters = [letter for letter in order.upper() if letter not in " ,;.-\n\t"]
        if not letters:
            raise Refusal("No letters yet: order is empty.")
        unknown = sorted(set(letters) - set(self.lines))
        if unknown:
            *most, last = [letter for letter in self.lines if letter < "X"]
            odd = ", ".join(letter for letter in self.lines if letter >= "X")
            raise Refusal(
                f"There is no line {' or '.join(unknown)}. "
                f"The letters are {most[0]} to {last}, {odd}."
            )
        twice = sorted({letter for letter in letters if letters.count(letter) > 1})
        if twice:
            raise Refusal(
                f"Line {' and '.join(twice)} occurs twice. Each line is used once at most."
            )
        return letters

    def _explain(self, error, letters) -> str:
        place = (error.lineno or 0) - len(self.head)
        letter = letters[min(max(place, 1), len(letters)) - 1]
        return (
            f"Python cannot read the lines in this order. It stops at line {letter}: {error.msg}. "
            "A line that ends in a colon needs a line below it that stands further right, and no "
            "line may stand further right than the one above it unless that one ends in a colon."
        )
