"""Stack maps: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check

NAME = "04_stack_maps"


# ---- right, however unusual


def stack_by_moving_axes(maps):
    return np.moveaxis(np.array(maps), 0, -1)


def stack_with_dstack(maps):
    print("stacking", len(maps))
    return np.dstack(maps)


def stack_in_place(maps):
    result = np.zeros((*maps[0].shape, len(maps)), np.float32, order="F")
    for c, one in enumerate(maps):
        result[..., c] = one
    return result


def stack_as_lists(maps):
    return [
        [list(numbers) for numbers in zip(*rows, strict=True)] for rows in zip(*maps, strict=True)
    ]


def shapes_counted(H, W, C1, K, C2, L, C3):
    first, second = np.zeros([C1, K, K, C2]), np.zeros([C2, L, L, C3])
    rows, columns = len(range(H - K + 1)), len(range(W - K + 1))
    return {
        "first_filters": list(first.shape),
        "maps": np.array([rows, columns, C2]),
        "second_filters": second.shape,
        "result": (float(rows - L + 1), columns - L + 1, C3),
        "products": second[..., 0].size,
    }


def layer_with_a_generator(image, filters):
    return np.stack(
        tuple(check.slide_box(image, one) for one in np.moveaxis(filters, -1, 0)), axis=2
    )


def layer_with_einsum(image, filters):
    K = filters.shape[1]
    windows = sliding_window_view(image, (K, K), axis=(0, 1))
    return np.einsum("ijpmn,pmnc->ijc", windows, filters)


def layer_through_fourier(image, filters):
    H, W = image.shape[:2]
    K = filters.shape[1]
    pixels = np.fft.fft2(image, axes=(0, 1))
    weights = np.conj(np.fft.fft2(filters, s=(H, W), axes=(1, 2)))
    found = np.fft.ifft2(np.einsum("uvp,puvc->uvc", pixels, weights), axes=(0, 1))
    return found[: H - K + 1, : W - K + 1]


def layer_by_recursion(image, filters):
    """The first map, and then the layer of the other filters."""
    first = check.slide_box(image, filters[..., 0])[..., None]
    if filters.shape[-1] == 1:
        return first
    return np.concatenate([first, layer_by_recursion(image, filters[..., 1:])], axis=-1)


def misfit_by_trying(image_shape, layers):
    """Lets a layer of zeros refuse."""
    image = np.zeros(image_shape)
    for number, shape in enumerate(layers):
        try:
            image = layer_with_einsum(image, np.zeros(shape))
        except ValueError:
            return number
    return -1


def misfit_by_comprehension(image_shape, layers):
    depths = [image_shape[2]] + [shape[3] for shape in layers]
    used = [sum(shape[1] - 1 for shape in layers[: k + 1]) for k in range(len(layers))]
    wrong = [
        k
        for k, shape in enumerate(layers)
        if shape[0] != depths[k] or used[k] >= min(image_shape[:2])
    ]
    return np.int64(min(wrong, default=-1))


def words_counted(C1, K, C2):
    return {
        "filters": C2,
        "kernels": np.int64(C2 * C1),
        "feature_maps": float(C2),
        "next_channels": C2,
    }


RIGHT = {
    "4.1": [stack_by_moving_axes, stack_with_dstack, stack_in_place, stack_as_lists],
    "4.2": [shapes_counted],
    "4.3": ["B A C D E F", "a, b, c, d, e, f"],
    "4.4": [layer_with_a_generator, layer_with_einsum, layer_through_fourier, layer_by_recursion],
    "4.5": [misfit_by_trying, misfit_by_comprehension],
    "4.6": [layer_with_einsum, layer_by_recursion],
    "4.7": [words_counted],
}
WHOLE = {"4.5"}


# ---- partly right


def squeezed(image, filters):
    return np.squeeze(layer_with_einsum(image, filters))


def depths_alone(image_shape, layers):
    depths = [image_shape[2]] + [shape[3] for shape in layers]
    wrong = [k for k, shape in enumerate(layers) if shape[0] != depths[k]]
    return min(wrong, default=-1)


def sums_repaired_alone(image, filters):
    """The maps are right, and cut anew."""
    maps = np.moveaxis(layer_with_einsum(image, filters), -1, 0)
    return maps.reshape(*maps.shape[1:], -1)


def stack_repaired_alone(image, filters):
    return layer_with_einsum(image[:, :, -1:], filters[-1:])


PARTIAL = [
    ("4.2", lambda C2, L, **rest: {"products": C2 * L * L, "maps": (1, 2, 3)}, 1),
    ("4.4", squeezed, 2),
    ("4.5", depths_alone, 3),
    ("4.6", sums_repaired_alone, 1),
    ("4.6", stack_repaired_alone, 1),
    ("4.7", lambda C1, K, C2: {"filters": C2, "kernels": C2, "feature_maps": C2}, 2),
]
_SQUARE = "kernels are square here, so both numbers are K"
_BOTH_WAYS = "rows and columns are asked the same, so they may change places"
_IF = "if C1 != depth or K > rows or K > columns:"
_NEXT = "rows, columns, depth = (rows - K + 1, columns - K + 1, C2)"
EQUAL = {
    "4.3": {
        "A B → B A": "neither line uses what the other one makes",
        "X at 3": "line D makes the map anew",
        "X at 5": "the map has been appended already, and line D makes the next one",
        "Y at 6": "no line is carried out after return",
    },
    "4.5": {
        "rows, columns, depth = image_shape → columns, rows, depth = image_shape": _BOTH_WAYS,
        f"{_NEXT} → columns, rows, depth = (rows - K + 1, columns - K + 1, C2)": _BOTH_WAYS,
        f"{_NEXT} → rows, columns, depth = (columns - K + 1, rows - K + 1, C2)": _BOTH_WAYS,
        "for number, (C1, K, _, C2) in enumerate(layers):"
        " → for number, (C1, _, K, C2) in enumerate(layers):": _SQUARE,
        f"{_IF} → if C1 != depth or _ > rows or K > columns:": _SQUARE,
        f"{_IF} → if C1 != depth or K > rows or _ > columns:": _SQUARE,
        f"{_NEXT} → rows, columns, depth = (rows - _ + 1, columns - K + 1, C2)": _SQUARE,
        f"{_NEXT} → rows, columns, depth = (rows - K + 1, columns - _ + 1, C2)": _SQUARE,
    },
    "4.6": {
        "C1, K, _, C2 = filters.shape → C1, _, K, C2 = filters.shape": "neither name is used later"
    },
}
