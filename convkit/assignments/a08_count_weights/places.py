"""Exercise 8.5: a layer whose weights are not shared."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.assignments.sliding.recipes import Recipe
from convkit.check.draw import Draw, ascending
from convkit.check.exercise import Probe
from convkit.check.mistakes import axes, sharing, sums


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
    probes = [Probe(0, (ascending(image), ascending(weights) ** 2)) for image, weights in shapes]
    return [*probes, Probe(0, (ascending((1, 1, 1)), np.full((1, 1, 1, 1, 1), -1.5)))]


def _step(name, function):
    return lambda recipe: setattr(recipe, name, function)


UNSHARED_MISTAKES = (
    sharing.WEIGHTS_OF_ONE_PLACE.made_by(_step("whose", lambda i, j: (0, 0))),
    sums.PLACE_IGNORED.made_by(
        _step("corner", lambda i, j: (0, 0)),
        hint="Which pixels does your function look at for the last place?",
        why="The weights moved on, and the window did not: it begins at row i and column j, "
        "image[i:i + K, j:j + K].",
        section="section-ladder",
    ),
    axes.RESHAPED.made_by(
        _step("total", lambda window, filters: (window.reshape(filters.shape) * filters).sum())
    ),
    catalogue.FLIPPED,
    catalogue.TRANSPOSED,
    catalogue.AVERAGE,
    catalogue.LAST_PRODUCT,
    catalogue.RUNNING_TOTAL,
    catalogue.TRANSPOSED_RESULT,
    catalogue.SHORT,
    catalogue.ONE_KERNEL,
    catalogue.AVERAGED,
    catalogue.THREE_MAPS,
    catalogue.ONE_CHANNEL,
    catalogue.REVERSED,
    catalogue.NOT_ALIGNED,
    catalogue.CUT,
    catalogue.NEGATIVES_LOST,
)
