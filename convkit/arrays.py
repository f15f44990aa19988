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
        If something is not an array, if NumPy and CuPy are mixed, or if two arrays lie on two
        GPUs: nothing is ever copied between devices without being asked for.
    """
    for array in arrays.values():
        if type(array) is not np.ndarray:
            break
    else:
        return np  # nearly always, and small images wait for it
    found = {name: _library_of(name, array) for name, array in arrays.items()}
    libraries = set(found.values())
    if len(libraries) == 1:
        library = libraries.pop()
        if library is not np:
            _check_one_gpu(arrays)
        return library
    on_gpu = [name for name, library in found.items() if library is not np]
    on_cpu = [name for name, library in found.items() if library is np]
    first = on_cpu[0]
    raise TypeError(
        f"{_and(on_cpu)} on the CPU (NumPy), but {_and(on_gpu)} on the GPU (CuPy). Move one: "
        f"{first} = cupy.asarray({first}), or {on_gpu[0]} = cupy.asnumpy({on_gpu[0]})"
    )


def plain(array):
    """The same numbers as an array of NumPy's own class: np.matrix, say, has ideas about ranks."""
    return np.asarray(array) if isinstance(array, np.ndarray) else array


def _check_one_gpu(arrays: dict) -> None:
    numbers = {name: array.device.id for name, array in arrays.items()}
    (first, number), *others = numbers.items()
    for name, other in others:
        if other != number:
            raise TypeError(
                f"{first} is on GPU {number}, but {name} on GPU {other}. Move one: "
                f"with cupy.cuda.Device({number}): {name} = cupy.array({name})"
            )


def is_cupy(value) -> bool:
    """Tell whether `value` is an array of CuPy, without importing CuPy."""
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
    if is_cupy(array):
        return sys.modules["cupy"]
    raise TypeError(
        f"{name} must be a NumPy or CuPy array, got {kind_of(array)}: convert it with "
        f"np.asarray({name})"
    )


def find_cupy():
    """CuPy, imported now, or None if it is not installed.

    Only for what asks for a GPU although no array of CuPy's exists yet.
    """
    try:
        import cupy
    except ImportError:
        return None
    return cupy


def kind_of(value) -> str:
    """The type's name with its module, as in 'torch.Tensor'."""
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def _and(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def compute_dtype(**arrays) -> np.dtype:
    """The floating-point type in which these arrays are summed: float32 or float64.

    float32 and float64 stay what they are; float16 and bfloat16 are summed in float32. Whole
    numbers are promoted so that they never wrap around: 8 and 16 bits (and booleans) to float32,
    which holds all of them exactly; 32 and 64 bits to float64, exact up to 2**53. A mix gives the
    wider of the two.

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


def storage_dtype(*arrays) -> np.dtype | None:
    """float16 or bfloat16, if that is what all of these arrays hold; else None.

    Then the result is of that type too, though its sums are float32.

    Examples
    --------
    >>> import numpy as np
    >>> storage_dtype(np.zeros(3, np.float16), np.zeros(3, np.float16))
    dtype('float16')
    >>> storage_dtype(np.zeros(3, np.float16), np.zeros(3, np.float32))
    """
    first = arrays[0].dtype
    if first.itemsize != 2 or not _is_half(first):
        return None  # nearly always, and small images wait for it
    native = first.newbyteorder("=")
    same = all(array.dtype.newbyteorder("=") == native for array in arrays)
    return native if same else None


def _is_half(dtype: np.dtype) -> bool:
    """Whether it is float16, or the bfloat16 of ml_dtypes, which CuPy uses too."""
    return dtype.itemsize == 2 and (dtype.kind == "f" or dtype.name == "bfloat16")


def _promoted(name: str, dtype: np.dtype) -> np.dtype:
    if dtype.kind in "biu" or _is_half(dtype):
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
    elif dtype.name.startswith("float8"):
        way_out = f"its scale is not part of it; apply that, then {name}.astype(np.float16)"
    else:
        way_out = f"convert it, e.g. {name}.astype(np.float64)"
    raise TypeError(f"{name} has dtype {dtype}, which cannot be convolved: {way_out}")
