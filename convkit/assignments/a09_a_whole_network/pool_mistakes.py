"""The named ways to miss the largest number of each window, for exercise 9.4."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a09_a_whole_network.pooling import largest
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_numbers as n
from convkit.check.mistake import Mistake


def _keeping(function):
    return lambda recipe: setattr(recipe, "keep", function)


def _counting(count=None, stride=None):
    return lambda recipe: recipe.recount(count, stride(recipe) if stride else None)


def _side_by_side(recipe):
    recipe.step = recipe.window
    recipe.recount(stride=recipe.window)


def _steps_of_one(recipe):
    recipe.step = 1
    recipe.recount(stride=1)


def _size_only(recipe):
    recipe.step = 1


def _largest_in_size(window):
    flat = window.reshape(-1, window.shape[2])
    return np.take_along_axis(flat, np.abs(flat).argmax(axis=0)[None], axis=0)[0]


def _whole(result):
    return np.broadcast_to(result.max(axis=-1, keepdims=True), result.shape)


POOL_MISTAKES = (
    Mistake(
        "begins-at-zero",
        "a largest number that begins at 0",
        "Try a window in which all numbers are negative. Which one is the largest?",
        "The search began with 0, so no negative number could win. Begin with the first number of "
        "the window, or with -np.inf; np.zeros for the result is harmless if every entry is set.",
        "section-pooling",
        (_keeping(lambda window: np.maximum(largest(window), 0)),),
    ),
    Mistake(
        "averaged",
        "an average for the largest",
        "What does max pooling keep of the window 1, 2, 3, 6?",
        "The mean of each window was taken: average pooling. Max pooling keeps the largest.",
        "section-pooling",
        (_keeping(lambda window: window.mean(axis=(0, 1))),),
    ),
    Mistake(
        "added",
        "a sum for the largest",
        "What does max pooling keep of the window 1, 2, 3, 6?",
        "The window was added up. Max pooling keeps one number of it, the largest.",
        "section-pooling",
        (_keeping(lambda window: window.sum(axis=(0, 1))),),
    ),
    Mistake(
        "smallest",
        "the smallest number for the largest",
        "What does max pooling keep of the window 1, 2, 3, 6?",
        "The smallest number of each window was kept. A < where a > belongs does this.",
        "section-pooling",
        (_keeping(lambda window: window.min(axis=(0, 1))),),
    ),
    Mistake(
        "largest-in-size",
        "the number that is largest without its sign",
        "Which is larger, -5 or 2?",
        "Signs were left out when the numbers were compared. -5 is smaller than 2.",
        "section-pooling",
        (
            _keeping(_largest_in_size),
            _keeping(lambda window: np.abs(window).max(axis=(0, 1))),
            _keeping(lambda window: np.abs(largest(window))),
        ),
    ),
    Mistake(
        "first-of-the-window",
        "the first number of each window",
        "Which numbers of the maps can ever come out of your function?",
        "Only one corner of each window was looked at: maps[::stride, ::stride] does that.",
        "section-pooling",
        (_keeping(lambda window: window[0, 0]), _keeping(lambda window: window[-1, -1])),
    ),
    Mistake(
        "one-direction",
        "windows of one row or one column",
        "How many numbers has a window of 2 × 2, and how many of them does your function see?",
        "The window was only one row high, or one column wide. It has `size` rows and columns.",
        "section-pooling",
        (
            _keeping(lambda window: window[:1].max(axis=(0, 1))),
            _keeping(lambda window: window[:, :1].max(axis=(0, 1))),
        ),
    ),
    Mistake(
        "maps-mixed",
        "pooling that mixes the maps",
        "Change one map only. How many maps of your result change?",
        "The largest number was taken over all maps. Pooling looks at each map by itself, so as "
        "many maps come out as went in.",
        "section-pooling",
        (
            lambda r: r.after.append(lambda result: result.max(axis=-1)),
            lambda r: r.after.append(_whole),
        ),
    ),
    Mistake(
        "always-side-by-side",
        "windows that always stand side by side",
        "Your result is right where the stride is as large as the window. And where it is not?",
        "The windows moved by `size`. They move by `stride`, and may overlap or leave gaps.",
        "idea-L21",
        (_side_by_side,),
    ),
    Mistake(
        "window-of-the-stride",
        "windows as large as the stride",
        "With size 3 and stride 2: which rows belong to the first window, and which to the second?",
        "Your windows end where the next one begins. A window begins at i * stride and has `size` "
        "rows, whatever the stride: maps[i * stride : i * stride + size].",
        "section-pooling",
        (lambda recipe: setattr(recipe, "window", recipe.stride),),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "If the window jumps, are there as many places?",
        "The window moved one pixel at a time. It moves by `stride`.",
        "idea-L21",
        (_steps_of_one,),
    ),
    Mistake(
        "stride-only-in-size",
        "a stride in the size but not in the window",
        "The shape is right. At which row of the maps does your window for i = 1 begin?",
        "The window for [i, j] begins at [i * stride, j * stride], not at [i, j].",
        "idea-L21",
        (_size_only,),
    ),
    Mistake(
        "rounded-up",
        "a window that hangs over the end",
        "Try 5 rows, a window of 2 and a stride of 2. Where does your last window end?",
        "The last window left the maps. A window that does not fit is left out: "
        "(H - size) // stride + 1.",
        "idea-L21",
        (_counting(lambda room, stride: -(-room // stride) + 1),),
    ),
    Mistake(
        "one-short",
        "a result one row and one column too small",
        "How many places has a window of 2 in a row of 3 pixels?",
        "The last window is missing. There is one window more than there are steps: + 1.",
        "section-sizes",
        (
            _counting(lambda room, stride: room // stride),
            _counting(lambda room, stride: -(-room // stride)),  # range(0, H - size, stride)
        ),
    ),
    c.SQUARE_IMAGE,
    c.TRANSPOSED_RESULT,
    n.CUT_RESULT,
)
