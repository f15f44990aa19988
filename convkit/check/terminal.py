"""Check a whole notebook from the command line, without Jupyter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from convkit.check import renumbered

_GRACE = 10  # seconds: the other process starts, and says itself what took too long


def check_notebook(path: str | Path, *, seed: str | None = None, timeout: float = 120) -> int:
    """Run a notebook's cells in a process of their own and print every verdict.

    Parameters
    ----------
    path : str or Path
        An exercise notebook.
    seed : str, optional
        A token, or any word, for other numbers than those that the notebook asks for.
    timeout : float
        Seconds for the whole notebook. One cell gets half of them, then it is stopped.

    Returns
    -------
    int
        0 if every check passed, 1 if not, 2 if the notebook could not be run,
        130 if it was stopped with Ctrl-C.
    """
    path = Path(path)
    if not path.is_file():
        words = renumbered.assignment(path.stem)
        words = words or "An exercise looks like exercises/01_…/01_….ipynb"
        print(f"{path} is not there. {words}.")
        return 2
    command = [sys.executable, "-m", "convkit.check.notebook", path.name, seed or "", str(timeout)]
    # Ctrl-C is for this process alone, and when this one ends the pipe tells the other.
    with subprocess.Popen(
        command,
        cwd=path.resolve().parent,  # as in Jupyter, files beside the notebook are found
        stdin=subprocess.PIPE,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    ) as process:
        try:
            return process.wait(timeout + _GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            print(f"Stopped after {timeout:g} seconds. Is there a loop without an end?")
            return 2
        except KeyboardInterrupt:
            process.kill()
            print("Stopped, as you asked.")
            return 130
