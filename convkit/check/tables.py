"""A small example as tables: image, filters, expected and got, each in the course's color.

The color is in borders only, and every table says in words what it is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from convkit.check.compare import close, plain
from convkit.check.planes import planes

if TYPE_CHECKING:
    from convkit.check.verdict import Example

_IMAGE, _FILTERS, _RESULT, _BIAS = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
_COLORS = {
    "image": _IMAGE,
    "filters": _FILTERS,
    "weights": _FILTERS,
    "first": _FILTERS,
    "second": _FILTERS,
    "bias": _BIAS,
    "maps": _RESULT,
    "expected": _RESULT,
}
_CELL = "padding:.1em .55em;text-align:right;border:1px solid"


def example_html(example: Example) -> str:
    """The inputs on one line, the call below, then expected beside got."""
    given = "".join(_tables(name, value) for name, value in example.inputs.items())
    call = f"<p style='margin:.5em 0'><code>{escape(example.call)}</code></p>"
    results = _tables("expected", example.expected, like=example.like) + _got(example)
    return (
        "<p style='margin:.5em 0 0'>A small example that shows it:</p>"
        f"{_line(given) if given else ''}{call}{_line(results)}"
    )


def _line(content: str) -> str:
    return (
        "<div style='display:flex;flex-wrap:wrap;gap:.5em 1.5em;align-items:flex-end;"
        f"margin:.25em 0 .5em'>{content}</div>"
    )


def _got(example) -> str:
    if isinstance(example.got, str):
        return f"<div>got<br><code>{escape(example.got)}</code></div>"
    got, wanted = np.asarray(example.got), np.asarray(example.expected)
    right = close(got, wanted) if got.shape == wanted.shape else np.ones(got.shape, bool)
    return _tables("got", got, right, example.like)


def _tables(name: str, value, right=None, like="") -> str:
    """One table, or for a box one for each channel."""
    array = np.asarray(value)
    right = np.ones(array.shape, bool) if right is None else right
    about = f"shape {array.shape}" + (", uint8" if array.dtype == np.uint8 else "")
    if array.ndim < 2:
        row, about = array.reshape(1, -1), "" if array.ndim == 0 else about
        return _table(name, about, name, row, right.reshape(1, -1))
    if array.ndim == 2 and array.size:
        return _table(name, about, name, array, right)
    found = planes(name, array, like) if array.size else []
    if not found:
        return f"<div>{name}<br>{about}{'' if array.size else ': empty'}</div>"
    return "".join(
        _table(label, about if k == 0 else "", name, array[index], right[index])
        for k, (label, index) in enumerate(found)
    )


def _table(title, about, name, rows, right) -> str:
    body = "".join(
        "<tr>" + "".join(_cell(n, ok) for n, ok in zip(row, good, strict=True)) + "</tr>"
        for row, good in zip(rows, right, strict=True)
    )
    note = f"<br><small>{escape(about)}</small>" if about else ""
    color = _COLORS.get(name, "currentColor")
    return (
        "<figure style='margin:0'><figcaption style='color:inherit;white-space:nowrap;"
        f"padding:0 0 .2em'>{escape(title)}{note}</figcaption>"
        "<table style='border-collapse:collapse;margin:0;font-size:inherit'>"
        f"<tbody style='border:3px solid {color}'>{body}</tbody></table></figure>"
    )


def _cell(number, right) -> str:
    if right:
        return f"<td style='{_CELL}'>{plain(number)}</td>"
    return f"<td style='{_CELL}'><strong><u>{plain(number)}</u></strong></td>"
