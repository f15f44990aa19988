"""The matrix of a convolution as a recipe: which weight, in which row, in which column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit.assignments.formula.matrix import Matrix, matrix_of


def matrix_row(filters, i, j, H, W) -> Matrix:
    """The recipe for one row: (H·W,)."""
    recipe = matrix_of(filters, H, W)
    recipe.only, recipe.size = (i, j), (1, 1)
    recipe.place = lambda r, i, j: 0 * i
    recipe.after.append(lambda matrix: matrix[0])
    return recipe


@dataclass
class Proof:
    """What a matrix makes of each picture of one bright pixel, less what sliding makes of it."""

    matrix: np.ndarray
    filters: np.ndarray
    H: int
    W: int
    pictures: np.ndarray  # (H·W pictures, H·W pixels)
    join: Callable = np.subtract
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        true = matrix_of(self.filters, self.H, self.W).carry_out()
        found = self.join(self.matrix @ self.pictures.T, true @ self.pictures.T)
        for change in self.after:
            found = change(found)
        return found


def disagreement(matrix, filters, H, W) -> Proof:
    """The recipe: (H'·W', H·W), a column for each pixel."""
    return Proof(matrix, filters, H, W, np.eye(H * W))
