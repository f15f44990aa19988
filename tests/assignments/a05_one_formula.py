"""One formula: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from convkit import check, conv2d

NAME = "05_one_formula"


# ---- 5.1: read off the formula, or tried out


def read_off(H, W, C1, K, C2, i, j, c, p, m, n):
    half = (K - 1) // 2
    return {
        "shape": [H + 1 - K, W + 1 - K, C2],
        "products": len(list(np.ndindex(C1, K, K))),
        "pixel": [i + m, j + n, p],
        "weight": np.array([p, m, n, c]),
        "same_pixel": np.array([i + m - half, j + n - half, p], np.float32),
    }


def with_real_arrays(H, W, C1, K, C2, i, j, c, p, m, n):
    """Takes the window out of an array that holds its own indices."""
    rows, columns, channels = np.indices((H, W, C1))
    window = np.s_[i : i + K, j : j + K]
    found = tuple(int(axis[window][m, n, p]) for axis in (rows, columns, channels))
    places = np.lib.stride_tricks.sliding_window_view(rows[..., 0], (K, K)).shape[:2]
    return {
        "shape": (*places, C2),
        "products": np.zeros((C1, K, K)).size,
        "pixel": found,
        "weight": (p, m, n, c),
        "same_pixel": (found[0] - K // 2, found[1] - K // 2, p),
    }


def keras_and_channels(H, W, C1, K, C2, i, j, c, p, m, n):
    """Right about the sizes, in other people's orders about the places."""
    right = read_off(H, W, C1, K, C2, i, j, c, p, m, n)
    return right | {"pixel": (p, i + m, j + n), "weight": (m, n, p, c), "same_pixel": (i, j, p)}


# ---- the whole layer


