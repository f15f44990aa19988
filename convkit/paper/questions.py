"""The questions of a sheet: what is asked, the right answer, and how many points it is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit import reference
from convkit.check.draw import Draw
from convkit.paper.bugs import BUGS
from convkit.parameters import count_parameters


@dataclass(frozen=True)
class Question:
    """One question on a sheet.

    Attributes
    ----------
    title : str
        One word: what kind of question it is.
    text : str
        Plain text; an empty line begins a paragraph.
    parts : tuple of (str, str, int)
        What is asked, the answer for the key, and its points.
    picture : tuple of (str, ndarray)
        Matrices to print, each with its caption.
    code : str
        Lines to print with numbers, if any.
    """

    title: str
    text: str
    parts: tuple[tuple[str, str, int], ...]
    picture: tuple[tuple[str, np.ndarray], ...] = ()
    code: str = ""


def predict(draw: Draw) -> Question:
    """Shapes of a layer, with a stride that leaves columns over."""
    K, S = draw.whole(2, 5), draw.whole(2, 3)
    C1, C2 = _different(draw, (3, 9), K), 2 * draw.whole(5, 12)
    rows = draw.whole(8, 14)
    columns = _different(draw, (8, 14), rows)
    height, width = S * (rows - 1) + K + 1, S * (columns - 1) + K  # a row of pixels is left over
    return Question(
        "Predict",
        f"A layer gets images of {height} × {width} × {C1} (height, width, channels). It has "
        f"{C2} filters with kernels of {K} × {K}, stride {S}, no padding.",
        (
            ("The shape of one filter (channels first):", f"({C1}, {K}, {K})", 1),
            ("The shape of the result:", f"({rows}, {columns}, {C2})", 1),
            ("How many products are added for one number of the result?", f"{C1 * K * K}", 1),
        ),
    )


def count(draw: Draw) -> Question:
    """Weights, biases, and the dense layer that does the same."""
    K, size = 2 * draw.whole(1, 2) + 1, draw.whole(12, 30)
    C1, C2 = _different(draw, (2, 6), K), draw.whole(8, 20)
    side = size - K + 1
    found = count_parameters((size, size, C1), (C1, K, K, C2))
    dense, parameters = found.dense.weights, found.shared.parameters
    return Question(
        "Count",
        f"A layer with {C2} filters, kernels of {K} × {K}, stride 1, no padding and one bias for "
        f"each feature map gets images of {size} × {size} × {C1}. You may leave products as they "
        f"are: 3 · 5 is as good as 15.",
        (
            (
                "How many parameters does it have, biases included?",
                f"{C1} · {K} · {K} · {C2} + {C2} = {parameters:,}",
                1,
            ),
            (
                "A dense layer takes the same image to the same number of results. Its weights, "
                "without biases:",
                f"({size}·{size}·{C1}) · ({side}·{side}·{C2}) = {dense:,}",
                1,
            ),
            (
                "Other images come, twice as high and twice as wide. How many parameters has the "
                "convolution layer then?",
                f"the same, {parameters:,}: weights do not depend on the place",
                1,
            ),
        ),
    )


def compute(draw: Draw) -> Question:
    """Two numbers by hand, one of them with the flip."""
    while True:  # until the four wrong ways give four other numbers
        image = np.array([[draw.whole(0, 5) for _ in range(5)] for _ in range(4)])
        kernel = np.array([[draw.whole(-2, 3) for _ in range(2)] for _ in range(2)])
        i, j = draw.whole(0, 2), draw.whole(0, 3)
        ways = [_at(image, k, i, j) for k in (kernel, kernel[::-1, ::-1], kernel.T, kernel[::-1])]
        if i != j and len({*ways, _at(image, kernel, j, i)}) == 5:
            break
    return Question(
        "Compute",
        "A filter slides over an image (stride 1, no padding). Rows and columns of the result are "
        "counted from 0.",
        (
            (f"The result of the cross-correlation ⋆ in row {i}, column {j}:", _signed(ways[0]), 1),
            (f"The result of the convolution ∗ in row {i}, column {j}:", _signed(ways[1]), 1),
        ),
        (("image", image), ("filter", kernel)),
    )


def repair(draw: Draw) -> Question:
    """A program with one wrong line."""
    bug = BUGS[draw.whole(0, len(BUGS) - 1)]
    return Question(
        "Repair",
        "This function should slide a box over a color image: image is (H, W, C1), filters are "
        "(C1, K, K, C2), bias is (C2,), the result is (H', W', C2). It never stops with an error, "
        "but one line is wrong.",
        (
            (
                "Which line is wrong? Write down the right one.",
                f"line {bug.number}: {bug.right.strip()} ({bug.why})",
                2,
            ),
        ),
        code=bug.program(),
    )


def _at(image, kernel, i, j) -> int:
    result = reference.conv2d(image.astype(float), kernel.astype(float))
    return int(result[i, j]) if i < result.shape[0] and j < result.shape[1] else 10**6


def _signed(number: int) -> str:
    return str(number).replace("-", "−")


def _different(draw: Draw, limits, other: int) -> int:
    """A number within limits that is not `other`."""
    number = draw.whole(*limits)
    return number if number != other else number + 1


QUESTIONS = (predict, count, compute, repair)
