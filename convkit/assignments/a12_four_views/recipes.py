"""The four views as recipes, and the way back to the pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit.assignments.formula import recipes as formula
from convkit.assignments.formula.matrix import matrix_of


@dataclass
class Agreement:
    """Answers divided by lengths; every step open to change."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K)
    patch_length: Callable = lambda patches: np.sqrt((patches**2).sum(axis=(2, 3, 4)))
    own_length: Callable = lambda filters: np.sqrt((filters**2).sum())
    prepare: Callable = lambda numbers: numbers
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        kernel = self.filters.shape[1:]
        patches = sliding_window_view(self.image, kernel, axis=(0, 1))  # (H', W', C1, K, K)
        patches, filters = self.prepare(patches), self.prepare(self.filters)
        answers = np.einsum("ijpmn,pmn->ij", patches, filters)
        lengths = self.patch_length(patches) * self.own_length(filters)
        result = np.divide(answers, lengths, out=np.zeros_like(answers), where=lengths != 0)
        for change in self.after:
            result = change(result)
        return result


def agreement(image, filters) -> Agreement:
    """The recipe for (H, W, C1), (C1, K, K) → (H', W'), between -1 and 1."""
    return Agreement(image.astype(float), filters.astype(float))


@dataclass
class Product:
    """One matrix times one vector, folded into maps."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K, C2)
    flat: tuple[int, int, int] = (0, 1, 2)  # the order in which the image's axes are read
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        (H, W, _), (_, K, _, C2) = self.image.shape, self.filters.shape
        vector = self.image.transpose(self.flat).ravel()
        result = matrix_of(self.filters, H, W).carry_out() @ vector
        result = result.reshape(H - K + 1, W - K + 1, C2)
        for change in self.after:
            result = change(result)
        return result


def product(image, filters) -> Product:
    """The recipe for the matrix's view: (H', W', C2)."""
    return Product(image, filters)


@dataclass
class Layer(formula.Formula):
    """Pixels through small matrices, and a bias for each map."""

    bias: np.ndarray = None  # (C2,)
    times: float = 1  # how often the bias is added

    def __post_init__(self):
        self.after = [lambda maps: maps + self.times * self.bias]


def layer(image, filters, bias) -> Layer:
    """The recipe for the layer's view: (H', W', C2)."""
    size = tuple(pixels - filters.shape[1] + 1 for pixels in image.shape[:2])
    return Layer(image, filters, 1, size, step=1, total=formula.all_filters, bias=bias)


@dataclass
class Back:
    """Each wish about a number of a map, laid back on the pixels that made that number."""

    wishes: np.ndarray  # (H', W', C2)
    filters: np.ndarray  # (C1, K, K, C2)
    H: int
    W: int
    collect: Callable = lambda place, more: place + more
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        C1, K, _, _ = self.filters.shape
        rows, columns, _ = self.wishes.shape
        back = np.zeros((self.H, self.W, C1))
        for m, n in np.ndindex(K, K):
            at = slice(m, m + rows), slice(n, n + columns)
            back[at] = self.collect(back[at], self.wishes @ self.filters[:, m, n].T)
        for change in self.after:
            back = change(back)
        return back


def to_pixels(wishes, filters, H, W) -> Back:
    """The recipe for (H', W', C2), (C1, K, K, C2) → (H, W, C1)."""
    return Back(wishes, filters, H, W)
