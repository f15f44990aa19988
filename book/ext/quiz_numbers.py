"""The numbers of a numeric question: every variant worked out when the book is built.

The page only looks up what Python computed here, so it cannot compute anything wrong.
"""

import itertools
import math
import random
import sys
from pathlib import Path

TOLERANCE = 0.005  # of answers that are not whole: two decimals are asked for
FEWEST = 4  # variants that a question needs to be worth asking again
PLAIN = {word.__name__: word for word in (abs, float, int, max, min, pow, range, round, sum)}


def names() -> dict[str, object]:
    """What an expression may use besides its own letters."""
    from convkit import count_parameters, output_size, pad_amounts

    own = {"count_parameters": count_parameters, "output_size": output_size}
    return PLAIN | own | {"pad_amounts": pad_amounts, "math": math}


def compute(expression: str, values: dict) -> object:
    """The value of a Python expression, with the letters of one variant."""
    try:
        return eval(expression, {"__builtins__": {}} | names() | values)
    except Exception as error:
        shown = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise ValueError(f"{expression!r} with {shown or 'no letters'}: {error!r}") from error


def letters(declared: str) -> dict:
    """`H = 7, 8, 9; K = range(2, 4)` as a dictionary from letter to its list of values."""
    found = {}
    for part in filter(None, map(str.strip, declared.split(";"))):
        name, equals, expression = (word.strip() for word in part.partition("="))
        if not equals or not name.isidentifier():
            raise ValueError(f"{part!r} in :numbers: is not of the form H = 7, 8, 9")
        values = compute(expression, {})
        found[name] = list(values) if hasattr(values, "__iter__") else [values]
    return found


def apart(answers: list) -> bool:
    """Whether no answer can be taken for another one."""
    pairs = itertools.combinations(answers, 2)
    return all(abs(one - other) > 2 * TOLERANCE for one, other in pairs)


def variants(declared: str, answers: list, where: str, most: int, seed: str) -> list:
    """Up to `most` choices of values in which all `answers` are different numbers.

    The first is the first one declared: it is what print shows. The others are drawn, the same
    ones in every build.
    """
    lists = letters(declared)
    found = []
    for values in itertools.product(*lists.values()):
        chosen = dict(zip(lists, values, strict=True))
        if compute(where, chosen) and apart([compute(answer, chosen) for answer in answers]):
            found.append(chosen)
    if len(found) < FEWEST:
        raise ValueError(
            f"only {len(found)} choices of numbers give {len(answers)} different answers; "
            f"{FEWEST} are needed. Declare more values, or change :where:"
        )
    first, *rest = found
    return [first, *random.Random(seed).sample(rest, min(most - 1, len(rest)))]


def written(value: object) -> str:
    """A number as the prose of the book writes it; anything else as it is."""
    book = str(Path(__file__).resolve().parent.parent)
    if book not in sys.path:
        sys.path.append(book)
    from figures.prose import said

    return value if isinstance(value, str) else said(value)
