"""Words for the errors that Python raises: where to look."""

from __future__ import annotations

_MATRICES = (
    "Two arrays were multiplied as matrices, and their shapes do not fit: the last size of the "
    "first must be the last but one of the second. Print both shapes before this line."
)
# Part of the error's text → where to look. The first that fits is used.
_ERRORS = (
    ("NotImplementedError", "This is not written yet."),
    (
        "out of bounds for axis",
        (
            "An index leaves the array. For which i does row i + K - 1 exist for the last time? "
            "And does each index stand in the place of its axis?"
        ),
    ),
    (
        "out of bounds for uint8",
        "uint8 holds only 0 to 255. Make the result with np.zeros((rows, columns)).",
    ),
    (
        "remapped shapes",
        (
            "In einsum a letter means the same length wherever it stands. Write under each "
            "letter how long its axis is, for both arrays."
        ),
    ),
    (
        "einstein sum",
        (
            "Each axis of each array needs a letter: five for windows, four for filters. Behind "
            "the arrow may only stand letters that occur before it."
        ),
    ),
    ("codec can't encode", 'Put letters in the place of the dots: a text such as "ab,bc->ac".'),
    (
        "truth value of an array",
        "max(…) and if ask for one number. For a whole array take np.maximum(…) or np.where(…).",
    ),
    (
        "cannot reshape array",
        (
            "reshape keeps all numbers: the sizes of the new shape, multiplied, must give as many "
            "as there are. Print the shape just before this line."
        ),
    ),
    (
        "values to unpack",
        "A shape has a size for each axis. Print it: how many axes has this array?",
    ),
    (
        "could not broadcast input array",
        "What you write has another shape than the place it should go to. Print both shapes.",
    ),
    (
        "doesn't match the broadcast shape",
        "What is added has another shape than the result. Print both shapes before this line.",
    ),
    (
        "could not be broadcast",
        ("Two arrays met whose shapes do not fit. Print both shapes just before this line."),
    ),
    ("not aligned", _MATRICES),
    ("mismatch in its core dimension", _MATRICES),
    (
        "unexpected keyword",
        (
            "The check calls your function with the names of the exercise, such as stride=2. "
            "Keep the names of the parameters as they were."
        ),
    ),
    (
        "positional argument",
        "Keep the parameters as they were: same names, same order.",
    ),
    (
        "NameError",
        "Python does not know this name. Run the cells above once, then check its letters.",
    ),
    (
        "UnboundLocalError",
        "This name is used before it has a value. Should something be set to 0 first?",
    ),
    (
        "setting an array element with a sequence",
        "Several numbers were put into one place. Is something left that should be summed, or "
        "should the place be larger?",
    ),
    (
        "only 0-dimensional arrays can be converted",
        "Several numbers stand where one is needed. Is something left that should be summed? (The "
        "functions of math take one number; those of NumPy, such as np.exp, a whole array.)",
    ),
    (
        "interpreted as an integer",
        "A size or an index must be whole: // divides without a rest.",
    ),
    (
        "need at least one array",
        "The list was empty. Was anything appended to it before?",
    ),
    (
        "list index out of range",
        "The list has no such item: the first one has the index 0, the last one len(…) - 1.",
    ),
    ("not subscriptable", "Something here is no array. Which name holds the array?"),
)


def advice(error: str) -> str:
    """Where to look after this error, or an empty text if nothing general can be said."""
    lower = error.lower()
    for text, words in _ERRORS:
        if text.lower() in lower:
            return words
    return ""
