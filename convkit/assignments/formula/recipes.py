"""The formula as a recipe: all filters at once, with or without zeros around, for spoiling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit.assignments.sliding import recipes


def all_filters(window, filters):
    """Sum over p, m and n for every filter: (K, K, C1) and (C1, K, K, C2) give (C2,)."""
    return np.einsum("mnp,pmnc->c", window, filters)


def zeros(image, before, behind):
    """Zeros around the image."""
    return np.pad(image, ((before, behind), (before, behind), (0, 0)))


@dataclass
class Formula(recipes.Recipe):
    """What to slide over what; `before` and `behind` are pixels outside the image that it sees."""

    before: int = 0
    behind: int = 0
    outside: Callable = zeros

    def carry_out(self):
        self.image = self.outside(self.image, self.before, self.behind)
        return super().carry_out()


def formula(image, filters, padding="valid", stride=1) -> Formula:
    """The recipe for (H, W, C1) ⋆ (C1, K, K, C2) → (H', W', C2)."""
    image, filters = image.astype(float), filters.astype(float)
    size = recipes.sizes_of(image, filters, stride)
    recipe = Formula(image, filters, stride, size, step=stride, total=all_filters)
    if padding == "same":
        recipe.before = recipe.behind = filters.shape[1] // 2
        recipe.size = image.shape[:2]
    return recipe


def shifts(image, filters, stride=1) -> Formula:
    """The same in valid mode, with a stride."""
    return formula(image, filters, "valid", stride)


def from_keras(image, weights) -> Formula:
    """The same with filters in the order of Keras, (K, K, C1, C2)."""
    return formula(image, weights.transpose(2, 0, 1, 3))


@dataclass
class Rows:
    """A table with a row for each place and a column for each weight of a filter."""

    image: np.ndarray  # (H, W, C1)
    K: int
    step: int
    size: tuple[int, int]
    order: str = "ijpmn"  # of the five axes before they are tied together
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        rows, columns = self.size
        windows = np.array(
            [
                [self._window(i * self.step, j * self.step) for j in range(columns)]
                for i in range(rows)
            ]
        )  # (H', W', C1, K, K)
        table = np.einsum(f"ijpmn->{self.order}", windows).reshape(rows * columns, -1)
        for change in self.after:
            table = change(table)
        return table

    def _window(self, top, left):
        window = self.image[top : top + self.K, left : left + self.K]
        if window.shape[:2] != (self.K, self.K):
            raise IndexError("a window that leaves the image")
        return np.moveaxis(window, -1, 0)


def window_rows(image, K) -> Rows:
    """The recipe for (H, W, C1) → (H'·W', C1·K·K)."""
    image = image.astype(float)
    return Rows(image, K, 1, tuple(size - K + 1 for size in image.shape[:2]))
