"""Read what a student handed in as a notebook, whatever it is; never fail, say what was odd."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

MOST_BYTES = 100 << 20
MOST_TO_PARSE = 16 << 20  # JSON takes up to twenty times its size in memory
MOST_CELLS = 2000
MOST_SOURCE = 300_000  # characters of one cell
_PAYLOAD = re.compile(rb'"[A-Za-z0-9+/=\\]{2048,}"')
_ANSWER = re.compile(r"^[ \t]*#+[ \t]*ANSWER[ \t]+([0-9]+\.[0-9]+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Cell:
    """One cell of a submission: plain text and the few marks by which it is recognized."""

    kind: str  # "code" or "markdown"
    source: str
    id: str | None = None
    grade_id: str | None = None
    pictures: dict = field(default_factory=dict)  # put into a text: name → {type: base64}

    @property
    def label(self) -> str | None:
        """1.3, from the line `# ANSWER 1.3`."""
        found = _ANSWER.search(self.source[:5000])
        return found.group(1) if found else None


@dataclass
class Reading:
    """The cells of a submission, and in words what was odd about the file."""

    cells: list[Cell] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unreadable: bool = False


def read(data: bytes, name: str = "notebook.ipynb") -> Reading:
    """Read a notebook (any version of the format, any encoding), or a script with `# %%` cells."""
    reading = Reading()
    try:
        _read(data, name, reading)
    except (ValueError, TypeError, RecursionError, MemoryError, AttributeError) as error:
        reading.unreadable = True
        reading.remarks.append(f"The file could not be read as a notebook: {_words(error)}.")
    if len(reading.cells) > MOST_CELLS:
        reading.remarks.append(f"Of {len(reading.cells)} cells the first {MOST_CELLS} were read.")
        del reading.cells[MOST_CELLS:]
    return reading


def _read(data, name, reading):
    if len(data) > MOST_BYTES:
        raise ValueError(f"it has {len(data) / 1e6:.0f} MB; clear the outputs and save it again")
    if not data.strip():
        raise ValueError("it is empty")
    if len(data) > MOST_TO_PARSE:
        data = _PAYLOAD.sub(b'""', data)
        reading.remarks.append("Large outputs were left out.")
        if len(data) > MOST_TO_PARSE:
            raise ValueError(f"it has {len(data) / 1e6:.0f} MB even without its pictures")
    text = _decode(data, reading)
    if name.endswith((".py", ".md")):
        return _read_script(text, name, reading)
    try:
        notebook = json.loads(text)
    except ValueError:
        if "# %%" in text:
            return _read_script(text, "script.py", reading)
        raise
    if not isinstance(notebook, dict):
        raise ValueError("it holds no cells")
    cells = notebook.get("cells")
    if cells is None and notebook.get("worksheets"):  # where format 3 kept them
        cells = [c for sheet in notebook["worksheets"] for c in sheet.get("cells") or []]
        reading.remarks.append("It is in an old format of notebooks, and was converted.")
    if not isinstance(cells, list):
        raise ValueError("it holds no cells")
    reading.cells = [cell for cell in map(_cell, cells) if cell]


def _read_script(text, name, reading):
    import jupytext

    format = "md" if name.endswith(".md") else "py:percent" if "# %%" in text else "py:light"
    if name.endswith(".md") and "{code-cell}" in text:
        format = "md:myst"
    notebook = jupytext.reads(text, fmt=format)
    reading.cells = [cell for cell in map(_cell, notebook.cells) if cell]


def _decode(data, reading):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading.remarks.append("It is not in UTF-8; letters with accents may have changed.")
        return data.decode("cp1252", "replace")


def _cell(raw):
    if not isinstance(raw, dict):
        return None
    kind = raw.get("cell_type")
    if kind not in ("code", "markdown", "heading", "raw"):
        return None
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    own = raw.get("id")
    return Cell(
        "code" if kind == "code" else "markdown",
        tidy(source)[:MOST_SOURCE],
        own if isinstance(own, str) else None,
        grade_id if isinstance(grade_id, str) else None,
        _pictures(raw.get("attachments")),
    )


def _pictures(attachments) -> dict:
    """Drawings in a written answer: PNG and JPEG, and nothing that could hold a script."""
    kept, room = {}, 400_000
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in kinds.items() if isinstance(kinds, dict) else ():
            fine = kind in ("image/png", "image/jpeg") and isinstance(data, str)
            if fine and len(data) <= room and re.fullmatch(r"[A-Za-z0-9+/=\s]*", data):
                kept[tidy(str(name))[:100]] = {kind: data}
                room -= len(data)
    return kept


def tidy(text: str) -> str:
    """Text that can be written as UTF-8: half characters and NUL become question marks."""
    return text.replace("\r\n", "\n").replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


def _words(error) -> str:
    return f"{type(error).__name__}: {error}"[:200] if str(error) else type(error).__name__
