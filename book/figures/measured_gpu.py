"""What benchmarks/gpu.py measured on a GPU, if anybody ran it, and that nobody did otherwise."""

from __future__ import annotations

import json
from pathlib import Path

from .measured import RESULTS, day
from .prose import said
from .tables import Table


def gpu_report(folder: Path = RESULTS) -> dict | None:
    """The newest run on a GPU that has measured a layer, or None."""
    runs: dict[str, list[dict]] = {}
    for path in sorted(folder.glob("gpu-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            if record["kind"] == "row":
                runs.setdefault(record["run"], []).append(record)
    if not runs:
        return None
    rows = runs[max(runs)]
    return {"date": rows[0]["run"][:10], "rows": rows, **rows[0]["machine"]}


def measured_or_not(found: dict | None) -> str:
    """What may be said about speed on a GPU."""
    if found is None:
        return (
            "Nothing has been measured yet. No GPU has run this ladder with its results kept, so "
            "this page shows no speed, and whoever tells you one has it from somewhere else."
        )
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items() if number)
    return (
        f"Measured on one {found['device']} on {day(found['date'])}, driver {found['driver']}, "
        f"{versions}. " + against_cudnn(found)
    )


def against_cudnn(found: dict) -> str:
    """Ours beside cuDNN, the layers on which it is slower counted, for each precision."""
    sentences = []
    for precision in dict.fromkeys(row["precision"] for row in found["rows"]):
        pairs = [times_of(row) for row in found["rows"] if row["precision"] == precision]
        pairs = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
        if pairs:
            slower = sum(ours > theirs for ours, theirs in pairs)
            sentences.append(f"{precision}: slower than cuDNN in {slower} of {len(pairs)} layers.")
    return " ".join(sentences) or "cuDNN was not there to compare with."


def times_of(row: dict) -> tuple[float | None, float | None]:
    """Milliseconds of the rung that `choose_method` takes, and of cuDNN."""
    times = row.get("call_milliseconds") or row["milliseconds"]
    return times.get(row["chosen"]), times.get("cudnn")


def gpu_table(found: dict | None) -> Table | None:
    """Every measured row, or None if there is none."""
    if found is None:
        return None
    rows = []
    for row in found["rows"]:
        ours, theirs = times_of(row)
        tflops = row["tflops"].get(row["chosen"])
        rows.append(
            (
                row["row"],
                row["words"],
                row["chosen"],
                f"{ours:.3f}" if ours else "–",
                f"{theirs:.3f}" if theirs else "–",
                said(theirs / ours) if ours and theirs else "–",
                f"{tflops:.3g}" if tflops else "–",
            )
        )
    head = ("layer", "precision", "rung", "ours, ms", "cuDNN, ms", "cuDNN / ours", "TFLOP/s")
    caption = f"{found['device']}, {day(found['date'])}."
    return Table(caption, head, tuple(rows), right=4)
