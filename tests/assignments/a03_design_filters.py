"""Design filters: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np

from convkit import check
from convkit.assignments.a03_design_filters.own import COLORS, mask_of

NAME = "03_design_filters"


# ---- right, however unusual


def paint_by_outer_product(mask, color):
    return np.multiply.outer(color, mask)


def paint_place_by_place(mask, color):
    return [[[weight * wish for wish in row] for row in mask.tolist()] for weight in color]


def paint_in_float32(mask, color):
    return np.einsum("mn,p->pmn", mask, color).astype(np.float32)


def gray_by_projection(filters):
    """A matrix that takes away what all channels have in common."""
    C1 = len(filters)
    return np.tensordot(np.eye(C1) - np.ones((C1, C1)) / C1, filters, axes=1)


def gray_in_loops(filters):
    result = filters.copy()
    for m, n in np.ndindex(filters.shape[1:]):
        result[:, m, n] -= sum(filters[:, m, n]) / len(filters)
    return result


def areas_through_fourier(filters):
    """The constant part of a channel is its first coefficient."""
    found = np.fft.fft2(filters)
    found[:, 0, 0] = 0
    return np.fft.ifft2(found)


def areas_by_reshaping(filters):
    flat = filters.reshape(len(filters), -1)
    return np.asfortranarray((flat - flat.mean(axis=1)[:, None]).reshape(filters.shape))


def answers_place_by_place(kernel, places, red, green, blue, level):
    ring = np.zeros((3, kernel * kernel))
    ring[:, :places] = np.reshape([red, green, blue], (3, 1))
    drawn = (np.arange(kernel * kernel) < places).astype(float)
    return {
        "white": (ring * drawn).sum(),
        "yellow": (ring[:2] * drawn).sum(),
        "dim": [level * ring[0].sum()][0],
        "wall": np.float32(ring[2].sum()),
    }


def own_filter_drawn(color, form):
    weights = np.multiply.outer(np.array(COLORS[color], float), mask_of(form))
    weights -= weights.mean(axis=0)
    return 100 * (weights - weights.mean(axis=(1, 2), keepdims=True))


def own_filter_in_another_order(color, form):
    """Even areas first, and with the outer product of two balanced parts; tiny weights."""
    color = np.array(COLORS[color], float)
    return 1e-3 * np.multiply.outer(color - color.mean(), mask_of(form) - mask_of(form).mean())


def own_filter_as_a_list(color, form):
    """Not as we do it: what is not the color counts against it, one for one."""
    own = np.array(COLORS[color], float)
    weights = np.where(own == 1, 1 / own.sum(), -1 / (3 - own.sum()))
    return np.multiply.outer(weights, mask_of(form) - mask_of(form).mean()).tolist()


def find_with_one_mean(photo, target):
    """One mean for the whole target: a filter that is right for a photograph like this one."""
    filters = np.moveaxis(target - target.mean(), -1, 0)
    result = check.slide_box(photo, filters)
    return np.argwhere(result == result.max())[0]


def find_by_correlation(photo, target):
    """Likeness without brightness, in loops."""
    photo, (K, L, _) = photo.astype(float), target.shape
    wish = target - target.mean(axis=(0, 1))
    best, place = -np.inf, None
    for i in range(photo.shape[0] - K + 1):
        for j in range(photo.shape[1] - L + 1):
            window = photo[i : i + K, j : j + L]
            window = window - window.mean(axis=(0, 1))
            share = (window * wish).sum() / np.sqrt((window**2).sum() + 1e-9)
            if share > best:
                best, place = share, [i, j]
    print("found", place)
    return place


def repaired_in_one_line(image, mask, color):
    return check.slide_box(
        image, np.multiply.outer(color - color.mean(), mask - mask.mean())
    ).astype(np.float32)


RIGHT = {
    "3.1": [paint_by_outer_product, paint_place_by_place, paint_in_float32],
    "3.2": [answers_place_by_place],
    "3.3": [gray_by_projection, gray_in_loops],
    "3.4": [areas_through_fourier, areas_by_reshaping],
    "3.5": [own_filter_drawn, own_filter_in_another_order, own_filter_as_a_list],
    "3.6": ["D A B C E", "a-b-c-d-e"],
    "3.7": [find_with_one_mean, find_by_correlation],
    "3.8": [repaired_in_one_line],
}
WHOLE = {"3.6", "3.7"}


# ---- partly right


def only_bright_prints(photo, target):
    if photo.min() > 6:
        raise ValueError("too dark")
    return find_with_one_mean(photo, target)


def find_in_place(photo, target):
    place = find_with_one_mean(photo, target)
    photo[0, 0] = 255 - photo[0, 0]
    return place


def gray_repaired_alone(image, mask, color):
    filters = color[:, None, None] * mask
    filters = filters - filters.mean(axis=0)
    return check.slide_box(image, filters - filters.mean(axis=1, keepdims=True))


def areas_repaired_alone(image, mask, color):
    filters = color[:, None, None] * mask
    filters = filters - filters.mean()
    return check.slide_box(image, filters - filters.mean(axis=(1, 2), keepdims=True))


def silent_but_color_blind(color, form):
    """Finds its form in every color, and a white one best."""
    return np.multiply.outer(np.ones(3), mask_of(form) - mask_of(form).mean())


PARTIAL = [
    ("3.5", silent_but_color_blind, 2),
    ("3.2", lambda places, red, level, **rest: {"dim": places * red * level}, 1),
    ("3.7", find_in_place, 3),
    ("3.8", gray_repaired_alone, 1),
    ("3.8", areas_repaired_alone, 1),
]
_SAME_MEAN = "the order of the axes of a mean means nothing"
_OTHER_WAY = "another right way to the same places: the question is about places, not weights"
_BALANCE = "filters = filters - filters.mean(axis=(1, 2), keepdims=True)"
EQUAL = {
    "3.4": {
        "return filters - filters.mean(axis=(1, 2), keepdims=True)"
        " → return filters - filters.mean(axis=(2, 1), keepdims=True)": _SAME_MEAN,
    },
    "3.5": {
        "my_filter = my_filter - my_filter.mean(axis=(1, 2), keepdims=True)"
        " → my_filter = my_filter - my_filter.mean(axis=(2, 1), keepdims=True)": _SAME_MEAN,
    },
    "3.6": {
        "C D → D C": "neither line uses what the other one makes",
        "X at 2": "line C gives row and column anew",
        "Z at 1": "line B gives best anew",
        "Z at 3": "best is not used any more",
        "Z at 4": "best is not used any more",
        **{f"{letter} at 5": "no line is carried out after return" for letter in "XYZ"},
    },
    "3.7": {
        "filters = target.transpose(2, 0, 1).astype(float)"
        " → filters = target.transpose(2, 0, 1)": "the mean is a float, and so is the difference",
        "result = check.slide_box(photo.astype(float), filters)"
        " → result = check.slide_box(photo, filters)": "slide_box makes floats of bytes itself",
        "return divmod(int(result.argmax()), result.shape[1])"
        " → return divmod(result.argmax(), result.shape[1])": "NumPy's integers divide alike",
        f"{_BALANCE} → filters = filters - filters.mean(keepdims=True)": _OTHER_WAY,
        f"{_BALANCE} → filters = filters - filters.mean(axis=(0, 2), keepdims=True)": _OTHER_WAY,
        f"{_BALANCE} → filters = filters - filters.mean(axis=(2, 1), keepdims=True)": _SAME_MEAN,
    },
    "3.8": {
        f"{_BALANCE} → filters = filters - filters.mean(axis=(2, 1), keepdims=True)": _SAME_MEAN,
    },
}
