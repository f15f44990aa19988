"""The layer: right answers as people write them, and partly right ones."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check, conv2d, convolve2d, layers

NAME = "06_the_layer"


# ---- 6.1


def counted(H, W, C1, K, C2):
    maps = sliding_window_view(np.zeros((H, W)), (K, K)).shape[:2]
    return {
        "shape": [*maps, C2],
        "biases": float(C2),
        "reach": math.prod(maps),
        "dense_biases": np.prod([*maps, C2]),
        "in_front": np.ones((C2, 1, 1)).shape,
    }


def asked_a_model(H, W, C1, K, C2):
    conv = layers.Conv2D(C2, K, input_shape=(H, W, C1))
    model = layers.Sequential([conv])
    shape = model.predict(np.zeros((1, H, W, C1), np.float32)).shape[1:]
    return {
        "shape": shape,
        "biases": model.count_params() - C1 * K * K * C2,
        "reach": shape[0] * shape[1],
        "dense_biases": math.prod(shape),
        "in_front": [C2, 1, 1],
    }


def in_the_wrong_place(H, W, C1, K, C2):
    """Knows how many, and not how to write them."""
    return counted(H, W, C1, K, C2) | {"in_front": (C2,)}


# ---- 6.2


def one_map_after_the_other(maps, bias, maps_first=False):
    result = np.array(maps, dtype=float)
    view = np.moveaxis(result, -3, -1) if maps_first else result
    for c in range(len(bias)):
        view[..., c] += bias[c]
    return result


def turned_twice(maps, bias, maps_first=False):
    if maps_first:
        return np.moveaxis(np.moveaxis(maps, -3, -1) + bias, -1, -3)
    return (maps.astype(np.float32) + bias.astype(np.float32)).tolist()


def by_einsum(maps, bias, maps_first=False):
    letters = "...chw,c->...chw" if maps_first else "...hwc,c->...hwc"
    return maps + np.einsum(letters, np.ones_like(maps), bias)


def in_place(maps, bias, maps_first=False):
    """Right, and writes into its caller's array."""
    maps += bias[:, None, None] if maps_first else bias
    return maps


def always_last(maps, bias, maps_first=False):
    return maps + bias


# ---- 6.3 and 6.4


def overflowing(image, filters, bias, activation=None):
    """Exponentials of large numbers warns, and is right."""
    sums = check.slide_and_sum(image, filters) + bias
    exponential = np.exp(sums)
    bends = {
        None: sums,
        "relu": sums * (sums > 0),
        "sigmoid": exponential / (1 + exponential),
        "tanh": (exponential - 1 / exponential) / (exponential + 1 / exponential),
    }
    return bends[activation]


def one_number_at_a_time(image, filters, bias, activation=None):
    """Begins each sum with the bias, and bends each number alone."""
    C1, K, _, C2 = filters.shape
    rows, columns = image.shape[0] - K + 1, image.shape[1] - K + 1
    result = np.zeros((rows, columns, C2), order="F")
    for i, j, c in np.ndindex(rows, columns, C2):
        x = bias[c]
        for p in range(C1):
            x += np.vdot(image[i : i + K, j : j + K, p], filters[p, :, :, c])
        if activation == "relu":
            x = x if x > 0 else 0.0
        elif activation == "sigmoid":
            x = (math.tanh(x / 2) + 1) / 2
        elif activation == "tanh":
            x = math.tanh(x)
        result[i, j, c] = x
    return result


def bias_as_a_channel(image, filters, bias, activation=None):
    """A channel of ones, and the bias as its weight in one corner of the kernel."""
    more = np.concatenate([image, np.ones_like(image[:, :, :1])], axis=2)
    weights = np.concatenate([filters, np.zeros_like(filters[:1])])
    weights[-1, 0, 0] = bias
    return overflowing(more, weights, 0.0, activation)


def in_one_call(image, filters, bias, activation=None):
    return conv2d(image, filters, bias=bias, activation=activation)


