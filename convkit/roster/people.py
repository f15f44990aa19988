"""Read a roster: our own columns, bare ids, or what Canvas and Moodle export."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from convkit.roster.columns import find_columns, is_optional
from convkit.roster.table import RosterError, Row, read_rows

_WAY_OUT = (
    "A roster is a CSV file with one student in each line: the id first, or a first line that "
    "names the columns, one of them “id”."
)
_PERSON = ("id", "first_name", "last_name", "full_name", "email", "moodle", "canvas")
# What Moodle writes into its worksheets, in the language of whoever downloads them.
_PARTICIPANT = re.compile(
    r"(?:participant|participante|partecipante|teilnehmer(?:/in|/-in|in)?|deelnemer|deltagare"
    r"|deltager|deltaker|osallistuja|uczestnik|účastník|участник|参加者|参与者)\s*\d+",
    re.IGNORECASE,
)
_TEST_STUDENTS = {"student, test", "test student"}  # Canvas lets instructors look as one
_MOST_LETTERS, _MOST_WORDS = 120, 8  # of an id in a file without a header


@dataclass
class Person:
    """One student, and every name under which a submission of theirs may come.

    Attributes
    ----------
    id : str
        Text, with its zeros; tokens and the numbers of sheets are made of it.
    first_name, last_name, email : str or None
    keys : set of str
        Numbers and names that learning platforms give.
    time : str or None
        When Moodle's worksheet says that the work was handed in.
    written : str
        The id as it stands in the roster, where `id` had to be changed to name a folder.
    line : int
        Where the student stands in the roster.
    """

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    keys: set = field(default_factory=set)
    time: str | None = None
    written: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        """The name to print; may be empty."""
        return " ".join(filter(None, (self.first_name, self.last_name)))

    def columns(self) -> dict:
        """What the gradebook keeps."""
        found = {"first_name": self.first_name, "last_name": self.last_name, "email": self.email}
        return {key: value for key, value in found.items() if value}


def read_roster(path) -> list[Person]:
    """Read the students of a course, in the order of the file.

    Parameters
    ----------
    path : str or Path
        A CSV file (see `read_rows` for what that may be). Its first line may name the columns, in
        one of many languages; without such a line the first cell of each line is the id.

    Returns
    -------
    list of Person
        At least one. Two students of one name are two.

    Raises
    ------
    RosterError
        If there is nobody in it, it is no roster, a student has no id, or two have the same: with
        the line, what stands there, and what to do.
    OSError
        If the file cannot be read.
    """
    rows = read_rows(path)
    if not rows:
        raise RosterError(f"{path} is empty: it names no student. {_WAY_OUT}")
    first = rows[0]
    if first.cells[0].startswith(("{", "[", "<")):
        raise RosterError(
            f"{path}, line {first.line}: {_short(first)} begins no roster. {_WAY_OUT}"
        )
    columns = _header(rows)
    if columns and _is_canvas(rows):
        people = [_canvas_person(row, first.cells) for row in rows[1:]]
        people = [person for person in people if person]
    elif columns:
        people = _people(path, rows, columns)
    else:
        people = [_bare(path, row, first) for row in rows]
    if not people:
        raise RosterError(
            f"{path} names no student: nobody stands below line {first.line}, {_short(first)}. "
            f"{_WAY_OUT}"
        )
    _refuse_twins(path, people)
    return people


def _header(rows) -> dict[str, list[int]]:
    """The columns that the first row names; none if it is a student's."""
    first, found = rows[0], {}
    if any("@" in cell for cell in first.cells):
        return {}
    for ours, places in find_columns(first.cells).items():
        # "student" in every row is a role, not a heading.
        places = [p for p in places if all(r.cell(p) != first.cell(p) for r in rows[1:])]
        if places:
            found[ours] = places
    return found if any(ours in found for ours in _PERSON) else {}


# ---- ids alone


def _bare(path, row, first):
    id_ = row.cells[0]
    if not id_:
        raise RosterError(
            f"{path}, line {row.line}: no id before the first separator in {_short(row)}. Write it "
            "there, or delete the line."
        )
    if len(id_) > _MOST_LETTERS or len(id_.split()) > _MOST_WORDS:
        raise RosterError(
            f"{path}, line {row.line}: {_short(row)} is no id. The file begins with "
            f"{_short(first)}. {_WAY_OUT}"
        )
    return Person(id_, keys={id_}, line=row.line)


