"""How far `fit` has come: a bar by tqdm where it is installed, else plain text."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager


@contextmanager
def progress(title: str, steps: int, verbose):
    """A bar for one epoch; 0 shows nothing, 2 one line at the end, 1 or 'auto' a moving bar."""
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2, got {verbose!r}")
    if verbose == "auto":
        verbose = 1
    tqdm = _tqdm() if verbose == 1 else None
    bar = _Tqdm(tqdm, title, steps) if tqdm else _Lines(title, steps, verbose)
    try:
        yield bar
    finally:
        bar.close()


def _tqdm():
    try:
        from tqdm import tqdm  # not tqdm.auto, which warns in notebooks without ipywidgets
    except ImportError:
        return None
    return tqdm


class _Tqdm:
    def __init__(self, tqdm, title, steps):
        self._bar = tqdm(total=steps, desc=title, leave=True, file=sys.stdout, ncols=100)

    def advance(self, logs):
        self._bar.set_postfix_str(_text(logs), refresh=False)
        self._bar.update()

    def done(self, logs):
        self._bar.set_postfix_str(_text(logs))

    def close(self):
        self._bar.close()


class _Lines:
    """At a terminal the line is written over; in a file or a notebook one line remains."""

    def __init__(self, title, steps, verbose):
        self._title, self._steps, self._verbose = title, steps, verbose
        self._moving = verbose == 1 and sys.stdout.isatty()
        self._began = self._shown = time.perf_counter()
        self._step, self._ended = 0, False

    def advance(self, logs):
        self._step += 1
        now = time.perf_counter()
        if self._moving and now - self._shown > 0.1:
            self._shown = now
            print(f"\r{self._title}: {self._step}/{self._steps}  {_text(logs)}", end="", flush=True)

    def done(self, logs):
        if self._verbose:
            took = time.perf_counter() - self._began
            start = "\r" if self._moving else ""
            print(f"{start}{self._title}: {took:.1f} s  {_text(logs)}", flush=True)
        self._ended = True

    def close(self):
        if self._moving and not self._ended:
            print(flush=True)


def _text(logs) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in logs.items())
