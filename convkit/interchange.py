"""Arrays of other libraries, taken where they lie: by `__array__`, DLPack or CUDA's interface.

What another library keeps in the memory of the CPU becomes an array of NumPy, what it keeps on a
GPU one of CuPy; both show the memory that is there. Only where an object offers nothing but a
copy is it copied.
"""

from __future__ import annotations

import numpy as np

from convkit.arrays import find_cupy, is_cupy, kind_of
from convkit.large import is_dask

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
    if isinstance(value, (np.ndarray, np.generic)) or is_cupy(value) or is_dask(value):
        return value
    where = _device_type(name, value)
    if where in ON_GPU or (where is None and hasattr(value, "__cuda_array_interface__")):
        return _from_gpu(name, value)
    if where not in (None, *ON_CPU):
        raise TypeError(
            f"{name} is a {kind_of(value)} on a device of DLPack's type {where}, which neither "
            f"NumPy nor CuPy reaches: bring it to the CPU first"
        )
    if hasattr(value, "__array__") or hasattr(value, "__array_interface__"):
        return _handed_out(name, value, np.asarray)
    if hasattr(value, "__dlpack__"):
        return _handed_out(name, value, np.from_dlpack)
    return value


def _from_gpu(name: str, value):
    cupy = find_cupy()
    if cupy is None:
        raise TypeError(
            f"{name} is a {kind_of(value)} on a GPU, and convkit reaches GPUs through CuPy, which "
            f"is not installed: `convkit doctor` says how, or bring {name} to the CPU"
        )
    # DLPack first: it also orders the streams of the two libraries.
    take = cupy.from_dlpack if hasattr(value, "__dlpack__") else cupy.asarray
    return _handed_out(name, value, take)


def _handed_out(name: str, value, take):
    try:
        return take(value)
    except Exception as error:  # each library has its own way to say no
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if str(getattr(value, "dtype", "")).endswith("bfloat16"):
            words += " (NumPy has no bfloat16 of its own: give it as 16-bit whole numbers, and "
            words += "call .view(ml_dtypes.bfloat16) on that array)"
        raise TypeError(
            f"{name} is a {kind_of(value)} that does not hand out its numbers: {words}"
        ) from error


def _device_type(name: str, value) -> int | None:
    """DLPack's number for the kind of device, or None for what does not speak DLPack."""
    if not hasattr(value, "__dlpack_device__") or isinstance(value, type):
        return None
    return int(_handed_out(name, value, lambda value: value.__dlpack_device__()[0]))
