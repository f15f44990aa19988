"""Count weights: right answers as people write them, and partly right ones."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import count_parameters
from convkit.layers import Conv2D, Sequential

NAME = "08_count_weights"


# ---- parameters of a layer


def by_size(filters_shape, bias=True):
    """Makes the filters and asks NumPy."""
    return np.zeros(filters_shape).size + np.zeros(filters_shape[-1]).size * bias


def one_by_one(filters_shape, bias=True):
    """Counts with a finger."""
    C1, K, _, C2 = filters_shape
    total = 0
    for _c in range(C2):
        for _p in range(C1):
            for _m in range(K):
                for _n in range(K):
                    total += 1
        total += int(bias)
    return total


def with_the_one(filters_shape, bias=True):
    """A bias is one more weight of each filter, which always meets a 1."""
    *box, C2 = filters_shape
    return float((np.prod(box) + (1 if bias else 0)) * C2)


def only_weights(filters_shape, bias=True):
    return int(np.prod(filters_shape))


# ---- one's own layer


def layer_of_arrays(H, W, C1, K, C2):
    filters, maps = np.zeros((C1, K, K, C2)), np.zeros((H - K + 1, W - K + 1, C2))
    return {"weights": filters.size, "biases": maps.shape[-1], "outputs": maps.size}


def layer_of_keras_names(H, W, C1, K, C2):
    """A model and its summary, where somebody has one at hand."""
    layer = Conv2D(C2, K, input_shape=(H, W, C1))
    model = Sequential([layer])
    outputs = prod(model.layers[0].output_shape)
    return {"weights": layer.filters.size, "biases": layer.bias.size, "outputs": outputs}


def layer_in_floats(H, W, C1, K, C2):
    places = np.float32(H - K + 1) * np.float32(W - K + 1)
    return {"weights": 1.0 * C1 * K**2 * C2, "biases": np.int64(C2), "outputs": places * C2}


def layer_of_a_photograph(H, W, C1, K, C2):
    return {"weights": 3 * K * K * C2, "biases": C2, "outputs": None}


# ---- three ways to connect


def ladder(way, image_shape, filters_shape, stride=1):
    """By dividing what came before, as the ladder in the book does."""
    H, W, C1 = image_shape
    C1, K, _, C2 = filters_shape
    rows, columns = len(range(0, H - K + 1, stride)), len(range(0, W - K + 1, stride))
    shared = C2 * C1 * K**2
    if way == "shared":
        return shared
    local = shared * rows * columns
    return local if way == "local" else local * H * W // K**2


def of_matrices(way, image_shape, filters_shape, stride=1):
    """Counts the entries of each matrix that somebody would have to store."""
    H, W, C1 = image_shape
    C1, K, _, C2 = filters_shape
    one = np.broadcast_to(0, (H, W))
    outputs = sliding_window_view(one, (K, K))[::stride, ::stride, 0, 0].size * C2
    if way == "dense":
        return np.broadcast_to(0, (H * W * C1, outputs)).size
    return np.broadcast_to(0, (C1 * K * K, outputs if way == "local" else C2)).size


def from_the_package(way, image_shape, filters_shape, stride=1):
    return getattr(count_parameters(image_shape, filters_shape, stride=stride), way).weights


def every_way_is_local(way, image_shape, filters_shape, stride=1):
    return ladder("local", image_shape, filters_shape, stride)


def without_strides(way, image_shape, filters_shape, stride=1):
    return ladder(way, image_shape, filters_shape)


# ---- memory against weights


def costs_of_arrays(H, W, C1, K, C2, N):
    filters = np.zeros((C1, K, K, C2), np.float32)
    maps = np.broadcast_to(np.float32(0), (N, H - K + 1, W - K + 1, C2))
    return {
        "weight_bytes": filters.nbytes,
        "map_bytes": maps.nbytes,
        "multiply_adds": maps[0].size * filters[..., 0].size,
        "times_fewer": H * W / K**2,
    }


def costs_of_the_ladder(H, W, C1, K, C2, N):
    found = count_parameters((H, W, C1), (C1, K, K, C2))
    return {
        "weight_bytes": found.shared.nbytes(),
        "map_bytes": np.float64(4 * N * prod(found.output_shape)),
        "multiply_adds": found.local.weights,
        "times_fewer": np.float32(found.locality_ratio),
    }


def costs_in_float64(H, W, C1, K, C2, N):
    right = costs_of_arrays(H, W, C1, K, C2, N)
    return right | {name: 2 * right[name] for name in ("weight_bytes", "map_bytes")}


def work_shared_too(H, W, C1, K, C2, N):
    right = costs_of_arrays(H, W, C1, K, C2, N)
    return right | {"multiply_adds": C1 * K * K * C2}


# ---- weights of its own at every place


def unshared_einsum(image, weights):
    K = weights.shape[-1]
    windows = sliding_window_view(image, (K, K), axis=(0, 1))  # (H', W', C1, K, K)
    return np.einsum("ijpmn,ijpmn->ij", windows, weights)


def unshared_shifts(image, weights):
    """For each place in the window the whole image at once, shifted."""
    rows, columns, C1, K, _ = weights.shape
    total = np.zeros((rows, columns), np.float32)
    for m, n in np.ndindex(K, K):
        for p in range(C1):
            total += image[m : m + rows, n : n + columns, p] * weights[:, :, p, m, n]
    return np.asfortranarray(total)


def unshared_lists(image, weights):
    K = weights.shape[-1]
    return [
        [
            float(np.vdot(np.moveaxis(image[i : i + K, j : j + K], -1, 0), box))
            for j, box in enumerate(row)
        ]
        for i, row in enumerate(weights)
    ]


def unshared_as_one_matrix(image, weights):
    """The dense matrix with zeros outside the windows."""
    rows, columns, _, K, _ = weights.shape
    matrix = np.zeros((rows, columns, *image.shape))
    for i, j in np.ndindex(rows, columns):
        matrix[i, j, i : i + K, j : j + K] = np.moveaxis(weights[i, j], 0, -1)
    return (matrix.reshape(rows * columns, -1) @ image.ravel()).reshape(rows, columns)


def unshared_gray(image, weights):
    """Knows the first channel only."""
    return unshared_einsum(image[:, :, :1], weights[:, :, :1])


# ---- after one lesson, and stacks


def taught(H, W, K, answer, taught, now):
    return {"shared_now": answer, "unshared_now": 0.0, "lessons": (H - K + 1) * (W - K + 1)}


def taught_by_trial(H, W, K, answer, taught, now):
    """Makes both layers and asks them."""
    image = np.zeros((H, W, 1))
    row, column = now
    image[row : row + K, column : column + K] = answer / K**2
    weights = np.zeros((H - K + 1, W - K + 1, 1, K, K))
    weights[taught] = 1
    return {
        "shared_now": unshared_einsum(image, np.ones_like(weights))[now],
        "unshared_now": unshared_einsum(image, weights)[now],
        "lessons": len(weights) * len(weights[0]),
    }


def lessons_travel(H, W, K, answer, taught, now):
    return {"shared_now": answer, "unshared_now": answer, "lessons": 1}


def stack_in_pairs(channels, layers, bias=True):
    depths = [channels] + [maps for _, maps in layers]
    ins_and_outs = zip(depths, depths[1:], layers, strict=False)
    return sum(into * K**2 * out + out * bias for into, out, (K, _) in ins_and_outs)


def stack_by_recursion(channels, layers, bias=True):
    if not layers:
        return 0
    (K, maps), *rest = layers
    return (channels * K * K + bool(bias)) * maps + stack_by_recursion(maps, rest, bias)


def stack_as_a_model(channels, layers, bias=True):
    """Ten pixels more than the kernels take together, and a model that counts itself."""
    size = 10 + sum(K for K, _ in layers)
    parts = [Conv2D(maps, K, use_bias=bias) for K, maps in layers]
    parts[0] = Conv2D(layers[0][1], layers[0][0], use_bias=bias, input_shape=(size, size, channels))
    return Sequential(parts).count_params()


def only_biases_repaired(channels, layers, bias=True):
    return sum((channels * K * K + bias) * maps for K, maps in layers)


def only_depths_repaired(channels, layers, bias=True):
    depths = [channels] + [maps for _, maps in layers]
    return stack_in_pairs(channels, layers, False) + bias * sum(depths[:-1])


RIGHT = {
    "8.1": [by_size, one_by_one, with_the_one],
    "8.2": [layer_of_arrays, layer_of_keras_names, layer_in_floats],
    "8.3": [ladder, of_matrices, from_the_package],
    "8.4": [costs_of_arrays, costs_of_the_ladder],
    "8.5": [unshared_einsum, unshared_shifts, unshared_lists, unshared_as_one_matrix],
    "8.6": [taught, taught_by_trial],
    "8.7": [stack_in_pairs, stack_by_recursion, stack_as_a_model],
}
WHOLE = {"8.1", "8.3", "8.7"}
PARTIAL = [
    ("8.1", only_weights, 1),
    ("8.2", layer_of_a_photograph, 1),
    ("8.3", every_way_is_local, 1),
    ("8.3", without_strides, 1),
    ("8.4", costs_in_float64, 2),
    ("8.4", work_shared_too, 3),
    ("8.5", unshared_gray, 1),
    ("8.6", lessons_travel, 1),
    ("8.7", only_biases_repaired, 1),
    ("8.7", only_depths_repaired, 1),
]
_SQUARE = "the last two sizes of the weights are both K: kernels are square here"
_PRODUCT = "height and width occur only as H·W and H'·W', where their order does not matter"
_LAYER = "H, W, C1, K, C2 = (your['H'], your['W'], your['C1'], your['K'], your['C2'])"
_COSTS = "H, W, C1, K, C2, N = (your[name] for name in ('H', 'W', 'C1', 'K', 'C2', 'N'))"
EQUAL = {
    "8.2": {
        _LAYER + " → " + _LAYER.replace("H, W", "W, H"): _PRODUCT,
        _LAYER + " → " + _LAYER.replace("your['H'], your['W']", "your['W'], your['H']"): _PRODUCT,
    },
    "8.4": {
        _COSTS + " → " + _COSTS.replace("H, W", "W, H"): _PRODUCT,
        _COSTS + " → " + _COSTS.replace("'H', 'W'", "'W', 'H'"): _PRODUCT,
    },
    "8.5": {
        "rows, columns, C1, K, _ = weights.shape → rows, columns, C1, _, K = weights.shape": (
            _SQUARE
        ),
        "window = image[i:i + K, j:j + K, p] → window = image[i:i + _, j:j + K, p]": _SQUARE,
        "window = image[i:i + K, j:j + K, p] → window = image[i:i + K, j:j + _, p]": _SQUARE,
    },
}
