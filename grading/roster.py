"""Who is in the course: a CSV of any of the usual kinds, and the groups."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

# Our name for a column → what registries and learning platforms call it.
_COLUMNS = {
    "id": ("id", "student_id", "student", "sis login id", "username", "login", "id number"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "surname", "family name", "lastname"),
    "full_name": ("name", "full name", "full_name", "student name"),
    "email": ("email", "email address", "e-mail"),
    "canvas": ("canvas_id", "canvas id"),
    "moodle": ("identifier", "moodle_id", "participant"),
    "time": ("last modified (submission)", "timestamp", "submitted", "submitted at"),
}


@dataclass
class Person:
    """One student, and every name under which a submission of theirs may come."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    keys: set = field(default_factory=set)  # of learning platforms
    time: str | None = None

    def columns(self) -> dict:
        """What the gradebook keeps."""
        found = {"first_name": self.first_name, "last_name": self.last_name, "email": self.email}
        return {key: value for key, value in found.items() if value}


class RosterError(Exception):
    """The roster cannot be used; the message says where."""


def read_roster(path: Path) -> dict[str, Person]:
    """Id → Person, from a CSV with a header (our columns, Canvas' or Moodle's), or bare ids."""
    text = decode(path.read_bytes())
    lines = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if not lines:
        raise RosterError(f"{path} is empty")
    header = [cell.strip().lower() for cell in lines[0]]
    if "sis user id" in header or "points possible" in " ".join(map(" ".join, lines[1:3])).lower():
        return _canvas(header, lines[1:])
    columns = {}
    for ours, theirs in _COLUMNS.items():
        for name in theirs:
            if name in header and ours not in columns:
                columns[ours] = header.index(name)
    if "id" not in columns:
        if "moodle" in columns or "email" in columns:
            columns["id"] = columns.get("email", columns.get("moodle"))
        else:  # no header: the first column holds the ids
            columns, lines = {"id": 0}, [[], *lines]
    people = {}
    for row in lines[1:]:
        cells = {ours: _at(row, place) for ours, place in columns.items()}
        if not cells["id"] or cells["id"].startswith("#"):
            continue
        person = _person(cells)
        if person.id in people:
            raise RosterError(f"{path}: {person.id!r} occurs twice")
        people[person.id] = person
    return people


def _canvas(header, rows):
    """The gradebook that Canvas exports: Student, ID, SIS User ID, SIS Login ID, …"""
    people = {}
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        name, canvas = cells.get("student", "").strip(), cells.get("id", "").strip()
        login = cells.get("sis login id", "").strip() or cells.get("sis user id", "").strip()
        if not canvas:  # the line of possible points
            continue
        last, _, first = name.partition(",")
        person = Person(safe_id(login or canvas), first.strip() or None, last.strip() or None)
        person.keys |= {canvas, login, cells.get("sis user id", "").strip()} - {""}
        people[person.id] = person
    return people


def _person(cells):
    first, last = cells.get("first_name") or None, cells.get("last_name") or None
    if not (first or last) and cells.get("full_name"):
        first, _, last = cells["full_name"].rpartition(" ")
    person = Person(safe_id(cells["id"]), first, last, cells.get("email") or None)
    person.keys |= {cells["id"], cells.get("canvas", ""), cells.get("email", "")}
    person.keys |= set(re.findall(r"\d+", cells.get("moodle", "")))
    person.keys -= {""}
    person.time = cells.get("time") or None
    return person


def _at(row, place):
    return row[place].strip() if place < len(row) else ""


def read_groups(path: Path) -> dict[str, list[str]]:
    """Group → members, from a CSV with the columns group and student."""
    groups: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(decode(path.read_bytes()))):
        cells = {(key or "").strip().lower(): (value or "").strip() for key, value in row.items()}
        if not cells.get("group") or not cells.get("student"):
            raise RosterError(f"{path}: a line without group or student: {dict(row)}")
        groups.setdefault(cells["group"], []).append(safe_id(cells["student"]))
    return groups


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


def plain(text: str) -> str:
    """Letters and digits only, without accents and capitals: to compare names."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in text if letter.isalnum())


def decode(data: bytes) -> str:
    """Text of a spreadsheet's CSV in whatever encoding it was saved."""
    for encoding in (
        ("utf-16", "utf-8-sig") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


_TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p", "%d/%m/%Y %H:%M",
)  # fmt: skip


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
