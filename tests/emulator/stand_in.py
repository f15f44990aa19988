"""The real CuPy without a GPU: what needs a driver is replaced, for as long as a block lasts.

Arrays are `cupy.ndarray`s over memory of this machine (`arrays`, `memory`), streams, events and
graphs run late on purpose (`streams`, `machine`), a launch runs the kernel's own source (`launch`,
`build`), and CuPy's own kernels are computed by NumPy (`computing`). Everything else is CuPy's:
shapes and strides, the binding to NVRTC, what a function takes.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from functools import cache
from unittest.mock import patch

from convkit import gpu_trust
from tests.emulator.build import compiler


@cache
def missing() -> str | None:
    """What is not here and would have to be, or None."""
    if compiler() is None:
        return "no compiler (g++ or clang++ on Linux)"
    return WITHOUT_CUPY if nvrtc() is None else None


@cache
def nvrtc():
    """CuPy's binding to NVIDIA's compiler, or None where either is not installed."""
    try:
        from cupy.cuda import nvrtc

        nvrtc.getVersion()
    except Exception:  # it shows in one of several ways
        return None
    return nvrtc


WITHOUT_CUPY = "no CUDA compiler (python run.py test --extras gpu-build installs it)"


@contextmanager
def stand_in(
    capability=(9, 0),
    order="forward",
    seed=1,
    sources=None,
    launched=None,
    *,
    streams="late",
    devices=1,
    checks=False,
):
    """Within this block CuPy has GPUs of this compute capability.

    Parameters
    ----------
    capability : (int, int), or a list of them
        One for each GPU, where there are several kinds.
    order : str
        In which the threads of a kernel run: a key of `build.ORDERS`.
    seed : int
        For what is random in both orders.
    sources : dict, optional
        Other texts for some of the .cu files and headers, by name, for the emulator alone.
    launched : set, optional
        (file, kernel) of what is launched is added to it.
    streams : str
        When work is done: a key of `machine.WHEN`.
    devices : int
        How many GPUs.
    checks : bool
        Whether convkit compares each kernel with NumPy before its first use, as it does for users.

    Yields
    ------
    module
        `cupy`.
    """
    from tests.emulator import compiled, launch
    from tests.emulator.machine import Machine

    kinds = capability if isinstance(capability, list) else [capability] * devices
    machine = Machine(kinds, streams, seed)
    import cupy

    with ExitStack() as stack:
        if not checks:  # the tests compare for themselves
            stack.enter_context(gpu_trust.without_checks())
        before, Machine.current = Machine.current, machine
        stack.callback(_put_back, Machine, before, machine)
        settings = launch.Settings(order, seed, sources, launched)
        stack.enter_context(patch.object(launch.RawModule, "settings", settings))
        stack.enter_context(
            patch.dict("os.environ", {"CONVKIT_CACHE": str(compiled.cache_folder())})
        )
        for owner, names in replacements():
            stack.enter_context(patch.multiple(owner, **names, create=False))
        forget_kernels()
        stack.callback(forget_kernels)
        try:
            yield cupy
        except BaseException:
            machine.close(drop=True)
            raise
        machine.close(drop=False)


def _put_back(kind, before, machine) -> None:
    """The machine of the block around this one; else this one, so that its arrays can be read."""
    kind.current = before if before is not None and before.is_open else machine


_replacements: list = []


def replacements() -> list:
    """(module or class, {name: what replaces it}), made once."""
    if _replacements:
        return _replacements
    import ctypes

    import cupy

    from tests.emulator import arrays, compiled, computing, devices, launch, streams

    for name, method in computing.methods().items():
        setattr(arrays.EmulatedArray, name, method)
    pool = devices.Pool()
    names = arrays.creators() | computing.functions()
    names |= computing.unknown(names)
    names |= {
        "RawModule": launch.RawModule,
        "get_default_memory_pool": lambda: pool,
        "is_available": lambda: True,
    }
    cuda = {
        "Device": devices.Device,
        "Stream": streams.Stream,
        "Event": streams.Event,
        "Graph": streams.Graph,
        "get_elapsed_time": streams.get_elapsed_time,
        "get_current_stream": streams.get_current_stream,
        "is_available": lambda: True,
        "get_device_id": lambda: streams.now().device,
        "alloc_pinned_memory": arrays.alloc_pinned_memory,
    }
    _replacements.extend(
        [
            (cupy, names),
            (cupy.cuda, cuda),
            (cupy.cuda.runtime, devices.runtime_functions()),
            (cupy.cuda.nvrtc, compiled.functions()),
            (cupy.fft, computing.fft_functions()),
            (cupy.random, {"default_rng": computing.Generator}),
            (cupy.lib.stride_tricks, {"as_strided": computing.as_strided}),
            (ctypes, {"CDLL": devices.CDLL}),
        ]
    )
    return _replacements


def forget_kernels() -> None:
    """What convkit keeps of a GPU belongs to that one."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("convkit.cuda", "convkit.gpu_")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    gpu_trust.forget()
