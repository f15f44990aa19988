"""Run a rebuilt notebook: student code in the sandbox, tests out here.

A test sees a student's function as a proxy: a call crosses into the sandbox as plain data and
comes back as plain data. So nothing that student code defines is ever alive next to a test.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convkit import check
from convkit.check import seeds
from grading import clean, helpers
from grading.rebuild import Step
from grading.session import Session

_TOKEN = re.compile(r"^[ \t]*TOKEN\s*=\s*[\"']([^\"'\n]{0,100})[\"']", re.MULTILINE)
_MOST_TEXT = 20_000  # characters of an answer; the longest right one has some hundreds


@dataclass(frozen=True)
class Settings:
    """What a run needs to know besides the notebook."""

    secret: str = ""  # of this submission; the process that runs it knows no other
    dead: dict = field(default_factory=dict)  # what brought a judge down: name → why
    found: dict = field(default_factory=dict)  # what earlier judges of this notebook found


def run(
    steps: list[Step], session: Session, settings: Settings, begin: Callable, tell: Callable
) -> dict:
    """Run all steps, fill in their outputs, and return grade_id → what a test found.

    The course's checks keep seed and secret in the process: one notebook for each process.
    """
    seeds.use_secret(settings.secret)
    check.start(typed_token(steps) or seeds.PUBLIC)
    session.helpers = helpers.bounded()
    return _run(steps, session, settings, begin, tell)


def typed_token(steps: list[Step]) -> str | None:
    """The token that stands in the notebook, right or wrong."""
    found = [m for s in steps if s.kind == "code" and s.theirs for m in _TOKEN.findall(s.source)]
    return found[-1].strip() if found else None


def _run(steps, session, settings, begin, tell):
    trusted = {"__name__": "grader", "display": lambda *values: None}
    found, last_error = {}, {}
    for index, step in enumerate(steps):
        if step.kind != "code" or not step.run:
            continue
        if step.slot and step.slot.role == "test":
            session.allowed, id_ = step.slot.offers, step.slot.grade_id
            if (what := f"test {id_}") in settings.dead:
                result = _lost(settings.dead[what])
            elif id_ in settings.found:
                result = settings.found[id_]
            else:
                begin(what)
                result = _test(step, session, trusted, last_error)
                tell(id_, result)
            found[id_], step.outputs = result, result["outputs"]
            continue
        session.allowed = None
        if (what := f"cell {index}") in settings.dead:
            session.bad_cells[index] = f"{settings.dead[what]}; it was left out"
        begin(what)
        if step.slot and step.slot.role == "locked":
            _trusted(step.source, trusted)
        answer = session.run(step.source, index, free=step.slot is None)
        step.outputs = clean.outputs(answer)
        if step.theirs:
            for name in list(session.bad_names):
                if re.search(rf"\b{re.escape(name)}\b", step.source):
                    session.forgive(name)
        problem = answer.get("error")
        if isinstance(problem, dict):
            for name in set(re.findall(r"\b[A-Za-z_]\w*\b", step.source[:20_000])):
                last_error[name] = problem
    return found


def _trusted(source, names):
    """Run an instructor's cell out here, for what tests need of it."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(source, "<locked cell>", "exec"), names)
        except Exception:
            return


def _test(step, session, names, last_error) -> dict:
    """Run one test cell; its outputs as nbgrader reads them, and every verdict on the way."""
    shown, notes = [], []
    names = dict(names, display=lambda *values: shown.extend(values))
    tree = ast.parse(step.source)
    for name in _wanted(tree, names):
        names[name] = _fetch(session, name, notes, last_error.get(name))
    last, value, outputs = None, None, []
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, "<test>", "exec"), names)
            if last is not None:
                value = eval(compile(last, "<test>", "eval"), names)
    except Exception as error:
        outputs.append(clean.error(type(error).__name__, str(error) or "the test is not satisfied"))
    verdicts = [_verdict(v) for v in shown if isinstance(v, check.Verdict)]
    for verdict in verdicts:
        data = {"text/plain": verdict["text"], "text/html": verdict["html"]}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    if value is not None and not any(o["output_type"] == "error" for o in outputs):
        text = repr(float(value)) if isinstance(value, (int, float, np.number)) else repr(value)
        outputs.append(
            {
                "output_type": "execute_result",
                "data": {"text/plain": text},
                "metadata": {},
                "execution_count": None,
            }
        )
    for note in notes:
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": note + "\n"})
    return {"verdicts": verdicts, "notes": notes, "outputs": outputs}


