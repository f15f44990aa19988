"""Due dates, extensions, and what lateness costs."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from convkit.check import renumbered
from grading.roster import RosterError, read_records, read_time, safe_id

_UNITS = {"m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400, "w": 604800}


@dataclass(frozen=True)
class Rule:
    """A share of the points for each step of lateness begun, after a time of grace."""

    share: float = 0.0
    step: float = 86400.0
    most: float = 1.0
    grace: float = 0.0
    closed: float | None = None  # after so many seconds nothing counts

    def penalty(self, seconds: float) -> float:
        """The share of the points that is taken off, from 0 to 1.

        Examples
        --------
        >>> rule = read_rule("10%/day, max 50%, grace 15m, closed 7d")
        >>> [rule.penalty(s) for s in (0, 600, 3600, 86400 + 1, 6 * 86400, 8 * 86400)]
        [0.0, 0.0, 0.1, 0.2, 0.5, 1.0]
        """
        if seconds <= self.grace:
            return 0.0
        if self.closed is not None and seconds > self.closed:
            return 1.0
        steps = -(-seconds // self.step)
        return round(min(self.most, self.share * steps), 10)


def read_rule(text: str) -> Rule:
    """A rule from words such as "10%/day, max 50%, grace 15m, closed 7d", or "none".

    Raises
    ------
    ValueError
        With the word that is not understood.
    """
    rule = {}
    for word in filter(None, (part.strip() for part in text.lower().split(","))):
        rate = re.fullmatch(r"([\d.]+)\s*%\s*(?:/|per)\s*([a-z]+?)s?", word)
        most = re.fullmatch(r"max(?:imum)?\s*=?\s*([\d.]+)\s*%", word)
        span = re.fullmatch(r"(grace|closed)\s*=?\s*([\d.]+)\s*([a-z]+?)s?", word)
        if rate and rate[2] in _UNITS:
            rule |= {"share": float(rate[1]) / 100, "step": float(_UNITS[rate[2]])}
        elif most:
            rule["most"] = float(most[1]) / 100
        elif span and span[3] in _UNITS:
            rule[span[1]] = float(span[2]) * _UNITS[span[3]]
        elif word != "none":
            raise ValueError(
                f"{word!r} is no rule for lateness; write for example "
                "'10%/day, max 50%, grace 15m, closed 7d'"
            )
    return Rule(**rule)


@dataclass(frozen=True)
class Extension:
    """One student's own due date, or a longer time to work."""

    due: datetime.datetime | None = None
    multiplier: float = 1.0


def read_extensions(path: Path, assignment: str) -> dict[str, Extension]:
    """Student → Extension, from a CSV with student, assignment, due, time multiplier."""
    found = {}
    for number, cells in read_records(path, "student"):
        named = cells.get("assignment", "")
        if renumbered.ASSIGNMENTS.get(named) == assignment:
            raise RosterError(f"{path}, line {number}: {renumbered.assignment(named)}")
        if named not in (assignment, "*", ""):
            continue
        due = read_time(cells.get("due", ""))
        if cells.get("due") and due is None:
            raise RosterError(f"{path}, line {number}: {cells['due']!r} is no time")
        try:
            multiplier = float(cells.get("time multiplier") or 1)
        except ValueError:
            multiplier = 0
        if multiplier < 1:
            raise RosterError(
                f"{path}, line {number}: the time multiplier is a number from 1 upwards"
            )
        found[safe_id(cells.get("student", ""))] = Extension(due, multiplier)
    return found


def due_for(extension: Extension | None, due, opens):
    """A student's due date.

    With a multiplier the time from `opens` to `due` is stretched; a date of their own counts if
    it is later.
    """
    if due is None or extension is None:
        return extension.due if extension and due is None else due
    stretched = due
    if opens and extension.multiplier > 1:
        stretched = opens + (due - opens) * extension.multiplier
    return max(filter(None, (due, stretched, extension.due)))


def seconds_late(time, due) -> float:
    """How late a submission is; 0 without a time or a due date."""
    return max(0.0, (time - due).total_seconds()) if time and due else 0.0
