"""Nothing runs for ever: a limit for each cell, one for the notebook, and an end with the parent.

Learners write loops without an end, and close the terminal while one runs.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone.

    Standard input is a pipe that the parent holds open; when the parent dies, however that
    happens, the pipe ends. Works on every system. `input()` finds nothing to read.
    """
    pipe, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait():
        while os.read(pipe, 1):
            pass
        os._exit(2)

    threading.Thread(target=wait, daemon=True).start()


class Clock:
    """Stops a cell that runs too long, and the whole process when its time is up."""

    def __init__(self, seconds: float, at_the_end: Callable[[], object]):
        self.cell_seconds = seconds / 2
        self._end, self._at_the_end = time.monotonic() + seconds, at_the_end
        self._cell_end, self._lock = None, threading.Lock()
        self.stopped_cell = False
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have turned it off
        threading.Thread(target=self._watch, daemon=True).start()

    def begin_cell(self) -> None:
        """A cell begins: from now on it may be stopped, with a KeyboardInterrupt."""
        with self._lock:
            self.stopped_cell, self._cell_end = False, time.monotonic() + self.cell_seconds

    def end_cell(self) -> None:
        """The cell is done."""
        with self._lock:
            self._cell_end = None

    def _watch(self):
        while True:
            time.sleep(0.05)
            now = time.monotonic()
            if now > self._end:
                sys.stdout = sys.__stdout__  # a check may hold back what is printed
                self._at_the_end()
                sys.stdout.flush()
                os._exit(2)
            with self._lock:
                if self._cell_end is not None and now > self._cell_end:
                    self._cell_end, self.stopped_cell = None, True
                    _thread.interrupt_main()
