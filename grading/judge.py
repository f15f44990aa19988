"""A judge, as the rest of the grader sees it: hand it a notebook, get plain data back.

Whatever it dies of costs the question that it was about. The notebook is then judged once more
without that question; what was found before is kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass

from grading.judge_process import SIZE

_MOST_ANSWER = 48 << 20  # bytes of one message
_MOST_DEATHS = 6  # of one notebook
_MOST_FAULTS = 3  # of the judge's process itself, which a killed machine or a stranger may cause


@dataclass(frozen=True)
class Limits:
    """What a judge may use for one notebook; computing time is for each question."""

    memory: int = 400 << 20  # address space beyond what Python and NumPy take
    cpu: float = 15.0
    wall: float = 1200.0  # a far backstop: no point depends on it on a working machine


class JudgeError(RuntimeError):
    """The judge's process could not be started, or ended by itself, again and again."""


class Judge:
    """A process that judges one notebook at a time."""

    def __init__(self, limits: Limits | None = None):
        self.limits = limits or Limits()
        self._process = self._control = None

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()

    def close(self):
        """End the process; it ends by itself when this object, or this program, is gone."""
        if self._process:
            self._control.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def judge(self, **request) -> dict:
        """Judge a notebook; `request` is what `judging.judge` takes. Never raises for its content.

        Raises
        ------
        JudgeError
            If there is no working judge on this machine.
        """
        dead, found, faults = {}, {}, 0
        while True:
            known = {"dead": dead, "found": dict(found)}
            begun, result, status = self._once({**request, **known}, found)
            if result is not None:
                return result
            if status is None:  # not the notebook's doing: the process itself was ended
                faults += 1
                if faults >= _MOST_FAULTS:
                    raise JudgeError("the judge's process ended again and again")
                continue
            if "read" in dead or len(dead) > _MOST_DEATHS:
                raise JudgeError(f"judging stopped at “{begun}”: {status['why']}")
            # Too many, or at something that is no question: nothing of it can be judged.
            whole = len(dead) == _MOST_DEATHS or begun in dead or begun in ("start", "finish")
            dead["read" if whole else begun] = status["why"] or "the judge ended"

    def _once(self, request, found):
        """One child's life: what it was at, its result or None, and how it ended."""
        begun = "start"
        ours, theirs = socket.socketpair()
        try:
            self._ensure()
            with theirs:
                head = json.dumps(asdict(self.limits)).encode()
                socket.send_fds(self._control, [head], [theirs.fileno()])
            with ours, ours.makefile("rb") as stream:
                result = None
                with contextlib.suppress(OSError, ValueError, EOFError):
                    ours.sendall(pickle.dumps(request))
                    while result is None:
                        message = _receive(stream)
                        begun = message.get("begins", begun)
                        if "found" in message:
                            id_, one = message["found"]
                            found[id_] = one
                        result = message.get("result")
            status = self._control.recv(1000)
            if status:
                return begun, result, json.loads(status)
        except OSError:
            pass
        finally:
            ours.close()
            theirs.close()
        self.close()
        return begun, None, None

    def _ensure(self):
        if self._process and self._process.poll() is None:
            return
        self.close()
        self._control, theirs = socket.socketpair()
        keep = ("PATH", "LANG", "PYTHONPATH", "TMPDIR", "LD_LIBRARY_PATH")  # above all, no secret
        environment = {key: os.environ[key] for key in keep if key in os.environ}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        # The checkout first, as `python -m grading` has it, wherever this program was started.
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        path = [root, *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(path)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "grading.judge_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the grader, which then ends its judges
            )


def _receive(stream) -> dict:
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        raise EOFError("the judge is gone")
    (size,) = SIZE.unpack(head)
    if size > _MOST_ANSWER:
        raise ValueError("too much to keep")
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("the judge is gone")
    return json.loads(data)


_of_this_thread = threading.local()


def own() -> Judge:
    """The judge of this thread, started at first use."""
    if not hasattr(_of_this_thread, "judge"):
        _of_this_thread.judge = Judge()
    return _of_this_thread.judge
