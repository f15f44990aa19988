"""What a run on a GPU has found, for people: every row named, or named missing."""

from __future__ import annotations

import math
from pathlib import Path

from benchmarks.gpu_records import read_lines
from benchmarks.gpu_rows import NUMBERS, ROWS, wanted


def last_run(path: Path) -> list[dict]:
    """The records of the newest run in a file."""
    found = read_lines(path)
    newest = max((one["run"] for one in found), default=None)
    return [one for one in found if one["run"] == newest]


def is_record(path: Path) -> bool:
    """Whether a file holds records of this command, at least one."""
    try:
        found = read_lines(path)
        return bool(found) and all("run" in one and "kind" in one for one in found)
    except (OSError, ValueError, TypeError):
        return False


def summary(records: list[dict]) -> str:
    """All of it as text."""
    of = {
        kind: [one for one in records if one["kind"] == kind]
        for kind in ("begin", "step", "smoke", "case", "ceilings", "row", "ncu")
    }
    parts = [
        _machine(records),
        _smoke(of["smoke"], of["step"]),
        _cases(of["case"], of["step"]),
        _ceilings(of["ceilings"]),
    ]
    reached = of["ceilings"][-1] if of["ceilings"] else None
    asked = of["begin"][-1]["rows"] if of["begin"] else ""
    rows = [row for row in ROWS if asked in row.name]
    parts += [_precision(name, rows, of["row"], of["step"], reached) for name in NUMBERS]
    parts += [_looked_at(of["ncu"]), _steps(of["step"])]
    return "\n\n".join(part for part in parts if part)


def _machine(records) -> str:
    if not records:
        return "Nothing was recorded."
    machine = records[0]["machine"]
    versions = ", ".join(f"{name} {value}" for name, value in machine["versions"].items() if value)
    return (
        f"{machine['device']}, driver {machine['driver']}; {versions}; commit {machine['commit']}"
    )


def _smoke(found, steps) -> str:
    lines = []
    ended = {
        step["step"].removeprefix("smoke: "): step
        for step in steps
        if step["step"].startswith("smoke: ")
    }
    for rung in dict.fromkeys([*ended, *(one["rung"] for one in found)]):
        mine = [one for one in found if one["rung"] == rung]
        right = ", ".join(one["precision"] for one in mine if one["right"])
        how = ended.get(rung, {"status": "ok"})
        lost = how["status"] not in ("ok", "failed")
        state = f"; {how['status'].upper()}: {_last_line(how)}" if lost else ""
        lines.append(f"  {rung}: runs in {right or 'nothing'}{state}")
        lines += [
            f"    {one['precision']} FAILED: {one['words']}"
            for one in mine
            if not one["right"] and not one["refused"]
        ]
    return "\n".join(["Each rung called once:", *lines]) if lines else ""


def _cases(found, steps) -> str:
    lines = [
        f"  WRONG {one['rung']}, {one['precision']}, {one['case']}: {one['words']}"
        for one in found
        if not one["right"]
    ]
    count = f"{len(found) - len(lines)} of {len(found)} cases right"
    lines += [
        f"  {step['status'].upper()} {step['step']}: {_last_line(step)}; the cases after it MISSING"
        for step in steps
        if step["step"].startswith("correctness") and step["status"] not in ("ok", "failed")
    ]
    return "\n".join([f"Correctness: {count}", *lines]) if found or lines else ""


def _ceilings(found) -> str:
    if not found:
        return "What the GPU reaches: MISSING"
    one = found[-1]
    speeds = ", ".join(f"{name} {value:.3g} TFLOP/s" for name, value in one["tflops"].items())
    missing = f"; missing: {', '.join(one['missing'])}" if one["missing"] else ""
    return f"This GPU reaches {one['copy_tb']:.3g} TB/s in a copy, {speeds} in products{missing}"


