"""Which GPU: the one that the arrays are on, whichever is current."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np

NOTHING = nullcontext()


def using(cupy, number: int | None):
    """A block in which GPU `number` is the current one; for None, on a CPU, a block like any."""
    return NOTHING if number is None else cupy.cuda.Device(number)


def compute_capability(cupy, number: int) -> tuple[int, int]:
    """(9, 0) or (12, 0), where CuPy says '90' or '120'."""
    text = cupy.cuda.Device(number).compute_capability
    return int(text[:-1]), int(text[-1])


def described(xp, array) -> dict:
    """What a `Problem` says of the device that an array is on."""
    if xp is np:
        return {"device": "cpu", "compute_capability": None}
    return {"device": "gpu", "compute_capability": compute_capability(xp, array.device.id)}


def has_device(cupy) -> bool:
    """Whether there is a driver, and a GPU that it shows."""
    try:
        return cupy.cuda.runtime.getDeviceCount() > 0
    except Exception:  # CUDA has one error for each reason
        return False


class Made:
    """On which stream something was made, for whoever uses it on another: it may not be ready."""

    def __init__(self, cupy):
        stream = cupy.cuda.get_current_stream()
        self._stream = stream.ptr
        self._event = cupy.cuda.Event(disable_timing=True)
        self._event.record(stream)

    def wait(self, cupy) -> None:
        """Order what comes next on the current stream after what was made."""
        stream = cupy.cuda.get_current_stream()
        if stream.ptr != self._stream:
            stream.wait_event(self._event)


def is_capturing(cupy) -> bool:
    """Whether work on the current stream is being captured into a CUDA graph."""
    return cupy.cuda.get_current_stream().is_capturing()
