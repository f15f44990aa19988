"""The one writer: put results into nbgrader's own gradebook, many in one transaction.

Rows are what `nbgrader autograde` makes of the same outputs. A table of ours in the same file
says which result was written, in the same transaction: so each is written exactly once, whenever
the grader is killed.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from sqlalchemy import text


class Writer:
    """Holds one gradebook open."""

    def __init__(self, file: Path, assignment: str):
        from nbgrader import api

        self.api, self.assignment = api, assignment
        self.book = api.Gradebook(f"sqlite:///{file}", "")
        self.db = self.book.db
        self.db.execute(
            text(
                "CREATE TABLE IF NOT EXISTS grading_written (student TEXT, assignment TEXT, "
                "digest TEXT, PRIMARY KEY (student, assignment))"
            )
        )
        self.db.commit()
        self.row = self.book.find_assignment(assignment)
        self.cells = {
            notebook.name: (
                notebook.id,
                {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]},
                {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]},
            )
            for notebook in self.row.notebooks
        }
        self.assignment_id = self.row.id

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.book.close()

    def written(self) -> dict[str, str]:
        """Student → digest of what was written for them."""
        query = text("SELECT student, digest FROM grading_written WHERE assignment = :a")
        return dict(self.db.execute(query, {"a": self.assignment}).all())

    def set_due(self, due: datetime.datetime | None):
        """The assignment's due date, in UTC."""
        if due:
            self.row.duedate = due
            self.db.commit()

    def write(self, entries: list[dict]) -> list[dict]:
        """Write results in one transaction; return the scores that changed.

        An entry has student, person (names of the student), digest, timestamp, extension
        (seconds), notebooks: name → scores, answered, and penalty.
        """
        changes = []
        try:
            for entry in entries:
                changes += self._write(entry)
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise
        return changes

    def _write(self, entry) -> list[dict]:
        api, student = self.api, entry["student"]
        row = self.db.get(api.Student, student)
        if row is None:
            self.db.add(api.Student(id=student, **entry.get("person", {})))
        else:
            for key, value in entry.get("person", {}).items():
                setattr(row, key, value)
        submission = (
            self.db.query(api.SubmittedAssignment)
            .filter_by(assignment_id=self.assignment_id, student_id=student)
            .one_or_none()
        )
        if submission is None:
            submission = api.SubmittedAssignment(
                id=api.new_uuid(), assignment_id=self.assignment_id, student_id=student
            )
            self.db.add(submission)
        submission.timestamp = entry.get("timestamp")
        extension = entry.get("extension")
        submission.extension = datetime.timedelta(seconds=extension) if extension else None
        self.db.flush()
        changes = []
        for name, (notebook_id, grade_cells, solution_cells) in self.cells.items():
            result = entry["notebooks"][name]
            notebook = (
                self.db.query(api.SubmittedNotebook)
                .filter_by(notebook_id=notebook_id, assignment_id=submission.id)
                .one_or_none()
            )
            if notebook is None:
                notebook = api.SubmittedNotebook(
                    id=api.new_uuid(), notebook_id=notebook_id, assignment_id=submission.id
                )
                self.db.add(notebook)
                self.db.flush()
            notebook.late_submission_penalty = result.get("penalty") or None
            for change in self._grades(notebook.id, grade_cells, result["scores"]):
                changes.append({"student": student, "notebook": name, **change})
            self._comments(notebook.id, solution_cells, result["answered"])
        self.db.execute(
            text("INSERT OR REPLACE INTO grading_written VALUES (:s, :a, :d)"),
            {"s": student, "a": self.assignment, "d": entry["digest"]},
        )
        return changes

    def _grades(self, notebook_id, cells, scores):
        api = self.api
        old = {g.cell_id: g for g in self.db.query(api.Grade).filter_by(notebook_id=notebook_id)}
        for name, cell_id in cells.items():
            score = scores.get(name, 0.0)
            grade = old.get(cell_id)
            if grade is None:
                grade = api.Grade(id=api.new_uuid(), cell_id=cell_id, notebook_id=notebook_id)
                self.db.add(grade)
            elif grade.auto_score != score:
                yield {
                    "cell": name,
                    "old": grade.auto_score,
                    "new": score,
                    "manual": grade.manual_score,
                }
            grade.auto_score = score
            # As nbgrader does: what a person scored once, a person looks at again.
            grade.needs_manual_grade = grade.manual_score is not None or score is None

    def _comments(self, notebook_id, cells, answered):
        api = self.api
        old = {c.cell_id: c for c in self.db.query(api.Comment).filter_by(notebook_id=notebook_id)}
        for name, cell_id in cells.items():
            comment = old.get(cell_id)
            if comment is None:
                comment = api.Comment(id=api.new_uuid(), cell_id=cell_id, notebook_id=notebook_id)
                self.db.add(comment)
            comment.auto_comment = None if name in answered else "No response."

    def people(self) -> dict[str, dict]:
        """Student → notebook → what a person added: scores, comments; and the penalty."""
        query = text(
            "SELECT s.student_id, n.name, b.name, g.manual_score, g.extra_credit, g.auto_score "
            "FROM grade g JOIN submitted_notebook sn ON g.notebook_id = sn.id "
            "JOIN submitted_assignment s ON sn.assignment_id = s.id "
            "JOIN notebook n ON sn.notebook_id = n.id JOIN base_cell b ON g.cell_id = b.id "
            "WHERE s.assignment_id = :a"
        )
        found: dict = {}
        for student, notebook, cell, manual, extra, auto in self.db.execute(
            query, {"a": self.assignment_id}
        ):
            person = _person(found, student, notebook)
            if manual is not None or extra:
                person["scores"][cell] = (manual if manual is not None else auto or 0) + (
                    extra or 0
                )
        query = text(
            "SELECT s.student_id, n.name, b.name, c.manual_comment FROM comment c "
            "JOIN submitted_notebook sn ON c.notebook_id = sn.id "
            "JOIN submitted_assignment s ON sn.assignment_id = s.id "
            "JOIN notebook n ON sn.notebook_id = n.id JOIN base_cell b ON c.cell_id = b.id "
            "WHERE s.assignment_id = :a AND c.manual_comment IS NOT NULL"
        )
        for student, notebook, cell, comment in self.db.execute(query, {"a": self.assignment_id}):
            _person(found, student, notebook)["comments"][cell] = comment
        return found

    def set_penalties(self, penalties: dict[tuple[str, str], float]):
        """Late penalties after hand grading, (student, notebook) → points."""
        api = self.api
        row, handed_in, notebook = api.SubmittedNotebook, api.SubmittedAssignment, api.Notebook
        query = (
            self.db.query(row, handed_in.student_id, notebook.name)
            .join(handed_in, row.assignment_id == handed_in.id)
            .join(notebook, row.notebook_id == notebook.id)
            .filter(handed_in.assignment_id == self.assignment_id)
        )
        for row, student, notebook in query:
            if (student, notebook) in penalties:
                row.late_submission_penalty = penalties[student, notebook] or None
        self.db.commit()


