"""Which array library do these arrays belong to? The one place that looks for CuPy."""

from __future__ import annotations

import sys

import numpy as np


def array_library(**arrays):
    """Return the module, `numpy` or `cupy`, that all the named arrays belong to.

    CuPy is never imported here: a CuPy array cannot exist before its module does.

    Raises
    ------
    TypeError
        If something is not an array, or if NumPy and CuPy are mixed: nothing is ever copied
        between host and device without being asked for.
    """
    for array in arrays.values():
        if type(array) is not np.ndarray:
            break
    else:
        return np  # nearly always, and small images wait for it
    found = {name: _library_of(name, array) for name, array in arrays.items()}
    libraries = set(found.values())
    if len(libraries) == 1:
        return libraries.pop()
    on_gpu = [name for name, library in found.items() if library is not np]
    on_cpu = [name for name, library in found.items() if library is np]
    first = on_cpu[0]
    raise TypeError(
        f"{_and(on_cpu)} on the CPU (NumPy), but {_and(on_gpu)} on the GPU (CuPy). Move one: "
        f"{first} = cupy.asarray({first}), or {on_gpu[0]} = cupy.asnumpy({on_gpu[0]})"
    )


def is_array(value) -> bool:
    """Tell whether `value` is an array of NumPy or CuPy."""
    return isinstance(value, np.ndarray) or _is_cupy(value)


def plain(array):
    """The same numbers as an array of NumPy's own class: np.matrix, say, has ideas about ranks."""
    return np.asarray(array) if isinstance(array, np.ndarray) else array


def _is_cupy(value) -> bool:
    cupy = sys.modules.get("cupy")
    return cupy is not None and isinstance(value, cupy.ndarray)


def _library_of(name: str, array):
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, and a sum over masked pixels has no one meaning: "
            f"choose a value for them, e.g. {name}.filled(0)"
        )
    if isinstance(array, np.ndarray):
        return np
    if _is_cupy(array):
        return sys.modules["cupy"]
    kind = f"{type(array).__module__}.{type(array).__qualname__}".removeprefix("builtins.")
    raise TypeError(
        f"{name} must be a NumPy or CuPy array, got {kind}: convert it with np.asarray({name})"
    )


def _and(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def compute_dtype(**arrays) -> np.dtype:
    """The floating-point type in which these arrays are convolved: float32 or float64.

    float32 and float64 stay what they are. Whole numbers are promoted so that they never wrap
    around: 8 and 16 bits (and booleans, and float16) to float32, which holds all of them
    exactly; 32 and 64 bits to float64, exact up to 2**53. A mix gives the wider of the two.

    Raises
    ------
    TypeError
        For complex numbers, text, dates, Python objects, and floats wider than 64 bits.

    Examples
    --------
    >>> import numpy as np
    >>> compute_dtype(image=np.zeros(3, np.uint8), filters=np.zeros(3, np.float32))
    dtype('float32')
    """
    return np.result_type(*(_promoted(name, array.dtype) for name, array in arrays.items()))


def _promoted(name: str, dtype: np.dtype) -> np.dtype:
    if dtype.kind in "biu" or (dtype.kind == "f" and dtype.itemsize == 2):
        return np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)
    if dtype.kind == "f" and dtype.itemsize in (4, 8):
        return dtype
    if dtype.kind == "c":
        way_out = f"convolve {name}.real and {name}.imag one after the other"
    elif dtype.kind == "O":
        way_out = (
            f"it holds Python objects, often because its rows have different lengths; "
            f"make it a rectangle of numbers, {name} = np.array({name}.tolist(), dtype=float)"
        )
    else:
        way_out = f"convert it, e.g. {name}.astype(np.float64)"
    raise TypeError(f"{name} has dtype {dtype}, which cannot be convolved: {way_out}")