def _lost(why) -> dict:
    """What stands for a test that brought its judge down: no points, and a reason."""
    words = f"This question could not be graded: {why}. A person must look at it."
    return {"verdicts": [], "notes": [words], "outputs": [clean.error("Stopped", words)]}


def _wanted(tree, names):
    """The names that a test reads and neither it nor the instructor defines: the student's."""
    loads, stores = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loads if isinstance(node.ctx, ast.Load) else stores).add(node.id)
    return sorted(n for n in loads - stores if n not in names and not hasattr(builtins, n))


def _fetch(session, name, notes, problem):
    found = session.look(name)
    kind = found.get("kind")
    if kind == "function":
        return Proxy(session, name, empty=found.get("empty") is True)
    value = found.get("value")
    if kind == "value" and not _too_long(value):
        return value
    if kind == "value":
        notes.append(f"{name} is a text of {len(value)} characters; {_MOST_TEXT} are read.")
        return None
    if kind == "missing":
        why = "is not defined"
        if isinstance(problem, dict):
            output = clean.error(problem.get("type"), problem.get("text"), problem.get("line"))
            why += f": its cell stopped with {output['ename']}: {output['evalue']}"
    else:
        why = f"cannot be graded: {clean.text(str(found.get('why', '')), 300)}"
    notes.append(f"{name} {why}.")
    return None


class Proxy:
    """A student's function as a test sees it: returns, raises, prints and changes its inputs."""

    def __init__(self, session, name, empty=False):
        self._session = session
        self.__name__ = self.__qualname__ = name
        if empty:  # so that a check may say "not written yet"
            self.__code__ = _empty.__code__

    def __call__(self, *args, **kwargs):
        answer = self._session.call(self.__name__, args, kwargs)
        printed = answer.get("printed")
        if isinstance(printed, str):
            sys.stdout.write(clean.text(printed))
        _write_back(args, answer.get("changed"))
        if "error" in answer:
            raise _as_exception(answer["error"])
        value = answer.get("value")
        if _too_long(value):
            raise StudentError(f"a text of {len(value)} characters; {_MOST_TEXT} are read")
        return value


def _too_long(value) -> bool:
    return isinstance(value, str) and len(value) > _MOST_TEXT


def _empty(): ...


def _write_back(args, changed):
    """An array that a function wrote into is changed out here, too, as a local call would."""
    for number, new in changed.items() if isinstance(changed, dict) else ():
        old = args[number] if type(number) is int and 0 <= number < len(args) else None
        if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
            with contextlib.suppress(TypeError, ValueError):
                old[...] = new


class StudentError(Exception):
    """An exception in student code, out here only as words."""

    learner_line = None


def _as_exception(problem):
    """An exception with the student's type name, message and line."""
    problem = problem if isinstance(problem, dict) else {}
    output = clean.error(problem.get("type"), problem.get("text"))
    name = output["ename"] if output["ename"].isidentifier() else "Error"
    error = type(name, (StudentError,), {})(output["evalue"])
    line = problem.get("line")
    error.learner_line = clean.text(line, 300) if isinstance(line, str) else None
    return error


def _verdict(verdict) -> dict:
    return {
        "exercise": verdict.exercise,
        "title": verdict.title,
        "passed": verdict.passed,
        "points": verdict.points,
        "most": verdict.max_points,
        "mistake": verdict.mistake,
        "text": clean.text(repr(verdict)),
        "html": verdict._repr_html_()[:60_000],
        "reveal": clean.text(verdict.reveal()) if verdict.explained else "",
    }
