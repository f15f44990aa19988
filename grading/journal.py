"""The journal: what grading has found out, on disk before it is in the gradebook.

Whenever the grader is killed, the next run takes up the journal and grades only what is missing.
"""

from __future__ import annotations

import json
from pathlib import Path

from grading import course


class Journal:
    """.grading/ASSIGNMENT/STUDENT.json, a file for each student."""

    def __init__(self, results, assignment):
        self.results, self.assignment = results, assignment
        self.folder = results / ".grading" / assignment
        self.folder.mkdir(parents=True, exist_ok=True)

    def read(self, student: str) -> dict | None:
        """What was found out about this student, if anything was."""
        return course.read_json(self.folder / f"{student}.json")

    def complete(self, entry: dict) -> bool:
        """Whether every file that the entry tells of is still there."""
        return all((self.results / path).exists() for path in entry["paths"])

    def keep(self, result, submission, digest) -> dict:
        """Write the notebooks, the feedback and the journal's entry, in this order."""
        student, paths = result["student"], []
        reports = {}
        for name, notebook in result["notebooks"].items():
            below = Path(student) / self.assignment
            for path, content in (
                (Path("autograded") / below / f"{name}.ipynb", notebook.pop("autograded")),
                (Path("feedback") / below / f"{name}.html", notebook.pop("feedback")),
            ):
                course.write_atomically(self.results / path, content.encode("utf-8", "replace"))
                paths.append(path.as_posix())
            if name in submission.notebooks:
                path = self.results / "submitted" / below / f"{name}.ipynb"
                course.write_atomically(path, submission.notebooks[name][1])
            reports[name] = notebook.pop("report")
        # What the grader failed at is tried again by the next run.
        content = "" if result.get("failed") else digest
        entry = {**result, "content": content, "paths": paths}
        course.write_atomically(self.folder / f"{student}.reports", json.dumps(reports).encode())
        course.write_atomically(self.folder / f"{student}.json", json.dumps(entry).encode())
        return entry
