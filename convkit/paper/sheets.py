"""Sheets: who gets which questions."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check import seeds
from convkit.check.draw import Draw
from convkit.paper.questions import QUESTIONS, Question


@dataclass(frozen=True)
class Sheet:
    """One student's sheet.

    Attributes
    ----------
    student : str
        Roster id.
    name : str
        To print; may be empty.
    code : str
        Six characters that find the sheet in the key again.
    questions : tuple of Question
    """

    student: str
    name: str
    code: str
    questions: tuple[Question, ...]

    @property
    def points(self) -> int:
        """All points of the sheet."""
        return sum(points for question in self.questions for _, _, points in question.parts)


def make_sheets(students, word: str = "") -> list[Sheet]:
    """Draw a sheet for each student.

    Parameters
    ----------
    students : iterable of (id, name)
    word : str
        Another word gives other numbers: 'week 3'.

    Returns
    -------
    list of Sheet
        With the course secret in the environment nobody else can make the same ones.

    Raises
    ------
    ValueError
        If a student stands there twice, or nobody does.

    Examples
    --------
    >>> sheet, = make_sheets([("ada", "Ada")])
    >>> sheet.points, [question.title for question in sheet.questions]
    (10, ['Predict', 'Count', 'Compute', 'Repair'])
    """
    students = list(students)
    if not students:
        raise ValueError("there is no student to make a sheet for")
    twice = {id_ for id_, _ in students if [i for i, _ in students].count(id_) > 1}
    if twice:
        raise ValueError(f"the roster names {', '.join(sorted(twice))} more than once")
    sheets = []
    for student, name in students:
        seed = seeds.paper_seed(student, word)
        questions = tuple(make(Draw(seed, make.__name__)) for make in QUESTIONS)
        sheets.append(Sheet(student, name, seed[-6:], questions))
    return sheets
