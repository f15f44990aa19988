"""Check a whole notebook from the command line, without Jupyter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def check_notebook(path, *, seed: str | None = None, timeout: float = 120) -> int:
    """Run a notebook's cells in a process of their own and print every verdict.

    Parameters
    ----------
    path : str or Path
        An exercise notebook.
    seed : str, optional
        A token, or any word, for other numbers than those that the notebook asks for.
    timeout : float
        Seconds until a loop without end is stopped.

    Returns
    -------
    int
        0 if every check passed, 1 if not, 2 if the notebook could not be run.
    """
    path = Path(path)
    if not path.is_file():
        print(f"{path} is not there. An exercise looks like exercises/01_…/01_….ipynb.")
        return 2
    command = [sys.executable, "-m", "convkit.check.notebook", path.name]
    try:
        done = subprocess.run(
            command + ([seed] if seed else []),
            cwd=path.resolve().parent,  # as in Jupyter, files beside the notebook are found
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"Stopped after {timeout:g} seconds. Is there a loop in the notebook without an end?")
        return 2
    return done.returncode
