"""Grade one submission: a pure function from bytes to plain data, the same on every machine.

It touches no gradebook and no shared disk, so it can run in this process, in a pool, or on a
cluster; what it returns is written down by one writer, later.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field

from convkit.check import seeds
from grading import belongs, execute, feedback, rebuild, sandbox
from grading.reading import Reading, read
from grading.session import Session, Times

_ASKS = "what helped you?"  # the heading of the last cell of every notebook


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


def grade(task: Task, submission: Submission, kind: str, times: Times | None = None) -> dict:
    """Grade a submission. Never raises for anything that is in it.

    Returns
    -------
    dict
        student, assignment, sandbox, seconds, notebooks: name → scores (grade_id → points, None
        for what a person reads), answered, remarks, token, autograded (the notebook as text) and
        feedback (HTML).
    """
    began, notebooks = time.perf_counter(), {}
    for name, versions in task.notebooks.items():
        file, content = submission.notebooks.get(name, ("", b""))
        if name in submission.notebooks:
            reading = read(content, file)
        else:
            reading = Reading(remarks=["This notebook was not handed in."], unreadable=True)
        reading.remarks[:0] = submission.remarks
        notebooks[name] = _notebook(task.name, name, versions, reading, submission, kind, times)
    return {
        "student": submission.student,
        "assignment": task.name,
        "sandbox": kind,
        "seconds": time.perf_counter() - began,
        "notebooks": notebooks,
    }


def _notebook(assignment, name, versions, reading, submission, kind, times):
    slots = _skeleton(*versions)
    if words := belongs.refusal(name, slots, reading.cells):
        reading.remarks.append(words)
        reading.cells, reading.unreadable = [], True
    steps = rebuild.rebuild(slots, reading)
    found = {}
    if not reading.unreadable:
        with Session(kind, files=submission.files, times=times or Times()) as session:
            found = execute.run(steps, session, secret=submission.secret)
    token = _token(steps, submission)
    if token == "mismatch":
        reading.remarks.append("The token in the notebook is another one than was handed out.")
    elif token == "invalid":
        reading.remarks.append("The token in the notebook has a slip; public numbers were used.")
    silent = not reading.unreadable and _silent(steps)
    scores = {
        step.slot.grade_id: _score(step, found, reading.unreadable)
        for step in steps
        if step.slot and (step.slot.role == "test" or step.slot.by_hand)
    }
    report = {
        "assignment": assignment,
        "notebook": name,
        "student": submission.student,
        "sandbox": kind,
        "remarks": reading.remarks,
        "unreadable": reading.unreadable,
        "token": token,
        "silent": silent,
        "items": _items(steps, found, scores, submission.secret),
    }
    return {
        "scores": scores,
        "answered": [s.slot.grade_id for s in steps if s.answered],
        "remarks": reading.remarks,
        "unreadable": reading.unreadable,
        "token": token,
        "silent": silent,  # about what helped: told, never scored
        "mistakes": {
            v["exercise"]: v["mistake"]
            for f in found.values()
            for v in f["verdicts"]
            if v["mistake"]
        },
        "autograded": json.dumps(_autograded(steps, versions[1], kind), ensure_ascii=False),
        "feedback": feedback.page(report),
        "report": report,
    }


def _silent(steps) -> bool:
    """Whether a notebook asks what helped, and nothing stands below that question."""
    asks = [n for n, step in enumerate(steps) if step.slot and _ASKS in step.slot.shown]
    below = steps[asks[-1] :] if asks else []
    said = [s for s in below if s.kind == "markdown" and s.theirs and s.source.strip()]
    return bool(asks) and not said


def _score(step, found, unreadable):
    """Points as nbgrader counts them: of a test, what it shows; of a text, a person's."""
    if step.slot.by_hand:
        return None if step.answered else 0.0
    if unreadable or step.slot.grade_id not in found:
        return 0.0
    from nbformat import from_dict
    from nbgrader.utils import determine_grade

    cell = from_dict(_cell(step))
    try:
        score, most = determine_grade(cell, _Silent)
    except ValueError:  # a number outside what the cell is worth
        return 0.0
    return min(max(0.0, float(score)), most)


class _Silent:
    """nbgrader tells its log when a test shows no number; that is not news here."""

    @staticmethod
    def warning(*words):
        pass

    error = info = debug = warning


def _token(steps, submission):
    """Whether the token in the notebook is this student's: ok, public, mismatch or invalid."""
    typed = execute.typed_token(steps)
    try:
        seed = seeds.read_token(typed or "")
    except seeds.TokenError:
        return "invalid"
    if seed == seeds.PUBLIC:
        return "public"
    if not submission.tokens:
        return "unchecked"
    return "ok" if seed in map(seeds.read_token, submission.tokens) else "mismatch"


def _items(steps, found, scores, secret):
    """What feedback shows, from top to bottom."""
    items = []
    for step in steps:
        slot = step.slot
        if slot and slot.role == "test":
            result = found.get(slot.grade_id, {"verdicts": [], "notes": []})
            verdict = result["verdicts"][-1] if result["verdicts"] else None
            items.append(
                {
                    "kind": "test",
                    "id": slot.grade_id,
                    "score": scores[slot.grade_id],
                    "most": slot.points,
                    "verdict": verdict,
                    "notes": result["notes"],
                    "seed": _seed(secret, verdict),
                    "outputs": [] if verdict else step.outputs,
                }
            )
        elif slot and slot.role == "answer":
            items.append(
                {
                    "kind": "answer",
                    "id": slot.grade_id,
                    "text": step.kind != "code",
                    "source": step.shown if step.answered else "",
                    "outputs": step.outputs,
                    "by_hand": slot.by_hand,
                    "most": slot.points,
                    "score": scores.get(slot.grade_id),
                }
            )
        elif step.theirs and step.kind == "code":
            items.append({"kind": "free", "source": step.shown, "outputs": step.outputs})
    return items


def _seed(secret, verdict):
    if not verdict or verdict["passed"]:
        return None
    with execute._LOCK, execute._secret(secret):
        return seeds.hidden_seed(verdict["exercise"])


def _autograded(steps, release, kind):
    """The notebook for formgrader: complete, without hidden tests, with nothing live in it."""
    return {
        "cells": _unique([_cell(step) for step in steps]),
        "metadata": {**json.loads(release).get("metadata", {}), "grading": {"sandbox": kind}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(step):
    from grading import clean

    theirs = step.theirs and step.kind != "code"
    cell = {
        "cell_type": step.kind,
        "id": step.slot.id if step.slot else "free",
        "metadata": dict(step.slot.metadata) if step.slot else {},
        "source": clean.markdown(step.shown) if theirs else step.shown,
    }
    if step.kind == "code":
        cell.update(execution_count=None, outputs=step.outputs)
    elif step.pictures:
        cell["attachments"] = step.pictures
    return cell


def _unique(cells):
    seen = set()
    for number, cell in enumerate(cells):
        if cell["id"] in seen or cell["id"] == "free":
            cell["id"] = f"free-{number}"
        seen.add(cell["id"])
    return cells


@functools.lru_cache(maxsize=32)
def _skeleton(source, release):
    return rebuild.skeleton(json.loads(source), json.loads(release))


def check_sandbox(kind: str):
    """Raise unless this kind of sandbox really works on this machine."""
    if kind != "none" and not sandbox.works(kind):
        raise sandbox.NoSandbox(f"{kind} does not work on this machine")
