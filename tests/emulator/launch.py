"""From a cubin to an emulated launch: `cupy.RawModule`, and all that a driver would refuse.

Each argument is taken as CuPy takes it (an array is a pointer, a NumPy number its own bytes, a
Python int eight bytes, a NumPy array of structs those structs) and compared with the parameter of
the kernel, twice: its type with the source's, its size with the cubin's.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from pathlib import Path

import cupy
import numpy as np

from tests.emulator import compiled, cubin
from tests.emulator.arrays import EmulatedArray, blocks, host
from tests.emulator.build import Kernel, build
from tests.emulator.devices import capability_of, shared_limit
from tests.emulator.machine import here
from tests.emulator.memory import EmulatorError, block_at, numbers_at
from tests.emulator.streams import current_queue, now

UNASKED = 48 * 1024  # bytes of shared memory that need no attribute
GRID, BLOCK = (2**31 - 1, 65_535, 65_535), (1024, 1024, 64)


class Settings:
    """What one `stand_in` wants of launches."""

    def __init__(self, order="forward", seed=1, sources=None, launched=None):
        self.order, self.seed, self.sources, self.launched = order, seed, sources or {}, launched


class RawModule:
    """As `cupy.RawModule(path=...)`: one module for each device, loaded when first needed."""

    settings = Settings()

    def __init__(
        self,
        code=None,
        *,
        path=None,
        options=(),
        backend="nvrtc",
        translate_cucomplex=False,
        enable_cooperative_groups=False,
        name_expressions=None,
        jitify=None,
    ):
        self.file_path, self._settings = path, RawModule.settings

    def get_function(self, name: str):
        """A kernel; whether it exists shows when it is first used."""
        if self.file_path is None:
            raise NotImplementedError("RawModule(code=...) is not emulated: convkit loads cubins")
        return Function(self.file_path, name, self._settings)


class Function:
    """As the `cupy.RawKernel` that `RawModule.get_function` gives."""

    def __init__(self, path, name, settings):
        self._path, self.name, self._settings = path, name, settings
        self._shared = {}  # by device: the attribute belongs to the module that is loaded there

    @property
    def max_dynamic_shared_size_bytes(self) -> int:
        """The most shared memory that launches on the current device may ask for."""
        return self._shared.get(now().device, UNASKED)

    @max_dynamic_shared_size_bytes.setter
    def max_dynamic_shared_size_bytes(self, size):
        self._load()
        if size > shared_limit(now().device):
            raise EmulatorError(
                f"CUDA_ERROR_INVALID_VALUE: {self.name}: {size} bytes of shared "
                f"memory; this GPU has {shared_limit(now().device)}"
            )
        self._shared[now().device] = size

    def _load(self):
        """The cubin's entry, and the kernel that runs for it."""
        note, module = _loaded(Path(self._path), Path(self._path).stat().st_mtime_ns)
        device = now().device
        if not fits(module.generation, _architecture(note), capability_of(device)):
            raise EmulatorError(
                f"CUDA_ERROR_NO_BINARY_FOR_GPU: {self.name} is compiled for "
                f"{_architecture(note)}, device {device} has "
                f"{capability_of(device)}"
            )
        if self.name not in module.kernels:
            raise EmulatorError(f"CUDA_ERROR_NOT_FOUND: no kernel {self.name!r} in {self._path}")
        settings, file = self._settings, note["file"]
        texts = note["headers"] | {f"{file}.cu": note["source"]} | settings.sources
        macros = tuple(option for option in note["options"] if option.startswith("-D"))
        library = _built(file, tuple(sorted(texts.items())), macros)
        if settings.launched is not None:
            settings.launched.add((file, self.name))
        return module.kernels[self.name], Kernel(library, self.name, settings.order, settings.seed)

    def __call__(self, grid, block, args, *, shared_mem=0, stream=None):
        entry, kernel = self._load()
        grid, block = _sizes(grid, GRID, "grid"), _sizes(block, BLOCK, "block")
        if prod(block) > entry.threads:
            raise EmulatorError(
                f"CUDA_ERROR_INVALID_VALUE: {self.name}: blocks of {prod(block)} "
                f"threads, it is compiled for {entry.threads}"
            )
        if shared_mem > self.max_dynamic_shared_size_bytes:
            raise EmulatorError(
                f"CUDA_ERROR_INVALID_VALUE: {self.name}: {shared_mem} bytes of "
                f"shared memory, {self.max_dynamic_shared_size_bytes} were asked "
                f"for"
            )
        parameters = kernel.parameters()
        if not len(args) == len(parameters) == len(entry.parameters):
            raise EmulatorError(f"{self.name} takes {len(parameters)} arguments, got {len(args)}")
        given, touched = [], []
        for index, argument in enumerate(args):
            given.append(self._argument(index, argument, parameters[index]))
            size = (
                8
                if isinstance(given[-1], np.ndarray) and not given[-1].dtype.names
                else (given[-1].nbytes)
            )
            if size != entry.parameters[index]:
                self._refuse(
                    index, f"has {size} bytes, the compiled kernel takes {entry.parameters[index]}"
                )
            if isinstance(argument, cupy.ndarray):
                touched += blocks(argument)
            elif isinstance(argument, (np.uintp, np.intp)) and int(argument):
                touched.append(block_at(int(argument)))
        queue = current_queue() if stream is None else stream._queue_here()

        def work():
            kernel(grid, block, given, shared_mem=shared_mem)

        here().issue(queue, self.name, work, touched)

    def _argument(self, index, argument, parameter):
        """What the emulator is given for one argument."""
        kind, letter, size, _ = parameter
        size = int(size)
        if kind == "pointer":
            return self._pointer(index, argument, letter, size)
        if letter == "s":
            fits = isinstance(argument, np.ndarray) and argument.nbytes == size
            if not fits or not argument.dtype.names:
                self._refuse(index, f"must be a struct of {size} bytes, by value")
            return argument.copy()  # CuPy copies it into the launch
        number = np.int64(argument) if type(argument) is int else argument
        if not isinstance(number, np.generic) or number.nbytes != size:
            self._refuse(
                index,
                f"must be a number of {size} bytes, "
                f"CuPy passes {type(argument).__name__} otherwise",
            )
        if number.dtype.kind not in {"i": "iu", "f": "f", "d": "f"}[letter]:
            self._refuse(index, f"is {number.dtype}")
        return number

    def _pointer(self, index, argument, letter, size):
        if isinstance(argument, (np.uintp, np.intp)):
            if int(argument) == 0:
                return np.uintp(0)
            block = block_at(int(argument))
            if block is None:
                self._refuse(index, "is no address on a GPU")
            return numbers_at(int(argument), (block.nbytes,), np.uint8)
        if not isinstance(argument, cupy.ndarray):
            self._refuse(index, f"must be an array on the GPU, not {type(argument).__name__}")
        if not isinstance(argument, EmulatedArray):
            self._refuse(index, "was made by a part of CuPy that is not emulated")
        if argument.size and argument.data.device_id != now().device:
            self._refuse(
                index,
                f"lies on device {argument.data.device_id}, and the launch is on "
                f"device {now().device}: an illegal address",
            )
        wanted = {"f": ("float32",), "d": ("float64",)}.get(letter)
        if wanted and argument.dtype.name not in wanted:
            self._refuse(index, f"points to {argument.dtype}, the kernel reads {wanted[0]}")
        if letter != "v" and argument.dtype.itemsize != size:
            self._refuse(index, f"points to {argument.dtype}, the kernel reads {size} bytes each")
        if not argument.size:
            return np.uintp(0)
        return host(argument)

    def _refuse(self, index, why):
        raise EmulatorError(f"{self.name}: argument {index} {why}")


