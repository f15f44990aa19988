"""Compile a .cu file for the CPU, and call its kernels as CuPy would."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from convkit.cuda import loader
from tests.emulator.memory import CLOSED, EmulatorError

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "_build" / "emulator"
ORDERS = {"forward": 0, "reverse": 1, "random": 2, "eager": 3}
# -O1: half the time goes into compiling. Vectors of unequal type are what CUDA code is made of.
PLAIN = (loader.definition(None),)
FLAGS = ("-std=c++17", "-O1", "-g0", "-shared", "-fPIC", "-w", "-x", "c++")


def compiler() -> str | None:
    """A C++ compiler for Linux, or None: fibers and closed pages are made the Linux way."""
    if not sys.platform.startswith("linux"):
        return None
    return shutil.which("g++") or shutil.which("clang++")


def build(file: str, others: dict[str, str] | None = None, macros=PLAIN) -> ctypes.CDLL:
    """Compile one .cu file, once for each content; `others` replaces the text of files by name.

    The file, and every header but those of the machine itself (instructions.cuh, hopper.cuh), are
    copied byte for byte beside the emulator's own headers. `macros` are options such as -DNAME=1.
    """
    texts = loader.headers()
    if not (others and f"{file}.cu" in others):
        texts[f"{file}.cu"] = loader.source_of(file)
    texts |= others or {}
    for pattern in ("*.h", "*.cuh"):
        texts |= {path.name: path.read_text() for path in HERE.glob(pattern)}
    names = loader.kernel_names(texts[f"{file}.cu"])
    main = f'#include "cuda_on_cpu.h"\n#include "{file}.cu"\n'
    texts["main.cpp"] = main + "".join(f"EMULATE({name})\n" for name in names)
    parts = repr((sorted(texts.items()), FLAGS, macros, compiler()))
    key = hashlib.sha256(parts.encode()).hexdigest()[:20]
    folder = BUILT / f"{file}-{key}"
    library = folder / "kernels.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text)
        name = f"unfinished-{os.getpid()}.so"  # tests may run side by side
        command = [compiler(), *FLAGS, *macros, "-o", name, "main.cpp"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{file}.cu does not compile on the CPU:\n{done.stderr[:4000]}")
        (folder / name).rename(library)
    return ctypes.CDLL(str(library))


class Kernel:
    """One kernel of an emulated file, called as a `cupy.RawKernel` is."""

    def __init__(self, library, name: str, order: str = "forward", seed: int = 1):
        self._function = getattr(library, f"run_{name}")
        self._library, self._order, self._seed, self._name = library, ORDERS[order], seed, name

    def parameters(self) -> list[list[str]]:
        """For each parameter: pointer or value, letter of its type, bytes, const or not."""
        described = getattr(self._library, f"parameters_of_{self._name}")
        described.restype = ctypes.c_char_p
        return [line.split() for line in described().decode().splitlines()]

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
