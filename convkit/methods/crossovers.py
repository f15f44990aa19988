"""Where one method begins to win over another: built in, or measured by `convkit tune`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

# Weights at one place of a kernel that fill a cache; with 3 × 3 they are 5 MB.
LARGE_FILTERS = 2**17


@dataclass(frozen=True)
class Crossovers:
    """The numbers in `choose_method`'s rule. The defaults hold for a processor with AVX-512.

    Attributes
    ----------
    tiny : int
        Multiply-adds below which the method with the fewest calls wins.
    bands_rows : int
        Rows of the kernel from which 'split_rows' beats 'bands'.
    fft_rows : int
        Rows of the kernel from which 'fft' beats 'split_rows'.
    few_maps : int
        Maps below which 'toeplitz' beats 'mec'.
    winograd_channels : int
        Channels, and maps, from which 'winograd' beats direct summation.
    winograd_results : int
        Results of a map from which a single call repays the transformation of the filters; four
        times as many for filters that fill a cache.
    strided_channels : int
        Channels, and maps, from which 'winograd' beats direct summation for 5 × 5 with stride 2;
        for smaller kernels twice as many.
    space_to_depth_channels : int
        Channels from which 'space_to_depth' beats direct summation for 7 × 7 with stride 2; for a
        single call twice as many.
    mec_window : int
        Numbers in a window up to which 'mec' beats 'im2col'.
    """

    tiny: int = 5_000
    bands_rows: int = 8
    fft_rows: int = 18
    few_maps: int = 10
    winograd_channels: int = 16
    winograd_results: int = 190
    strided_channels: int = 32
    space_to_depth_channels: int = 8
    mec_window: int = 1_000


def path() -> Path:
    """The file in the user's cache folder where `convkit tune` keeps its numbers."""
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    else:
        folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "convkit" / "crossovers.json"


@cache
def crossovers() -> Crossovers:
    """Those of this machine if they were measured, else the defaults. Read once."""
    try:
        stored = json.loads(path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):  # no file, not JSON, no home folder
        return Crossovers()
    return read(stored)


def read(stored) -> Crossovers:
    """Keep what is a known name with a whole number; ignore the rest, as of another version."""
    if not isinstance(stored, dict):
        return Crossovers()
    known = {field.name for field in fields(Crossovers)}
    return Crossovers(
        **{
            name: value
            for name, value in stored.items()
            if name in known and type(value) is int and value > 0
        }
    )


def check_writable() -> None:
    """Say before a minute of measuring, and not after it, that nothing could be stored.

    Raises
    ------
    OSError
        With the folder, and the way to another one.
    """
    folder = path().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reachable = os.access(folder, os.W_OK)
    except OSError:
        reachable = False
    if not reachable:
        name = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
        raise OSError(f"cannot write into {folder}: set {name} to a folder that can be written to")


def store(limits: Crossovers) -> Path:
    """Write the numbers, whole or not at all, and use them from now on."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(asdict(limits), indent=2) + "\n", encoding="utf-8")
    beside.replace(target)
    crossovers.cache_clear()
    return target
