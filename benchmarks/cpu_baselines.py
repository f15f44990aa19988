"""What convkit is compared with on a CPU: PyTorch, JAX, SciPy and OpenCV, where installed.

Each function returns calls by name; a library that is not there adds none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.row import Row


def torch_calls(row: Row, image, filters, threads: int) -> dict[str, Callable]:
    """PyTorch with both memory layouts, and with filters packed in advance by oneDNN."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(0, 3, 1, 2)))
    weights = torch.from_numpy(np.ascontiguousarray(filters.transpose(3, 0, 1, 2)))
    arguments = (None, row.stride, row.padding, 1, row.groups)
    last = torch.channels_last
    pixels_last, weights_last = pixels.to(memory_format=last), weights.to(memory_format=last)
    convolve = torch.nn.functional.conv2d

    def first():
        return convolve(pixels, weights, *arguments).permute(0, 2, 3, 1)

    def channels_last():
        return convolve(pixels_last, weights_last, *arguments).permute(0, 2, 3, 1)

    calls = {"torch channels first": first, "torch channels last": channels_last}
    if torch.backends.mkldnn.is_available():
        from torch.utils import mkldnn

        layer = torch.nn.Conv2d(
            row.channels,
            row.maps,
            row.kernel,
            row.stride,
            row.padding,
            groups=row.groups,
            bias=False,
        )
        layer.weight = torch.nn.Parameter(weights, requires_grad=False)
        packed, packed_pixels = mkldnn.to_mkldnn(layer.eval()), pixels.to_mkldnn()
        calls["torch prepacked"] = lambda: packed(packed_pixels)
    return calls


def jax_calls(row: Row, image, filters) -> dict[str, Callable]:
    """JAX, compiled; its layout is ours, with the filters' axes in another order."""
    try:
        import jax
    except ImportError:
        return {}
    pads = [(row.padding, row.padding)] * 2
    kernels = np.ascontiguousarray(filters.transpose(1, 2, 0, 3))  # (K, K, C1/groups, C2)

    @jax.jit
    def convolve(pixels, weights):
        return jax.lax.conv_general_dilated(
            pixels,
            weights,
            (row.stride, row.stride),
            pads,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=row.groups,
        )

    pixels, weights = jax.numpy.asarray(image), jax.numpy.asarray(kernels)
    return {"jax": lambda: convolve(pixels, weights).block_until_ready()}


def image_library_calls(image, filters, threads: int) -> dict[str, Callable]:
    """SciPy and OpenCV on one image of one channel; what they compute at the border is cut."""
    pixels, weights = image[0, :, :, 0], np.ascontiguousarray(filters[0, :, :, 0])
    flipped = np.ascontiguousarray(weights[::-1, ::-1])
    calls = {}
    try:
        from scipy import ndimage, signal
    except ImportError:
        pass
    else:
        calls["scipy fft"] = lambda: signal.fftconvolve(pixels, flipped, "valid")
        calls["scipy overlap-add"] = lambda: signal.oaconvolve(pixels, flipped, "valid")
        if weights.size < 100:
            calls["scipy ndimage"] = lambda: _inner(ndimage.correlate(pixels, weights), weights)
    try:
        import cv2
    except ImportError:
        pass
    else:
        cv2.setNumThreads(threads)
        calls["opencv"] = lambda: _inner(cv2.filter2D(pixels, -1, weights), weights)
    return calls


def _inner(same, weights):
    """The results whose windows lie inside; a view, so it costs nothing."""
    before = weights.shape[0] // 2
    return same[
        before : before + same.shape[0] - weights.shape[0] + 1,
        before : before + same.shape[1] - weights.shape[1] + 1,
    ]
