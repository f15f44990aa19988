"""A shared matrix: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np

from convkit import check, conv2d, convolution_matrix

NAME = "07_shared_matrix"


# ---- 7.1


def by_numbering(H, W, K, i, j, m, n):
    """Numbers the pixels and the places, and looks."""
    pixels = np.arange(H * W).reshape(H, W)
    places = np.arange((H - K + 1) * (W - K + 1)).reshape(H - K + 1, W - K + 1)
    return {
        "shape": [places.size, pixels.size],
        "filled": K**2 * places.size,
        "weights": float(K**2),
        "row": places[i, j],
        "column": pixels[i:, j:][m, n],
    }


def by_the_real_matrix(H, W, K, i, j, m, n):
    """Makes the matrix with a name for each weight, and searches it."""
    names = 1 + np.arange(K * K, dtype=float).reshape(K, K)
    matrix = convolution_matrix(names, (H, W))
    row = i * (W - K) + i + j
    return {
        "shape": np.array(matrix.shape),
        "filled": np.count_nonzero(matrix),
        "weights": len(np.unique(matrix)) - 1,
        "row": row,
        "column": int(np.argmax(matrix[row] == names[m, n])),
    }


def not_shared(H, W, K, i, j, m, n):
    right = by_numbering(H, W, K, i, j, m, n)
    return right | {"weights": right["filled"], "shape": (H * W, right["shape"][0])}


# ---- 7.2


def padded(filters, i, j, H, W):
    K = len(filters)
    return np.pad(filters, ((i, H - K - i), (j, W - K - j))).ravel().astype(np.float32)


def weight_by_weight(filters, i, j, H, W):
    row = [0.0] * (H * W)
    for (m, n), weight in np.ndenumerate(filters):
        row[(i + m) * W + j + n] = float(weight)
    return row


def from_pixel_pictures(filters, i, j, H, W):
    """Asks each pixel for its weight."""
    pictures = np.eye(H * W).reshape(-1, H, W)
    return np.array([check.slide_and_sum(picture, filters)[i, j] for picture in pictures])


# ---- 7.3 and 7.4


def bright_pixels(filters, H, W, stride=1):
    """Each bright pixel's answer is its column."""
    count = H * W * (1 if filters.ndim == 2 else len(filters))
    shape = (H, W) if filters.ndim == 2 else (H, W, len(filters))
    pictures = np.eye(count).reshape(count, *shape)
    answers = [check.slide_and_sum(picture, filters, stride).ravel() for picture in pictures]
    return np.stack(answers, axis=1)


def in_one_call(filters, H, W, stride=1):
    shape = (H, W) if filters.ndim == 2 else (H, W, filters.shape[0])
    return convolution_matrix(filters, shape, stride=stride)


def five_axes(filters, H, W, stride=1):
    """Rows and columns of the matrix as pictures in a picture."""
    K = len(filters)
    rows, columns = (H - K) // stride + 1, (W - K) // stride + 1
    boxes = np.zeros((rows, columns, H, W))
    for i, j in np.ndindex(rows, columns):
        boxes[i, j, i * stride : i * stride + K, j * stride : j * stride + K] = filters
    return np.asfortranarray(boxes.reshape(rows * columns, H * W))


def row_after_row(filters, H, W, stride=1):
    K = len(filters)
    return [
        check.matrix_row(filters, i, j, H, W).tolist()
        for i in range(0, H - K + 1, stride)
        for j in range(0, W - K + 1, stride)
    ]


def toeplitz_blocks(filters, H, W, stride=1):
    """Small matrices of one kernel row each, and those as the cells of a large one."""
    K = len(filters)
    rows, columns = (H - K) // stride + 1, (W - K) // stride + 1
    total = 0
    for m, kernel_row in enumerate(filters):
        small = sum(w * np.eye(columns * stride, W, n)[::stride] for n, w in enumerate(kernel_row))
        total = total + np.kron(np.eye(rows * stride, H, m)[::stride], small[:columns])
    return total


