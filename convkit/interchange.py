"""Arrays of other libraries, taken where they lie: by `__array__`, DLPack or CUDA's interface.

What another library keeps in the memory of the CPU becomes an array of NumPy, what it keeps on a
GPU one of CuPy; both show the memory that is there. Only where an object offers nothing but a
copy is it copied.
"""

from __future__ import annotations

import sys

import numpy as np

from convkit.arrays import find_cupy, is_cupy, kind_of
from convkit.larger_than_memory import is_dask

# Device types of DLPack (https://dmlc.github.io/dlpack/latest/c_api.html).
ON_CPU, ON_GPU = (1, 3), (2, 13)  # plain and pinned; CUDA's and managed


def adopt(name: str, value):
    """`value` as an array of NumPy or CuPy, without a copy where that can be.

    Parameters
    ----------
    name : str
        What it is called in messages.
    value : object
        Arrays of NumPy, CuPy and Dask come back as they are; so does everything that offers no
        array, a list for example, for `array_library` to refuse.

    Returns
    -------
    ndarray or object
        Of NumPy for what lies in the CPU's memory, of CuPy for what lies on a GPU.

    Raises
    ------
    TypeError
        If it is on another kind of device, on a GPU while CuPy is missing, or if its library does
        not hand its numbers out; with that library's own words.
    """
    if type(value) is np.ndarray:
        return value  # nearly always, and small images wait for it
    ready = isinstance(value, (np.ndarray, np.generic, type)) or is_cupy(value) or is_dask(value)
    if ready:  # or a class, which offers what its objects have
        return value
    if bits := _bfloat16_bits(name, value):
        return _bfloat16(adopt(name, bits[0]))
    where = _device_type(name, value)
    if where in ON_GPU or (where is None and _offers(value, "__cuda_array_interface__")):
        return _from_gpu(name, value)
    if where not in (None, *ON_CPU):
        raise TypeError(
            f"{name} is a {kind_of(value)} on a device of DLPack's type {where}, which neither "
            f"NumPy nor CuPy reaches: bring it to the CPU first"
        )
    if _offers(value, "__array__") or _offers(value, "__array_interface__"):
        return _handed_out(name, value, np.asanyarray)  # a mask must not get lost
    if _offers(value, "__dlpack__"):
        return _handed_out(name, value, np.from_dlpack)
    return value


def adopt_out(out):
    """`out` as an array of NumPy or CuPy that shows its memory, to be written to.

    Raises
    ------
    TypeError
        If it hands out copies, which would be filled in vain, or is read-only.
    """
    shown = adopt("out", out)
    if shown is out:
        return out
    if isinstance(shown, np.ndarray):
        if shown.size and not np.may_share_memory(shown, adopt("out", out)):
            raise TypeError(
                f"out is a {kind_of(out)} that hands out copies of its numbers: what is written "
                f"there is lost. Give an array of NumPy, and assign that afterwards"
            )
    elif getattr(out, "__cuda_array_interface__", {"data": (0, False)})["data"][1]:
        raise TypeError(f"out is a {kind_of(out)} that says it is read-only")
    return shown


def _from_gpu(name: str, value):
    cupy = find_cupy()
    if cupy is None:
        raise TypeError(
            f"{name} is a {kind_of(value)} on a GPU, and convkit reaches GPUs through CuPy, which "
            f"is not installed: `convkit doctor` says how, or bring {name} to the CPU"
        )
    # DLPack first: it also orders the streams of the two libraries.
    take = cupy.from_dlpack if _offers(value, "__dlpack__") else cupy.asarray
    return _handed_out(name, value, take)


def _handed_out(name: str, value, take):
    try:
        return take(value)
    except MemoryError:
        raise
    except Exception as error:  # each library has its own way to say no
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TypeError(
            f"{name} is a {kind_of(value)} that does not hand out its numbers: {words}"
        ) from error


def _device_type(name: str, value) -> int | None:
    """DLPack's number for the kind of device, or None for what does not speak DLPack."""
    if not _offers(value, "__dlpack_device__"):
        return None
    return _handed_out(name, value, lambda value: int(value.__dlpack_device__()[0]))


def _offers(value, what: str) -> bool:
    """Whether an object has an attribute; one that raises instead of answering has not."""
    try:
        return hasattr(value, what)
    except Exception:
        return False


def _bfloat16_bits(name: str, value) -> tuple | None:
    """A tensor of PyTorch's bfloat16 as 16-bit whole numbers: NumPy has no such type of its own."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor) or value.dtype != torch.bfloat16:
        return None
    if value.requires_grad:
        return None  # PyTorch has better words against that, and whole numbers would lose it
    return (_handed_out(name, value, lambda tensor: tensor.view(torch.uint16)),)


def _bfloat16(bits):
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        raise TypeError(
            "bfloat16 needs the package ml_dtypes, which gives NumPy that type: "
            "pip install ml_dtypes, or convert to float32"
        ) from None
    return bits.view(bfloat16)
