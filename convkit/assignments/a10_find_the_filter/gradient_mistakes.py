"""The named mistakes of the gradient with respect to the filters."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _afterwards(function):
    return lambda recipe: recipe.after.append(function)


def _totaling(function):
    return setting(total=lambda recipe: function)


def _turn_slopes(recipe):
    recipe.slopes = recipe.slopes[::-1, ::-1]


GRADIENT_MISTAKES = (
    Mistake(
        "gradient-flipped",
        "a minus where a plus belongs",
        "Weight [m, n] at place [i, j] met which pixel: m further down, or m further up?",
        "The forward pass was ⋆, so weight [m, n] met pixel [i + m, j + n] at each place. The "
        "gradient sums over the same pixels: a plus, and nothing is turned.",
        "idea-L19",
        (
            _afterwards(lambda found: found[:, ::-1, ::-1]),
            lambda r: setattr(r, "begin", lambda i, m: i * r.stride - m),
        ),
    ),
    Mistake(
        "slopes-flipped",
        "slopes that are turned over",
        "Which slope belongs to the pixel under the first window: the first, or the last?",
        "The slopes were flipped, as convolution (∗) does. They are those of the map as it lies: "
        "image ⋆ slopes.",
        "idea-L19",
        (_turn_slopes,),
    ),
    Mistake(
        "transposed-kernel",
        "a transposed kernel",
        "Follow one weight off the diagonal, such as row 0, column 1. Which pixels did it meet?",
        "Rows and columns of the kernel have changed places: result [p, n, m] stands at [p, m, n].",
        "idea-L19",
        (_afterwards(lambda found: found.swapaxes(1, 2)),),
    ),
    Mistake(
        "averaged",
        "a mean over the places for a sum",
        "Each place where a weight is used has its say. Do they add up, or share one vote?",
        "The sum was divided by the number of places. The slopes already contain what the loss "
        "divides by, so only add.",
        "idea-L19",
        (_totaling(lambda pixels, slopes: np.einsum("ij,ijc->c", pixels, slopes) / pixels.size),),
    ),
    Mistake(
        "one-place-only",
        "only one place",
        "Set one slope in the middle of the map to 0. Does your gradient change?",
        "Only one place was counted. A shared weight is used at all of them, and its gradient is "
        "the sum: += in the loops.",
        "idea-L19",
        (
            _totaling(lambda pixels, slopes: pixels[0, 0] * slopes[0, 0]),
            _totaling(lambda pixels, slopes: pixels[-1, -1] * slopes[-1, -1]),
        ),
    ),
    Mistake(
        "pixel-stays",
        "a pixel that does not move with the window",
        "At place [i, j], which pixel did weight [m, n] meet? Does yours depend on i and j?",
        "The window moves: at [i, j] the weight met pixel [i + m, j + n], not always [m, n].",
        "idea-L19",
        (lambda r: setattr(r, "begin", lambda i, m: m),),
    ),
    Mistake(
        "weight-forgotten",
        "the same gradient for all weights of a kernel",
        "Do two weights of a kernel meet the same pixels?",
        "m and n do not occur in the pixel's index: at [i, j] the weight met [i + m, j + n].",
        "idea-L19",
        (lambda r: setattr(r, "begin", lambda i, m: i * r.stride),),
    ),
    Mistake(
        "one-channel-only",
        "the pixels of one channel for all",
        "Which channel's pixels did filters[p] meet?",
        "The pixels of one channel were used for every kernel. Kernel p met channel p: "
        "image[…, p].",
        "idea-L04",
        (
            lambda r: setattr(r, "image", np.broadcast_to(r.image[..., :1], r.image.shape)),
            lambda r: setattr(r, "image", np.broadcast_to(r.image[..., -1:], r.image.shape)),
            lambda r: setattr(
                r, "image", np.broadcast_to(r.image.mean(axis=-1, keepdims=True), r.image.shape)
            ),
            lambda r: setattr(
                r, "image", np.broadcast_to(r.image.sum(axis=-1, keepdims=True), r.image.shape)
            ),
        ),
    ),
    Mistake(
        "channels-reversed",
        "channels in reverse order",
        "Which channel's pixels did filters[0] meet: those of the first channel, or the last?",
        "Kernel p belongs to channel p of the image, not to C1 - 1 - p.",
        "idea-L04",
        (_afterwards(lambda found: found[::-1]),),
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
LAYER_MISTAKES = (
    Mistake(
        "maps-added",
        "the slopes of all maps for each filter",
        "Filter c made map c. Do the slopes of the other maps concern it?",
        "Each filter was given the slopes of all maps together. Filter c answers only for map c: "
        "slopes[…, c].",
        "idea-L19",
        (
            lambda r: setattr(
                r, "slopes", np.broadcast_to(r.slopes.sum(axis=-1, keepdims=True), r.slopes.shape)
            ),
            lambda r: setattr(
                r, "slopes", np.broadcast_to(r.slopes.mean(axis=-1, keepdims=True), r.slopes.shape)
            ),
        ),
    ),
    Mistake(
        "first-map-for-all",
        "the slopes of one map for all filters",
        "Which map did filter c make?",
        "All filters were given the slopes of the same map. Filter c belongs to slopes[…, c].",
        "idea-L19",
        (
            lambda r: setattr(r, "slopes", np.broadcast_to(r.slopes[..., :1], r.slopes.shape)),
            lambda r: setattr(r, "slopes", np.broadcast_to(r.slopes[..., -1:], r.slopes.shape)),
        ),
    ),
    Mistake(
        "other-order",
        "the axes of another framework",
        "In which order are the four sizes of your filters?",
        "Your gradient has the axes as Keras (K, K, C1, C2) or PyTorch (C2, C1, K, K) has them. "
        "Here a gradient has the shape of its filters: (C1, K, K, C2).",
        "idea-L11",
        (
            _afterwards(lambda found: np.moveaxis(found, 0, 2)),
            _afterwards(lambda found: np.moveaxis(found, 3, 0)),
        ),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "With stride 2, where did the window for i = 1 begin?",
        "At [i, j] the window began at [i * stride, j * stride], so weight [m, n] met pixel "
        "[i * stride + m, j * stride + n].",
        "idea-L21",
        (setting(stride=1),),
    ),
    Mistake(
        "stride-on-the-kernel",
        "a stride inside the kernel",
        "Do the weights of a kernel lie side by side, whatever the stride?",
        "The stride moves the window, not the weights in it: i * stride + m, and not "
        "(i + m) * stride or i + m * stride.",
        "idea-L21",
        (
            lambda r: setattr(r, "begin", lambda i, m: (i + m) * r.stride),
            lambda r: setattr(r, "begin", lambda i, m: i + m * r.stride),
        ),
    ),
)
