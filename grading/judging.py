"""Judge one notebook: read it, run its cells in a sandbox and its tests here, write the feedback.

This is the work of a process of its own, see `grading.judge_process`.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from convkit.check import seeds
from grading import belongs, execute, feedback, rebuild
from grading.reading import Reading, read
from grading.session import Session

ASKS = "what helped you?"  # the heading of the last cell of every notebook


def warm() -> None:
    """Import what judging needs, before the first request and for all of them."""
    import nbformat  # noqa: F401
    import nbgrader.utils  # noqa: F401


def judge(request: dict, begin: Callable, tell: Callable) -> dict:
    """Judge one notebook of one submission.

    Parameters
    ----------
    request : dict
        assignment, name, versions, submission, kind and times as in `grading.grade`; `dead`: what
        earlier judges of this notebook died at, and why; `found`: what they had found.
    begin : Callable
        Called with the name of what begins: "read", "cell 7", "test check-1-3", "finish".
    tell : Callable
        Called with grade_id and result of each test.
    """
    submission, name, dead = request["submission"], request["name"], request["dead"]
    if "read" in dead:
        words = f"The file could not be graded: {dead['read']}; a person must look at it."
        reading = Reading(remarks=[words], unreadable=True)
    elif name in submission.notebooks:
        file, content = submission.notebooks[name]
        reading = read(content, file)
    else:
        reading = Reading(remarks=["This notebook was not handed in."], unreadable=True)
    reading.remarks[:0] = submission.remarks
    return _notebook(request, reading, begin, tell)


def _notebook(request, reading, begin, tell):
    assignment, name, kind = request["assignment"], request["name"], request["kind"]
    submission, versions = request["submission"], request["versions"]
    slots = rebuild.skeleton(*map(json.loads, versions))
    if words := belongs.refusal(name, slots, reading.cells):
        reading.remarks.append(words)
        reading.cells, reading.unreadable = [], True
    steps = rebuild.rebuild(slots, reading)
    found = {}
    if not reading.unreadable:
        course = execute.Settings(submission.secret, request["dead"], request["found"])
        with Session(kind, files=submission.files, times=request["times"]) as session:
            found = execute.run(steps, session, course, begin, tell)
        reading.remarks += session.remarks
    begin("finish")
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
        "items": _items(steps, found, scores),
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
    asks = [n for n, step in enumerate(steps) if step.slot and ASKS in step.slot.shown]
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


def _items(steps, found, scores):
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
                    "seed": _seed(verdict),
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


def _seed(verdict):
    return seeds.hidden_seed(verdict["exercise"]) if verdict and not verdict["passed"] else None


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
