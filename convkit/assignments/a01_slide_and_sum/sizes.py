"""How large the result is: the right formula in steps, and the named mistakes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.assignments.sliding.sizes import MISCOUNTED
from convkit.check.changes import replacing, setting
from convkit.check.mistakes import size, stride


@dataclass
class SizeRecipe:
    """⌊(H + P - K) / S⌋ + 1, each part of it open to change."""

    size: int
    kernel: int
    padding: str
    stride: int
    around: int = 0  # P: zeros on both sides together, for 'full'
    count: Callable = lambda room, stride: room // stride + 1
    same: Callable = lambda size, stride: -(-size // stride)

    def carry_out(self):
        if self.padding == "same":
            return self.same(self.size, self.stride)
        return self.count(self.size + self.around - self.kernel, self.stride)


def size_recipe(size, kernel, padding="valid", stride=1) -> SizeRecipe:
    """The right recipe for one axis."""
    around = 2 * (kernel - 1) if padding == "full" else 0
    return SizeRecipe(size, kernel, padding, stride, around)


def _full_around(amount):
    def change(recipe):
        if recipe.padding == "full":
            recipe.around = amount(recipe.kernel)

    return change


def _kernel_added(recipe):
    recipe.around += 2 * recipe.kernel


def _kernel_forgotten(recipe):
    recipe.around += recipe.kernel


SIZE_MISTAKES = (
    *MISCOUNTED,
    stride.STRIDE_IGNORED.made_by(setting(stride=1), section="section-sizes"),
    size.SAME_MEANS_EQUAL.made_by(replacing(same=lambda size, stride: size)),
    size.SAME_ROUNDED_DOWN.made_by(
        replacing(same=lambda size, stride: size // stride),
        replacing(same=lambda size, stride: round(size / stride)),
        replacing(same=lambda size, stride: (size - 1) // stride),
    ),
    size.FULL_ONE_SIDE.made_by(_full_around(lambda kernel: kernel - 1)),
    size.FULL_TOO_LARGE.made_by(
        _full_around(lambda kernel: 2 * kernel), _full_around(lambda kernel: 2 * kernel - 1)
    ),
    size.KERNEL_ADDED.made_by(_kernel_added),
    size.KERNEL_FORGOTTEN.made_by(_kernel_forgotten),
)
