"""Write what a long study found as JSON that the book's pages read."""

from __future__ import annotations

import json
import platform
import time
from datetime import date
from pathlib import Path

import numpy as np

import convkit

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def write(name: str, study) -> None:
    """Run a study and store its result with date, versions and time taken."""
    began = time.perf_counter()
    result = study()
    result |= {
        "seconds": round(time.perf_counter() - began, 1),
        "date": date.today().isoformat(),
        "convkit": convkit.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "processor": platform.machine(),
    }
    text = json.dumps(result, indent=1) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    print(text)


def read(name: str) -> dict:
    """What the study found when it was last run."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
