"""Is this the notebook that was asked for? Another one is refused by name, and not graded as it."""

from __future__ import annotations

from convkit.check import renumbered
from convkit.check.registry import assignment_of


def refusal(name: str, slots, cells) -> str:
    """Why a submission is not graded as the notebook `name`; an empty text if it is.

    Only what names none of its exercises is refused, and only if it names others of this course.
    """
    own = renumbered.ids_in((s.shown for s in slots), (s.grade_id for s in slots))
    ids = renumbered.ids_in((c.source for c in cells), (c.grade_id for c in cells))
    if not ids or ids & own or name not in set(map(assignment_of, own)):
        return ""
    if words := renumbered.notebook(ids):
        return f"{words} Nothing was graded."
    others = sorted(set(map(assignment_of, ids)) - {""})
    before = {
        new: f"{new} ({old} in the edition before)" for old, new in renumbered.ASSIGNMENTS.items()
    }
    found = ", ".join(before.get(other, other) for other in others)
    return f"This is {found}, and not {name}. Nothing was graded." if others else ""