def numbers_first(image, filters, padding="valid", stride=1):
    """One number after the other, as the formula reads."""
    K, half = filters.shape[1], filters.shape[1] // 2 * (padding == "same")
    image = np.pad(image, ((half, half), (half, half), (0, 0)))
    rows, columns = ((size - K) // stride + 1 for size in image.shape[:2])
    result = np.empty((rows, columns, filters.shape[3]))
    for i, j, c in np.ndindex(result.shape):
        top, left = i * stride, j * stride
        window = image[top : top + K, left : left + K]
        result[i, j, c] = sum(
            np.vdot(window[:, :, p], filters[p, ..., c]) for p in range(len(filters))
        )
    return result


def with_a_condition(image, filters, padding="valid"):
    """Asks for each pixel whether it exists."""
    (H, W, _), (C1, K, _, C2) = image.shape, filters.shape
    half = K // 2 if padding == "same" else 0
    rows, columns = H - K + 1 + 2 * half, W - K + 1 + 2 * half

    def pixel(y, x, p):
        return image[y, x, p] if y in range(H) and x in range(W) else 0

    return [
        [
            [
                sum(
                    pixel(i + m - half, j + n - half, p) * filters[p, m, n, c]
                    for p, m, n in np.ndindex(C1, K, K)
                )
                for c in range(C2)
            ]
            for j in range(columns)
        ]
        for i in range(rows)
    ]


def from_the_pixels(image, filters, padding="valid"):
    """The other way round: each pixel gives to all places that see it."""
    (H, W, _), (_, K, _, C2) = image.shape, filters.shape
    half = K // 2 if padding == "same" else 0
    result = np.zeros((H - K + 1 + 2 * half, W - K + 1 + 2 * half, C2))
    for y, x in np.ndindex(H, W):
        for m, n in np.ndindex(K, K):
            i, j = y - m + half, x - n + half
            if 0 <= i < len(result) and 0 <= j < len(result[0]):
                result[i, j] += image[y, x] @ filters[:, m, n]
    return result


def other_letters(image, filters):
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    return np.einsum("pmnc,ijpmn->ijc", filters, windows, optimize=True)


def tensordot(image, filters):
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    return np.tensordot(windows, filters, axes=((2, 3, 4), (0, 1, 2)))


def in_float32(image, filters):
    return other_letters(image.astype(np.float32), filters.astype(np.float32))


def map_by_map(image, filters):
    maps = [check.slide_and_sum(image, filters[..., c]) for c in range(filters.shape[-1])]
    return np.asfortranarray(np.dstack(maps))


def fft(image, filters):
    K, size = filters.shape[1], image.shape[:2]
    spectrum = np.fft.fft2(image, axes=(0, 1))
    others = np.conj(np.fft.fft2(filters, s=size, axes=(1, 2)))
    result = np.fft.ifft2(np.einsum("yxp,pyxc->yxc", spectrum, others), axes=(0, 1))
    return result[: size[0] - K + 1, : size[1] - K + 1]


# ---- a row for each place


def rows_from_view(image, K):
    windows = sliding_window_view(image, (K, K), axis=(0, 1))
    return windows.reshape(windows.shape[0] * windows.shape[1], -1)


def rows_from_strides(image, K):
    H, W, C1 = image.shape
    image = np.ascontiguousarray(image)
    down, right, deep = image.strides
    shape = (H - K + 1, W - K + 1, C1, K, K)
    return as_strided(image, shape, (down, right, deep, down, right)).reshape(-1, C1 * K * K).copy()


def column_by_column(image, K):
    """Fills the table upright, one weight after the other: im2col as many programs have it."""
    H, W, C1 = image.shape
    rows, columns = H - K + 1, W - K + 1
    upright = [image[m : m + rows, n : n + columns, p].ravel() for p, m, n in np.ndindex(C1, K, K)]
    return np.array(upright, np.float32).T


def by_indices(image, K):
    H, W, C1 = image.shape
    i, j = (x.reshape(-1, 1) for x in np.indices((H - K + 1, W - K + 1)))
    p, m, n = (x.reshape(1, -1) for x in np.indices((C1, K, K)))
    return image[i + m, j + n, p]


def gray_rows(image, K):
    """Channel 0 only."""
    return rows_from_view(image[:, :, :1], K)


# ---- one product


def turned_on_both_sides(image, filters):
    """m, n, p on both sides is as good as p, m, n."""
    C1, K, _, C2 = filters.shape
    table = check.window_rows(image, K).reshape(-1, C1, K, K).transpose(0, 2, 3, 1)
    columns = filters.transpose(1, 2, 0, 3).reshape(-1, C2)
    maps = table.reshape(len(table), -1) @ columns
    return maps.reshape(image.shape[0] - K + 1, -1, C2)


def upright_product(image, filters):
    """Filters as rows and windows as columns, and the maps turned back at the end."""
    K, C2 = filters.shape[2:]
    maps = filters.reshape(-1, C2).T @ check.window_rows(image, K).T  # (C2, H'·W')
    return maps.reshape(C2, image.shape[0] - K + 1, -1).transpose(1, 2, 0)


# ---- shifted pictures


def whole_shifts(image, filters, stride=1):
    """Shifts everything by one pixel at a time, and throws away at the end."""
    K = filters.shape[1]
    H, W = image.shape[0] - K + 1, image.shape[1] - K + 1
    shifted = (image[m:, n:][:H, :W] @ filters[:, m, n] for m in range(K) for n in range(K))
    return sum(shifted)[::stride, ::stride]


def rolled(image, filters, stride=1):
    K = filters.shape[1]
    total = 0
    for m, n in np.ndindex(K, K):
        moved = np.roll(image, (-m, -n), axis=(0, 1))
        total = total + np.dot(moved, filters[:, m, n])
    return total[: image.shape[0] - K + 1 : stride, : image.shape[1] - K + 1 : stride].tolist()


def shifts_without_stride(image, filters, stride=1):
    return whole_shifts(image, filters)


def strided(image, filters, stride=1):
    return numbers_first(image, filters, "valid", stride)


# ---- filters from Keras


def of_keras(function):
    def answer(image, weights):
        return function(image, weights.transpose(2, 0, 1, 3))

    answer.__name__ = f"keras_{function.__name__}"
    return answer


def moved_axis(image, weights):
    return conv2d(image, np.moveaxis(weights, 2, 0))


def windows_turned_instead(image, weights):
    """Leaves the weights as they are, and reads the windows in their order."""
    windows = sliding_window_view(image, weights.shape[:3])[:, :, 0]
    return np.einsum("ijmnp,mnpc->ijc", windows, weights)


def only_the_weights_mended(image, weights):
    K, C2 = weights.shape[1], weights.shape[3]
    table = check.window_rows(image, K) @ weights.transpose(2, 0, 1, 3).reshape(-1, C2)
    maps = table.reshape(C2, image.shape[0] - K + 1, -1)
    return np.moveaxis(maps, 0, -1)


def only_the_maps_mended(image, weights):
    K, C2 = weights.shape[1], weights.shape[3]
    table = check.window_rows(image, K) @ weights.reshape(-1, C2)
    return table.reshape(image.shape[0] - K + 1, -1, C2)


LAYERS = [other_letters, tensordot, in_float32, map_by_map, fft]
RIGHT = {
    "5.1": [read_off, with_real_arrays],
    "5.2": [numbers_first, with_a_condition, from_the_pixels],
    "5.3": [*LAYERS, numbers_first],
    "5.4": [rows_from_view, rows_from_strides, column_by_column, by_indices, check.window_rows],
    "5.5": [*LAYERS, turned_on_both_sides, upright_product],
    "5.6": [whole_shifts, rolled, strided, check.slide_and_sum],
    "5.7": [*map(of_keras, LAYERS), moved_axis, windows_turned_instead],
}
WHOLE = set()
PARTIAL = [
    ("5.1", keras_and_channels, 2),
    ("5.2", lambda image, filters, padding="valid": numbers_first(image, filters), 2),
    ("5.4", gray_rows, 1),
    ("5.6", shifts_without_stride, 2),
    ("5.7", only_the_weights_mended, 1),
    ("5.7", only_the_maps_mended, 1),
]
EQUAL = {
    "5.4": {
        "return np.array(rows) → return rows": "a list of rows counts as a table: the same numbers"
    },
    "5.7": {
        "K, _, C1, C2 = weights.shape → _, K, C1, C2 = weights.shape": (
            "the first two sizes are both K, since kernels are square"
        )
    },
}
