"""Integer arithmetic of sizes: how many rows go in, how many come out. No arrays here."""

from __future__ import annotations

import operator

PADDING_NAMES = ("valid", "same", "full")


def whole_number(value, name: str, *, least: int) -> int:
    """Return `value` as an int, or say what is wrong with it.

    Booleans are refused: ``stride=True`` is a slip, not a stride of one.
    """
    if isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number, got {value!r} of type {type(value).__name__}"
        ) from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def kernel_extent(kernel: int, dilation: int = 1) -> int:
    """Pixels from a kernel's first to its last row: ``(kernel - 1) * dilation + 1``.

    Examples
    --------
    >>> kernel_extent(3, dilation=2)
    5
    """
    return (kernel - 1) * dilation + 1


def pad_amounts(
    size: int, kernel: int, *, stride: int = 1, padding: str | int = "valid", dilation: int = 1
) -> tuple[int, int]:
    """Zeros that `padding` puts before and after one axis of an image.

    Parameters
    ----------
    size : int
        Pixels along the axis, H or W. At least 0.
    kernel : int
        Rows (or columns) of the kernel. At least 1.
    stride, dilation : int
        Steps between two windows, and between two rows of the kernel. At least 1.
    padding : {'valid', 'same', 'full'} or int
        'valid': none. 'same': as many as make ``ceil(size / stride)`` results; of an odd number
        the larger half goes after (the rule of Keras, and of ONNX's SAME_UPPER). 'full': every
        window that touches the image. A number: that many on both sides.

    Returns
    -------
    before, after : int

    Raises
    ------
    ValueError
        If a number is too small, or the name of the padding is unknown.
    TypeError
        If a number is not whole.

    Examples
    --------
    >>> pad_amounts(8, 3, padding="same")
    (1, 1)
    >>> pad_amounts(8, 2, padding="same")    # an even kernel: the odd pixel goes after
    (0, 1)
    >>> pad_amounts(8, 3, padding="full")
    (2, 2)
    """
    size = whole_number(size, "size", least=0)
    kernel = whole_number(kernel, "kernel", least=1)
    stride = whole_number(stride, "stride", least=1)
    extent = kernel_extent(kernel, whole_number(dilation, "dilation", least=1))
    if isinstance(padding, str):
        if padding == "valid":
            return 0, 0
        if padding == "full":
            return extent - 1, extent - 1
        if padding == "same":
            results = -(-size // stride)  # rounded up
            missing = max((results - 1) * stride + extent - size, 0)
            return missing // 2, missing - missing // 2
        meant = f"; did you mean {padding.lower()!r}?" if padding.lower() in PADDING_NAMES else ""
        raise ValueError(
            f"padding must be one of {', '.join(map(repr, PADDING_NAMES))}, a whole number "
            f"or a pair (rows, columns), got {padding!r}{meant}"
        )
    amount = whole_number(padding, "padding", least=0)
    return amount, amount


def windows(size: int, extent: int, stride: int, pads: tuple[int, int]) -> int:
    """Windows of `extent` pixels that fit into ``size + sum(pads)``: ⌊(size + P − E)/S⌋ + 1."""
    return (size + sum(pads) - extent) // stride + 1


def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: str | int = "valid", dilation: int = 1
) -> int:
    r"""Rows (or columns) of a feature map.

    .. math:: H' = \left\lfloor \frac{H + P - D(K - 1) - 1}{S} \right\rfloor + 1

    with P zeros of padding in all, both sides together.

    Parameters
    ----------
    size, kernel, stride, padding, dilation
        As in :func:`pad_amounts`.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If the kernel does not fit into the padded image, or a number is too small.
    TypeError
        If a number is not whole.

    Examples
    --------
    >>> output_size(32, 5)
    28
    >>> output_size(32, 5, padding="same")
    32
    >>> output_size(7, 3, stride=2, padding=1)
    4
    """
    pads = pad_amounts(size, kernel, stride=stride, padding=padding, dilation=dilation)
    extent = kernel_extent(kernel, dilation)
    if size < 1 or size + sum(pads) < extent:
        raise ValueError(too_small(size, kernel, dilation, pads, "pixels"))
    return windows(size, extent, stride, pads)


def too_small(size: int, kernel: int, dilation: int, pads: tuple[int, int], unit: str) -> str:
    """The message for a kernel that does not fit; `unit` says of what: rows, columns, pixels."""
    extent = kernel_extent(kernel, dilation)
    if size < 1:
        return f"an image needs at least 1 of its {unit}, got {size}"
    dilated = f" (it spans {extent} with dilation {dilation})" if dilation > 1 else ""
    padded = f" and {pads[0]} + {pads[1]} of padding" if any(pads) else ""
    return (
        f"a kernel of {kernel} {unit}{dilated} does not fit into an image of "
        f"{size} {unit}{padded}: use a smaller kernel, a larger image, or padding='same'"
    )
