"""Parameters in a file: .npz or .safetensors, never pickle.

A file holds one array for each parameter, under its name ('conv2d.filters'), and nothing that
could run. Reading checks everything before it changes anything.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np

from convkit.arrays import array_library
from convkit.layers import safetensors


def save(model, path) -> None:
    """Write all parameters beside `path` first, then put the file in its place.

    So a full disk or a power cut leaves the old file as it was.
    """
    path, write, _ = _format(path)
    arrays = {name: _on_cpu(array) for name, array in model.parameters.items()}
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            write(file, arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def load(model, path) -> None:
    """Read all parameters, check them against the model, and only then take them over."""
    path, _, read = _format(path)
    try:
        with path.open("rb") as file:
            arrays = read(file)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except (ValueError, EOFError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} cannot be read ({error}): it is damaged, or was not written by save. "
            f"The model was not changed"
        ) from None
    try:
        assign(model, arrays)
    except ValueError as error:
        raise ValueError(f"{path} does not fit this model: {error}") from None


def assign(model, arrays: dict) -> None:
    """Replace all parameters by `arrays`, or, if anything does not fit, none of them.

    Raises
    ------
    ValueError
        Naming what is missing, unknown, of another shape, or not a number.
    """
    own = model.parameters
    missing, unknown = sorted(own.keys() - arrays.keys()), sorted(arrays.keys() - own.keys())
    if missing or unknown:
        raise ValueError(
            f"it must have {', '.join(own)}; missing: {', '.join(missing) or 'none'}, "
            f"unknown: {', '.join(unknown) or 'none'}. The model was not changed"
        )
    checked = {}
    for name, array in own.items():
        new, xp = arrays[name], array_library(parameter=array)
        if new.shape != array.shape:
            raise ValueError(
                f"{name} must have shape {array.shape}, got {new.shape}. The model was not changed"
            )
        if new.dtype.kind not in "fiu":
            raise ValueError(f"{name} must be numbers, got {new.dtype}. The model was not changed")
        checked[name] = xp.asarray(new, array.dtype)
    for name, array in own.items():
        array[...] = checked[name]


def _format(path):
    path = Path(path)
    if path.suffix not in FORMATS:
        raise ValueError(f"the file's name must end in {' or '.join(FORMATS)}, got {path.name!r}")
    return path, *FORMATS[path.suffix]


def _write_npz(file, arrays) -> None:
    np.savez(file, **arrays)


def _read_npz(file) -> dict:
    with np.load(file, allow_pickle=False) as archive:
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("this is one array, not an archive of arrays")
        return {name: archive[name] for name in archive.files}


def _on_cpu(array):
    return array.get() if hasattr(array, "get") else array


FORMATS = {
    ".npz": (_write_npz, _read_npz),
    ".safetensors": (safetensors.write, safetensors.read),
}
