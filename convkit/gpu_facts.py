"""Which GPU, driver, CuPy and kernels these are: what a finding about a kernel rests on."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

from convkit.cuda import loader


@cache
def facts(device: int) -> dict:
    """What a verdict rests on: another GPU, driver, CuPy or kernel asks for a new one."""
    runtime, nvrtc = sys.modules["cupy"].cuda.runtime, sys.modules["cupy"].cuda.nvrtc
    properties = runtime.getDeviceProperties(device)
    name, uuid = properties["name"], properties.get("uuid", b"")
    return {
        "device": name.decode() if isinstance(name, bytes) else name,
        "uuid": uuid.hex() if isinstance(uuid, bytes) else str(uuid),
        "driver": driver_release() or f"for CUDA {runtime.driverGetVersion()}",
        "cupy": sys.modules["cupy"].__version__,
        "nvrtc": ".".join(map(str, nvrtc.getVersion())),
        "kernels": _sources(),
    }


def describe(device: int) -> str:
    """GPU and driver in words."""
    found = facts(device)
    return f"{found['device']}, driver {found['driver']}, CuPy {found['cupy']}"


def driver_release() -> str | None:
    """The driver's own version, such as '580.95.05'; None where the system does not tell."""
    try:
        words = Path("/proc/driver/nvidia/version").read_text().split()
    except OSError:
        return None
    return next((word for word in words if word[:1].isdigit() and "." in word), None)


def _sources() -> str:
    """A fingerprint of every kernel and of what starts it."""
    here = Path(__file__).parent
    starters = (*here.glob("methods/gpu_*.py"), here / "gpu_verdict.py")
    paths = sorted((*loader.SOURCES.glob("*.*"), *starters))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:20]
