"""What the committed benchmarks say, and the sentences that follow from it.

Nothing here knows a result: with other numbers in benchmarks/results the sentences change with
them. A file that is not there gives None, and the page says so.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from convkit import METHODS

from .prose import said

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"
# Methods that multiply less, and so round more.
FEWER = {name for name, one in METHODS.items() if one.larger_rounding and one.device == "cpu"}
LEVEL = 0.03  # ratios this near to 1 are called level: a second run would move them


def report(name: str, folder: Path = RESULTS) -> dict | None:
    """One of the JSON files of benchmarks/, or None if nobody has measured it."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def day(iso: str) -> str:
    """A date as prose writes it.

    >>> day("2026-03-05")
    '5 March 2026'
    """
    then = date.fromisoformat(iso[:10])
    return f"{then.day} {then:%B %Y}"


def machine(found: dict) -> str:
    """The machine, the day and the versions, without which a figure says nothing."""
    about = found["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return (
        f"{about['processor']}, {about['threads']} of {about['cores']} cores, {about['blas']}, "
        f"Python {about['python']}, {versions}; {day(about['date'])}"
    )


def layer(row: dict) -> str:
    """A row of the benchmark in words: image, maps, kernel and what else is special."""
    words = f"{row['size']}² × {row['channels']} → {row['maps']}, {row['kernel']} × {row['kernel']}"
    if row["groups"] > 1:
        words += ", depthwise" if row["groups"] == row["channels"] else f", {row['groups']} groups"
    if row["stride"] > 1:
        words += f", stride {row['stride']}"
    return words + (f", {row['batch']} images" if row["batch"] > 1 else "")


def compared(found: dict, peer="torch") -> list[tuple[str, float]]:
    """(layer, time of the peer / ours) for all rows in which the peer took part."""
    return [(layer(r), r["ratio"][peer]) for r in found["rows"] if r["ratio"].get(peer)]


def place(ratio: float) -> str:
    """Ours beside the other one, in a word."""
    if abs(ratio - 1) < LEVEL:
        return "level"
    return "faster" if ratio > 1 else "slower"


def verdict(found: dict, peer="torch", name="PyTorch", most=99) -> str:
    """Who is faster where, in plain sentences: the slow rows by their names, `most` of them."""
    ratios = compared(found, peer)
    if not ratios:
        return f"{name} was not installed where this was measured, so there is nothing to compare."
    split = {
        word: [one for one in ratios if place(one[1]) == word]
        for word in ("faster", "level", "slower")
    }
    count = len(ratios)
    sentences = [f"Against {name}, ours is faster in {len(split['faster'])} of {count} layers"]
    if split["level"]:
        sentences[0] += f" and level in {len(split['level'])}"
    sentences[0] += "."
    if split["slower"]:
        worst = sorted(split["slower"], key=lambda one: one[1])
        named = "; ".join(
            f"{words} ({said(1 / ratio)} times the time)" for words, ratio in worst[:most]
        )
        first = ", most of all in" if len(worst) > most else ":"
        sentences.append(f"It is slower in {len(worst)}{first} {named}.")
    else:
        sentences.append("It is slower in none.")
    return " ".join(sentences)


def mean(found: dict) -> str:
    """The geometric mean of all ratios, as a sentence; empty if there was nobody to compare."""
    value = found.get("geometric_mean_torch")
    if not value:
        return ""
    other = "ours takes less time" if value > 1 else "ours takes more time"
    return (
        f"The geometric mean of (time of PyTorch) / (time of ours) over all layers is "
        f"{said(value)}: on the whole {other}."
    )


def single_calls(found: dict) -> str:
    """What a call without a plan costs, in which filters are transformed again."""
    rows = [row for row in found["rows"] if row["unplanned"]]
    if not rows:
        return ""
    slower = [row for row in rows if row["unplanned"] < 1]
    worst = min(rows, key=lambda row: row["unplanned"])
    return (
        f"Called once, without a plan, ours is behind PyTorch in {len(slower)} of {len(rows)} "
        f"layers; furthest in {layer(worst)}, with {said(1 / worst['unplanned'])} times the time."
    )


