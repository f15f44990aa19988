"""One notebook's talk with its sandbox: run a cell, look at a name, call a function.

A student's code may end the interpreter at any moment. Then a new one is started, the cells are
run again without the one that did it, and the other answers keep their points.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

from grading import sandbox
from grading.inside import wire
from grading.times import Times


class Gone(Exception):
    """The interpreter ended, hung, or outgrew its limits; the reason is in words."""


@dataclass
class Session:
    """A sandbox, and what is needed to make the same one again."""

    kind: str
    files: dict[str, bytes] = field(default_factory=dict)
    times: Times = field(default_factory=Times)
    limits: sandbox.Limits = field(default_factory=sandbox.Limits)
    helpers: dict = field(default_factory=dict)  # name → function that student code may ask for
    allowed: object = None  # names that it may ask for now; None: all of them

    def __post_init__(self):
        self.box, self.number, self.done = None, 0, []
        self.bad_cells: dict[int, str] = {}  # index → why it is not run again
        self.bad_names, self.restarts = {}, 0
        self.deadline = time.monotonic() + self.times.wall(self.times.all)
        self.checked = 0.0
        self.spent, self.free = 0.0, 0.0  # seconds of computing: of ended boxes; of free cells
        self.begun, self.last = 0.0, 0.0  # of this box: before the request, and seen last
        self.remarks = []

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()

    def close(self):
        """End every process of this notebook."""
        if self.box:
            self.box.kill()
            self.box = None

    # ---- what graders use

    def run(self, source: str, index: int, free: bool = False) -> dict:
        """Run a cell; its output, and the error it ended with or None.

        Cells that answer no question (`free`) have time of their own: they take none from others.
        """
        if index in self.bad_cells:
            return _failed("TimeoutError", self.bad_cells[index])
        left = self.times.free - self.free if free else self.times.cell
        if left < 0.5:
            if not any("cells of your own" in remark for remark in self.remarks):
                self.remarks.append(
                    f"The cells of your own took {self.times.free:.0f} seconds of computing; "
                    "the rest of them was not run. Answers have time of their own."
                )
            return _failed("TimeoutError", "the cells of your own took too long; it was left out")
        before = self.spent + self._computed() if self.box else self.spent
        try:
            answer = self._request(min(left, self.times.cell), do="run", source=source, index=index)
        except Gone as gone:
            self.bad_cells[index] = f"this cell was left out: {gone}"
            return _failed("Stopped", str(gone))
        finally:
            if free:
                self.free += self.spent + (self._computed() if self.box else 0.0) - before
        self.done.append((source, index))
        return answer

    def look(self, name: str) -> dict:
        """What a name stands for in the notebook."""
        if name in self.bad_names:
            return {"kind": "function", "empty": False}
        try:
            return self._request(self.times.grace, do="look", name=name)
        except Gone as gone:
            self.bad_names[name] = str(gone)
            return {"kind": "other", "why": str(gone)}

    def call(self, name: str, args, kwargs) -> dict:
        """Call a function of the notebook."""
        if name in self.bad_names:
            return {"error": {"type": "Stopped", "text": self.bad_names[name], "line": None}}
        try:
            answer = self._request(
                self.times.call, do="call", name=name, args=list(args), kwargs=dict(kwargs)
            )
        except Gone as gone:
            # A check calls a function many times: once is enough to wait for it.
            self.bad_names[name] = str(gone)
            return {"error": {"type": "Stopped", "text": str(gone), "line": None}}
        error = answer.get("error")
        if isinstance(error, dict) and error.get("type") == "TimeoutError":
            self.bad_names[name] = "it took too long, and was stopped"
        return answer

    def forgive(self, name: str):
        """Let a name be tried anew: it was given another meaning since."""
        self.bad_names.pop(name, None)

    # ---- below

    def _request(self, seconds, **request):
        self._ensure()
        self.number += 1
        left = self.times.all + self.free - self.spent - self.last
        if left <= 0 or time.monotonic() > self.deadline:
            raise Gone(f"the notebook used up its {self.times.all:.0f} seconds of computing")
        seconds = min(seconds, left)
        if request["do"] != "look":
            request["seconds"], request["patience"] = seconds, self.times.patience
        self.begun, self.most = None, seconds + self.times.grace
        until = time.monotonic() + self.times.wall(seconds) + self.times.grace
        try:
            data = wire.pack({"id": self.number, **request})
            wire.send_packed(self.box.inbox, data, until)
            return self._answer(until)
        except TimeoutError:
            self._end(f"it did not stop within {seconds:.0f} seconds of computing")
        except (EOFError, BrokenPipeError, OSError):
            self._end("it ended the interpreter (a crash, too much memory, or a forced exit)")
        except wire.WireError as error:
            self._end(f"it answered with something that cannot be graded: {error}")

    def _answer(self, until):
        for _ in range(1000):  # stale or forged messages are passed over, but not for ever
            message = wire.receive(self.box.outbox, until, self._watch)
            if "ask" in message:
                self._help(message, until)
            elif message.get("id") == self.number:
                return message
        raise wire.WireError("too many messages")

    def _help(self, message, until):
        name = str(message.get("ask"))
        try:
            if name not in self.helpers:
                raise AttributeError(f"check.{name[:60]} is not there while grading")
            if self.allowed is not None and name not in self.allowed:
                raise RuntimeError(f"check.{name} is no part of this exercise's answer")
            args, kwargs = message.get("args", []), message.get("kwargs", {})
            answer = {"value": self.helpers[name](*args, **kwargs)}
            data = wire.pack(answer)
        except Exception as error:
            data = wire.pack({"error": f"{type(error).__name__}: {error}"[:500]})
        wire.send_packed(self.box.inbox, data, until)

    def _end(self, reason):
        self.spent, self.last = self.spent + self.last, 0.0
        self.close()
        raise Gone(reason)

    def _ensure(self):
        """Start the interpreter, or start it again and bring it to where the last one was."""
        if self.box:
            return
        if self.restarts > 6:
            raise Gone("the notebook ended its interpreter too often")
        self.restarts += 1
        problem = None
        for pause in (0, 0.3, 1.5):  # what the last one left may still be dying
            time.sleep(pause)
            try:
                self.box = sandbox.start(self.kind, limits=self.limits, files=self.files)
                wire.receive(self.box.outbox, time.monotonic() + self.times.start)
                break
            except (OSError, EOFError, TimeoutError, wire.WireError) as error:
                problem = error
                self.close()
        if not self.box:
            if self.restarts == 1:  # no student has had a say yet
                raise sandbox.NoSandbox(f"the sandbox did not start: {problem!r}")
            raise Gone(f"the sandbox did not start again: {problem!r}")
        for source, index in self.done:
            if index not in self.bad_cells:
                self._request(self.times.cell, do="run", source=source, index=index)

    def _computed(self) -> float:
        """Seconds of computing of this box so far, with what it started."""
        self.last = max(self.last, sum(map(_computed, sandbox.tree(self.box.process.pid))))
        return self.last

    def _watch(self):
        """While waiting: is it still within its memory, its processes and its disk?"""
        now = time.monotonic()
        if now - self.checked < 0.2:
            return
        self.checked = now
        pids = sandbox.tree(self.box.process.pid)
        self.last = max(self.last, sum(map(_computed, pids)))
        if self.begun is None:
            self.begun = self.last
        if self.last - self.begun > self.most:
            raise TimeoutError("too much computing")
        if len(pids) > self.limits.processes + 10:
            raise wire.WireError(f"{len(pids)} processes")
        if sum(map(_resident, pids)) > self.limits.all_memory:
            raise wire.WireError("too much memory")
        if self.box.home and _size(self.box.home) > self.limits.disk:
            raise wire.WireError("too much disk space")


def _failed(kind, text):
    return {"out": "", "err": "", "shown": [], "error": {"type": kind, "text": text, "line": None}}


def _resident(pid) -> int:
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _computed(pid) -> float:
    """Seconds that a process, and those of its children that have ended, spent computing."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            ticks = file.read().rpartition(b")")[2].split()[11:15]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _size(folder) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_size
            except OSError:
                continue
    return total