# ---- a header


def _people(path, rows, columns):
    header, rows = rows[0], rows[1:]
    places = {ours: found[0] for ours, found in columns.items()}
    if "moodle" not in places:
        places |= _participants(rows, columns.get("id", []))
    ids = _id_columns(header, rows, columns, places)
    if not ids:
        raise RosterError(
            f"{path}, line {header.line}: no column of {_short(header)} holds ids. Call the one "
            "that does “id”."
        )
    if "moodle" not in places and not is_optional(header.cells[ids[0]]):
        ids = ids[:1]  # whoever has no id there was forgotten
    people = []
    for row in rows:
        id_ = next((row.cell(place) for place in ids if row.cell(place)), "")
        person = _person(row, id_, places)
        if id_:
            people.append(person)
        elif person.name or person.email:
            raise RosterError(
                f"{path}, line {row.line}: {_short(row)} has no id in the column "
                f"“{header.cells[ids[0]]}”. Write one there, or delete the line."
            )
    return people


def _participants(rows, ids) -> dict[str, int]:
    """Moodle's column of "Participant 1001" where it is called ID or the like."""
    for place in ids:
        cells = [row.cell(place) for row in rows if row.cell(place)]
        if cells and all(map(_PARTICIPANT.fullmatch, cells)):
            return {"moodle": place}
    return {}


def _id_columns(header, rows, columns, places) -> list[int]:
    """Where ids stand, best first: not where nobody has one, nor a number of Moodle's alone."""
    moodle = places.get("moodle")
    ids = [p for p in columns.get("id", []) if p != moodle]
    ids += [places[ours] for ours in ("email", "moodle") if ours in places]
    if not ids and len(header.cells) == 1:
        ids = [0]
    filled = [p for p in ids if any(row.cell(p) for row in rows)]
    return filled or ids


def _person(row: Row, id_, places):
    cells = {ours: row.cell(place) for ours, place in places.items()}
    first, last = cells.get("first_name") or None, cells.get("last_name") or None
    if not (first or last) and cells.get("full_name"):
        first, last = _names(cells["full_name"])
    keys = {id_, cells.get("canvas", ""), cells.get("email", "")}
    keys |= set(re.findall(r"\d+", cells.get("moodle", "")))
    return Person(
        id_,
        first,
        last,
        cells.get("email") or None,
        keys - {""},
        cells.get("time") or None,
        line=row.line,
    )


def _names(full):
    """First and last name, of "Ada Lovelace" or "Lovelace, Ada"."""
    last, comma, first = full.partition(",")
    if not comma:
        first, _, last = full.rpartition(" ")
    return first.strip() or None, last.strip() or None


# ---- Canvas


def _is_canvas(rows) -> bool:
    header = [cell.lower() for cell in rows[0].cells]
    points = any("points possible" in cell.lower() for row in rows[1:3] for cell in row.cells)
    return "sis user id" in header or {"student", "sis login id"} <= set(header) or points


def _canvas_person(row, header):
    """A student of the gradebook that Canvas exports: Student, ID, SIS User ID, SIS Login ID, …"""
    named = dict(zip((cell.lower() for cell in header), row.cells, strict=False))
    canvas, user = named.get("id", ""), named.get("sis user id", "")
    name = named.get("student", "")
    if not canvas or name.lower() in _TEST_STUDENTS:  # the row of points has no number
        return None
    id_ = named.get("sis login id", "") or user or canvas
    first, last = _names(name)
    return Person(id_, first, last, keys={canvas, id_, user} - {""}, line=row.line)


# ---- what cannot be


def _refuse_twins(path, people):
    lines = {}
    for person in people:
        same = unicodedata.normalize("NFC", person.id)
        if same in lines:
            raise RosterError(
                f"{path}, line {person.line}: {person.id!r} stands there more than once, in line "
                f"{lines[same]} already. Give each student an id of their own, or delete a line."
            )
        lines[same] = person.line


def _short(row: Row) -> str:
    text = ", ".join(filter(None, row.cells))
    return repr(text if len(text) <= 60 else text[:60] + "…")
