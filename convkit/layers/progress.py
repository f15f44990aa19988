"""How far `fit` has come: a moving bar, by tqdm where it is installed, and a line that stays."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from shutil import get_terminal_size


@contextmanager
def progress(title: str, steps: int, verbose):
    """Show one epoch; 0 shows nothing, 2 one line at the end, 1 a moving bar before that line.

    'auto' is 1 at a terminal and in a notebook. In a file a bar would leave all its states.
    """
    if verbose not in ("auto", 0, 1, 2) or isinstance(verbose, bool):
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2, got {verbose!r}")
    if verbose == "auto":
        verbose = 1 if sys.stdout.isatty() or "ipykernel" in sys.modules else 2
    shown = Progress(title, steps, verbose)
    try:
        yield shown
    finally:
        shown.close()


class Progress:
    """One epoch on the screen."""

    def __init__(self, title: str, steps: int, verbose: int):
        self._title, self._verbose = title, verbose
        self._began = time.perf_counter()
        self._moving = _Moving(title, steps) if verbose == 1 else None

    def advance(self, logs) -> None:
        """One step more."""
        if self._moving:
            self._moving.advance(logs)

    def done(self, logs) -> None:
        """The whole epoch: the bar goes, the line stays, however narrow the terminal is."""
        self.close()
        if self._verbose:
            took = time.perf_counter() - self._began
            print(f"{self._title}: {took:.1f} s  {_text(logs)}", flush=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._moving:
            self._moving.close()
            self._moving = None


class _Moving:
    """tqdm's bar, or, without tqdm, a text that is written over at a terminal."""

    def __init__(self, title, steps):
        tqdm = _tqdm()
        self._bar = tqdm and tqdm(total=steps, desc=title, leave=False, file=sys.stdout)
        self._title, self._steps, self._step = title, steps, 0
        self._shown = time.perf_counter()
        self._longest = 0

    def advance(self, logs):
        self._step += 1
        if self._bar is not None:
            self._bar.set_postfix_str(_text(logs), refresh=False)
            self._bar.update()
        elif sys.stdout.isatty() and time.perf_counter() - self._shown > 0.1:
            self._shown = time.perf_counter()
            text = f"{self._title}: {self._step}/{self._steps}  {_text(logs)}"
            text = text[: get_terminal_size().columns - 1]  # a line that wraps cannot be taken away
            self._longest = max(self._longest, len(text))
            print(f"\r{text}", end="", flush=True)

    def close(self):
        if self._bar is not None:
            self._bar.close()
        elif self._longest:
            print(f"\r{' ' * self._longest}\r", end="", flush=True)


def _tqdm():
    try:
        from tqdm import tqdm  # not tqdm.auto, which warns in notebooks without ipywidgets
    except ImportError:
        return None
    return tqdm


def _text(logs) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in logs.items())
