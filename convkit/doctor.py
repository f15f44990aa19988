"""`convkit doctor`: what is installed, what is missing, and the one command that mends it."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata, util

import numpy as np

from convkit.gpu_diagnosis import diagnose

MARKS = {True: "ok      ", False: "missing ", None: "optional"}


@dataclass(frozen=True)
class Finding:
    """One line of the report: `good` is None for what is absent but not needed."""

    good: bool | None
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{MARKS[self.good]}  {self.what}" + (
            f"\n          {self.mend}" if self.mend else ""
        )


def examine() -> list[Finding]:
    """Look at this Python, this package, NumPy, threads and the GPU, in that order."""
    return [_python(), _package(), _numpy(), _threads(), *_gpu()]


def _python() -> Finding:
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    return Finding(good, f"Python {version}", "" if good else "install Python 3.11 or later")


def _package() -> Finding:
    """Tell our package from the stranger's that has the same import name."""
    try:
        version = metadata.version("convkit-course")
    except metadata.PackageNotFoundError:
        version = None
    try:
        stranger = metadata.version("convkit")
    except metadata.PackageNotFoundError:
        stranger = None
    if stranger is not None:
        return Finding(
            False,
            f"a package called convkit ({stranger}) is installed: it is a stranger's, not this one",
            "pip uninstall convkit, then install this course's wheel again",
        )
    if version is None:
        return Finding(None, "convkit, run from its source folder without being installed")
    return Finding(True, f"convkit-course {version}")


def _numpy() -> Finding:
    blas = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    name = f"{blas.get('name', 'no BLAS')} {blas.get('version', '')}".strip()
    return Finding(True, f"NumPy {np.__version__} with {name}")


def _threads() -> Finding:
    from convkit.threads import available_cores

    if util.find_spec("threadpoolctl") is None:
        return Finding(
            None,
            f"threadpoolctl is not here: convkit stays on one thread of {available_cores()}",
            "pip install threadpoolctl",
        )
    return Finding(True, f"threadpoolctl, so convkit can use {available_cores()} core(s)")


def _gpu() -> list[Finding]:
    return [Finding(*line) for line in diagnose()]
