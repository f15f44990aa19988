"""A filter of one's own, exercise 3.5: tried on pictures, not compared with ours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit import conv2d
from convkit.check.calling import as_numbers
from convkit.check.draw import Draw
from convkit.check.exercise import Probe, Refusal

SIZE = 9
COLORS = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "yellow": (1, 1, 0),
    "magenta": (1, 0, 1),
    "cyan": (0, 1, 1),
}
FORMS = ("ring", "square", "cross", "triangle")
SILENT, QUIETER = 0.05, 0.8  # of the answer to the target


def drawn_target(seed: str) -> dict[str, str]:
    """One learner's color and form. Not red, which the book has done."""
    draw = Draw(seed, "3.5")
    names = [name for name in COLORS if name != "red"]
    return {
        "color": names[draw.whole(0, len(names) - 1)],
        "form": FORMS[draw.whole(1, len(FORMS) - 1)],
    }


def mask_of(name: str) -> np.ndarray:
    """A mask of 9 × 9: ones where the form is, zeros elsewhere."""
    rows, columns = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    if name == "ring":
        distance = np.hypot(rows, columns)
        mask = (distance >= 2.5) & (distance < 4.2)
    elif name == "square":
        mask = np.maximum(abs(rows), abs(columns)) == 3
    elif name == "cross":
        mask = (abs(rows) == abs(columns)) | (abs(rows) == abs(columns) + 1)
        mask &= np.maximum(abs(rows), abs(columns)) <= 3
    else:
        mask = (rows == 3) | (abs(2 * columns) == rows + 3) | (abs(2 * columns) == rows + 4)
        mask &= (rows >= -3) & (rows <= 3)
    return mask.astype(float)


def picture(color, name: str, *, row: int = 3, column: int = 3) -> np.ndarray:
    """A form in a color on black: (15, 15, 3). Its mask begins at this row and column."""
    image = np.zeros((15, 15, 3))
    image[row : row + SIZE, column : column + SIZE] = mask_of(name)[:, :, None] * color
    return image


def target_picture(seed: str) -> np.ndarray:
    """What a learner's filter should find, in the middle of (15, 15, 3)."""
    own = drawn_target(seed)
    return picture(COLORS[own["color"]], own["form"])


def probes(seed: str) -> list[Probe]:
    """Each picture has its name; the answer to it is True or False."""
    own = drawn_target(seed)
    names = [(0, "place"), (1, "white"), (1, "gray wall"), (2, "own wall")]
    names += [(3, name) for name in COLORS if name != own["color"]]
    names += [(3, name) for name in FORMS if name != own["form"]]
    return [Probe(part, (name,)) for part, name in names]


def expected(name: str) -> bool:
    """Every picture should be answered as it is asked for."""
    return True


def loudest(image, weights) -> float:
    return float(np.abs(conv2d(image, weights, fast=False)).max())


@dataclass
class Tried:
    """A filter, and what it does with the pictures."""

    weights: np.ndarray
    color: str
    form: str

    def measure(self, name: str) -> float:
        """Its loudest answer to a picture, as a share of its answer to the target."""
        color = COLORS[self.color]
        target = float(np.vdot(self._laid_on(color), self.weights))
        if not target > 1e-9:
            return np.inf
        if name == "white":
            return loudest(picture((1, 1, 1), self.form), self.weights) / target
        if name == "gray wall":
            return loudest(np.full((15, 15, 3), 0.85), self.weights) / target
        if name == "own wall":
            return loudest(np.ones((15, 15, 3)) * color, self.weights) / target
        image = picture(COLORS.get(name, color), name if name in FORMS else self.form)
        return float(conv2d(image, self.weights, fast=False).max()) / target

    def is_as_asked(self, name: str) -> bool:
        if name == "place":
            image = picture(COLORS[self.color], self.form, row=5, column=2)
            result = conv2d(image, self.weights, fast=False)
            best = np.unravel_index(result.argmax(), result.shape)
            return bool(result.max() > 1e-9 and best == (5, 2))
        allowed = SILENT if name in ("white", "gray wall", "own wall") else QUIETER
        return bool(self.measure(name) <= allowed)

    def tell(self, name: str) -> str:
        """What is wrong with the answer to a picture, in words and numbers."""
        own = f"{self.color} {self.form}"
        if name == "place":
            return f"The highest number of the map is not where the {own} is."
        share = self.measure(name)
        if share == np.inf:
            return f"Your filter does not answer a {own} with a number above 0."
        what = {
            "white": f"a white {self.form}",
            "gray wall": "a gray wall",
            "own wall": f"a picture that is {self.color} all over",
        }.get(name) or (f"a {self.color} {name}" if name in FORMS else f"{_a(name)} {self.form}")
        most = SILENT if name in ("white", "gray wall", "own wall") else QUIETER
        return (
            f"It answers {what} with {100 * share:.0f} % of what it gives to {_a(self.color)} "
            f"{self.form}, and at most {100 * most:.0f} % are wanted."
        )

    def _laid_on(self, color):
        return np.reshape(color, (3, 1, 1)) * mask_of(self.form)  # (3, 9, 9)


def _a(name):
    return f"a {name}"


def adapt(answer, *, color: str, form: str):
    """The function from the name of a picture to whether it is answered as asked."""
    weights = as_numbers(answer)
    if answer is None or (callable(answer) and weights is None):
        raise Refusal(
            "There is no filter yet: my_filter is None."
            if answer is None
            else "The check wants the filter itself, an array, and got a function."
        )
    if weights is None or weights.dtype.kind == "c":
        raise Refusal(f"The filter should be an array of numbers; it is {type(answer).__name__}.")
    if weights.shape != (3, SIZE, SIZE):
        more = " Channels come first in a filter." if weights.shape == (SIZE, SIZE, 3) else ""
        raise Refusal(
            f"The filter should have shape (3, 9, 9), and yours has {weights.shape}.{more}"
        )
    if not np.isfinite(weights.astype(float)).all():
        raise Refusal("Some weights are nan or infinite, which is what a division by 0 gives.")
    tried = Tried(weights.astype(float), color, form)

    def function(name):
        return tried.is_as_asked(name)

    function.tell = tried.tell
    return function
