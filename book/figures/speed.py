"""Measured speed in pictures: who is ahead on which layer, the roofline, and rounding."""

from __future__ import annotations

import math

from .measured import FEWER, compared, day, report
from .measured import roof as measured_roof
from .prose import said
from .style import FILTERS, INK, RESULT, Figure, Panel, line, mark, polygon, rect, text

BYTES = 4  # of a float32


def ticks(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, 20, … from `low` to `high`."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [round(step * 10.0**decade, 10) for decade in decades for step in (1, 2, 5)]
    return [tick for tick in every if low <= tick <= high]


def log_scale(low: float, high: float, start: float, end: float):
    """A function from numbers to places on the sheet, by their logarithm."""
    low, high = math.log(low), math.log(high)
    return lambda value: start + (math.log(value) - low) / (high - low) * (end - start)


def ratios(found: dict | None = None, peer="torch", name="PyTorch") -> Figure:
    """For every layer a bar from 1: to the right ours is faster, to the left the other one."""
    found = found or report("cpu")
    rows = compared(found, peer)
    values = [ratio for _, ratio in rows] or [1]
    low, high = min(0.5, 0.9 * min(values)), max(2.0, 1.1 * max(values))
    left, right, step, top = 262.0, 590.0, 22.0, 50.0
    at = log_scale(low, high, left + 8, right)
    bottom = top + step * len(rows)
    parts = []
    for tick in ticks(low, high):
        parts += [
            line(at(tick), top - 6, at(tick), bottom, stroke_opacity=0.9 if tick == 1 else 0.2),
            text(at(tick), top - 12, said(tick), size=11),
        ]
    for k, (words, ratio) in enumerate(rows):
        y, ahead = top + step * k, ratio >= 1
        color = RESULT if ahead else FILTERS
        begin, end = sorted((at(1), at(ratio)))
        parts += [
            text(22, y + 14, k + 1, size=12, anchor="end"),
            text(left, y + 14, words, size=12, anchor="end"),
            rect(
                begin,
                y + 4,
                max(end - begin, 1),
                13,
                fill=color,
                stroke=color,
                fill_opacity=0.5 if ahead else 0.2,
                stroke_dasharray=None if ahead else "3 2",
            ),
            text(end + 4, y + 14, said(ratio), size=11, anchor="start"),
        ]
    parts.append(text(at(1), 14, f"time of {name} / time of ours", size=12))
    slower = [words for words, ratio in rows if ratio < 1]
    return Figure(
        f"Full bars to the right of 1: ours is faster. Dashed bars to the left: {name} is. "
        f"{found['machine']['threads']} thread, float32, measured on "
        f"{day(found['machine']['date'])}.",
        f"A chart of {len(rows)} bars, one for each layer, on a scale of ratios. "
        f"{len(rows) - len(slower)} bars point to the right of 1 and {len(slower)} to the left"
        + (f": {'; '.join(slower)}." if slower else "."),
        Panel(right + 46, bottom + 6, *parts, least_width=430),
    )


def intensity(row: dict) -> float:
    """Arithmetic of the definition for each byte that must be moved: image, filters, results."""
    side = (row["size"] + 2 * row["padding"] - row["kernel"]) // row["stride"] + 1
    window = row["channels"] // row["groups"] * row["kernel"] ** 2
    results = row["batch"] * side**2 * row["maps"]
    pixels = row["batch"] * row["size"] ** 2 * row["channels"]
    return 2 * results * window / (BYTES * (pixels + window * row["maps"] + results))


def roofline(found: dict | None = None) -> Figure:
    """GFLOP/s by the definition's count over arithmetic intensity, under the measured roof."""
    found = found or report("cpu")
    rows, about = found["rows"], found["machine"]
    roof = measured_roof(found)
    bandwidth = about.get("memory_gb_per_s")  # older files were made without it
    xs, ys = [intensity(row) for row in rows], [row["gflops"] for row in rows]
    left, right, top, bottom = 52.0, 600.0, 26.0, 310.0
    across = log_scale(0.7 * min(xs), 1.5 * max(xs), left, right)
    up = log_scale(0.7 * min(*ys, roof), 1.4 * max(*ys, roof), bottom, top)
    parts = [line(left, top, left, bottom), line(left, bottom, right, bottom)]
    for tick in ticks(0.7 * min(xs), 1.5 * max(xs)):
        parts += [
            line(across(tick), bottom, across(tick), bottom + 4),
            text(across(tick), bottom + 18, said(tick), size=11),
        ]
    for tick in ticks(0.7 * min(*ys, roof), 1.4 * max(*ys, roof)):
        parts += [
            line(left, up(tick), right, up(tick), stroke_opacity=0.12),
            text(left - 6, up(tick) + 4, said(tick), size=11, anchor="end"),
        ]
    knee = max(min(roof / bandwidth, 1.5 * max(xs)), 0.7 * min(xs)) if bandwidth else 0.7 * min(xs)
    parts.append(line(across(knee), up(roof), right, up(roof), stroke_width=2.2))
    if bandwidth and knee > 0.7 * min(xs):
        first = max(0.7 * min(xs), 0.7 * min(*ys, roof) / bandwidth)
        parts.append(
            line(across(first), up(first * bandwidth), across(knee), up(roof), stroke_width=2.2)
        )
    parts.append(
        text(
            left + 6, up(roof) - 6, f"matrix product, {said(round(roof))}", size=12, anchor="start"
        )
    )
    parts += dots(rows, [across(x) for x in xs], [up(y) for y in ys])
    parts += [
        text(left - 46, 12, "GFLOP/s, counted by the definition", size=12, anchor="start"),
        text(
            right, bottom + 38, "multiplications and additions for each byte", size=12, anchor="end"
        ),
    ]
    over = [row for row in rows if row["gflops"] > roof]
    honest = [row for row in over if row["method"] in FEWER]
    return Figure(
        "Numbers are the lines of the table. Dots: methods with fewer multiplications than the "
        "definition. Squares: all others. Thick line: what NumPy’s own matrix product reaches on "
        "this machine.",
        f"A chart of {len(rows)} layers. {len(over)} lie above the thick line of "
        f"{said(round(roof))} GFLOP/s, {len(honest)} of them with methods that multiply less.",
        Panel(right + 8, bottom + 44, *parts, least_width=430),
    )


def dots(rows, xs, ys) -> list[str]:
    """A mark for each layer and its number beside it, where no other number stands yet."""
    parts, taken = [], []
    for k, (row, x, y) in enumerate(zip(rows, xs, ys, strict=True), 1):
        if row["method"] in FEWER:
            parts.append(mark("circle", cx=x, cy=y, r=4.5, fill=RESULT, stroke=INK))
        else:
            corners = [(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)]
            parts.append(polygon(corners, fill=FILTERS))
        around = [
            (14, 4),
            (-14, 4),
            (0, -10),
            (0, 18),
            (14, -9),
            (-14, -9),
            (14, 17),
            (-14, 17),
            (26, 4),
            (-26, 4),
            (0, -22),
            (0, 30),
        ]
        free = (
            p
            for p in around
            if all(abs(x + p[0] - a) > 15 or abs(y + p[1] - b) > 11 for a, b in taken)
        )
        dx, dy = next(free, around[0])
        taken += [(x + dx, y + dy), (x, y + 4)]
        parts.append(text(x + dx, y + dy, k, size=11))
    return parts


def rounding(layer_name="3x3", kind="normal") -> Figure:
    """The error of every method on one layer, from benchmarks/results/errors.json."""
    rows = [row for row in report("errors") if (row["layer"], row["image"]) == (layer_name, kind)]
    rows.sort(key=lambda row: row["rms"])
    low, high = 0.5 * min(row["rms"] for row in rows), 2 * max(row["max"] for row in rows)
    left, right, step, top = 108.0, 380.0, 24.0, 50.0
    at, bottom = log_scale(low, high, left + 6, right), top + step * len(rows)
    parts = [text(left, 12, "error / size of the results", size=12, anchor="start")]
    for decade in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        x = at(10.0**decade)
        parts += [
            line(x, top - 6, x, bottom, stroke_opacity=0.2),
            text(x, top - 10, f"1e−{-decade}", size=11),
        ]
    for k, row in enumerate(rows):
        y = top + step * k + 12
        parts += [
            text(left - 4, y + 4, row["method"], size=12, anchor="end"),
            line(at(row["rms"]), y, at(row["max"]), y, stroke_width=2, stroke_opacity=0.5),
            mark("circle", cx=at(row["rms"]), cy=y, r=5, fill=RESULT, stroke=INK),
            polygon(
                [(at(row["max"]) - 4, y + 4), (at(row["max"]), y - 5), (at(row["max"]) + 4, y + 4)],
                fill=FILTERS,
            ),
        ]
    words = ", ".join(f"{row['method']} {row['rms']:.0e}".replace("e-0", "e−") for row in rows)
    return Figure(
        "A layer of 3 × 3 in float32. Dots: the usual error (root mean square). Triangles: the "
        "largest of all results.",
        f"A chart of {len(rows)} methods, from the smallest usual error to the largest: {words}.",
        Panel(right + 12, bottom + 6, *parts),
    )