def _precision(name: str, rows, found, steps, reached) -> str:
    """The table of one kind of numbers, and the mean of the layers that it holds."""
    numbers, lines, ratios, missing = NUMBERS[name], [], [], []
    for row in rows:
        if name not in wanted(row):
            continue
        measured = [one for one in found if (one["row"], one["precision"]) == (row.name, name)]
        if not measured:
            why = _why(row.name, steps)
            lines.append(f"  {row.name:28} MISSING: {why}")
            missing += [f"{row.name} ({why})"] if row.group == "layers" else []
            continue
        lines += _row(measured[-1], numbers, reached)
        ratio = ratio_of(measured[-1])
        if row.group != "layers":
            continue
        if ratio is None:
            missing.append(f"{row.name} ({_lacks(measured[-1])})")
        else:
            ratios.append(ratio)
    if not lines:
        return ""
    return "\n".join([f"{numbers.words}:", *lines, "  " + mean(ratios, missing, numbers.goal)])


def mean(ratios: list[float], missing: list[str], goal: float | None) -> str:
    """The geometric mean of speeds against cuDNN, with how many layers it holds and which not."""
    count = len(ratios) + len(missing)
    without = f"; missing: {', '.join(missing)}" if missing else ""
    if not ratios:
        return f"against cuDNN: no mean, of {count} layers{without}"
    value = math.exp(sum(map(math.log, ratios)) / len(ratios))
    wish = f" (goal {goal})" if goal else ""
    return f"{value:.2f} × cuDNN's speed{wish} over {len(ratios)} of {count} layers{without}"


def times_of(row: dict) -> dict[str, float]:
    """Of the whole call for the rows of latency, else of the device."""
    return row.get("call_milliseconds") or row["milliseconds"]


def ratio_of(row: dict) -> float | None:
    """Speed of the method that is chosen, against cuDNN's better layout."""
    times = times_of(row)
    ours, theirs = times.get(row.get("chosen")), times.get("cudnn")
    return theirs / ours if ours and theirs else None


def _lacks(row: dict) -> str:
    if row.get("chosen") not in times_of(row):
        return f"{row.get('chosen')}: {row['wrong'].get(row.get('chosen'), 'not measured')}"
    return row["wrong"].get("cudnn") or row.get("torch") or "cuDNN was not measured"


def _row(row: dict, numbers, reached) -> list[str]:
    times, chosen = times_of(row), row.get("chosen")
    line = f"  {row['row']:28} "
    if chosen in times:
        speed = row["flops"] / times[chosen] / 1e9
        line += f"{chosen} {times[chosen]:.3f} ms, {speed:.3g} TFLOP/s"
        if reached:
            peak = reached["tflops"].get(numbers.ceiling)
            line += f" = {100 * speed / peak:.0f} % of a product" if peak else ""
            rate = row["bytes"] / times[chosen] / 1e9
            line += f", {100 * rate / reached['copy_tb']:.0f} % of a copy"
    else:
        line += f"{chosen} MISSING: {_lacks(row)}"
    ratio = ratio_of(row)
    line += f"; {ratio:.2f} × cuDNN" if ratio else "; cuDNN missing"
    others = [f"{n} {t:.3f}" for n, t in times.items() if n not in (chosen, "cudnn")]
    lines = [line + f"; L2 {row['l2'].split(',')[0]}"]
    lines += [f"      also: {', '.join(others)} ms"] if others else []
    lines += [f"      WRONG {name}: {words}" for name, words in row["wrong"].items()]
    refused = "; ".join(f"{name} ({words})" for name, words in row["refused"].items())
    return lines + ([f"      refused by {refused}"] if refused else [])


def _why(name: str, steps) -> str:
    """Why a row has no figure: its step failed, or was left out."""
    for step in steps:
        if step["step"].startswith(f"table: {name},") and step["status"] != "ok":
            return f"{step['status']}: {_last_line(step)}"
    return "its step did not run"


def _last_line(step: dict) -> str:
    lines = step["last_words"].splitlines() or ["it said nothing"]
    return next((line for line in lines if line.startswith("missing")), lines[-1])[:160]


def _looked_at(found) -> str:
    lines = [
        f"  {one['rung']}: {', '.join(f'{n} {v}' for n, v in one['metrics'].items())}"
        for one in found
    ]
    return "\n".join(["What ncu counted:", *lines]) if lines else ""


def _steps(found) -> str:
    """All that went wrong with a step, or was left out."""
    ok = sum(one["status"] == "ok" for one in found)
    lines = [
        f"  {one['status'].upper()} {one['step']}: {_last_line(one)}"
        for one in found
        if one["status"] != "ok"
    ]
    return "\n".join([f"{ok} of {len(found)} steps ended well", *lines])
