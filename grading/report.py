"""What the instructor sees: a progress line, a summary, a table."""

from __future__ import annotations

import csv
import io
import sys
import time
from collections import Counter
from pathlib import Path

from grading.course import write_atomically
from grading.intake import Intake, printable


class Progress:
    """One line that grows on a terminal; a line now and then elsewhere."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stderr
        self.began = self.last = time.monotonic()
        self.live = self.stream.isatty()

    def __call__(self, done: int, all_of_them: int, entry: dict | None):
        now = time.monotonic()
        if done < all_of_them and now - self.last < (0.1 if self.live else 10):
            return
        self.last = now
        left = (now - self.began) / max(done, 1) * (all_of_them - done)
        filled = round(24 * done / max(all_of_them, 1))
        name = printable(entry["student"])[:20] if entry else ""
        line = f"[{'#' * filled:24}] {done}/{all_of_them}, {left:.0f} s left  {name}"
        end = "\r" if self.live and done < all_of_them else "\n"
        self.stream.write(("\x1b[K" if self.live else "") + line + end)
        self.stream.flush()


def points(entry: dict, by_hand: dict | None = None) -> tuple[float, bool]:
    """The points of an entry so far, and whether something waits for a person."""
    scores = _scores(entry, by_hand or {}).values()
    return sum(s for s in scores if s is not None), any(s is None for s in scores)


def _scores(entry, by_hand):
    """(notebook, cell) → points; what a person gave goes before what a machine gave."""
    return {
        (name, cell): by_hand.get(name, {}).get("scores", {}).get(cell, score)
        for name, notebook in entry["notebooks"].items()
        for cell, score in notebook["scores"].items()
    }


def trouble(entry: dict) -> str:
    """What went wrong with a submission, in words; empty if nothing did."""
    several = len(entry["notebooks"]) > 1
    words = []
    for name, notebook in entry["notebooks"].items():
        for remark in notebook["remarks"]:
            words.append(f"{name}: {remark}" if several else remark)
    return " ".join(dict.fromkeys(words))


def summary(outcome: dict, intake: Intake, kind: str, seconds: float) -> str:
    """A page of text: who, points, what went wrong, who matched nobody."""
    entries = outcome["entries"]
    lines = [
        f"{len(entries)} students: {outcome['graded']} submissions graded, "
        f"{outcome['kept']} unchanged, in {seconds:.0f} s. Sandbox: {kind}."
    ]
    if kind == "none":
        lines.append("WITHOUT A SANDBOX: student code ran with your rights.")
    table = [(points(e), s, trouble(e)) for s, e in entries.items()]
    odd = [(s, p, t) for p, s, t in table if t]
    if odd:
        lines += ["", "To look at:"]
        lines += [f"  {printable(s):20} {p[0]:6g} points  {t}" for s, p, t in sorted(odd)]
    waiting = sum(p[1] for p, _, _ in table)
    if waiting:
        lines += ["", f"{waiting} wait for a person to read a written answer (formgrader)."]
    silent = sorted(
        printable(student)
        for student, entry in entries.items()
        if any(notebook.get("silent") for notebook in entry["notebooks"].values())
    )
    if silent:
        lines += [
            "",
            f"{len(silent)} did not say what helped them (not scored): "
            f"{', '.join(silent[:12])}{', …' if len(silent) > 12 else ''}.",
        ]
    mistakes = Counter(
        f"{exercise} {mistake}"
        for entry in entries.values()
        for notebook in entry["notebooks"].values()
        for exercise, mistake in notebook["mistakes"].items()
    )
    if mistakes:
        lines += ["", "Most frequent mistakes:"]
        lines += [f"  {count:4} × {name}" for name, count in mistakes.most_common(8)]
    if outcome["changes"]:
        lines += ["", f"{len(outcome['changes'])} scores changed, see changes.csv."]
    if intake.unmatched:
        lines += ["", "Matched nobody, or no notebook:"]
        lines += [f"  {line}" for line in intake.unmatched]
    if intake.notes:
        lines += ["", "Not read:", *(f"  {line}" for line in intake.notes)]
    return "\n".join(lines)


def table(path: Path, entries: dict, people: dict, shares: dict, by_hand: dict):
    """One line for each student: points by question, total after lateness, what went wrong."""
    columns: list[tuple[str, str]] = []
    for entry in entries.values():
        for name, notebook in entry["notebooks"].items():
            columns += [(name, cell) for cell in notebook["scores"] if (name, cell) not in columns]
    text = io.StringIO()
    writer = csv.writer(text)
    several = len({name for name, _ in columns}) > 1
    writer.writerow(
        [
            "student",
            "last_name",
            "first_name",
            "points",
            "late_share",
            "total",
            "waits_for_a_person",
            "token",
            "sandbox",
            "remarks",
            *(f"{name}:{cell}" if several else cell for name, cell in columns),
        ]
    )
    for student in sorted({*entries, *people}):
        names = people.get(student, ["", ""])
        entry = entries.get(student)
        if entry is None:
            writer.writerow(
                [_cell(student), *map(_cell, names), 0, "", 0, "", "", "", "nothing handed in"]
            )
            continue
        hand, share = by_hand.get(student, {}), shares.get(student, 0)
        got, waiting = points(entry, hand)
        token = " ".join(dict.fromkeys(n["token"] for n in entry["notebooks"].values()))
        found = _scores(entry, hand)
        scores = [found.get(column) for column in columns]
        writer.writerow(
            [
                _cell(student),
                *map(_cell, names),
                f"{got:g}",
                f"{share:g}",
                f"{got * (1 - share):g}",
                "yes" if waiting else "",
                token,
                entry["sandbox"],
                _cell(trouble(entry)),
                *("" if score is None else f"{score:g}" for score in scores),
            ]
        )
    write_atomically(path, text.getvalue().encode("utf-8-sig"))


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" and text else text
