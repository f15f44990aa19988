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
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}: create it first")
    arrays = {name: _on_cpu(array) for name, array in model.parameters.items()}
    bad = _not_finite(arrays)
    if bad:
        raise ValueError(f"{bad}: load would refuse them, so {path} was not written")
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
    """Read all parameters, check them against the model, and only then take them over.

    Names, shapes and kinds of numbers stand at the head of a file: they are checked before the
    numbers are read, so that a small file cannot ask for a large memory.
    """
    path, _, read = _format(path)
    misfit = None

    def check(table):
        nonlocal misfit
        misfit = _misfit(model.parameters, table)
        if misfit:
            raise ValueError(misfit)

    try:
        with path.open("rb") as file:
            arrays = read(file, check)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except (IsADirectoryError, PermissionError):
        raise
    except Exception as error:  # whatever a reader meets in a damaged file
        if misfit:
            raise ValueError(f"{path} does not fit this model: {misfit}") from None
        raise ValueError(
            f"{path} cannot be read ({error}): it is damaged, or was not written by save. "
            f"The model was not changed"
        ) from None
    bad = _not_finite(arrays)
    if bad:
        raise ValueError(f"{path}: {bad}. The model was not changed")
    try:
        assign(model, arrays)
    except ValueError as error:
        raise ValueError(f"{path} does not fit this model: {error}") from None


def assign(model, arrays: dict) -> None:
    """Replace all parameters by `arrays`, or, if anything does not fit, none of them.

    Raises
    ------
    ValueError
        Naming what is missing, unknown, of another shape, not a number, or too large.
    """
    own = model.parameters
    misfit = _misfit(own, {name: (array.shape, array.dtype) for name, array in arrays.items()})
    if misfit:
        raise ValueError(misfit)
    checked = {}
    for name, array in own.items():
        new, xp = arrays[name], array_library(parameter=array)
        with np.errstate(over="ignore"):
            checked[name] = xp.asarray(new, array.dtype)
        if new.dtype != array.dtype and bool((xp.isinf(checked[name]) & ~xp.isinf(new)).any()):
            raise ValueError(
                f"{name} holds numbers too large for {array.dtype}. The model was not changed"
            )
    for name, array in own.items():
        array[...] = checked[name]


def _not_finite(arrays: dict) -> str | None:
    """The first array with numbers that are not finite, in words."""
    for name, array in arrays.items():
        bad = int((~np.isfinite(array)).sum())
        if bad:
            return f"{bad} of {array.size} numbers of {name} are not finite"
    return None


def _misfit(own: dict, table: dict) -> str | None:
    """What does not fit about a table of name → (shape, dtype), in words."""
    missing, unknown = sorted(own.keys() - table.keys()), sorted(table.keys() - own.keys())
    if missing or unknown:
        return (
            f"it must have {', '.join(own)}; missing: {', '.join(missing) or 'none'}, "
            f"unknown: {', '.join(unknown) or 'none'}. The model was not changed"
        )
    for name, array in own.items():
        shape, dtype = table[name]
        if tuple(shape) != array.shape:
            return f"{name} must have shape {array.shape}, got {shape}. The model was not changed"
        if dtype.kind not in "fiu":
            return f"{name} must be numbers, got {dtype}. The model was not changed"
    return None


def _format(path):
    path = Path(path)
    if path.suffix not in FORMATS:
        raise ValueError(f"the file's name must end in {' or '.join(FORMATS)}, got {path.name!r}")
    return path, *FORMATS[path.suffix]


def _write_npz(file, arrays) -> None:
    np.savez(file, **arrays)


def _read_npz(file, check) -> dict:
    with zipfile.ZipFile(file) as archive:
        table = {}
        for name in archive.namelist():
            with archive.open(name) as member:
                table[name.removesuffix(".npy")] = _npy_head(member)
    check(table)
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _npy_head(member):
    """Shape and dtype of an array, from the first bytes of its file."""
    version = np.lib.format.read_magic(member)
    heads = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in heads:
        raise ValueError(f"version {version} of NumPy's format is unknown here")
    shape, _, dtype = heads[version](member)
    return shape, dtype


def _on_cpu(array):
    return array.get() if hasattr(array, "get") else array


FORMATS = {
    ".npz": (_write_npz, _read_npz),
    ".safetensors": (safetensors.write, safetensors.read),
}
