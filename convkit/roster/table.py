"""The rows of a spreadsheet saved as text, by whatever program and in whatever country."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

# Files that people take for a CSV, by their first bytes.
_OTHER_FILES = {
    b"PK\x03\x04": "a workbook (.xlsx, .ods) or a zip",
    b"\xd0\xcf\x11\xe0": "an Excel workbook (.xls)",
    b"%PDF": "a PDF",
}
_DECLARED = re.compile(r'[ \t]*"?sep=(.)"?[ \t]*\r?\n?', re.IGNORECASE)
_FORMULA = re.compile(r'="(.*)"')  # how spreadsheets are kept from dropping zeros: ="0042"
_END = "\0end"  # cannot stand in a file that `decode` lets through


class RosterError(ValueError):
    """A file that cannot be used; the message has its name, the line, and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: the number of the line where it begins, and its cells without spaces around."""

    line: int
    cells: tuple[str, ...]

    def cell(self, place: int | None) -> str:
        """The cell in a column; empty if the row ends before it, or there is no such column."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


def read_rows(path) -> list[Row]:
    """Read the rows of a CSV file that are neither blank nor a comment (`# …`).

    Parameters
    ----------
    path : str or Path
        Cells may be parted by commas, semicolons or tabs, and quoted; the text may be UTF-8 or
        UTF-16, with or without a mark at its beginning, or what Windows writes in the west.

    Raises
    ------
    RosterError
        If the file is not text, or a quotation mark is never closed.
    OSError
        If it cannot be read.
    """
    _, rows = split(decode(Path(path).read_bytes(), path), path, trim=True)
    rows = [Row(line, tuple(map(_plain, cells))) for line, cells in rows]
    return [row for row in rows if any(row.cells) and not _is_comment(row.cells)]


def split(text: str, name="the file", *, trim=False) -> tuple[str, list[tuple[int, list[str]]]]:
    """Cut a text into cells: (separator, [(line, cells), …]).

    Cells come as they stand there; with `trim`, a quotation mark may stand behind a space.

    Raises
    ------
    RosterError
        If a quotation mark is never closed, or a cell is too large to be one.
    """
    between = separator(text)
    if declared := _DECLARED.match(text):
        text = "\n" + text[declared.end() :]  # the numbers of the lines stay
    lines = io.StringIO(f"{text}\n{_END}\n", newline="")
    reader = csv.reader(lines, delimiter=between, skipinitialspace=trim)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(_END in cell for cell in cells):
                break
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{name}, line {line}: {error}. Save it as CSV again.") from None
    if cells != [_END]:
        raise RosterError(
            f"{name}, line {line}: a quotation mark is opened here and never closed. Close it, or "
            "delete it."
        )
    return between, rows[:-1] if rows[-1][1] == [] else rows


def decode(data: bytes, name="the file") -> str:
    """Decode the text of a CSV file in whatever encoding it was saved.

    Raises
    ------
    RosterError
        If it is a workbook, a PDF, or no text at all.
    """
    for sign, what in _OTHER_FILES.items():
        if data.startswith(sign):
            raise RosterError(
                f"{name}, line 1: this is {what}, not text. Save the sheet as CSV and name that."
            )
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-16" if wide else "cp1252", "replace")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RosterError(
            f"{name}, line {line}: a NUL character, so this is not text. Save the sheet as CSV."
        )
    return text


def separator(text: str) -> str:
    """What parts the cells: a comma, a semicolon or a tab.

    It is the one that stands in the largest share of the rows and cuts most of them into equally
    many cells; between equals, the one that comes first. A line `sep=;` decides.
    """
    if declared := _DECLARED.match(text):
        return declared[1]

    def fitness(between):
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=between) if row]
        widths = [len(row) for row in rows if not _is_comment(row)]
        if max(widths, default=1) == 1:
            return 0, 0, 0
        usual = max(widths.count(width) for width in widths if width > 1)
        cut = sum(width > 1 for width in widths)
        return cut / len(widths), usual / len(widths), -text.index(between)

    try:
        return max(",;\t", key=fitness)
    except csv.Error:  # a cell too large; reading tells where
        return ","


def _plain(cell: str) -> str:
    cell = cell.strip()
    formula = _FORMULA.fullmatch(cell)
    return formula[1].strip() if formula else cell


def _is_comment(cells) -> bool:
    """`# note`; but a cell that is just `#` heads a column of running numbers."""
    first = cells[0].strip()
    return first.startswith("#") and (first != "#" or len(cells) == 1)
