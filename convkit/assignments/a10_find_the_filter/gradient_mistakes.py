"""The named mistakes of the gradient with respect to the filters."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import axes, channels, feature_maps, flips, gradient, stride, sums

GRADIENT_MISTAKES = (
    flips.GRADIENT_FLIPPED.made_by(
        after(lambda found: found[:, ::-1, ::-1]),
        setting(begin=lambda r: lambda i, m: i * r.stride - m),
    ),
    flips.SLOPES_FLIPPED.made_by(setting(slopes=lambda recipe: recipe.slopes[::-1, ::-1])),
    flips.TRANSPOSED_KERNEL.made_by(after(lambda found: found.swapaxes(1, 2)), section="idea-L19"),
    gradient.SLOPES_AVERAGED.made_by(
        replacing(total=lambda pixels, slopes: np.einsum("ij,ijc->c", pixels, slopes) / pixels.size)
    ),
    gradient.ONE_PLACE_ONLY.made_by(
        replacing(total=lambda pixels, slopes: pixels[0, 0] * slopes[0, 0]),
        replacing(total=lambda pixels, slopes: pixels[-1, -1] * slopes[-1, -1]),
    ),
    sums.PIXEL_STAYS.made_by(replacing(begin=lambda i, m: m)),
    gradient.WEIGHT_FORGOTTEN.made_by(setting(begin=lambda r: lambda i, m: i * r.stride)),
    channels.PIXELS_OF_ONE_CHANNEL.made_by(
        setting(image=lambda r: np.broadcast_to(r.image[..., :1], r.image.shape)),
        setting(image=lambda r: np.broadcast_to(r.image[..., -1:], r.image.shape)),
        setting(
            image=lambda r: np.broadcast_to(r.image.mean(axis=-1, keepdims=True), r.image.shape)
        ),
        setting(
            image=lambda r: np.broadcast_to(r.image.sum(axis=-1, keepdims=True), r.image.shape)
        ),
    ),
    channels.CHANNELS_REVERSED.made_by(
        after(lambda found: found[::-1]),
        hint="Which channel's pixels did filters[0] meet: those of the first channel, or the last?",
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
LAYER_MISTAKES = (
    feature_maps.SLOPES_OF_ALL_MAPS.made_by(
        setting(
            slopes=lambda r: np.broadcast_to(r.slopes.sum(axis=-1, keepdims=True), r.slopes.shape)
        ),
        setting(
            slopes=lambda r: np.broadcast_to(r.slopes.mean(axis=-1, keepdims=True), r.slopes.shape)
        ),
    ),
    feature_maps.FIRST_MAP_FOR_ALL.made_by(
        setting(slopes=lambda r: np.broadcast_to(r.slopes[..., :1], r.slopes.shape)),
        setting(slopes=lambda r: np.broadcast_to(r.slopes[..., -1:], r.slopes.shape)),
    ),
    axes.ANOTHER_ORDER_OF_AXES.made_by(
        after(lambda found: np.moveaxis(found, 0, 2)),
        after(lambda found: np.moveaxis(found, 3, 0)),
        section="idea-L11",
    ),
    stride.STRIDE_IGNORED.made_by(
        setting(stride=1),
        hint="With stride 2, where did the window for i = 1 begin?",
        why="At [i, j] the window began at [i * stride, j * stride], so weight [m, n] met pixel [i "
        "* stride + m, j * stride + n].",
    ),
    stride.STRIDE_ON_THE_KERNEL.made_by(
        setting(begin=lambda r: lambda i, m: (i + m) * r.stride),
        setting(begin=lambda r: lambda i, m: i + m * r.stride),
    ),
)
