"""What a run on a GPU leaves behind: one line of JSON for each thing found, at once and for good.

Whatever happens next, to the process, the driver or the machine, what was measured is on disk.
"""

from __future__ import annotations

import json
import math
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"


class Records:
    """A JSON-lines file to which the steps of one run are added, by any number of processes."""

    def __init__(self, path: Path, run: str, machine: dict):
        self.path, self.run, self.machine = Path(path), run, machine

    def append(self, kind: str, **fields) -> dict:
        """Write one line, with device, driver, versions and commit, and wait until it is there."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record = {"kind": kind, "run": self.run, "time": now} | fields | {"machine": self.machine}
        line = json.dumps(_plain(record), ensure_ascii=False, allow_nan=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:  # one write: lines never mix
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        return record

    def read(self, kind: str | None = None) -> list[dict]:
        """What this run has found so far; a line that was cut off is passed over."""
        return [
            one
            for one in read_lines(self.path)
            if one.get("run") == self.run and kind in (None, one["kind"])
        ]

    def handle(self) -> str:
        """What another process needs to add to the same run."""
        return json.dumps({"path": str(self.path), "run": self.run, "machine": self.machine})

    @classmethod
    def of(cls, handle: str) -> Records:
        """The same run, in another process."""
        return cls(**json.loads(handle))


def read_lines(path: Path) -> list[dict]:
    """Every whole line of a JSON-lines file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _plain(value):
    """JSON has no NaN and no infinity: they become words."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else str(float(value))
    return value


def machine(cupy) -> dict:
    """Device, driver, versions and commit: what a figure means nothing without."""
    from convkit.gpu_facts import facts

    device = cupy.cuda.Device()
    properties = cupy.cuda.runtime.getDeviceProperties(device.id)
    found = facts(device.id)
    return {
        "device": found["device"],
        "capability": device.compute_capability,
        "multiprocessors": properties.get("multiProcessorCount"),
        "memory_gb": round(properties.get("totalGlobalMem", 0) / 2**30, 1),
        "driver": found["driver"],
        "versions": {
            "python": platform.python_version(),
            "cuda": cupy.cuda.runtime.driverGetVersion(),
            "nvrtc": found["nvrtc"],
            **{name: _version(name) for name in ("numpy", "ml_dtypes", "torch")},
            "cupy": cupy.__version__,
        },
        "commit": commit(),
        "kernels": found["kernels"],
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def commit() -> str:
    """The commit of the source tree, with '+' if it was changed since; 'unknown' without git."""
    try:
        git = ["git", "-C", str(ROOT)]
        asked = {"capture_output": True, "text": True, "check": True, "timeout": 20}
        name = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], **asked).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], **asked).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return name + ("+" if changed else "")


def file_for(device: str, folder: Path = RESULTS) -> Path:
    """gpu-DATE-DEVICE.jsonl; a second run on the same day is added to it."""
    name = re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")
    return folder / f"gpu-{datetime.now(UTC):%Y-%m-%d}-{name}.jsonl"
