"""A convolution as a recipe whose steps can be spoiled, one by one or two at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


def multiply_and_add(window, filters):
    """Sum over the channel p and both places m, n: (K, K, C1) and (C1, K, K) give one number."""
    return np.einsum("mnp,pmn->", window, filters)


@dataclass
class Recipe:
    """What to slide over what, in which steps, and what to do at each place.

    A right recipe is cross-correlation in valid mode. A mistake changes one step of it: that is
    how two mistakes at once can be tried too.
    """

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K)
    stride: int
    size: tuple[int, int]  # (H', W')
    step: int  # pixels between two windows; the stride, unless somebody forgot
    total: Callable = multiply_and_add
    after: list[Callable] = field(default_factory=list)
    place: tuple[int, int] | None = None  # only this window, when set
    given: tuple[np.dtype, ...] = ()  # the types of image and filters before they were floats

    def carry_out(self):
        """Follow the recipe: the feature map, or the one number at `place`."""
        if self.place is not None:
            result = self._at(*self.place)
        else:
            rows, columns = self.size
            result = np.array(
                [
                    [self._at(i * self.step, j * self.step) for j in range(columns)]
                    for i in range(rows)
                ]
            )
            if result.size == 0:
                result = np.zeros((max(rows, 0), max(columns, 0)))
        for change in self.after:
            result = change(result)
        return result

    def _at(self, top, left):
        K = self.filters.shape[1]
        if top < 0 or left < 0:
            raise IndexError("a window that begins outside the image")
        window = self.image[top : top + K, left : left + K]  # (K, K, C1)
        if window.shape[:2] != (K, K):
            raise IndexError("a window that leaves the image")
        return self.total(window, self.filters)


def sizes_of(image, filters, stride) -> tuple[int, int]:
    """(H', W') in valid mode."""
    K = filters.shape[1]
    return tuple((size - K) // stride + 1 for size in image.shape[:2])


def slide(image, filters, stride=1) -> Recipe:
    """The recipe for (H, W) ⋆ (K, K), or (H, W, C1) ⋆ (C1, K, K)."""
    given = (image.dtype, filters.dtype)
    image, filters = image.astype(float), filters.astype(float)
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[None]
    size = sizes_of(image, filters, stride)
    return Recipe(image, filters, stride, size, step=stride, given=given)


def one_window(image, filters, i, j) -> Recipe:
    """The recipe for the one number whose window has its upper left corner at row i, column j."""
    recipe = slide(image, filters)
    recipe.place = (i, j)
    return recipe


def slide_flipped(image, filters) -> Recipe:
    """The recipe for convolution ∗: the same, with the filter flipped over both axes."""
    recipe = slide(image, filters)
    recipe.filters = recipe.filters[:, ::-1, ::-1]
    return recipe
