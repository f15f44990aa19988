"""A step of the run: a process with a time limit, ended with all that it has started.

After an illegal address CUDA answers every call of the process with it; how a step says that its
GPU is lost, and to whom that is put down, stands here too, for both sides.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRYING = "trying"  # before a rung's name: so what was tried last is known when all is over
LOST = 3  # exit status of a step whose GPU answers no more
LAST_WORDS = 1500  # characters of what a step said that are kept


@dataclass(frozen=True)
class Step:
    """What to start, and how long it may take.

    `waits` says that the program loads its libraries, then waits for a line on its input before
    it touches the GPU: it can be started while another step is measuring. `rung` is the only one
    that the step calls, if it is one.
    """

    name: str
    phase: str
    command: tuple[str, ...]
    limit: float
    waits: bool = False
    rung: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a step ended: 'ok', 'failed', 'crashed' (by a signal) or 'hung' (at its limit)."""

    status: str
    seconds: float
    exit: int | None
    last_words: str


class Running:
    """A step that was started; `finish` lets it go on and waits for its end."""

    def __init__(self, step: Step, folder: Path):
        self.step = step
        self._log = folder / "".join(c if c.isalnum() else "-" for c in step.name)[:80]
        folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as out:
            self._process = subprocess.Popen(
                step.command,
                cwd=ROOT,
                stdin=subprocess.PIPE if step.waits else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=os.name == "posix",
            )

    def finish(self, limit: float, told: str = "") -> Outcome:
        """Wait until it ends, or end it after `limit` seconds; `told` is the line it waits for."""
        begin = time.monotonic()
        if self.step.waits:
            with contextlib.suppress(OSError):  # it is dead already, and its log says why
                self._process.stdin.write(f"{told}\n".encode())
                self._process.stdin.close()
        try:
            code = self._process.wait(timeout=limit)
            status = "ok" if code == 0 else "failed" if code > 0 else "crashed"
        except subprocess.TimeoutExpired:
            code, status = None, "hung"
        finally:
            self.kill()
        return Outcome(status, round(time.monotonic() - begin, 2), code, self.said(LAST_WORDS))

    def kill(self) -> None:
        """End it and what it has started; a GPU may take some seconds to let a process go."""
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        elif self._process.poll() is None:
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)

    def said(self, most: int | None = None) -> str:
        """What it has written, or the end of it."""
        text = self._log.read_text(errors="replace").strip()
        return text if most is None else text[-most:]


class GpuLost(RuntimeError):
    """The GPU answers no more; the words name what was tried last."""


def alive(cupy) -> bool:
    """Whether the GPU still answers this process."""
    try:
        cupy.cuda.Device().synchronize()
    except Exception:  # CUDA's errors are CuPy's own kinds
        return False
    return True


def said(error: Exception) -> str:
    """Its kind and its words, without the advice at their end."""
    words = str(error).split(". method=")[0]
    return f"{type(error).__name__}: {words.split('does not take this problem: ')[-1]}"[:400]


def is_refusal(error: Exception) -> bool:
    """Whether a method said no, for a reason other than having been wrong."""
    words = str(error)
    return (
        isinstance(error, ValueError) and "does not take" in words and "switched off" not in words
    )


def blamed(log: str) -> str | None:
    """The rung that a step tried last, by what it has written; None if it was none alone."""
    tried = [line.split(f"{TRYING} ")[1] for line in log.splitlines() if f"{TRYING} " in line]
    word = tried[-1].split()[0] if tried else ""
    return word if word.startswith("gpu_") else None
