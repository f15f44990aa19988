"""Random convolution problems for hypothesis, and the comparison with the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tests.definition import definition

__all__ = ["assert_close", "definition", "problems"]

DTYPES = (np.float32, np.float64)

# Relative to the largest sum of absolute products: rounding of a sum of up to some hundred terms.
TOLERANCE = {np.dtype(np.float32): 2e-6, np.dtype(np.float64): 1e-14}


@st.composite
def problems(draw, dtypes=DTYPES, largest=11):
    """(image, filters, options): non-square, every rank, every option; the kernel always fits."""
    groups = draw(st.sampled_from([1, 1, 1, 2, 3]))
    depth, per_group = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 2)))
    padding = draw(
        st.sampled_from(["valid", "same", "full"])
        | st.integers(0, 3)
        | st.tuples(st.integers(0, 3), st.integers(0, 3))
    )
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    if padding in ("same", "full"):
        least = [1, 1]
    else:
        pads = (0, 0) if padding == "valid" else np.broadcast_to(padding, 2)
        least = [max(1, e - 2 * int(p)) for e, p in zip(extent, pads, strict=True)]
    size = [draw(st.integers(low, max(low, largest))) for low in least]
    ranks = draw(st.sampled_from([(2, 2), (3, 3), (3, 4), (4, 3), (4, 4)]))
    channels, maps = depth * groups, per_group * groups
    if ranks == (2, 2):
        groups, depth, channels = 1, 1, 1
    if ranks[1] < 4:
        groups, depth, maps = 1, channels, 1
    image_shape = (draw(st.integers(0, 3)), *size, channels)
    filters_shape = (depth, *kernel, maps)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from(dtypes))
    image = random.standard_normal(image_shape).astype(dtype)
    filters = random.standard_normal(filters_shape).astype(dtype)
    if ranks[0] < 4:
        image = random.standard_normal(image_shape[1:]).astype(dtype)
    if ranks == (2, 2):
        image, filters = image[..., 0], filters[0, ..., 0]
    elif ranks[1] == 3:
        filters = filters[..., 0]
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    if draw(st.booleans()):
        options["bias"] = random.standard_normal(maps).astype(dtype)
    return image, filters, options


def assert_close(result, image, filters, options, *, tolerance=None, shared=False):
    """Compare with the definition, relative to the sum of absolute products of each result.

    `shared`: of the largest, for methods whose results share their rounding, as in a transform,
    where one that is exactly 0 comes out as a little.
    """
    expected = definition(image, filters, **options)
    assert result.shape == expected.shape
    scale = definition(image, filters, absolute=True, **options)
    if shared:
        scale = np.full_like(scale, scale.max(initial=0))
    limit = (TOLERANCE[result.dtype] if tolerance is None else tolerance) * scale
    error = np.abs(result - expected)
    worst = np.unravel_index(np.argmax(error - limit), error.shape) if error.size else ()
    assert (error <= limit).all(), (
        f"{result[worst]} instead of {expected[worst]} at {worst}: "
        f"error {error[worst]:.3g}, allowed {limit[worst]:.3g}; options {options}"
    )
