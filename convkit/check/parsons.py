"""A program cut into lines: shown in a fixed wrong order, put together in the learner's order."""

from __future__ import annotations

import linecache

# Letter → line. X, Y and Z carry a mistake each and belong nowhere.
LINES = {
    "A": "    for i in range(H - K + 1):",
    "B": "                        total += image[i + m, j + n, p] * filters[p, m, n]",
    "C": "    result = np.zeros((H - K + 1, W - K + 1))",
    "D": "            result[i, j] = total",
    "E": "                for m in range(K):",
    "F": "        for j in range(W - K + 1):",
    "G": "                    for n in range(K):",
    "H": "            total = 0.0",
    "I": "    return result",
    "J": "            for p in range(C1):",
    "X": "            result[i, j] = total / C1",
    "Y": "                        total += image[i + m, j + n, p] * filters[m, n]",
    "Z": "                        total += image[i + m, j + n, p] * filters[0, m, n]",
}
_SHOWN = "DGXBIEYAHZJCF"
_HEAD = (
    "import numpy as np",
    "def assembled(image, filters):",
    "    image, filters = image.astype(float), filters.astype(float)",
    "    H, W, C1 = image.shape",
    "    K = filters.shape[1]",
)


class OrderError(ValueError):
    """An order of letters that makes no program, with the reason in words for the learner."""


class ShownLines:
    """The lines to put in order, as text."""

    def __repr__(self):
        head = "\n".join(f"    {line}" for line in _HEAD[1:])
        lines = "\n".join(f" {letter}  {LINES[letter]}" for letter in _SHOWN)
        return f"The program begins with\n\n{head}\n\nand these lines are out of order:\n\n{lines}"


def assemble(order):
    """Make the function that the lines give in this order, such as "C A F H …".

    Raises
    ------
    OrderError
        If a letter is unknown, or the lines in this order are no Python program.
    """
    if isinstance(order, (list, tuple)) and all(isinstance(letter, str) for letter in order):
        order = " ".join(order)
    if not isinstance(order, str):
        raise OrderError(f"The order is text, such as order = 'C A F'. Yours is {order!r}.")
    letters = [letter for letter in order.upper() if letter not in " ,;.-\n\t"]
    if not letters:
        raise OrderError("No letters yet: order is empty.")
    unknown = sorted(set(letters) - set(LINES))
    if unknown:
        raise OrderError(
            f"There is no line {' or '.join(unknown)}. The letters are A to J, X, Y, Z."
        )
    twice = sorted({letter for letter in letters if letters.count(letter) > 1})
    if twice:
        raise OrderError(
            f"Line {' and '.join(twice)} occurs twice. Each line is used once at most."
        )
    source = "\n".join([*_HEAD, *(LINES[letter] for letter in letters)]) + "\n"
    name = f"<the lines {' '.join(letters)}>"
    try:
        code = compile(source, name, "exec")
    except SyntaxError as error:
        raise OrderError(_explain(error, letters)) from None
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    namespace = {}
    exec(code, namespace)
    return namespace["assembled"]


def _explain(error, letters):
    place = (error.lineno or 0) - len(_HEAD)
    letter = letters[min(max(place, 1), len(letters)) - 1]
    return (
        f"Python cannot read the lines in this order. It stops at line {letter}: {error.msg}. "
        "A line that ends in a colon needs a line below it that stands further right, and no line "
        "may stand further right than the one above it unless that one ends in a colon."
    )
