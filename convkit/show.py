"""Look at an array in a notebook: small ones as numbers, larger ones as pictures. No matplotlib."""

from __future__ import annotations

import base64
import html
import struct
import zlib

import numpy as np

from convkit.arrays import array_library

MOST_NUMBERS = 12  # rows or columns up to which numbers are shown
PICTURE_WIDTH = 320  # pixels on the page


def show(array, *, title: str | None = None) -> Picture:
    """Show an image, a filter or feature maps.

    Parameters
    ----------
    array : ndarray
        (H, W), or (H, W, C). Three channels with no negative number are shown as red, green and
        blue; anything else one map beside the other. Up to 12×12 the numbers are shown too.
    title : str, optional
        A line above the picture.

    Returns
    -------
    Picture
        Notebooks draw it when it is the last line of a cell; elsewhere it prints as text.

    Raises
    ------
    ValueError
        If the array is empty or has another number of axes.
    TypeError
        If it is no array of real numbers, or the title no text.

    Notes
    -----
    Bytes are shown as they are, 0 black and 255 white. Of other numbers the smallest is black
    and the largest white, over all maps together; color images in floats are read as 0 to 1.

    Examples
    --------
    >>> show(np.array([[0, 1], [2, 3]]))
    2×2, from 0 to 3
    [[0 1]
     [2 3]]
    """
    library = array_library(array=array)
    array = np.asarray(array) if library is np else library.asnumpy(array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"show takes real numbers, got {array.dtype}: show array.real, for example")
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be text, got {title!r}")
    if array.ndim not in (2, 3) or not array.size:
        raise ValueError(
            f"show takes (H, W) or (H, W, C) with at least one pixel, got {array.shape}"
        )
    return Picture(array, title)


class Picture:
    """What `show` returns: knows how to draw itself as HTML and as text."""

    def __init__(self, array, title=None):
        self._array, self._title = array, title

    def __repr__(self) -> str:
        lines = [self._title] if self._title else []
        lines.append(self._summary())
        if self._array.ndim == 2 and max(self._array.shape) <= MOST_NUMBERS:
            lines.append(str(self._array))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        array = self._array
        shades, maps = _shades(array), []
        if shades.ndim == 3 and not _is_color(array):
            for c in range(shades.shape[2]):
                maps.append((f"map {c}", shades[:, :, c], array[:, :, c]))
        else:
            maps.append((None, shades, array))
        drawn = "".join(self._one(*one) for one in maps)
        title = f"<figcaption>{html.escape(self._title)}</figcaption>" if self._title else ""
        return f'<figure class="convkit-show">{title}{drawn}</figure>'

    def _summary(self) -> str:
        size = "×".join(map(str, self._array.shape))
        finite = self._array[np.isfinite(self._array)]
        if not finite.size:
            return f"{size}, no finite number"
        others = self._array.size - finite.size
        tail = f", {others} not finite" if others else ""
        return f"{size}, from {_number(finite.min())} to {_number(finite.max())}{tail}"

    def _one(self, name, shades, values) -> str:
        label = html.escape(f"{name + ': ' if name else ''}{self._summary()}")
        caption = f"<br><small>{name}</small>" if name else ""
        if values.ndim == 2 and max(values.shape) <= MOST_NUMBERS:
            return (
                f'<div style="display:inline-block;margin:.25rem">{_table(values)}{caption}</div>'
            )
        width = max(PICTURE_WIDTH // (4 if name else 1), shades.shape[1])
        return (
            f'<div style="display:inline-block;margin:.25rem;max-width:100%"><img alt="{label}" '
            f'src="data:image/png;base64,{base64.b64encode(png(shades)).decode()}" '
            f'style="width:{width}px;max-width:100%;image-rendering:pixelated">{caption}</div>'
        )


def png(pixels) -> bytes:
    """Encode bytes (H, W) or (H, W, 3) as a PNG file."""
    height, width = pixels.shape[:2]
    kind = 2 if pixels.ndim == 3 else 0  # PNG's numbers for color and grayscale
    rows = np.zeros((height, 1 + width * (3 if kind else 1)), np.uint8)  # filter byte 0 first
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _is_color(array) -> bool:
    return array.ndim == 3 and array.shape[2] == 3 and array.min() >= 0


def _shades(array):
    """The array as bytes for the screen; NaN is black."""
    if array.dtype == np.uint8:
        return array
    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    if _is_color(array):
        low, high = 0.0, 1.0 if high <= 1 else high
    span = high - low or 1.0
    return np.clip(np.nan_to_num((values - low) / span) * 255, 0, 255).round().astype(np.uint8)


def _table(values) -> str:
    style = "text-align:right;padding:.1rem .5rem;font-variant-numeric:tabular-nums"
    rows = ""
    for row in values:
        cells = "".join(f'<td style="{style}">{_number(value)}</td>' for value in row)
        rows += f"<tr>{cells}</tr>"
    return f"<table>{rows}</table>"


def _number(value) -> str:
    return f"{value:.3g}" if isinstance(value, np.floating) else f"{value}"
