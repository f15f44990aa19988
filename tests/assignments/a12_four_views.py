"""Four views: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check, conv2d

NAME = "12_four_views"


# ---- 12.1


def by_trying(H, W, C1, K, C2, j, moved, patch_length, filter_length, answer):
    """Moves a dot, and counts arrays."""
    row = np.zeros(j + 20)
    row[j] = 1
    maps, filters = np.zeros((H - K + 1, W - K + 1, C2)), np.zeros((C1, K, K, C2))
    small = filters.transpose(1, 2, 0, 3).reshape(-1, C1, C2)
    return {
        "column": float(np.roll(row, moved).argmax()),
        "agreement": np.array([answer]).item() * (1 / patch_length) * (1 / filter_length),
        "lost": np.zeros((H, W, C1)).size - maps.size,
        "small": list(small.shape),
    }


def rounded(**your):
    """To six digits, as people copy it from a calculator."""
    right = by_trying(**your)
    return right | {"agreement": np.float32(right["agreement"]), "small": np.array(right["small"])}


def two_of_four(**your):
    right = by_trying(**your)
    return right | {"agreement": your["answer"], "small": (1, *right["small"][1:])}


# ---- 12.3


def with_angles(image, filters):
    """Unit arrows first, one product of all at once."""
    windows = sliding_window_view(image, filters.shape[1:], axis=(0, 1))
    arrows = windows.reshape(*windows.shape[:2], -1)
    lengths = np.linalg.norm(arrows, axis=-1, keepdims=True)
    unit = filters.ravel() / np.linalg.norm(filters)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(arrows / lengths) @ unit


def with_two_slides(image, filters):
    answers = check.slide_box(image, filters)
    squares = check.slide_box(image**2, np.ones_like(filters))
    own = float(sum(weight * weight for weight in filters.flat))
    return np.where(squares > 0, answers / np.sqrt(np.maximum(squares, 1e-30) * own), 0)


def in_single_precision(image, filters):
    return with_two_slides(image.astype(np.float32), filters.astype(np.float32))


def by_recursion(image, filters):
    """Row after row of the map, as lists."""
    if len(image) < filters.shape[1]:
        return []
    first = with_angles(image[: filters.shape[1]], filters)[0].tolist()
    return [first, *by_recursion(image[1:], filters)]


def nan_where_black(image, filters):
    windows = sliding_window_view(image, filters.shape[1:], axis=(0, 1))
    with np.errstate(invalid="ignore"):
        answers = np.einsum("ijpmn,pmn->ij", windows, filters)
        return answers / np.linalg.norm(filters) / np.sqrt((windows**2).sum(axis=(2, 3, 4)))


# ---- 12.4


def product_row_by_row(image, filters):
    H, W, _ = image.shape
    K, C2 = filters.shape[1], filters.shape[3]
    pixels = image.reshape(-1).tolist()
    numbers = (
        sum(map(float.__mul__, row, pixels)) for row in check.layer_matrix(filters, H, W).tolist()
    )
    return np.fromiter(numbers, float).reshape(H - K + 1, -1, C2)


def product_in_fortran_order(image, filters):
    H, W, _ = image.shape
    K, C2 = filters.shape[1], filters.shape[3]
    matrix = np.asfortranarray(check.layer_matrix(filters, H, W), dtype=np.float32)
    result = np.dot(image.ravel(), matrix.T)
    return np.asfortranarray(result.reshape(H - K + 1, W - K + 1, C2))


def product_of_a_batch(image, filters):
    """im2col, without the large matrix."""
    K, C2 = filters.shape[1], filters.shape[3]
    table = check.window_rows(image, K)
    return (table @ filters.reshape(-1, C2)).reshape(len(image) - K + 1, -1, C2)


def first_filter_only(image, filters):
    one = product_of_a_batch(image, filters[..., :1])
    return np.repeat(one, filters.shape[3], axis=-1)


# ---- 12.5


def layer_by_tensordot(image, filters, bias):
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    print("windows", windows.shape)
    return np.tensordot(windows, filters, axes=3) + bias


def layer_pixel_by_pixel(image, filters, bias):
    K = filters.shape[1]
    result = np.tile(bias.astype(float), (len(image) - K + 1, image.shape[1] - K + 1, 1))
    for i, j in np.ndindex(result.shape[:2]):
        for m, n in np.ndindex(K, K):
            result[i, j] += filters[:, m, n].T @ image[i + m, j + n]
    return result


def layer_with_one_more_channel(image, filters, bias):
    """The bias as the weight of a channel that is always 1."""
    C1, K, _, C2 = filters.shape
    image = np.concatenate([image, np.ones((*image.shape[:2], 1))], axis=-1)
    more = np.zeros((C1 + 1, K, K, C2))
    more[:C1], more[C1, 0, 0] = filters, bias
    return product_of_a_batch(image, more)


def same_as_a_dense_layer(image, filters, bias):
    """Right for kernels of one pixel."""
    rows, columns = (size - filters.shape[1] + 1 for size in image.shape[:2])
    return image[:rows, :columns] @ filters[:, 0, 0] + bias


# ---- 12.6


def back_by_the_matrix(wishes, filters, H, W):
    return (check.layer_matrix(filters, H, W).T @ wishes.ravel()).reshape(H, W, -1)


def back_by_a_full_slide(wishes, filters, H, W):
    """Right, and only calls what the package has."""
    K = filters.shape[1]
    framed = np.pad(wishes, ((K - 1, K - 1), (K - 1, K - 1), (0, 0)))
    return conv2d(framed, filters[:, ::-1, ::-1].transpose(3, 1, 2, 0))


def back_by_boxes(wishes, filters, H, W):
    """A frame of zeros, filters turned by half a turn, maps and channels exchanged."""
    K = filters.shape[1]
    framed = np.pad(wishes, ((K - 1, K - 1), (K - 1, K - 1), (0, 0)))
    turned = np.moveaxis(filters[:, ::-1, ::-1], -1, 0)  # (C2, C1, K, K)
    back = [check.slide_box(framed, turned[:, p]) for p in range(len(filters))]
    return np.stack(back, axis=-1).astype(np.float32)


def back_place_by_place(wishes, filters, H, W):
    """Lays the filters down where the window was, as often as they are wished for."""
    K = filters.shape[1]
    back = np.zeros((H, W, len(filters)))
    for i, j, c in np.ndindex(wishes.shape):
        back[i : i + K, j : j + K] += wishes[i, j, c] * np.moveaxis(filters[..., c], 0, -1)
    return back


def only_maps_mended(wishes, filters, H, W):
    back = np.zeros((H, W, len(filters)))
    rows, columns, _ = wishes.shape
    for m, n in np.ndindex(filters.shape[1:3]):
        back[m : m + rows, n : n + columns] = wishes @ filters[:, m, n].T
    return back


def only_overlaps_mended(wishes, filters, H, W):
    return back_place_by_place(wishes[..., :1], filters[..., :1], H, W)


RIGHT = {
    "12.1": [by_trying, rounded],
    "12.2": ["abcdef", ["A", "B", "C", "D", "E", "F"]],
    "12.3": [with_angles, with_two_slides, in_single_precision, by_recursion],
    "12.4": [product_row_by_row, product_in_fortran_order, product_of_a_batch],
    "12.5": [layer_by_tensordot, layer_pixel_by_pixel, layer_with_one_more_channel],
    "12.6": [back_by_the_matrix, back_by_a_full_slide, back_by_boxes, back_place_by_place],
}
WHOLE = set()
PARTIAL = [
    ("12.1", two_of_four, 2),
    ("12.3", nan_where_black, 2),
    ("12.4", first_filter_only, 1),
    ("12.5", same_as_a_dense_layer, 1),
    ("12.6", only_maps_mended, 1),
    ("12.6", only_overlaps_mended, 1),
]
_SQUARE = "kernels are squares: both sizes are equal in this book"
_SHAPE = "C1, K, _, C2 = filters.shape → "
_NUMBERS = "H, W, C1, K, C2 = (your['H'], your['W'], your['C1'], your['K'], your['C2'])"
_BOTH = "what is lost does not change when height and width are exchanged"
EQUAL = {
    "12.1": {
        f"{_NUMBERS} → {_NUMBERS.replace('H, W', 'W, H')}": _BOTH,
        f"{_NUMBERS} → H, W, C1, K, C2 = (your['W'], your['H'], your['C1'], your['K'], "
        "your['C2'])": _BOTH,
    },
    "12.2": {
        "Y at 2": "here it makes a foil that line C replaces at once",
        "Y at 5": "here it makes a foil that nothing uses any more",
    },
    "12.3": {"K = filters.shape[1] → K = filters.shape[2]": _SQUARE},
    "12.6": {
        f"{_SHAPE}C1, K, C2, _ = filters.shape": "C2 is read and then not used",
        f"{_SHAPE}C1, _, K, C2 = filters.shape": _SQUARE,
    },
}
