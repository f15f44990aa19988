"""Grade one submission: a function from bytes to plain data, the same on every machine.

It touches no gradebook and no shared disk, so it can run in a thread, or on a cluster; what it
returns is written down by one writer, later. What students made is opened by a judge only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace

from grading import judge, sandbox
from grading.times import Times


@dataclass(frozen=True)
class Task:
    """An assignment as graders need it: notebook name → its two versions, as JSON text."""

    name: str
    notebooks: dict[str, tuple[str, str]]  # (instructor's, handed out)

    @property
    def digest(self) -> str:
        """A short name for exactly this text."""
        return hashlib.sha256(json.dumps([self.name, self.notebooks]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Submission:
    """What one student (or group) handed in."""

    student: str
    notebooks: dict[str, tuple[str, bytes]]  # notebook name → (file name, content)
    files: dict[str, bytes] = field(default_factory=dict)  # what lay beside them
    tokens: tuple[str, ...] = ()  # the tokens that are theirs; empty: none were handed out
    secret: str = ""  # of this submission only, see `own_secret`
    remarks: tuple[str, ...] = ()  # from the intake

    @property
    def digest(self) -> str:
        """A short name for exactly this content."""
        sha = hashlib.sha256(self.student.encode())
        for name, (file, content) in sorted(self.notebooks.items()):
            sha.update(f"|{name}|{file}|{len(content)}|".encode() + content)
        for name, content in sorted(self.files.items()):
            sha.update(f"|{name}|{len(content)}|".encode() + content)
        sha.update(repr((self.tokens, self.remarks)).encode())
        return sha.hexdigest()[:16]


def own_secret(course_secret: str, student: str, content: bytes) -> str:
    """The secret of one submission.

    Hidden inputs differ from submission to submission, and from attempt to attempt, so feedback
    may show the seed: it helps with nothing but the notebook that it was made for.
    """
    text = f"submission|{student}|".encode() + hashlib.sha256(content).digest()
    return hmac.new(course_secret.encode(), text, hashlib.sha256).hexdigest()


def grade(
    task: Task,
    submission: Submission,
    kind: str,
    times: Times | None = None,
    by: judge.Judge | None = None,
) -> dict:
    """Grade a submission. Never raises for anything that is in it.

    Returns
    -------
    dict
        student, assignment, sandbox, seconds, notebooks: name → scores (grade_id → points, None
        for what a person reads), answered, remarks, token, autograded (the notebook as text) and
        feedback (HTML).

    Raises
    ------
    grading.judge.JudgeError, grading.sandbox.NoSandbox
        If this machine cannot grade at all.
    """
    began, notebooks = time.perf_counter(), {}
    by = by or judge.own()
    for name, versions in task.notebooks.items():
        notebooks[name] = by.judge(
            assignment=task.name,
            name=name,
            versions=versions,
            # Of the other notebooks and their time a judge need not know.
            submission=replace(
                submission,
                notebooks={k: v for k, v in submission.notebooks.items() if k == name},
            ),
            kind=kind,
            times=times or Times(),
        )
    return {
        "student": submission.student,
        "assignment": task.name,
        "sandbox": kind,
        "seconds": time.perf_counter() - began,
        "notebooks": notebooks,
    }


def check_sandbox(kind: str):
    """Raise unless this kind of sandbox really works on this machine."""
    if kind != "none" and not sandbox.works(kind):
        raise sandbox.NoSandbox(f"{kind} does not work on this machine")