def knows_relu_only(image, filters, bias, activation=None):
    return one_number_at_a_time(image, filters, bias, activation and "relu")


def with_relu(function):
    def answer(image, filters, bias):
        return function(image, filters, bias, "relu")

    answer.__name__ = f"relu_{function.__name__}"
    return answer


def once_for_each_map_only(image, filters, bias):
    """Mends where the bias is added, and leaves which one."""
    return one_number_at_a_time(image, filters, np.full_like(bias, bias[0]), "relu")


def own_bias_only(image, filters, bias):
    """Mends which bias is added, and leaves where."""
    return one_number_at_a_time(image, filters, len(filters) * bias, "relu")


# ---- 6.5 and 6.6


def bright_pixels(first, second):
    """Sends single bright pixels through the pair, as the chapter does."""
    C1, K, L = first.shape[0], first.shape[1], second.shape[1]
    size = K + L - 1
    points = np.eye(size * size * C1).reshape(-1, size, size, C1)
    seen = conv2d(conv2d(points, first), second)
    return seen.reshape(size, size, C1, -1).transpose(2, 0, 1, 3)


def convolved(first, second):
    """A ⋆ F ⋆ G is A ⋆ (F ∗ G): kernels are convolved, in full mode, and summed over the maps."""
    C1, C2, C3 = first.shape[0], first.shape[3], second.shape[3]
    size = first.shape[1] + second.shape[1] - 1
    result = np.zeros((C1, size, size, C3))
    for p, c, d in np.ndindex(C1, C2, C3):
        result[p, :, :, d] += convolve2d(first[p, :, :, c], second[c, :, :, d], padding="full")
    return result


def in_frequencies(first, second):
    size = first.shape[1] + second.shape[1] - 1
    one, two = (np.fft.fft2(w, (size, size), axes=(1, 2)) for w in (first, second))
    return np.fft.ifft2(np.einsum("pyxc,cyxd->pyxd", one, two), axes=(1, 2))


def one_by_one(first, second):
    return first @ second[:, 0, 0]


def half_a_turn(result, operation="correlation"):
    return np.rot90(result, 2) if operation == "correlation" else result.copy()


def numbers_backwards(result, operation="correlation"):
    if operation == "correlation":
        return result.ravel()[::-1].reshape(result.shape)
    return np.asfortranarray(result).astype(np.float32)


def lists_reversed(result, operation="correlation"):
    rows = result.tolist()
    return rows if operation == "convolution" else [row[::-1] for row in reversed(rows)]


RIGHT = {
    "6.1": [counted, asked_a_model],
    "6.2": [one_map_after_the_other, turned_twice, by_einsum],
    "6.3": [overflowing, one_number_at_a_time, bias_as_a_channel, in_one_call],
    "6.4": [with_relu(f) for f in (one_number_at_a_time, bias_as_a_channel, in_one_call)],
    "6.5": [bright_pixels, convolved, in_frequencies],
    "6.6": [half_a_turn, numbers_backwards, lists_reversed],
}
# What ReLU and sigmoid give is never below zero.
WHOLE = {"6.3", "6.4"}
PARTIAL = [
    ("6.1", in_the_wrong_place, 4),
    ("6.2", in_place, 2),
    ("6.2", always_last, 1),
    ("6.3", knows_relu_only, 2),
    ("6.3", lambda image, filters, bias, activation=None: overflowing(image, filters, bias), 1),
    ("6.4", once_for_each_map_only, 1),
    ("6.4", own_bias_only, 1),
    ("6.5", one_by_one, 2),
    ("6.6", lambda result, operation="correlation": result, 1),
    ("6.6", lambda result, operation="correlation": result[::-1, ::-1], 1),
]
_LARGER = "the larger of two numbers does not depend on which comes first"
EQUAL = {
    "6.3": {"return np.maximum(result, 0) → return np.maximum(0, result)": _LARGER},
    "6.4": {"result[i, j, c] = max(total, 0) → result[i, j, c] = max(0, total)": _LARGER},
}
