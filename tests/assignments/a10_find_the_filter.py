"""Find the filter: right answers as people write them, and partly right ones."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check, conv2d, conv2d_grad_filters
from convkit.layers import SGD, Conv2D, Sequential

NAME = "10_find_the_filter"


# ---- one weight


def by_arrays(pixels, weight, wanted, rate):
    x, t = np.array(pixels), np.array(wanted)
    slope = 2 * np.mean((weight * x - t) * x)
    loss = np.mean((weight * x - t) ** 2)
    return {"loss": np.float32(loss), "slope": slope, "after": weight - rate * slope}


def by_poking(pixels, weight, wanted, rate):
    def loss(w):
        return sum((w * x - t) ** 2 for x, t in zip(pixels, wanted, strict=True)) / len(pixels)

    slope = (loss(weight + 1) - loss(weight - 1)) / 2
    return {"loss": loss(weight), "slope": slope, "after": weight - rate * slope}


def no_mean(pixels, weight, wanted, rate):
    right = by_arrays(pixels, weight, wanted, rate)
    return right | {"loss": 2 * right["loss"]}


# ---- slopes


def _loss(image, filters, wanted):
    return ((check.slide_and_sum(image, filters) - wanted) ** 2).mean()


def poked_both_ways(image, filters, wanted, m, n):
    up, down = filters.copy(), filters.copy()
    up[m, n] += 0.25
    down[m, n] -= 0.25
    return (_loss(image, up, wanted) - _loss(image, down, wanted)) / 0.5


def poked_and_put_back(image, filters, wanted, m, n):
    before = _loss(image, filters, wanted)
    kept, filters[m, n] = filters[m, n], filters[m, n] + 1e-6
    after = _loss(image, filters, wanted)
    filters[m, n] = kept
    return (after - before) / 1e-6


def by_the_formula(image, filters, wanted, m, n):
    slopes = 2 * (check.slide_and_sum(image, filters) - wanted) / wanted.size
    rows, columns = wanted.shape
    return np.vdot(image[m : m + rows, n : n + columns], slopes)


def poked_with_a_complex_hair(image, filters, wanted, m, n):
    """A hair to the side: no rounding at all."""
    K = len(filters)
    windows = sliding_window_view(image, (K, K))
    poked = filters.astype(complex)
    poked[m, n] += 1e-20j
    made = np.einsum("ijmn,mn->ij", windows, poked)
    return (((made - wanted) ** 2).mean() / 1e-20).imag


def poked_in_place(image, filters, wanted, m, n):
    before = _loss(image, filters, wanted)
    filters[m, n] += 1e-6
    return (_loss(image, filters, wanted) - before) / 1e-6


def map_slopes_mean(made, wanted):
    return (made - wanted) / np.ones_like(wanted).sum() * 2


def map_slopes_lists(made, wanted):
    count = np.prod(made.shape)
    return (
        np.array([2 * (b - t) / count for b, t in zip(made.flat, wanted.flat, strict=True)])
        .reshape(made.shape)
        .astype(np.float32)
    )


def bias_ones(slopes):
    ones = np.ones(slopes.shape[0] * slopes.shape[1])
    return ones @ slopes.reshape(len(ones), -1)


def bias_loop(slopes):
    total = [0.0] * slopes.shape[2]
    for row in slopes:
        for place in row:
            total = [t + float(s) for t, s in zip(total, place, strict=True)]
    return total


# ---- gradients


def gradient_windows(image, slopes, K, stride=1):
    windows = sliding_window_view(image, (K, K), axis=(0, 1))[::stride, ::stride]
    windows = windows[: slopes.shape[0], : slopes.shape[1]]  # (H', W', C1, K, K)
    return np.einsum("ijpmn,ijc->pmnc", windows, slopes)


def gradient_tensordot(image, slopes, K, stride=1):
    windows = sliding_window_view(image, (K, K), axis=(0, 1))[::stride, ::stride]
    windows = windows[: slopes.shape[0], : slopes.shape[1]]
    return np.asfortranarray(np.tensordot(windows, slopes, axes=((0, 1), (0, 1))))


def gradient_spread(image, slopes, K, stride=1):
    """Spreads the slopes with holes between, and slides that over the image."""
    rows, columns, C2 = slopes.shape
    spread = np.zeros(((rows - 1) * stride + 1, (columns - 1) * stride + 1, C2))
    spread[::stride, ::stride] = slopes
    image = image[: len(spread) + K - 1, : spread.shape[1] + K - 1]
    planes = [conv2d(image[:, :, [p]], spread[None]) for p in range(image.shape[2])]
    return np.stack(planes)


def gradient_by_places(image, slopes, K, stride=1):
    total = np.float32(0)
    for i, j in np.ndindex(slopes.shape[:2]):
        window = image[i * stride : i * stride + K, j * stride : j * stride + K]
        total = total + np.multiply.outer(np.moveaxis(window, -1, 0), slopes[i, j])
    return total.astype(np.float32)


def gradient_without_stride(image, slopes, K, stride=1):
    return gradient_windows(image, slopes, K)


# ---- training


def train_windows(image, filters, wanted, rate, steps):
    K = filters.shape[1]
    rows = sliding_window_view(image, (K, K), axis=(0, 1)).reshape(wanted.size, -1)
    weights = filters.ravel()
    for _ in range(steps):
        weights = weights - rate * 2 / wanted.size * (rows.T @ (rows @ weights - wanted.ravel()))
    return weights.reshape(filters.shape)


def train_by_recursion(image, filters, wanted, rate, steps):
    if steps == 0:
        return filters.tolist()
    slopes = 2 * (check.slide_box(image, filters) - wanted) / wanted.size
    gradient = check.filter_gradient(image, slopes, filters.shape[1])
    return train_by_recursion(image, filters - rate * gradient, wanted, rate, steps - 1)


def train_a_copy(image, filters, wanted, rate, steps):
    filters = filters.copy()
    print("loss", ((check.slide_box(image, filters) - wanted) ** 2).mean())
    for _ in range(steps):
        slopes = 2 * (check.slide_box(image, filters) - wanted) / wanted.size
        filters -= rate * check.filter_gradient(image, slopes, filters.shape[1])
    return filters


def train_by_fit(image, filters, wanted, rate, steps):
    """The layer of the book, and its `fit`: one image, one batch."""
    layer = Conv2D(1, filters.shape[1], use_bias=False, input_shape=image.shape)
    model = Sequential([layer], dtype=np.float64)
    layer.filters[...] = filters[..., None]
    model.compile(SGD(rate), "mean_squared_error")
    model.fit(image[None], wanted[None, :, :, None], batch_size=1, epochs=steps, verbose=0)
    return layer.filters[..., 0]


def train_with_our_gradients(image, filters, wanted, rate, steps):
    for _ in range(steps):
        slopes = 2 * (conv2d(image, filters) - wanted) / wanted.size
        filters = filters - rate * conv2d_grad_filters(slopes, image, filters.shape)
    return filters


def train_in_place(image, filters, wanted, rate, steps):
    for _ in range(steps):
        slopes = 2 * (check.slide_box(image, filters) - wanted) / wanted.size
        filters -= rate * check.filter_gradient(image, slopes, filters.shape[1])
    return filters


def one_step_only(image, filters, wanted, rate, steps):
    return train_windows(image, filters, wanted, rate, 1)


def first_channel_only(image, filters, wanted, rate, steps):
    K = filters.shape[1]
    for _ in range(steps):
        slopes = 2 * (check.slide_box(image, filters) - wanted) / wanted.size
        gradient = check.filter_gradient(image[:, :, :1], slopes, K)
        filters = filters - rate * gradient
    return filters


def looks_once(image, filters, wanted, rate, steps):
    step = train_windows(image, filters, wanted, rate, 1) - filters
    return filters + steps * step


def descended(image, wanted, K):
    return train_windows(image, np.zeros((image.shape[2], K, K)), wanted, 0.25, 150)


def from_noise(image, wanted, K):
    start = np.random.default_rng(1).normal(size=(image.shape[2], K, K))
    return train_windows(image, start, wanted, 0.3, 100).astype(np.float32)


def least_squares(image, wanted, K):
    rows = sliding_window_view(image, (K, K), axis=(0, 1)).reshape(wanted.size, -1)
    return np.linalg.lstsq(rows, wanted.ravel(), rcond=None)[0].reshape(-1, K, K).tolist()


def rounded(image, wanted, K):
    return descended(image, wanted, K).round(2)


RIGHT = {
    "10.1": [by_arrays, by_poking],
    "10.2": [poked_both_ways, poked_and_put_back, by_the_formula, poked_with_a_complex_hair],
    "10.3": [map_slopes_mean, map_slopes_lists],
    "10.4": ["dbifjhaceg", list("DBIFJHACEG"), "D, B, I, F, J, H, A, C, E, G"],
    "10.5": [gradient_windows, gradient_tensordot, gradient_spread, gradient_by_places],
    "10.6": [bias_ones, bias_loop],
    "10.7": [
        train_windows,
        train_by_recursion,
        train_a_copy,
        train_by_fit,
        train_with_our_gradients,
    ],
    "10.8": [descended, from_noise, least_squares, rounded],
    "10.9": [train_windows, train_by_recursion, train_in_place],
}
WHOLE = {"10.2"}
PARTIAL = [
    ("10.1", no_mean, 2),
    ("10.2", poked_in_place, 0),
    ("10.5", gradient_without_stride, 2),
    ("10.7", train_in_place, 3),
    ("10.7", one_step_only, 3),
    ("10.9", first_channel_only, 1),
    ("10.9", looks_once, 1),
]
_NEAR = "it ends as near to the hidden filter, and that is all that is asked"
_STEP = "slopes = 2 * (check.slide_box(image, found) - wanted) / wanted.size"
EQUAL = {
    "10.1": {
        "pixels, wanted = (np.array(your['pixels']), np.array(your['wanted'])) → pixels, wanted = "
        "(np.array(your['pixels']), your['wanted'])": "an array minus a tuple is an array again",
    },
    "10.3": {
        "return 2 * (made - wanted) / wanted.size → return 2 * (made - wanted) / made.size": (
            "what is made and what is wanted have the same size"
        ),
    },
    "10.4": {
        "Y at 5": "here it writes a number that line E replaces later",
        "Y at 8": "here it writes a number that line E replaces at once",
    },
    "10.6": {
        "return slopes.sum(axis=(0, 1)) → return slopes.sum(axis=(1, 0))": (
            "a sum over both directions, in either order"
        ),
    },
    "10.7": {"K = filters.shape[1] → K = filters.shape[2]": "kernels are square in this exercise"},
    "10.8": {
        "for step in range(100): → for step in range(101):": _NEAR,
        "for step in range(100): → for step in range(99):": _NEAR,
        f"{_STEP} → {_STEP.replace('2', '3', 1)}": _NEAR,
        f"{_STEP} → {_STEP.replace('2', '1', 1)}": _NEAR,
    },
}