def _person(found, student, notebook):
    empty = {"scores": {}, "comments": {}, "penalty": 0.0}
    return found.setdefault(student, {}).setdefault(notebook, empty)


def rows(file: Path) -> list[tuple]:
    """Every row of a gradebook without its random ids, sorted: to compare two gradebooks."""
    import sqlite3

    queries = (
        "SELECT 'student', id, first_name, last_name, email FROM student",
        "SELECT 'assignment', name, duedate FROM assignment",
        "SELECT 'submission', s.student_id, a.name, s.timestamp, s.extension "
        "FROM submitted_assignment s JOIN assignment a ON s.assignment_id = a.id",
        "SELECT 'notebook', s.student_id, a.name, n.name, sn.flagged, sn.late_submission_penalty "
        "FROM submitted_notebook sn JOIN submitted_assignment s ON sn.assignment_id = s.id "
        "JOIN assignment a ON s.assignment_id = a.id JOIN notebook n ON sn.notebook_id = n.id",
        "SELECT 'grade', s.student_id, n.name, b.name, g.auto_score, g.manual_score, "
        "g.extra_credit, g.needs_manual_grade FROM grade g "
        "JOIN submitted_notebook sn ON g.notebook_id = sn.id "
        "JOIN submitted_assignment s ON sn.assignment_id = s.id "
        "JOIN notebook n ON sn.notebook_id = n.id JOIN base_cell b ON g.cell_id = b.id",
        "SELECT 'comment', s.student_id, n.name, b.name, c.auto_comment, c.manual_comment "
        "FROM comment c JOIN submitted_notebook sn ON c.notebook_id = sn.id "
        "JOIN submitted_assignment s ON sn.assignment_id = s.id "
        "JOIN notebook n ON sn.notebook_id = n.id JOIN base_cell b ON c.cell_id = b.id",
        "SELECT 'cell', n.name, b.name, b.type FROM base_cell b "
        "JOIN notebook n ON b.notebook_id = n.id",
    )
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        found = [tuple(row) for query in queries for row in db.execute(query)]
    return sorted(found, key=repr)
