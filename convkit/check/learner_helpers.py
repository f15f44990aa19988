"""What an exercise hands to the learner: numbers, lines, and right versions of earlier answers.

In grading, student code asks for these by name, and each is answered from outside the sandbox:
so they take and give plain data only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import conv2d, conv2d_grad_filters, convolution_matrix, reference
from convkit.check.parsons import Lines
from convkit.check.registry import find, package_of
from convkit.check.seeds import current_seed


def your_numbers(exercise_id: str) -> dict:
    """The numbers that a question is about, the learner's own ones.

    Examples
    --------
    >>> sorted(your_numbers("2.1"))
    ['C1', 'H', 'K', 'S', 'W']
    """
    return dict(find(exercise_id, current_seed()).given)


def sizes_to_predict() -> dict[str, int]:
    """H, W, C1, K and S of exercise 2.1, for the learner's own numbers."""
    return your_numbers("2.1")


def assembly_lines(exercise_id: str = "2.2") -> Lines:
    """The lines of an exercise in which a program is put in order, out of order."""
    return find(exercise_id, current_seed()).lines


def slide_and_sum(image: np.ndarray, filters: np.ndarray, stride: int = 1) -> np.ndarray:
    """Cross-correlation (H, W) ⋆ (K, K) → (H', W'), right whatever the learner's own one does."""
    return reference.conv2d(image, filters, stride=stride)


def slide_box(image: np.ndarray, filters: np.ndarray, stride: int = 1) -> np.ndarray:
    """Cross-correlation (H, W, C1) ⋆ (C1, K, K) → (H', W'), right whatever the learner's does."""
    image, filters = np.asarray(image), np.asarray(filters)
    if image.ndim != 3 or filters.ndim != 3 or filters.shape[0] != image.shape[2]:
        raise ValueError(
            "slide_box takes an image (H, W, C1) and one filter (C1, K, K), with the same C1; "
            f"got {image.shape} and {filters.shape}"
        )
    return conv2d(image, filters, stride=stride, fast=False)


def your_target() -> np.ndarray:
    """A picture (15, 15, 3) of what the filter of exercise 3.5 should find: the learner's own."""
    return package_of("3.5").own.target_picture(current_seed())


def photo_to_search() -> np.ndarray:
    """A part of the portrait, (40, 48, 3), uint8."""
    return package_of("3.7").finding.photo_to_search()


def window_rows(image: np.ndarray, K: int) -> np.ndarray:
    """Each place a row, its pixels in the order p, m, n: (H, W, C1) → (H'·W', C1·K·K)."""
    windows = sliding_window_view(image, (K, K), axis=(0, 1))  # (H', W', C1, K, K)
    return windows.reshape(-1, windows[0, 0].size)


def filter_gradient(image: np.ndarray, slopes: np.ndarray, K: int) -> np.ndarray:
    """Gradient of one filter, from the slopes of its map: (H, W, C1), (H', W') → (C1, K, K)."""
    return conv2d_grad_filters(slopes, image, (image.shape[2], K, K))


def matrix_row(filters: np.ndarray, i: int, j: int, H: int, W: int) -> np.ndarray:
    """One row of the matrix of a flat filter (K, K) that begins at [i, j]: (H·W,)."""
    K = len(filters)
    if not (0 <= i <= H - K and 0 <= j <= W - K):
        raise ValueError(
            f"a filter of {K} × {K} that begins at [{i}, {j}] leaves an image of {H} × {W}"
        )
    picture = np.zeros((H, W))
    picture[i : i + len(filters), j : j + len(filters)] = filters
    return picture.ravel()


def layer_matrix(filters: np.ndarray, H: int, W: int) -> np.ndarray:
    """The matrix of a layer (C1, K, K, C2) for images (H, W, C1): (H'·W'·C2, H·W·C1)."""
    return convolution_matrix(filters, (H, W, len(filters)))


# What student code may ask for as check.NAME, while the exercise says so. One line for each.
HELPERS: dict[str, Callable] = {
    "your_numbers": your_numbers,
    "sizes_to_predict": sizes_to_predict,
    "assembly_lines": assembly_lines,
    "slide_and_sum": slide_and_sum,
    "slide_box": slide_box,
    "your_target": your_target,
    "photo_to_search": photo_to_search,
    "window_rows": window_rows,
    "matrix_row": matrix_row,
    "layer_matrix": layer_matrix,
    "filter_gradient": filter_gradient,
}
