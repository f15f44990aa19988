"""What chapter 9 computes: two forms and their windows, receptive fields, shifted eyes."""

from __future__ import annotations

import numpy as np

from convkit import conv2d
from convkit.layers import MaxPooling2D

from .ch00 import TEMPLATE, learned_row
from .ch01 import gray_portrait
from .rings import red_filter, ring

SIZE = 19  # rows and columns of the two forms
GROUND, RED = (0.85, 0.85, 0.85), (0.85, 0.1, 0.1)
NETWORK = ((5, 1), (2, 2), (5, 1))  # kernel and stride: convolution, pooling, convolution
STAGES = (  # name, shape, the layers that one of its numbers has behind it
    ("picture", "32 × 32 × 3", ()),
    ("16 filters, 5 × 5", "28 × 28 × 16", NETWORK[:1]),
    ("largest of 2 × 2", "14 × 14 × 16", NETWORK[:2]),
    ("32 filters, 5 × 5", "10 × 10 × 32", NETWORK),
    ("mean of each map", "32", None),
    ("dense", "2", None),
)


def outlines() -> dict:
    """A circle and a square of ones, equally thick: name → (19, 19)."""
    rows, columns = np.abs(np.mgrid[:SIZE, :SIZE] - SIZE // 2)
    distance = np.maximum(rows, columns)
    square = ((distance >= 5) & (distance < 7)).astype(float)
    return {"circle": ring(SIZE, 5, 7), "square": square}


def forms() -> dict:
    """The same in red on light gray: name → (19, 19, 3)."""
    return {name: np.where(mask[:, :, None] > 0, RED, GROUND) for name, mask in outlines().items()}


def shared_windows(kernel) -> tuple[int, int]:
    """Of the square's windows that hold some red: how many look like one of the circle's; all."""
    seen = {}
    for name, mask in outlines().items():
        windows = np.lib.stride_tricks.sliding_window_view(mask, (kernel, kernel))
        windows = windows.reshape(-1, kernel * kernel)  # (places, K*K)
        seen[name] = [tuple(w) for w in windows if w.any()]
    circle = set(seen["circle"])
    return sum(w in circle for w in seen["square"]), len(seen["square"])


def receptive_field(layers) -> tuple[int, int]:
    """Pixels that one number sees along an axis, and pixels between two neighbors."""
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field, jump


def red_finder() -> np.ndarray:
    """Chapter 3's filter for the red circle, (3, 15, 15), with both zero sums."""
    return red_filter(ring(15, 5, 7))


def scores_when_moved(most=12) -> dict:
    """What a filter for her eyes answers when the picture moves 0, 1, … `most` pixels."""
    gray = gray_portrait()
    i, j, height, width = TEMPLATE
    eyes = learned_row().reshape(gray.shape)[i : i + height, j : j + width]
    pool = MaxPooling2D(8)
    scores = {"one number": [], "pooled, 8 × 8": [], "the whole map": []}
    for pixels in range(most + 1):
        result = conv2d(np.roll(gray, pixels, axis=1), eyes)
        pooled = pool(result[None, :, :, None])[0, :, :, 0]
        for name, value in zip(
            scores, (result[i, j], pooled[i // 8, j // 8], result.max()), strict=True
        ):
            scores[name].append(float(value))
    return scores
