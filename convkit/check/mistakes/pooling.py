"""Mistakes with pooling."""

from __future__ import annotations

from convkit.check.mistake import Mistake

ADDED = Mistake(
    "added",
    "a sum for the largest",
    "How many numbers of the window 1, 2, 3, 6 does max pooling keep?",
    "The window was added up. Max pooling keeps one number of it, the largest.",
    "section-pooling",
)
ALWAYS_SIDE_BY_SIDE = Mistake(
    "always-side-by-side",
    "windows that always stand side by side",
    "Your result is right where the stride is as large as the window. And where it is not?",
    "The windows moved by `size`. They move by `stride`, and may overlap or leave gaps.",
    "idea-L21",
)
AVERAGE_POOLING = Mistake(
    "average-pooling",
    "an average for the largest",
    "What does max pooling keep of the window 1, 2, 3, 6?",
    "The mean of each window was taken: average pooling. Max pooling keeps the largest.",
    "section-pooling",
)
BEGINS_AT_ZERO = Mistake(
    "begins-at-zero",
    "a largest number that begins at 0",
    "Try a window in which all numbers are negative. Which one is the largest?",
    "The search began with 0, so no negative number could win. Begin with the first number of "
    "the window, or with -np.inf; np.zeros for the result is harmless if every entry is set.",
    "section-pooling",
)
FIRST_OF_THE_WINDOW = Mistake(
    "first-of-the-window",
    "the first number of each window",
    "Which numbers of the maps can ever come out of your function?",
    "Only one corner of each window was looked at: maps[::stride, ::stride] does that.",
    "section-pooling",
)
FLATTENED_TOO_EARLY = Mistake(
    "flattened-too-early",
    "the box flattened before it was pooled",
    "What reaches the dense layer: the box, or what pooling has left of it?",
    "Pooling comes first. The vector has (H - Q) // Q + 1 times (W - Q) // Q + 1 times C1 numbers.",
    "section-pooling",
)
LARGEST_IN_SIZE = Mistake(
    "largest-in-size",
    "the number that is largest without its sign",
    "Which is larger, -5 or 2?",
    "Signs were left out when the numbers were compared. -5 is smaller than 2.",
    "section-pooling",
)
ONE_ROW_WINDOWS = Mistake(
    "one-row-windows",
    "windows of one row or one column",
    "How many numbers has a window of 2 × 2, and how many of them does your function see?",
    "The window was only one row high, or one column wide. It has `size` rows and columns.",
    "section-pooling",
)
POOL_MIXES_MAPS = Mistake(
    "pool-mixes-maps",
    "pooling that mixes the maps",
    "Change one map only. How many maps of the result change?",
    "Pooling looks at each map by itself, so as many maps come out as went in.",
    "section-pooling",
)
POOL_STEP_ONE = Mistake(
    "pool-step-one",
    "pooling windows that overlap",
    "“Side by side”: how far is it from one window to the next?",
    "Side by side means a stride as large as the window: (H - Q) // Q + 1 rows.",
    "section-pooling",
)
POOLING_IGNORED = Mistake(
    "pooling-ignored",
    "pooling that is not used",
    "After pooling over Q × Q, how many numbers of the first map does one number stand for?",
    "Pooling has a stride, too: one step in its result is Q steps in the map before it.",
    "section-pooling",
)
SMALLEST = Mistake(
    "smallest",
    "the smallest number for the largest",
    "Of the window 1, 2, 3, 6: does max pooling keep the 1 or the 6?",
    "The smallest number of each window was kept. A < where a > belongs does this.",
    "section-pooling",
)
WINDOW_OF_THE_STRIDE = Mistake(
    "window-of-the-stride",
    "windows as large as the stride",
    "With size 3 and stride 2: which rows belong to the first window, and which to the second?",
    "Your windows end where the next one begins. A window begins at i * stride and has `size` "
    "rows, whatever the stride: maps[i * stride : i * stride + size].",
    "section-pooling",
)
