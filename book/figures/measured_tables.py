"""The tables of chapter 13: every row of the committed benchmarks, none left out."""

from __future__ import annotations

from .measured import day, layer, number, place
from .prose import said
from .tables import Table


def table(found: dict) -> Table:
    """Every row: method, times, ratio, GFLOP/s."""
    rows = []
    for k, row in enumerate(found["rows"], 1):
        times = [ms for name, ms in row["ms"].items() if name.startswith("torch")]
        ratio = row["ratio"].get("torch")
        rows.append(
            (
                f"{k}",
                layer(row),
                row["method"],
                place(ratio) if ratio else "–",
                number(row["ms"]["convkit"]),
                number(min(times)) if times else "–",
                said(ratio) if ratio else "–",
                number(row["gflops"]),
            )
        )
    head = (
        "line",
        "layer",
        "method",
        "ours is",
        "ours, ms",
        "PyTorch, ms",
        "PyTorch / ours",
        "GFLOP/s",
    )
    caption = (
        f"Planned, float32, {found['machine']['threads']} thread; {day(found['machine']['date'])}."
    )
    return Table(caption, head, tuple(rows), right=4)


def other_libraries(found: dict) -> Table:
    """The rows in which libraries other than PyTorch took part."""
    peers = list(dict.fromkeys(p for r in found["rows"] for p in r["ratio"] if p != "torch"))
    rows = [
        (
            layer(r),
            r["method"],
            number(r["ms"]["convkit"]),
            *(said(r["ratio"][p]) if r["ratio"].get(p) else "–" for p in peers),
        )
        for r in found["rows"]
        if any(r["ratio"].get(p) for p in peers)
    ]
    names = {"scipy": "SciPy", "opencv": "OpenCV", "jax": "JAX"}
    head = ("layer", "method", "ours, ms", *(f"{names.get(p, p)} / ours" for p in peers))
    return Table("Times of other libraries in times of ours.", head, tuple(rows), 1 + len(peers))


def beside(one: dict, two: dict | None, narrow: dict | None) -> Table:
    """Two threads, and narrower vectors, beside the main table; columns for what was measured."""
    head, rows = ["line", "layer", "1 thread, ms"], []
    times = {
        k: {(r["name"]): r["ms"]["convkit"] for r in found["rows"]}
        for k, found in (("two", two), ("narrow", narrow))
        if found
    }
    ratios = {r["name"]: r["ratio"].get("torch") for r in two["rows"]} if two else {}
    if two:
        count = two["machine"]["threads"]
        head += [f"{count} threads, ms", "gain", f"PyTorch / ours, {count} threads"]
    if narrow:
        head += [f"{narrow['machine']['blas'].split()[-1]} kernels, ms"]
    for k, row in enumerate(one["rows"], 1):
        ours, line = row["ms"]["convkit"], [f"{k}", layer(row), number(row["ms"]["convkit"])]
        if two:
            other, ratio = times["two"].get(row["name"]), ratios.get(row["name"])
            line += [number(other), said(ours / other)] if other else ["–", "–"]
            line += [said(ratio) if ratio else "–"]
        if narrow:
            other = times["narrow"].get(row["name"])
            line += [number(other) if other else "–"]
        rows.append(tuple(line))
    days = dict.fromkeys(day(f["machine"]["date"]) for f in (one, two, narrow) if f)
    caption = f"The same layers on {one['machine']['processor']}, {' and '.join(days)}."
    return Table(caption, tuple(head), tuple(rows), right=len(head) - 2)
