"""A whole network: right answers as people write them, and partly right ones."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import conv2d
from convkit.layers import MaxPooling2D
from tests.assignments.a01_slide_and_sum import einsum, float32, loops, shifted_images

NAME = "09_a_whole_network"


# ---- sizes


def size_by_counting(size, layers):
    """Counts the windows, layer by layer."""
    for K, S, P in layers:
        size = len(range(-P, size + P - K + 1, S))
    return size


def size_in_floats(size, layers):
    return reduce(
        lambda n, layer: np.floor((n + 2 * layer[2] - layer[0]) / layer[1]) + 1, layers, float(size)
    )


def size_by_recursion(size, layers):
    if not layers:
        return size
    *below, (K, S, P) = layers
    return (size_by_recursion(size, below) + P + P - K + S) // S


def never_padded(size, layers):
    return size_by_counting(size, [(K, S, 0) for K, S, _ in layers])


def boxes_of_arrays(H, W, C1, C2, K, S, P, Q):
    """Makes every box and looks at its shape."""
    box = np.zeros((H, W, C1))
    one = np.zeros((1, 1, 1))
    strided = conv2d(box, np.zeros((C1, K, K, C2)), stride=S, padding=P).shape
    pooled = MaxPooling2D(Q)(box[None])[0]
    assert one.size == 1
    return {
        "strided": list(strided),
        "pooled": np.array(pooled.shape),
        "mixed": (box @ np.zeros((C1, C2))).shape,
        "flat": pooled.ravel().size,
    }


def boxes_in_floats(H, W, C1, C2, K, S, P, Q):
    rows, columns = np.floor((np.array([H, W]) - Q) / Q) + 1
    return {
        "strided": ((H + 2 * P - K) // S + 1.0, (W + 2 * P - K) // S + 1.0, C2),
        "pooled": (rows, columns, C1),
        "mixed": [H, W, C2],
        "flat": rows * columns * C1,
    }


def boxes_without_maps(H, W, C1, C2, K, S, P, Q):
    right = boxes_of_arrays(H, W, C1, C2, K, S, P, Q)
    return right | {name: tuple(right[name][:2]) for name in ("strided", "pooled", "mixed")}


# ---- one pixel wide, and the largest of each window


def mix_einsum(maps, filters, bias):
    return np.einsum("ijp,pc->ijc", maps, filters) + bias


def mix_pixel_by_pixel(maps, filters, bias):
    H, W, _ = maps.shape
    result = np.empty((H, W, len(bias)), np.float32)
    for i, j in np.ndindex(H, W):
        for c in range(len(bias)):
            result[i, j, c] = sum(maps[i, j, p] * filters[p, c] for p in range(len(filters)))
            result[i, j, c] += bias[c]
    return np.asfortranarray(result)


def mix_flat(maps, filters, bias):
    """All pixels as rows of one matrix, and a bias that always meets a 1."""
    rows = maps.reshape(-1, maps.shape[-1])  # (H·W, C1)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    return (rows @ np.vstack([filters, bias])).reshape(*maps.shape[:2], -1)


def mix_by_layer(maps, filters, bias):
    return conv2d(maps, filters[:, None, None, :], bias=bias)


def mix_without_bias(maps, filters, bias):
    return maps @ filters


def mix_in_place(maps, filters, bias):
    result = maps @ filters + bias
    maps *= 0
    return result


def pool_of_windows(maps, size, stride):
    windows = sliding_window_view(maps, (size, size), axis=(0, 1))[::stride, ::stride]
    return windows.max(axis=(3, 4))


def pool_shifted(maps, size, stride):
    """size·size shifted copies, and the larger of two each time."""
    rows, columns = ((n - size) // stride + 1 for n in maps.shape[:2])
    result = np.full((rows, columns, maps.shape[2]), -np.inf)
    for m, n in np.ndindex(size, size):
        part = maps[m::stride, n::stride][:rows, :columns]
        result = np.maximum(result, part)
    return result


def pool_lists(maps, size, stride):
    H, W, C = maps.shape
    return [
        [
            [
                max(float(maps[i + m, j + n, c]) for m in range(size) for n in range(size))
                for c in range(C)
            ]
            for j in range(0, W - size + 1, stride)
        ]
        for i in range(0, H - size + 1, stride)
    ]


def pool_sorted(maps, size, stride):
    """Sorts each window and takes the last number."""
    windows = sliding_window_view(maps, (size, size), axis=(0, 1))[::stride, ::stride]
    flat = windows.reshape(*windows.shape[:3], -1)
    return np.sort(flat, axis=-1)[..., -1].astype(np.float32)


def pool_by_layer(maps, size, stride):
    return MaxPooling2D(size, strides=stride)(maps[None])[0]


def pool_by_reshape(maps, size, stride):
    """Right for windows side by side only."""
    H, W, C = maps.shape
    rows, columns = H // size, W // size
    cut = maps[: rows * size, : columns * size]
    return cut.reshape(rows, size, columns, size, C).max(axis=(1, 3))


# ---- how far it sees


def sees_by_poking(layers):
    """Pushes a mark through the stack, from the last map down to the image."""
    marked = {0}
    for K, S in reversed(layers):
        marked = {place * S + m for place in marked for m in range(K)}
    return max(marked) - min(marked) + 1


def sees_backwards(layers):
    """From the last map down: (field - 1)·S + K."""
    field = 1
    for K, S in layers[::-1]:
        field = (field - 1) * S + K
    return field


def sees_with_products(layers):
    kernels, strides = np.array(layers).T
    jumps = np.cumprod([1, *strides[:-1]])
    return 1 + np.dot(kernels - 1, jumps)


def sees_without_strides(layers):
    return 1 + sum(K - 1 for K, _ in layers)


def price_by_layers(layers, C):
    kernel = sees_by_poking([(3, 1)] * layers)
    weights = [np.zeros((C, 3, 3, C), np.int8).size for _ in range(layers)]
    return {"kernel": kernel, "stacked": sum(weights), "single": float(C * kernel**2 * C)}


def price_added(layers, C):
    right = price_by_layers(layers, C)
    return right | {"kernel": 3 * layers, "single": 9 * layers**2 * C * C}


# ---- what moves along


def moves_allclose(maps, shifted_maps, down, right):
    H, W, _ = maps.shape
    return np.allclose(maps[: H - down, : W - right], shifted_maps[down:, right:], atol=1e-6)


def moves_rolled(maps, shifted_maps, down, right):
    """Rolls, and leaves out what came round the corner."""
    rolled = np.roll(maps, (down, right), axis=(0, 1))
    return np.max(np.abs(rolled - shifted_maps)[down:, right:]) < 1e-6


def moves_number_by_number(maps, shifted_maps, down, right):
    for (i, j, c), number in np.ndenumerate(shifted_maps):
        if i < down or j < right:
            continue
        if abs(maps[i - down, j - right, c] - number) > 1e-6:
            return 0
    return 1


def moves_or_empty(maps, shifted_maps, down, right):
    """Takes slices that are empty if nothing moves in their direction."""
    return np.allclose(maps[:-down, :-right], shifted_maps[down:, right:])


def moves_unless_empty(maps, shifted_maps, down, right):
    """Slices with -down, and None where that would be 0."""
    before = maps[: -down or None, : -right or None]
    return np.linalg.norm(before - shifted_maps[down:, right:]) < 1e-5


def moves(K, S, Q, down, right):
    return {
        "after_stride": np.array([down, right]) / S,
        "after_pooling": [down / S / Q, right / S / Q],
        "smallest": Q * S,
    }


def moves_counted(K, S, Q, down, right):
    """Moves a grid of window corners."""
    corners = list(range(0, 100 * S * Q, S))
    pooled = corners[::Q]
    return {
        "after_stride": (corners.index(down), corners.index(right)),
        "after_pooling": (pooled.index(down), pooled.index(right)),
        "smallest": pooled[1],
    }


def moves_of_the_first(K, S, Q, down, right):
    return {"after_stride": (down // S, right // S), "after_pooling": None, "smallest": S}


# ---- stride and padding


def padded(slide):
    def answer(image, filters, stride=1, padding=0):
        around = ((padding, padding), (padding, padding), (0, 0))
        return slide(np.pad(image, around), filters, stride)

    answer.__name__ = f"padded_{slide.__name__}"
    return answer


def skips_what_is_outside(image, filters, stride=1, padding=0):
    """No zeros anywhere: products with them are left out."""
    H, W, C1 = image.shape
    K = filters.shape[1]
    rows, columns = ((n + 2 * padding - K) // stride + 1 for n in (H, W))
    result = np.zeros((rows, columns))
    for i, j, m, n in np.ndindex(rows, columns, K, K):
        y, x = i * stride + m - padding, j * stride + n - padding
        if 0 <= y < H and 0 <= x < W:
            result[i, j] += sum(image[y, x, p] * filters[p, m, n] for p in range(C1))
    return result


def only_padding_repaired(image, filters, stride=1, padding=0):
    full = padded(loops)(image, filters, 1, padding)
    rows, columns = ((n - 1) // stride + 1 for n in full.shape)
    return full[:rows, :columns]


def only_stride_repaired(image, filters, stride=1, padding=0):
    around = ((2 * padding, 0), (2 * padding, 0), (0, 0))
    return loops(np.pad(image, around), filters, stride)


RIGHT = {
    "9.1": [size_by_counting, size_in_floats, size_by_recursion],
    "9.2": [boxes_of_arrays, boxes_in_floats],
    "9.3": [mix_einsum, mix_pixel_by_pixel, mix_flat, mix_by_layer],
    "9.4": [pool_of_windows, pool_shifted, pool_lists, pool_sorted, pool_by_layer],
    "9.5": [sees_by_poking, sees_backwards, sees_with_products],
    "9.6": [price_by_layers],
    "9.7": [moves_allclose, moves_rolled, moves_number_by_number, moves_unless_empty],
    "9.8": [moves, moves_counted],
    "9.9": [*map(padded, (loops, einsum, shifted_images, float32)), skips_what_is_outside],
}
WHOLE = {"9.1", "9.5", "9.7"}
PARTIAL = [
    ("9.1", never_padded, 1),
    ("9.2", boxes_without_maps, 1),
    ("9.3", mix_without_bias, 1),
    ("9.3", mix_in_place, 0),
    ("9.4", pool_by_reshape, 2),
    ("9.5", sees_without_strides, 1),
    ("9.6", price_added, 1),
    ("9.7", moves_or_empty, 1),
    ("9.8", moves_of_the_first, 1),
    ("9.9", only_padding_repaired, 1),
    ("9.9", only_stride_repaired, 1),
]
_WHOLE_STEPS = "the moves that are asked are whole steps, so there is nothing to round"
_TOO_LARGE = "rows or columns of zeros at the end that no window reaches"
EQUAL = {
    "9.4": {
        "result[i, j] = window.max(axis=(0, 1)) → result[i, j] = window.max(axis=(1, 0))": (
            "the largest over rows and columns, in either order"
        )
    },
    "9.5": {
        "field, jump = (1, 1) → jump, field = (1, 1)": "both begin with 1, whichever comes first"
    },
    "9.7": {
        "return bool(np.abs(before - after).max() < 1e-06) → return np.abs(before - after).max() "
        "< 1e-06": "NumPy's own True is as good as Python's",
        "return bool(np.abs(before - after).max() < 1e-06) → return bool(np.abs(before - "
        "after).max() <= 1e-06)": "no two numbers differ by 0.000001 to the last digit",
    },
    "9.8": {
        f"{name} = ({right}) → {name} = ({other})": _WHOLE_STEPS
        for name, right, other in (
            ("after_stride", "down // S, right // S", "down / S, right // S"),
            ("after_stride", "down // S, right // S", "down // S, right / S"),
            (
                "after_pooling",
                "down // (S * Q), right // (S * Q)",
                "down / (S * Q), right // (S * Q)",
            ),
            (
                "after_pooling",
                "down // (S * Q), right // (S * Q)",
                "down // (S * Q), right / (S * Q)",
            ),
        )
    },
    "9.9": {
        "K = filters.shape[1] → K = filters.shape[2]": "kernels are square here: K rows, K columns",
        "padded = np.zeros((H + 2 * padding, W + 2 * padding, C1)) → padded = np.zeros((H + 3 * "
        "padding, W + 2 * padding, C1))": _TOO_LARGE,
        "padded = np.zeros((H + 2 * padding, W + 2 * padding, C1)) → padded = np.zeros((H + 2 * "
        "padding, W + 3 * padding, C1))": _TOO_LARGE,
    },
}
