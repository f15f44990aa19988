"""NVIDIA's run-time compiler by ctypes: the four functions of `cupy.cuda.nvrtc` that we use.

The compiler needs neither a GPU nor a driver nor CuPy, only the wheel nvidia-cuda-nvrtc-cu12.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def library_path() -> Path | None:
    """Where the wheel has put the library, or None if it is not installed."""
    try:
        spec = find_spec("nvidia.cuda_nvrtc")
    except ModuleNotFoundError:
        return None
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations]
    patterns = ("lib/libnvrtc.so.*", "bin/nvrtc64_*_0.dll")
    found = [p for folder in folders for pattern in patterns for p in folder.glob(pattern)]
    return next((path for path in sorted(found) if "alt" not in path.name), None)


@cache
def _library():
    library = ctypes.CDLL(str(library_path()))
    library.nvrtcGetErrorString.restype = ctypes.c_char_p
    return library


def _check(status: int) -> None:
    if status:
        raise RuntimeError(_library().nvrtcGetErrorString(status).decode())


def getVersion() -> tuple[int, int]:
    major, minor = ctypes.c_int(), ctypes.c_int()
    _check(_library().nvrtcVersion(ctypes.byref(major), ctypes.byref(minor)))
    return major.value, minor.value


def createProgram(source: str, name: str, headers, include_names):
    program = ctypes.c_void_p()
    count = len(headers)
    texts = (ctypes.c_char_p * count)(*(text.encode() for text in headers))
    names = (ctypes.c_char_p * count)(*(text.encode() for text in include_names))
    _check(
        _library().nvrtcCreateProgram(
            ctypes.byref(program), source.encode(), name.encode(), count, texts, names
        )
    )
    return program


def compileProgram(program, options) -> None:
    texts = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    _check(_library().nvrtcCompileProgram(program, len(options), texts))


def getCUBIN(program) -> bytes:
    return _get(program, _library().nvrtcGetCUBINSize, _library().nvrtcGetCUBIN)


def getProgramLog(program) -> str:
    text = _get(program, _library().nvrtcGetProgramLogSize, _library().nvrtcGetProgramLog)
    return text.rstrip(b"\0").decode()


def _get(program, get_size, get) -> bytes:
    size = ctypes.c_size_t()
    _check(get_size(program, ctypes.byref(size)))
    content = ctypes.create_string_buffer(size.value)
    _check(get(program, content))
    return content.raw
