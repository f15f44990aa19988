"""Exercise 8.5: a layer whose weights are not shared."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.assignments.sliding.recipes import Recipe
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistake import Mistake


class LocalRecipe(Recipe):
    """Slide, with other weights at each place. Here `filters` is (C1, K, K, H', W')."""

    def whose(self, i, j):
        """The place whose weights are used at [i, j]."""
        return i, j

    def _at(self, top, left):
        i, j = self.whose(top, left)
        if not (0 <= i < self.filters.shape[3] and 0 <= j < self.filters.shape[4]):
            raise IndexError("weights of a place that does not exist")
        here = Recipe(self.image, self.filters[..., i, j], 1, (1, 1), 1, self.total)
        return Recipe._at(here, *self.corner(top, left))

    def corner(self, i, j):
        """Where the window of [i, j] begins."""
        return i, j


def local(image, weights) -> LocalRecipe:
    """The right recipe: image (H, W, C1), weights (H', W', C1, K, K)."""
    filters = np.moveaxis(weights, (0, 1), (3, 4)).astype(float)
    return LocalRecipe(image.astype(float), filters, 1, weights.shape[:2], step=1)


def unshared(image, weights):
    """The definition of a locally connected layer with one map."""
    rows, columns, _, K, _ = weights.shape
    result = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        window = image[i : i + K, j : j + K]  # (K, K, C1)
        result[i, j] = np.einsum("mnp,pmn->", window, weights[i, j])
    return result


def unshared_probes(seed: str) -> list[Probe]:
    """Parts 0 one channel, 1 several."""
    draw, probes = Draw(seed, "unshared"), []
    for part, C1, K, wide in ((0, 1, 2, True), (0, 1, 3, False), (1, 4, 2, False), (1, 2, 3, True)):
        rows = draw.whole(2, 3)
        size = (rows, rows + draw.whole(1, 2))
        size = size if wide else size[::-1]
        weigh = draw.below_zero if K == 3 else draw.filters
        weights = np.array([weigh((C1, K, K)) for _ in np.ndindex(size)])
        image = draw.image((size[0] + K - 1, size[1] + K - 1, C1))
        probes.append(Probe(part, (image, weights.reshape(*size, C1, K, K)), watch=True))
    return probes


def small_unshared() -> list[Probe]:
    shapes = [
        ((1, 2, 1), (1, 2, 1, 1, 1)),
        ((2, 2, 1), (1, 1, 1, 2, 2)),
        ((1, 1, 2), (1, 1, 2, 1, 1)),
        ((2, 3, 1), (1, 2, 1, 2, 2)),
        ((2, 3, 1), (2, 3, 1, 1, 1)),
        ((2, 2, 2), (1, 1, 2, 2, 2)),
    ]
    probes = [Probe(0, (_small(image), _small(weights) ** 2)) for image, weights in shapes]
    return [*probes, Probe(0, (_small((1, 1, 1)), np.full((1, 1, 1, 1, 1), -1.5)))]


def _small(shape):
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape)


def _step(name, function):
    return lambda recipe: setattr(recipe, name, function)


SHARES = Mistake(
    "weights-of-one-place",
    "the weights of one place used everywhere",
    "Make the weights of one place zero. Does your result become zero there, and nowhere else?",
    "The same weights were used at every place. Here nothing is shared: the number at [i, j] is "
    "made with weights[i, j].",
    "idea-L18",
    (_step("whose", lambda i, j: (0, 0)),),
)
WINDOW_STAYS = Mistake(
    "place-ignored",
    "a window that never moves",
    "Which pixels does your function look at for the last place?",
    "The weights moved on, and the window did not: it begins at row i and column j, "
    "image[i:i + K, j:j + K].",
    "section-ladder",
    (_step("corner", lambda i, j: (0, 0)),),
)
WINDOW_CUT = Mistake(
    "axes-misread",
    "a window reshaped where its axes should move",
    "Print the first channel of the window, before and after your change of shape. Is it the same?",
    "reshape cuts the row of numbers anew: it does not move axes. From (K, K, C1) to (C1, K, K) "
    "goes np.moveaxis(window, -1, 0).",
    "idea-L04",
    (_step("total", lambda window, filters: (window.reshape(filters.shape) * filters).sum()),),
)

UNSHARED_MISTAKES = (
    SHARES,
    WINDOW_STAYS,
    WINDOW_CUT,
    c.FLIPPED,
    c.TRANSPOSED,
    c.AVERAGE,
    c.LAST_PRODUCT,
    c.RUNNING_TOTAL,
    c.TRANSPOSED_RESULT,
    c.SHORT,
    d.ONE_KERNEL,
    d.AVERAGED,
    d.THREE_MAPS,
    d.ONE_CHANNEL,
    d.REVERSED,
    d.NOT_ALIGNED,
    n.CUT,
    n.NEGATIVES_LOST,
)
