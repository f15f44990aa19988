"""Compile a .cu file for the CPU, and call its kernels as CuPy would."""

from __future__ import annotations

import ctypes
import hashlib
import mmap
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np

from convkit.cuda import loader

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "_build" / "emulator"
ORDERS = {"forward": 0, "reverse": 1, "random": 2, "eager": 3}
# -O1: half the time goes into compiling. Vectors of unequal type are what CUDA code is made of.
FLAGS = ("-std=c++17", "-O1", "-g0", "-shared", "-fPIC", "-w", "-x", "c++")


def compiler() -> str | None:
    """A C++ compiler for Linux, or None: fibers and closed pages are made the Linux way."""
    if not sys.platform.startswith("linux"):
        return None
    return shutil.which("g++") or shutil.which("clang++")


def build(
    file: str, others: dict[str, str] | None = None, activation: str | None = None
) -> ctypes.CDLL:
    """Compile one .cu file, once for each content; `others` replaces the text of files by name.

    The file, and every header but instructions.cuh, are copied byte for byte beside the
    emulator's own headers.
    """
    texts = loader.headers()
    texts |= {path.name: path.read_text() for path in HERE.glob("*.h")}
    texts["instructions.cuh"] = (HERE / "instructions.cuh").read_text()
    if (HERE / "hopper.cuh").exists():
        texts["hopper.cuh"] = (HERE / "hopper.cuh").read_text()
    texts[f"{file}.cu"] = loader.source_of(file)
    texts |= others or {}
    names = loader.kernel_names(texts[f"{file}.cu"])
    main = f'#include "cuda_on_cpu.h"\n#include "{file}.cu"\n'
    texts["main.cpp"] = main + "".join(f"EMULATE({name})\n" for name in names)
    flags = (*FLAGS, loader.definition(activation))
    key = hashlib.sha256(repr((sorted(texts.items()), flags, compiler())).encode()).hexdigest()[:20]
    folder = BUILT / f"{file}-{key}"
    library = folder / "kernels.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text)
        command = [compiler(), *flags, "-o", "unfinished.so", "main.cpp"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{file}.cu does not compile on the CPU:\n{done.stderr[:4000]}")
        (folder / "unfinished.so").rename(library)
    return ctypes.CDLL(str(library))


class Kernel:
    """One kernel of an emulated file, called as a `cupy.RawKernel` is."""

    def __init__(self, library, name: str, order: str = "forward", seed: int = 1):
        self._function = getattr(library, f"run_{name}")
        self._library, self._order, self._seed, self._name = library, ORDERS[order], seed, name

    def __call__(self, grid, block, arguments, *, shared_mem: int = 0):
        sizes = (ctypes.c_uint * 6)(*(*grid, 1, 1)[:3], *(*block, 1, 1)[:3])
        kept = [_parameter(argument) for argument in arguments]
        addresses = (ctypes.c_void_p * len(kept))(*map(ctypes.addressof, kept))
        failed = self._function(
            sizes, ctypes.c_size_t(shared_mem), addresses, self._order, ctypes.c_uint(self._seed)
        )
        if failed:
            raise EmulatorError(f"{self._name}: {self._message(arguments)}")

    def _message(self, arguments) -> str:
        self._library.emulator_message.restype = ctypes.c_char_p
        self._library.emulator_fault.restype = ctypes.c_void_p
        text = self._library.emulator_message().decode()
        address = self._library.emulator_fault()
        for index, array in enumerate(arguments):
            if address and isinstance(array, np.ndarray) and array.ctypes.data:
                beyond = address - array.ctypes.data
                if -CLOSED <= beyond < array.nbytes + CLOSED:
                    text += f": byte {beyond} of argument {index}, which has {array.nbytes}"
        return text


class EmulatorError(RuntimeError):
    """A kernel did what it must not do."""


def _parameter(argument):
    if isinstance(argument, np.ndarray) and argument.dtype.names:  # a struct, by value
        return ctypes.create_string_buffer(argument.tobytes(), argument.nbytes)
    if isinstance(argument, np.ndarray):
        return ctypes.c_void_p(argument.ctypes.data)
    if isinstance(argument, np.uintp):
        return ctypes.c_void_p(int(argument))
    if isinstance(argument, np.int32):
        return ctypes.c_int(int(argument))
    raise TypeError(f"no kernel takes a {type(argument).__name__}")


@cache
def _libc():
    return ctypes.CDLL(None, use_errno=True)


CLOSED = 64 * mmap.PAGESIZE  # before and after each array


def guarded(shape, dtype, fill=0xFF) -> np.ndarray:
    """An array between two regions that may not be touched, its end close to the second.

    It begins at a multiple of 16 bytes, as GPU memory does, so up to 15 bytes lie between its
    end and the region; they, and what lies before, are 0xFF: NaN for whoever reads them.
    """
    page = mmap.PAGESIZE
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    room = -(-max(size, 1) // page) * page
    memory = mmap.mmap(-1, room + 2 * CLOSED)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    np.frombuffer(memory, np.uint8)[CLOSED : CLOSED + room] = fill
    for closed in (start, start + CLOSED + room):
        if _libc().mprotect(ctypes.c_void_p(closed), CLOSED, 0):
            raise OSError(ctypes.get_errno(), "mprotect")
    offset = CLOSED + (room - size) // 16 * 16
    return np.frombuffer(memory, np.uint8, size, offset).view(dtype).reshape(shape)


def check_surroundings(array: np.ndarray) -> None:
    """Raise if something was written into the bytes around a guarded array, or a view of one."""
    root = array
    while hasattr(root.base, "base"):  # an array, or what as_strided puts in between
        root = root.base if isinstance(root.base, np.ndarray) else root.base.base
    memory = np.frombuffer(root.base, np.uint8)
    begin = root.ctypes.data - memory.ctypes.data
    before, after = memory[CLOSED:begin], memory[begin + root.nbytes : len(memory) - CLOSED]
    if (before != 0xFF).any() or (after != 0xFF).any():
        raise EmulatorError(f"something was written beside an array of {root.nbytes} bytes")
