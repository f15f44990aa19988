"""How large the result is: the right formula in steps, and the named mistakes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convkit.check.mistake import Mistake


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


def _stride_one(recipe):
    recipe.stride = 1


def _count(function):
    def change(recipe):
        recipe.count = function

    return change


def _same(function):
    def change(recipe):
        recipe.same = function

    return change


def _full_around(amount):
    def change(recipe):
        if recipe.padding == "full":
            recipe.around = amount(recipe.kernel)

    return change


def _kernel_added(recipe):
    recipe.around += 2 * recipe.kernel


def _kernel_forgotten(recipe):
    recipe.around += recipe.kernel


NO_PLUS_ONE = Mistake(
    "no-plus-one",
    "the +1 forgotten",
    "How many places has a kernel of 2 on 3 pixels? And what does your formula say?",
    "(H - K) / S counts the steps between windows. There is one window more than there are "
    "steps: (H - K) // S + 1.",
    "section-sizes",
    (_count(lambda room, stride: room // stride),),
)
EARLY = Mistake(
    "rounded-size",
    "the +1 inside the division",
    "Try 7 pixels, a kernel of 2 and a stride of 2. Draw the windows.",
    "(H - K + 1) // S divides the first window too. It always fits: (H - K) // S + 1.",
    "section-sizes",
    (_count(lambda room, stride: (room + 1) // stride),),
)
ROUNDED_UP = Mistake(
    "rounded-up",
    "a window that hangs over the end",
    "Try 7 pixels, a kernel of 2 and a stride of 2. Where does your last window end?",
    "The division was rounded up, so the last window leaves the image. Round down: //.",
    "section-sizes",
    (
        _count(lambda room, stride: -(-room // stride) + 1),
        _count(lambda room, stride: round(room / stride) + 1),
    ),
)
NOT_WHOLE = Mistake(
    "not-whole",
    "a size that is not a whole number",
    "Can a result have 3.5 rows?",
    "/ gives a number with a fraction, // a whole one, rounded down.",
    "section-sizes",
    (_count(lambda room, stride: room / stride + 1),),
)
NO_STRIDE = Mistake(
    "stride-ignored",
    "a stride that is not used",
    "Your sizes are right for a stride of 1. Where does the stride occur in your formula?",
    "With stride S only every S-th window is used: (H + P - K) // S + 1.",
    "section-sizes",
    (_stride_one,),
)
SAME_NO_STRIDE = Mistake(
    "same-means-equal",
    "'same' read as: always the size of the image",
    "A 'same' result with a stride of 2: is it as large as the image?",
    "'same' gives H only for a stride of 1. In general it is H / S, rounded up.",
    "section-sizes",
    (_same(lambda size, stride: size),),
)
SAME_DOWN = Mistake(
    "same-rounded-down",
    "'same' rounded down",
    "7 pixels, stride 2: windows at pixels 0, 2, 4 and 6. How many is that?",
    "'same' rounds up, so that the last pixel has a window too: -(-H // S), or ceil(H / S).",
    "section-sizes",
    (
        _same(lambda size, stride: size // stride),
        _same(lambda size, stride: round(size / stride)),
        _same(lambda size, stride: (size - 1) // stride),
    ),
)
FULL_ONE_SIDE = Mistake(
    "full-one-side",
    "'full' padded on one side only",
    "In 'full' mode the window may hang over the left end. And over the right one?",
    "K - 1 zeros stand on each side, 2 (K - 1) in all: H + K - 1 places for a stride of 1.",
    "section-sizes",
    (_full_around(lambda kernel: kernel - 1),),
)
FULL_TOO_LARGE = Mistake(
    "full-too-large",
    "'full' with windows that do not touch the image",
    "How far out may a window of K begin, if one of its pixels must still touch the image?",
    "K zeros on each side are one too many: that window sees only zeros. It is K - 1 on each side.",
    "section-sizes",
    (
        _full_around(lambda kernel: 2 * kernel),
        _full_around(lambda kernel: 2 * kernel - 1),
    ),
)
KERNEL_ADDED = Mistake(
    "kernel-added",
    "a kernel added where it should be subtracted",
    "Does a larger kernel fit into the image more often, or less often?",
    "The larger the kernel, the fewer its places: it is subtracted, H + P - K.",
    "section-sizes",
    (_kernel_added,),
)
KERNEL_FORGOTTEN = Mistake(
    "kernel-forgotten",
    "a formula without the kernel",
    "A kernel as large as the image: at how many places does it fit?",
    "The window must lie inside the image, so K pixels are taken: (H - K) // S + 1.",
    "section-sizes",
    (_kernel_forgotten,),
)

SIZE_MISTAKES = (
    NO_PLUS_ONE,
    EARLY,
    ROUNDED_UP,
    NOT_WHOLE,
    NO_STRIDE,
    SAME_NO_STRIDE,
    SAME_DOWN,
    FULL_ONE_SIDE,
    FULL_TOO_LARGE,
    KERNEL_ADDED,
    KERNEL_FORGOTTEN,
)
