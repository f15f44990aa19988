"""Who is in the course, under names that folders can have; groups; times."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from convkit import roster
from convkit.roster import Person, RosterError, read_rows


def read_roster(path: Path) -> dict[str, Person]:
    """Id → Person, from any roster that `convkit.roster` reads; ids are fit for folders."""
    people = {}
    for person in roster.read_roster(path):
        safe = safe_id(person.id)
        people[safe] = replace(person, id=safe, written=person.id)
    return people


def read_groups(path: Path) -> dict[str, list[str]]:
    """Group → members, from a CSV with the columns group and student."""
    groups: dict[str, list[str]] = {}
    for line, cells in read_records(path, "group", "student"):
        if not cells["group"] or not cells["student"]:
            raise RosterError(
                f"{path}, line {line}: a line without group or student: {cells}. Fill it in, or "
                "delete it."
            )
        groups.setdefault(cells["group"], []).append(safe_id(cells["student"]))
    return groups


def read_records(path: Path, *needed: str) -> list[tuple[int, dict[str, str]]]:
    """(line, column → cell) of a CSV whose first line names its columns.

    Names are in small letters, with spaces for underscores.
    """
    rows = read_rows(path)
    header = [cell.lower().replace("_", " ") for cell in rows[0].cells] if rows else []
    missing = [name for name in needed if name not in header]
    if missing:
        line = rows[0].line if rows else 1
        raise RosterError(
            f"{path}, line {line}: no column {' or '.join(missing)} among {', '.join(header)!r}. "
            f"The first line must name the columns {', '.join(needed)}."
        )
    return [
        (row.line, {name: row.cell(place) for place, name in enumerate(header)}) for row in rows[1:]
    ]


def safe_id(text: str) -> str:
    """An id that can be the name of a folder everywhere.

    Whatever had to be changed carries a mark of what it was, so that two students never become
    one.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    safe = re.sub(r'[\x00-\x1f/\\:*?"<>|\ud800-\udfff]', "_", plain).rstrip(". ")
    if not safe or safe.startswith((".", "-")):
        safe = "_" + safe
    safe = safe.encode()[:120].decode("utf-8", "ignore")
    if safe == plain:
        return safe
    mark = hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{safe}~{mark}"


_TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
    "%A, %d %B %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d/%m/%Y %H:%M",
)


def read_time(text: str) -> datetime.datetime | None:
    """A time in UTC without its zone, as nbgrader keeps them; a time without a zone is UTC."""
    text = re.sub(r"\s+", " ", text.strip().replace(" UTC", "+00:00").replace("Z", "+00:00"))
    if not text or text == "-":
        return None
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        for pattern in _TIMES:
            try:
                time = datetime.datetime.strptime(text, pattern)
                break
            except ValueError:
                continue
        else:
            from dateutil.parser import ParserError, parse

            try:
                time = parse(text)
            except (ParserError, OverflowError):
                return None
    if time.tzinfo:
        time = time.astimezone(datetime.UTC).replace(tzinfo=None)
    return time
