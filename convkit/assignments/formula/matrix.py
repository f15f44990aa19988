"""The matrix of a convolution, as a recipe in steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Matrix:
    """One weight after the other is written into a matrix of zeros."""

    filters: np.ndarray  # (C1, K, K, C2)
    H: int
    W: int
    stride: int
    size: tuple[int, int]  # (H', W')
    step: int
    place: Callable = lambda r, i, j: i * r.size[1] + j
    row: Callable = lambda r, place, c: place * r.filters.shape[3] + c
    pixel: Callable = lambda r, y, x: y * r.W + x
    column: Callable = lambda r, pixel, p: pixel * r.filters.shape[0] + p
    only: tuple[int, int] | None = None  # the row of this place alone
    added: bool = False  # += for =, which differs only where two weights meet
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        C1, K, _, C2 = self.filters.shape
        rows, columns = self.size
        i, j, c, p, m, n = np.indices((rows, columns, C2, C1, K, K)).reshape(6, -1)
        if self.only:
            i, j = self.only[0] + 0 * i, self.only[1] + 0 * j
        y, x = i * self.step + m, j * self.step + n
        if y.max(initial=0) >= self.H or x.max(initial=0) >= self.W or min(y.min(), x.min()) < 0:
            raise IndexError("a window that leaves the image")
        place, pixel = self.place(self, i, j), self.pixel(self, y, x)
        cell = self.row(self, place, c), self.column(self, pixel, p)
        matrix = np.zeros((rows * columns * C2, self.H * self.W * C1))
        if self.added:
            np.add.at(matrix, cell, self.filters[p, m, n, c])
        else:
            matrix[cell] = self.filters[p, m, n, c]
        for change in self.after:
            matrix = change(matrix)
        return matrix


def matrix_of(filters, H, W, stride=1) -> Matrix:
    """The recipe for a flat filter (K, K), one with channels (C1, K, K), or many of them."""
    K = filters.shape[-1] if filters.ndim < 4 else filters.shape[1]
    filters = filters.reshape(-1, K, K, filters.shape[3] if filters.ndim == 4 else 1)
    size = tuple((pixels - K) // stride + 1 for pixels in (H, W))
    return Matrix(filters, H, W, stride, size, stride)