def number(value: float) -> str:
    """Milliseconds or GFLOP/s with three figures at most."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.1 else f"{value:.3f}"


def scaling(one: dict, two: dict) -> str:
    """What more threads bring and where they cost, as sentences."""
    before = {row["name"]: row["ms"]["convkit"] for row in one["rows"]}
    gains = [
        (layer(row), before[row["name"]] / row["ms"]["convkit"], row["ms"]["convkit"])
        for row in two["rows"]
        if row["name"] in before
    ]
    count, lost = two["machine"]["threads"], [g for g in gains if g[1] < 1]
    best = max(gains, key=lambda gain: gain[1])
    text = (
        f"The largest gain of {count} threads over one is {said(best[1])} times ({best[0]}). "
        f"In {len(lost)} of {len(gains)} layers {count} threads are slower than one"
    )
    return text + (": " + "; ".join(words for words, _, _ in lost) + "." if lost else ".")


def roof(found: dict) -> float:
    """What NumPy's matrix product reaches where this was measured, in GFLOP/s."""
    return max(found["machine"]["sgemm_gflops"].values())


def under_the_roof(found: dict) -> str:
    """Which layers lie above the line of the roofline, and why they may."""
    over = [row for row in found["rows"] if row["gflops"] > roof(found)]
    fewer = [row for row in over if row["method"] in FEWER]
    rest = [layer(row) for row in over if row["method"] not in FEWER]
    least = min(found["rows"], key=lambda row: row["gflops"])
    text = f"{len(over)} of {len(found['rows'])} layers lie above the line."
    if fewer:
        text += (
            " They do not break it: they"
            if not rest
            else f" {len(fewer)} of them do not break it: they"
        ) + " make fewer multiplications than are counted."
    if rest:
        text += f" Above it without that, by a better shape of their products: {'; '.join(rest)}."
    text += f" Furthest below is {layer(least)}, at {number(least['gflops'])} GFLOP/s."
    if "memory_gb_per_s" not in found["machine"]:
        text += (
            " (The left part of a roofline slopes, where memory is the limit. The speed of this "
            "machine’s memory was not measured, so that part is not drawn.)"
        )
    return text


def channels_last(found: dict) -> str:
    """Which memory layout suits PyTorch, as a sentence."""
    pairs = [
        (row["ms"].get("torch channels last"), row["ms"].get("torch channels first"))
        for row in found["rows"]
    ]
    pairs = [(last, first) for last, first in pairs if last and first]
    if not pairs:
        return ""
    sooner = sum(last < first for last, first in pairs)
    return f"It was the faster of the two for PyTorch in {sooner} of {len(pairs)} layers above."


def narrower(one: dict, narrow: dict | None) -> str:
    """What kernels for narrower vectors do to ours, as sentences."""
    if not narrow:
        return ""
    before = {row["name"]: row["ms"]["convkit"] for row in one["rows"]}
    longer = [
        row["ms"]["convkit"] / before[row["name"]]
        for row in narrow["rows"]
        if row["name"] in before
    ]
    kind = narrow["machine"]["blas"].split()[-1]
    return (
        f"Not every processor has vectors of 16 numbers. Told to use its kernels for {kind}, "
        f"NumPy’s matrix product falls from {said(round(roof(one)))} to "
        f"{said(round(roof(narrow)))} GFLOP/s on the same machine, and ours takes "
        f"{said(min(longer))} to {said(max(longer))} times as long."
        + (
            f" PyTorch, told the same, takes {said(narrow['geometric_mean_torch'])} times as long "
            f"as ours in the geometric mean; with its widest vectors it was "
            f"{said(one['geometric_mean_torch'])} times."
            if narrow["machine"].get("torch_isa") == "AVX2"
            else ""
        )
    )


def other_ways(found: dict | None) -> str:
    """What a depthwise layer costs, done in one way and another, as a sentence."""
    if not found:
        return ""
    times = dict(found["ms"])
    ours, copy = times.pop("convkit (einsum)"), times.pop("copying the image")
    torch = times.pop("torch channels last", None)
    fastest = min(times.values())
    return (
        f"For 112² × 96 and 3 × 3 it takes {said(ours)} ms; copying the image alone takes "
        f"{said(copy)} ms"
        + (f", and PyTorch’s whole layer {said(torch)} ms" if torch else "")
        + f". The best of {len(times)} other ways takes {said(fastest)} ms."
    )


def one_core(found: dict) -> str:
    """Billions of multiplications that one core makes in a second; half of the operations."""
    return said(round(roof(found) / found["machine"]["threads"] / 2))
