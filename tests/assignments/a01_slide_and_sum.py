"""Slide and sum: right answers as people write them, and partly right ones."""

from __future__ import annotations

import logging
import sys

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convkit import check

NAME = "01_slide_and_sum"


def loops(image, filters, stride=1):
    image, filters = image.astype(float), filters.astype(float)
    C1, K, _ = filters.shape
    result = np.zeros([(size - K) // stride + 1 for size in image.shape[:2]])
    for i, j in np.ndindex(result.shape):
        for p, m, n in np.ndindex(C1, K, K):
            result[i, j] += image[i * stride + m, j * stride + n, p] * filters[p, m, n]
    return result


def windows(image, filters, stride):
    K = filters.shape[1]
    found = sliding_window_view(image.astype(float), (K, K), axis=(0, 1))  # (H', W', C1, K, K)
    return found[::stride, ::stride]


def einsum(image, filters, stride=1):
    return np.einsum("ijpmn,pmn->ij", windows(image, filters, stride), filters)


def tensordot(image, filters, stride=1):
    return np.tensordot(windows(image, filters, stride), filters.astype(float), axes=3)


def im2col(image, filters, stride=1):
    found = windows(image, filters, stride)
    columns = found.reshape(-1, filters.size)  # (H'·W', C1·K·K)
    return (columns @ filters.astype(float).ravel()).reshape(found.shape[:2])


def fft(image, filters, stride=1):
    K, size = filters.shape[1], image.shape[:2]
    total = 0
    for p in range(len(filters)):
        total = total + np.fft.fft2(image[:, :, p]) * np.conj(np.fft.fft2(filters[p], s=size))
    result = np.fft.ifft2(total)  # complex, with nothing in its imaginary part
    return result[: size[0] - K + 1 : stride, : size[1] - K + 1 : stride]


def shifted_images(image, filters, stride=1):
    K = filters.shape[1]
    H, W = image.shape[0] - K + 1, image.shape[1] - K + 1
    total = 0
    for m in range(K):
        for n in range(K):
            total = total + image[m : m + H, n : n + W].astype(float) @ filters[:, m, n]
    return total[::stride, ::stride]


def float32(image, filters, stride=1):
    return loops(image, filters, stride).astype(np.float32)


def float32_throughout(image, filters, stride=1):
    return einsum(image.astype(np.float32), filters.astype(np.float32), stride).astype(np.float32)


def fft_in_float32(image, filters, stride=1):
    return fft(image.astype(np.float32), filters.astype(np.float32), stride).real


def brightness_from_0_to_1(image, filters, stride=1):
    """Scales a photograph as frameworks like it, in float32, and scales back."""
    scaled = image.astype(np.float32) / np.float32(255)
    return einsum(scaled, filters.astype(np.float32), stride) * np.float32(255)


def fortran_order(image, filters, stride=1):
    return np.asfortranarray(loops(image, filters, stride))


def nested_lists(image, filters, stride=1):
    return loops(image, filters, stride).tolist()


def chatty(image, filters, stride=1):
    import warnings

    print("working …")
    print("to stderr", file=sys.stderr)
    logging.getLogger("student").error("a log message")
    warnings.warn("something", stacklevel=1)
    return loops(image, filters, stride)


def _helper(window, filters):
    return sum((window[:, :, p] * filters[p]).sum() for p in range(len(filters)))


def with_a_helper(image, filters, stride=1):
    K = filters.shape[1]
    image = image.astype(float)
    return np.array(
        [
            [
                _helper(image[i : i + K, j : j + K], filters.astype(float))
                for j in range(0, image.shape[1] - K + 1, stride)
            ]
            for i in range(0, image.shape[0] - K + 1, stride)
        ]
    )


def reuses_one_array(image, filters, stride=1, _keep={}):  # noqa: B006 - that is the point
    """Hands out the same array again and again, as a plan with work space might."""
    result = loops(image, filters, stride)
    store = _keep.setdefault(result.shape, np.empty_like(result))
    store[...] = result
    return store


class Proxy:
    """What a grader hands in when the function itself lives in another process."""

    __name__ = "slide_box"

    def __call__(self, *args, **kwargs):
        return loops(*args, **kwargs)


SLIDING_BOXES = [
    loops,
    einsum,
    tensordot,
    im2col,
    fft,
    shifted_images,
    float32,
    float32_throughout,
    fft_in_float32,
    brightness_from_0_to_1,
    fortran_order,
    nested_lists,
    chatty,
    with_a_helper,
    reuses_one_array,
    Proxy(),
]


def flat(answer):
    """The same in two dimensions."""

    def slide(image, filters, stride=1):
        return answer(image[:, :, None], filters[None], stride)

    return slide


# ---- the other questions


def one_place(image, filters, i, j):
    return np.vdot(image[i : i + len(filters), j : j + len(filters)], filters)


def one_place_backwards(image, filters, i, j):
    """Walks through the products from the last one, and calls itself."""
    products = (image[i : i + len(filters), j : j + len(filters)] * filters).ravel().tolist()

    def added(rest):
        return 0 if not rest else added(rest[:-1]) + rest[-1]

    return added(products)


def result_size(size, kernel, padding="valid", stride=1):
    """Counts the windows, for want of a formula."""
    starts = {
        "valid": range(0, size - kernel + 1, stride),
        "same": range(0, size, stride),
        "full": range(1 - kernel, size, stride),
    }
    return len(starts[padding])


def size_in_floats(size, kernel, padding="valid", stride=1):
    """A whole number, and yet a float."""
    if padding == "same":
        return np.ceil(size / stride)
    return np.floor((size - kernel + (padding == "full") * 2 * (kernel - 1)) / stride) + 1


def half_turn(image, filters):
    return check.slide_and_sum(image, np.rot90(filters, 2))


def convolve_by_products(image, filters):
    """Multiplication of polynomials is convolution: no flip is written anywhere."""
    K, (H, W) = len(filters), image.shape
    full = np.zeros((H + K - 1, W + K - 1))
    for m in range(K):
        for n in range(K):
            full[m : m + H, n : n + W] += filters[m, n] * image
    return full[K - 1 : H, K - 1 : W]


def shapes_counted(H, W, C1, K, S):
    return {
        "products": C1 * K**2,
        "result": [H - K + 1, W - K + 1],  # a list is as good as a tuple
        "strided": np.array([len(range(0, H - K + 1, S)), len(range(0, W - K + 1, S))]),
    }


RIGHT = {
    "1.1": [one_place, one_place_backwards],
    "1.2": [result_size, size_in_floats],
    "1.3": [check.slide_and_sum, *map(flat, SLIDING_BOXES[:8])],
    "1.4": [half_turn, convolve_by_products],
    "2.1": [shapes_counted],
    "2.2": ["cafhj egb-d,i", list("CAFHJEGBDI")],
    "2.3": SLIDING_BOXES,
    "2.4": SLIDING_BOXES[:6],
}
WHOLE = {"1.2"}


# ---- partly right


def no_stride(image, filters):
    return einsum(image, filters)


def doubles_the_image(image, filters, stride=1):
    result = loops(image, filters, stride)
    image *= 2
    return result


def only_valid(size, kernel, padding="valid", stride=1):
    return (size - kernel) // stride + 1


def only_averages_repaired(image, filters, stride=1):
    K = filters.shape[1]
    rows, columns = ((size - K) // stride + 1 for size in image.shape[:2])
    return einsum(image, filters)[:rows, :columns]


def only_strides_repaired(image, filters, stride=1):
    return einsum(image, filters, stride) / len(filters)


PARTIAL = [
    ("1.2", only_valid, 1),
    ("1.3", flat(doubles_the_image), 3),
    ("1.3", lambda image, filters: check.slide_and_sum(image, filters), 3),
    ("2.1", lambda H, W, C1, K, S: {"products": K * K * C1, "result": 1, "strided": None}, 1),
    ("2.1", lambda H, W, C1, K, S: {"result": (H - K + 1, W - K + 1)}, 1),
    ("2.3", doubles_the_image, 3),
    ("2.3", no_stride, 3),
    ("2.4", only_averages_repaired, 1),
    ("2.4", only_strides_repaired, 1),
]
_ONE_FLOAT = "one of the two is float already, so every product is"
_SQUARE = "kernels are square in this exercise, by its statement"
EQUAL = {
    "1.3": {
        "image, filters = (image.astype(float), filters.astype(float))"
        " → image, filters = (image, filters.astype(float))": _ONE_FLOAT,
        "image, filters = (image.astype(float), filters.astype(float))"
        " → image, filters = (image.astype(float), filters)": _ONE_FLOAT,
        "K = filters.shape[0] → K = filters.shape[1]": _SQUARE,
        "K = filters.shape[0] → K = filters.shape[-1]": _SQUARE,
    },
    "2.2": {
        "X at 4": "here it writes a number that line D replaces later",
        "X at 8": "here it writes a number that line D replaces at once",
    },
    "2.3": {
        "image, filters = (image.astype(float), filters.astype(float))"
        " → image, filters = (image, filters.astype(float))": _ONE_FLOAT,
        "image, filters = (image.astype(float), filters.astype(float))"
        " → image, filters = (image.astype(float), filters)": _ONE_FLOAT,
        "K = filters.shape[1] → K = filters.shape[2]": _SQUARE,
    },
    "2.4": {"K = filters.shape[1] → K = filters.shape[2]": _SQUARE},
}
