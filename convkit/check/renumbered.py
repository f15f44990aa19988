"""What has another name since the edition before, so that old work is refused by name.

An exercise's numbers are drawn by its id, and its cells are found by it: an answer to an old id,
tried as the answer to a new one, would be graded wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Of the edition before → now.
ASSIGNMENTS = {
    "02_design_filters": "03_design_filters",
    "03_stack_maps": "04_stack_maps",
    "04_one_formula": "05_one_formula",
    "05_the_layer": "06_the_layer",
    "06_shared_matrix": "07_shared_matrix",
    "07_count_weights": "08_count_weights",
    "08_a_whole_network": "09_a_whole_network",
    "09_find_the_filter": "10_find_the_filter",
    "10_four_views": "12_four_views",
}
EXERCISES = {f"11.{number}": f"12.{number}" for number in range(1, 7)}
_FETCH = "Fetch the new notebook, 12_four_views, from chapter 12 of the book"
_ASKED = re.compile(r"""^[^#\n]*check\.run\(\s*["'](\d+\.\d+)["']""", re.MULTILINE)
_ANSWER = re.compile(r"^[ \t]*#+[ \t]*ANSWER[ \t]+(\d+\.\d+)", re.IGNORECASE | re.MULTILINE)
_GRADE_ID = re.compile(r"(?:answer|check|numbers)-(\d+)-(\d+)")


def assignment(name: str) -> str:
    """Say what an assignment of the edition before is called now; of any other, nothing."""
    if name not in ASSIGNMENTS:
        return ""
    words = f"{name} is {ASSIGNMENTS[name]} now: assignments carry the number of their chapter"
    if name == "10_four_views":
        words += f", and its exercises are 12.1 to 12.6. {_FETCH}"
    return words


def exercise(exercise_id: str) -> str:
    """Say which exercise has this id's place now; of an id that is no old one, nothing."""
    if exercise_id not in EXERCISES:
        return ""
    return (
        f"exercise {exercise_id} is {EXERCISES[exercise_id]} now, with other numbers: this is a "
        f"notebook of the edition before. {_FETCH}"
    )


def notebook(ids: Iterable[str]) -> str:
    """Say that a notebook with these exercises is an old one; of any other, nothing.

    Whoever copied an old cell into the new notebook has the new notebook.
    """
    ids = set(ids)
    old = sorted(ids & EXERCISES.keys())
    if not old or ids & set(EXERCISES.values()):
        return ""
    new = ", ".join(f"{id_} is {EXERCISES[id_]}" for id_ in old)
    return (
        f"This notebook is of the edition before: {new} now, with other numbers. {_FETCH}, and "
        "copy your answers into it, below its own “# ANSWER” lines."
    )


def ids_in(sources: Iterable[str], grade_ids: Iterable[str | None] = ()) -> set[str]:
    """The exercises that cells answer or check: by their text, and by nbgrader's names for them."""
    sources = list(sources)
    found = {".".join(m.groups()) for g in grade_ids if (m := _GRADE_ID.fullmatch(g or ""))}
    return found.union(checked_in(sources), *map(_ANSWER.findall, sources))


def checked_in(sources: Iterable[str]) -> set[str]:
    """The exercises for which cells call `check.run`."""
    return set().union(*map(_ASKED.findall, sources))
