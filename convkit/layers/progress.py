"""How far `fit` has come: tqdm's bar where tqdm is installed, and a line that stays."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager


@contextmanager
def progress(title: str, steps: int, verbose):
    """Show one epoch; 0 shows nothing, 2 one line at the end, 1 a moving bar before that line.

    'auto' is 1 at a terminal and in a notebook. In a file a bar would leave all its states.
    Without tqdm there is no bar, only the line.
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
        self._bar = _bar(title, steps) if verbose == 1 else None

    def advance(self, logs) -> None:
        """One step more."""
        if self._bar is not None:
            self._bar.set_postfix_str(_text(logs), refresh=False)
            self._bar.update()

    def done(self, logs) -> None:
        """The whole epoch: the bar goes, the line stays, however narrow the terminal is."""
        self.close()
        if self._verbose:
            took = time.perf_counter() - self._began
            print(f"{self._title}: {took:.1f} s  {_text(logs)}", flush=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _bar(title, steps):
    """A bar, or None where tqdm is not installed: convkit itself needs NumPy alone."""
    try:
        from tqdm import tqdm  # not tqdm.auto, which warns in notebooks without ipywidgets
    except ImportError:
        return None
    return tqdm(total=steps, desc=title, leave=False, file=sys.stdout)


def _text(logs) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in logs.items())
