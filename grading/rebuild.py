"""Put a student's answers into our own notebook, so that nothing else of theirs is trusted.

The skeleton is the assignment as it was handed out, with the tests of the instructor's source.
From the submission come the answers, and the free cells around them. Whatever a student deleted,
copied, moved, renamed or edited in the skeleton is as if it had not happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grading.reading import Cell, Reading

_HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[^\n]*\n?",
    re.DOTALL | re.MULTILINE,
)
_OFFER = re.compile(r"\bcheck\.(\w+)")


@dataclass(frozen=True)
class Slot:
    """One cell of the skeleton."""

    grade_id: str | None
    id: str
    kind: str  # "code" or "markdown"
    role: str  # "answer", "test", "locked" or "free"
    shown: str  # the source as students have it
    source: str  # the source as it is run: of tests, with the hidden ones
    metadata: dict
    label: str | None = None
    offers: frozenset = frozenset()  # what the text before a test offers from `check`
    points: float = 0.0
    by_hand: bool = False


@dataclass
class Step:
    """One cell of the rebuilt notebook."""

    slot: Slot | None  # None: a free cell of the student's own
    kind: str
    source: str  # what is run
    shown: str  # what is kept
    theirs: bool  # the student wrote it
    run: bool = True
    answered: bool = False  # an answer that differs from what was handed out
    outputs: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)


def skeleton(source: dict, release: dict) -> list[Slot]:
    """The slots of a notebook, from the instructor's version and the handed-out one."""
    tests = {
        _marks(cell)["grade_id"]: _text(cell)
        for cell in source["cells"]
        if _marks(cell).get("grade") and not _marks(cell).get("solution")
    }
    slots, offers = [], set()
    for number, cell in enumerate(release["cells"]):
        marks, shown = _marks(cell), _text(cell)
        grade_id = marks.get("grade_id")
        if marks.get("solution"):
            role = "answer"
        elif marks.get("grade"):
            role = "test"
        else:
            role = "locked" if marks.get("locked") else "free"
        kind = "code" if cell["cell_type"] == "code" else "markdown"
        offers |= set(_OFFER.findall(shown)) - {"run", "start", "hidden_seed"}
        slots.append(
            Slot(
                grade_id,
                cell.get("id") or f"cell-{number:02}",
                kind,
                role,
                shown,
                tests.get(grade_id, shown) if role == "test" else shown,
                cell.get("metadata", {}),
                Cell(kind, shown).label,
                frozenset(offers) if role == "test" else frozenset(),
                float(marks.get("points") or 0),
                bool(marks.get("grade") and marks.get("solution")),
            )
        )
        if role == "test":
            offers = set()
    return slots


def rebuild(slots: list[Slot], reading: Reading) -> list[Step]:
    """The notebook to run: our cells in our order, with the student's answers in them."""
    remarks = reading.remarks
    places = _match(slots, reading.cells, remarks)
    chosen = _one_each(slots, reading.cells, places)
    before, after, anchor = [], {}, None
    for number, cell in enumerate(reading.cells):
        place = places[number]
        if place is not None and chosen.get(place) == number:
            anchor = place
        elif place is None or _worked_on(slots[place], cell):
            step = Step(None, cell.kind, cell.source, cell.source, True, pictures=cell.pictures)
            (before if anchor is None else after.setdefault(anchor, [])).append(step)
    steps = before
    for place, slot in enumerate(slots):
        number = chosen.get(place)
        step = _step(slot, reading.cells[number] if number is not None else None)
        if step:
            steps.append(step)
        steps += after.get(place, [])
    return steps


def _step(slot, cell):
    if slot.role in ("test", "locked"):
        return Step(slot, slot.kind, slot.source, slot.shown, False)
    if cell is None:
        # Shown but not run: an empty function would cover what was written elsewhere.
        return Step(slot, slot.kind, slot.shown, slot.shown, False, run=False)
    changed = cell.source.strip() != slot.shown.strip()
    text = cell.source if changed else slot.shown
    answered = changed and slot.role == "answer"
    return Step(slot, slot.kind, text, text, changed, answered=answered, pictures=cell.pictures)


def _worked_on(slot, cell):
    return slot.role in ("answer", "free") and cell.source.strip() != slot.shown.strip()


def _match(slots, cells, remarks):
    """For each cell of the submission, the number of its slot, or None."""
    by_grade_id = {slot.grade_id: n for n, slot in enumerate(slots) if slot.grade_id}
    by_label = {slot.label: n for n, slot in enumerate(slots) if slot.label}
    by_id = {slot.id: n for n, slot in enumerate(slots)}
    by_text = {slot.shown.strip(): n for n, slot in enumerate(slots) if slot.shown.strip()}
    places = []
    for cell in cells:
        place, label = by_grade_id.get(cell.grade_id), by_label.get(cell.label)
        if label is not None:  # it stands in the cell for people to see, marks do not
            place = label
        if place is None and cell.id in by_id:
            place = by_id[cell.id]
        if place is None:
            place = by_text.get(cell.source.strip())
        if place is not None and slots[place].kind != cell.kind:
            place = None
        places.append(place)
    _match_written(slots, cells, places)
    answers = {n for n, slot in enumerate(slots) if slot.role == "answer" and slot.kind == "code"}
    if cells and answers and not answers & set(places):
        remarks.append("No answer cell was recognized; all cells were run as they stand.")
    return places


def _match_written(slots, cells, places):
    """A written answer without its marks: the first text after our text that asks for it."""
    for place, slot in enumerate(slots):
        if slot.role != "answer" or slot.kind != "markdown" or place in places or not place:
            continue
        asks = [n for n, p in enumerate(places) if p == place - 1]
        for number in range(asks[-1] + 1 if asks else len(cells), len(cells)):
            if places[number] is not None:
                break
            if cells[number].kind == "markdown":
                places[number] = place
                break


def _one_each(slots, cells, places):
    """Of several cells for one slot, the last one that was worked on."""
    chosen = {}
    for number, place in enumerate(places):
        if place is None:
            continue
        if place not in chosen or _worked_on(slots[place], cells[number]):
            chosen[place] = number
    return chosen


def without_hidden(source: str) -> str:
    """A test as students may see it."""
    return _HIDDEN.sub("", source)


def _marks(cell):
    return cell.get("metadata", {}).get("nbgrader") or {}


def _text(cell):
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else source