def without_stride(filters, H, W, stride=1):
    return five_axes(filters, H, W)


def boxes_of_a_layer(filters, H, W):
    C1, K, _, C2 = filters.shape
    rows, columns = H - K + 1, W - K + 1
    boxes = np.zeros((rows, columns, C2, H, W, C1), np.float32)
    for i, j in np.ndindex(rows, columns):
        boxes[i, j, :, i : i + K, j : j + K] = filters.transpose(3, 1, 2, 0)
    return boxes.reshape(rows * columns * C2, -1)


def interleaved(filters, H, W):
    """The matrix of each pair of a channel and a map, put in every C1-th column, C2-th row."""
    C1, K, _, C2 = filters.shape
    matrix = np.empty(((H - K + 1) * (W - K + 1) * C2, H * W * C1))
    for p, c in np.ndindex(C1, C2):
        matrix[c::C2, p::C1] = toeplitz_blocks(filters[p, :, :, c], H, W)
    return matrix


def maps_one_after_the_other(filters, H, W):
    """Rows map by map: the same for one filter."""
    matrices = [interleaved(filters[..., c : c + 1], H, W) for c in range(filters.shape[-1])]
    return np.concatenate(matrices)


# ---- 7.5


def all_at_once(matrix, filters, H, W):
    pictures = np.eye(H * W).reshape(H * W, H, W, 1)
    slid = conv2d(pictures, filters[None])  # (H·W, H', W')
    return matrix - slid.reshape(H * W, -1).T


def against_its_own_matrix(matrix, filters, H, W):
    return matrix - toeplitz_blocks(filters, H, W)


def column_after_column(matrix, filters, H, W):
    result = np.zeros_like(matrix)
    for y, x in np.ndindex(H, W):
        picture = np.zeros((H, W))
        picture[y, x] = 1
        k = y * W + x
        result[:, k] = matrix[:, k] - check.slide_and_sum(picture, filters).ravel()
    return result


# ---- 7.6


def one_filter(function):
    def answer(filters, H, W):
        return function(filters[..., None], H, W)

    answer.__name__ = f"one_{function.__name__}"
    return answer


def only_lines_mended(filters, H, W):
    C1 = len(filters)
    matrix = boxes_of_a_layer(filters[..., None], H, W).reshape(-1, H * W, C1)
    return matrix.swapaxes(1, 2).reshape(len(matrix), -1)


def only_channels_mended(filters, H, W):
    C1, K, _ = filters.shape
    rows, columns = H - K + 1, W - K + 1
    matrix = np.zeros((rows * columns, H * W * C1))
    for (p, m, n), weight in np.ndenumerate(filters):
        for i, j in np.ndindex(rows, columns):
            matrix[i * columns + j, ((i + m) * columns + j + n) * C1 + p] = weight
    return matrix


RIGHT = {
    "7.1": [by_numbering, by_the_real_matrix],
    "7.2": [padded, weight_by_weight, from_pixel_pictures, check.matrix_row],
    "7.3": [bright_pixels, in_one_call, five_axes, row_after_row, toeplitz_blocks],
    "7.4": [bright_pixels, in_one_call, boxes_of_a_layer, interleaved],
    "7.5": [all_at_once, against_its_own_matrix, column_after_column],
    "7.6": [one_filter(boxes_of_a_layer), one_filter(interleaved), in_one_call],
}
WHOLE = set()
PARTIAL = [
    ("7.1", not_shared, 3),
    ("7.3", without_stride, 2),
    ("7.4", maps_one_after_the_other, 1),
    ("7.6", only_lines_mended, 1),
    ("7.6", only_channels_mended, 1),
]
EQUAL = {
    "7.3": {
        "return np.array(rows) → return rows": "a list of rows counts as a matrix: the same numbers"
    },
}
