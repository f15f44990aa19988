"""Mistakes in counting weights, products and layers."""

from __future__ import annotations

from convkit.check.mistake import Mistake

KERNEL_NOT_SQUARED = Mistake(
    "kernel-not-squared",
    "one side of the kernel for its area",
    "How many places has a kernel of K rows and K columns?",
    "A kernel of K rows and K columns has K·K weights, not K.",
    "idea-L16",
)
BATCH_FORGOTTEN = Mistake(
    "batch-forgotten",
    "the maps of one image only",
    "How many images are in the batch, and has each of them maps of its own?",
    "Each image of the batch has its own maps, and all are in memory at once: times N.",
    "section-not-saved",
)
BATCH_IN_PRODUCTS = Mistake(
    "batch-in-products",
    "the multiply-adds of the whole batch",
    "For how many images is this number asked?",
    "The multiply-adds are asked for one image.",
    "section-not-saved",
)
BATCH_IN_WEIGHTS = Mistake(
    "batch-in-weights",
    "weights for each image of the batch",
    "Does the second image of a batch need filters of its own?",
    "All images use the same weights. Only the maps are as many as the images.",
    "section-not-saved",
)
COUNTED_FROM_ONE = Mistake(
    "counted-from-one",
    "a count that begins with 1",
    "What is the number of the first one?",
    "Rows, columns and layers are counted from 0, as everything in Python is.",
    "idea-L10",
)
COUNTED_TWICE = Mistake(
    "counted-twice",
    "multiplication and addition counted separately",
    "One multiplication and the addition after it: how many multiply-adds are they?",
    "A multiply-add is both together, and counts once.",
    "section-not-saved",
)
DENSE_PRODUCTS = Mistake(
    "dense-products",
    "the multiply-adds of the dense layer",
    "Does each number that comes out look at the whole image?",
    "Each number that comes out looks at one window only: C1·K·K products, not H·W·C1.",
    "section-not-saved",
)
LAST_LAYER_ONLY = Mistake(
    "last-layer-only",
    "a total that keeps only the last layer",
    "Does the total grow from layer to layer, or is it replaced?",
    "Each layer replaced the one before it. Use += in the loop.",
    "idea-L16",
)
WEIGHTS_COUNTED = Mistake(
    "weights-counted",
    "weights counted in place of kernels",
    "How many numbers are in one kernel, and how many kernels are there?",
    "C1 · K · K · C2 are all weights of the layer. A kernel is a square of K · K of them.",
    "idea-L12",
)
UPSIDE_DOWN = Mistake(
    "upside-down",
    "a ratio upside down",
    "Which of the two is larger, and should your ratio be above 1 or below?",
    "The ratio stands on its head: exchange what is divided and what divides.",
    "section-not-saved",
)
WHAT_IS_LEFT = Mistake(
    "what-is-left",
    "what comes out, for what is lost",
    "Read the question once more: is it what remains, or what is missing?",
    "So many numbers come out. Missing are those that went in and did not come out.",
    "section-which-view",
)