def _sizes(sizes, limits, what) -> tuple[int, int, int]:
    sizes = (*sizes, 1, 1)[:3]
    for size, limit in zip(sizes, limits, strict=True):
        if not isinstance(size, (int, np.integer)) or not 0 < size <= limit:
            raise EmulatorError(f"CUDA_ERROR_INVALID_VALUE: {what} {sizes}")
    if what == "block" and prod(sizes) > 1024:
        raise EmulatorError(f"CUDA_ERROR_INVALID_VALUE: {what} {sizes}")
    return sizes


@lru_cache(maxsize=64)
def _loaded(path: Path, _time):
    content = path.read_bytes()
    try:
        return compiled.note_of(content), cubin.read(content)
    except ValueError as fault:
        raise EmulatorError(f"CUDA_ERROR_INVALID_IMAGE: {path.name}: {fault}") from None
    except LookupError as fault:
        try:
            cubin.read(content)
        except ValueError as wrong:
            raise EmulatorError(f"CUDA_ERROR_INVALID_IMAGE: {path.name}: {wrong}") from None
        raise EmulatorError(f"{path}: {fault}") from None


@lru_cache(maxsize=64)
def _built(file: str, texts: tuple, macros: tuple):
    return build(file, dict(texts), macros)


def _architecture(note: dict) -> str:
    """Such as 'sm_90a', from the compiler's options."""
    start = "--gpu-architecture="
    return next(option.removeprefix(start) for option in note["options"] if start in option)


def fits(generation: int, architecture: str, capability: tuple[int, int]) -> bool:
    """Whether machine code runs on a GPU: of its generation, not older; with an 'a', the same."""
    major, minor = divmod(generation, 10)
    if architecture.endswith("a"):
        return (major, minor) == capability
    return major == capability[0] and minor <= capability[1]
