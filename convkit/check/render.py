"""A verdict as plain text, and as HTML that reads in light and dark, aloud and without color."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from convkit.check.compare import plain
from convkit.check.planes import planes
from convkit.check.sections import SECTIONS
from convkit.check.tables import example_html

if TYPE_CHECKING:
    from convkit.check.verdict import Example, PartResult, Verdict


def text(verdict: Verdict) -> str:
    """The verdict for a terminal, and for whoever reads notebooks without HTML."""
    lines = [headline(verdict), "", verdict.message]
    if len(verdict.parts) > 1:
        lines += ["", *(part_line(part) for part in verdict.parts)]
    if verdict.example:
        lines += ["", *example_lines(verdict.example)]
    if verdict.section and not verdict.passed:
        lines += ["", f"Read again: {SECTIONS[verdict.section]}"]
    if verdict.explained:
        lines.append("What is it called, and what to do? verdict.reveal() tells.")
    if verdict.numbers:
        lines += ["", f"({verdict.numbers})"]
    return "\n".join(lines)


def html(verdict: Verdict) -> str:
    """The verdict for a notebook. Only borders carry color, and every sign has its word."""
    color = "#009E73" if verdict.passed else "#D55E00"
    body = [
        f"<p style='margin:0 0 .5em'><strong>{escape(headline(verdict))}</strong></p>",
        f"<p style='margin:0 0 .5em'>{_paragraph(verdict.message)}</p>",
    ]
    if len(verdict.parts) > 1:
        items = "".join(f"<li>{escape(part_line(part))}</li>" for part in verdict.parts)
        body.append(f"<ul style='margin:0 0 .5em;padding-left:0;list-style:none'>{items}</ul>")
    if verdict.example:
        body.append(example_html(verdict.example))
    if verdict.section and not verdict.passed:
        body.append(
            f"<p style='margin:0 0 .5em'>Read again: {escape(SECTIONS[verdict.section])}</p>"
        )
    if verdict.explained:
        body.append(
            "<details><summary style='cursor:pointer;min-height:24px;display:list-item'>"
            "What is it called, and what to do?</summary>"
            f"<p style='margin:.5em 0'>{_paragraph(reveal(verdict))}</p></details>"
        )
    if verdict.numbers:
        body.append(f"<p style='margin:0'><small>{escape(verdict.numbers)}</small></p>")
    return (
        f"<section aria-label='Check of exercise {escape(verdict.exercise)}' "
        f"style='border-left:6px solid {color};padding:.25em 0 .25em 1em;margin:.5em 0;"
        f"max-width:44em;line-height:1.5'>{''.join(body)}</section>"
    )


def headline(verdict: Verdict) -> str:
    """The first line: which exercise, right or not yet, how many points."""
    points = f"{plain(verdict.points)} of {plain(verdict.max_points)} points"
    if verdict.passed:
        state = "✓ right"
    else:
        state = "◐ partly right" if verdict.points else "✗ not yet"
    return f"{verdict.exercise} {verdict.title} · {state} · {points}"


def part_line(part: PartResult) -> str:
    """One part, with a sign and a word."""
    state = "✓ right" if part.passed else "✗ not yet"
    unit = "point" if part.points == 1 else "points"
    return f"{state}: {part.title} ({plain(part.points)} {unit})"


def reveal(verdict: Verdict) -> str:
    """Names and explanations: of one mistake, of two together, or of two that look alike."""
    told = []
    for group in verdict.explained:
        names = " together with ".join(mistake.name for mistake in group)
        told.append(f"{names}.\n" + "\n".join(mistake.why for mistake in group))
    start = "This looks like "
    if len(told) == 1:
        return start + told[0]
    return start + "\nOr it looks like ".join(told) + "\nYour answer alone cannot tell which."


def example_lines(example: Example) -> list[str]:
    """The smallest example: the inputs, then expected and got."""
    lines = ["A small example that shows it:"]
    for name, value in example.inputs.items():
        lines += _named(name, value)
    lines.append(f"  {example.call}")
    lines += _named("expected", example.expected, example.like)
    if isinstance(example.got, str):
        return [*lines, f"  got       {example.got}"]
    return lines + _named("got", example.got, example.like)


def _named(name, value, like="") -> list[str]:
    """`name` and its value; an array by rows, a box channel by channel."""
    array = np.asarray(value)
    if array.ndim == 0:
        return [
            f"  {name:<9} {plain(value)}" if array.dtype.kind in "biuf" else f"  {name} {value}"
        ]
    if array.size == 0:
        return [f"  {name} is empty, shape {array.shape}"]
    if array.ndim == 1:
        return [f"  {name:<9} {' '.join(map(plain, array))}"]
    kind = ", uint8" if array.dtype == np.uint8 else ""
    if array.ndim == 2:
        return [f"  {name}, shape {array.shape}{kind}", *_rows(array)]
    lines = [f"  {name}, shape {array.shape}{kind}"]
    for label, index in planes(name, array, like):
        lines += [f"    {label}", *_rows(array[index])]
    return lines


def _rows(array) -> list[str]:
    written = [[plain(number) for number in row] for row in array]
    width = max(len(number) for row in written for number in row)
    return ["      " + " ".join(number.rjust(width) for number in row) for row in written]


def _paragraph(words: str) -> str:
    return escape(words).replace("\n", "<br>")
