"""What keeps convkit from the GPU, in plain words, and the one command that mends it.

And, where nothing does, what is known about each kernel on this GPU (`convkit.gpu_trust`).
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib import import_module, metadata, util

import numpy as np

from convkit import gpu_trust
from convkit.cuda import loader
from convkit.methods import METHODS

OLDEST_GPU = (7, 5)
OLDEST_DRIVER = 12_000  # as cuDriverGetVersion counts: CUDA 12.0
PACKAGES = {"cupy-cuda11x": 11, "cupy-cuda12x": 12, "cupy-cuda13x": 13}

Line = tuple[bool | None, str, str]  # good, missing or merely absent; what; the command


def diagnose() -> list[Line]:
    """Look from the outside in: package, driver, device, compiler, a kernel; stop at what fails."""
    installed = {name for name in (*PACKAGES, "cupy") if _is_installed(name)}
    driver = driver_version()
    if util.find_spec("cupy") is None:
        return [_no_cupy(driver)]
    if len(installed) > 1:
        return [
            (
                False,
                f"{' and '.join(sorted(installed))} are both installed: they overwrite each other",
                f"pip uninstall -y {' '.join(sorted(installed))} && {_install(_major_for(driver))}",
            )
        ]
    name = next(iter(installed), "cupy")
    try:
        cupy = import_module("cupy")
    except Exception as error:  # CuPy raises many kinds, all of which mean the same to a reader
        again = f"pip uninstall -y {name} && {_install(_major_for(driver))}"
        return [(False, f"{name} is installed but does not load: {_first_line(error)}", again)]
    trouble = _driver(cupy, name, driver) or _device(cupy) or _compiler(name) or _kernel(cupy)
    return [trouble, _EMULATED] if trouble else [_ready(cupy), *_verdicts(), _EMULATED]


def driver_version() -> int | None:
    """CUDA's version that the NVIDIA driver speaks, 12040 for 12.4; None without a driver."""
    for name in ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so"):
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        version = ctypes.c_int(0)
        if library.cuDriverGetVersion(ctypes.byref(version)) == 0 and version.value:
            return version.value
    return None


def _no_cupy(driver: int | None) -> Line:
    if driver is None:
        return (None, "no CuPy and no NVIDIA driver: convkit runs on the CPU, with everything", "")
    if driver < OLDEST_DRIVER:
        return (
            None,
            f"no CuPy, and a driver for CUDA {_dotted(driver)}, which is too old",
            _UPDATE,
        )
    return (
        None,
        f"an NVIDIA driver (CUDA {_dotted(driver)}), but no CuPy: convkit runs on the CPU",
        _install(_major_for(driver)),
    )


# True until results of a GPU are kept with the project: then this line has to go.
_EMULATED = (
    None,
    "the GPU kernels were developed on an emulator and have run on no GPU of ours: speed unknown",
    "python run.py gpu, in a clone of the project, tests and times them on the GPU that is here",
)
_UPDATE = "install an NVIDIA driver of version 525 or later (on Windows 528), then start again"


def _driver(cupy, name: str, driver: int | None) -> Line | None:
    if driver is None:
        return (
            False,
            f"CuPy {cupy.__version__}, but no NVIDIA driver: there is no GPU that it could use",
            "on a machine with an NVIDIA GPU install its driver; on any other: pip uninstall "
            f"-y {name}",
        )
    if driver < OLDEST_DRIVER:
        return (
            False,
            f"the driver speaks CUDA {_dotted(driver)}, CuPy needs 12.0 or later",
            _UPDATE,
        )
    wanted = PACKAGES.get(name)
    if wanted is not None and wanted > driver // 1000:
        return (
            False,
            f"{name} is for CUDA {wanted}, the driver only speaks CUDA {_dotted(driver)}",
            f"pip uninstall -y {name} && {_install(driver // 1000)}",
        )
    return None


def _device(cupy) -> Line | None:
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception:  # CUDA says cudaErrorNoDevice where we want zero
        count = 0
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if count == 0 and hidden is not None:
        return (
            False,
            f"a driver, but no GPU to be seen: CUDA_VISIBLE_DEVICES is {hidden!r}",
            "unset CUDA_VISIBLE_DEVICES, then start Python again",
        )
    if count == 0:
        return (
            False,
            "a driver, but no GPU to be seen",
            "nvidia-smi lists the GPUs; in a notebook service choose one as runtime",
        )
    capability = _capability(cupy)
    if capability < OLDEST_GPU:
        return (
            False,
            f"{_name(cupy)} has compute capability {capability[0]}.{capability[1]}; "
            "the kernels need 7.5 (a T4, an RTX 20 or later)",
            "use method='gpu_im2col', which needs no kernel of ours, or the CPU",
        )
    return None


def _compiler(name: str) -> Line | None:
    try:
        import_module("cupy.cuda").nvrtc.getVersion()  # a name in CuPy, but no module's
    except Exception as error:  # a missing library shows in one of several ways
        package = name if name in PACKAGES else "cupy-cuda12x"
        return (
            False,
            f"no NVRTC, the compiler of CUDA kernels: {_first_line(error)}",
            f"pip install '{package}[ctk]'",
        )
    return None


def _kernel(cupy) -> Line | None:
    """Compile the simplest kernel, run it, and compare one number."""
    from convkit import conv2d

    try:
        ones = cupy.asarray(np.ones((3, 4), np.float32))
        result = cupy.asnumpy(conv2d(ones, ones[:2, :2], method="gpu_naive"))
    except Exception as error:  # anything at all that stops a first kernel
        return (
            False,
            f"a first kernel failed: {_first_line(error)}",
            "nvidia-smi shows whether the GPU is well; please report this with its output",
        )
    if not (result == 4).all():
        return (
            False,
            f"a first kernel gave {result.ravel()[0]} instead of 4",
            "please report this",
        )
    return None


def _ready(cupy) -> Line:
    capability = _capability(cupy)
    rungs = [
        name
        for name in METHODS
        if gpu_trust.has_kernel(name) and loader.runs_on(name.removeprefix("gpu_"), capability)
    ]
    return (
        True,
        f"CuPy {cupy.__version__} on {_name(cupy)} (compute capability "
        f"{capability[0]}.{capability[1]}): {', '.join(rungs)}",
        "",
    )


def _verdicts() -> list[Line]:
    """The kernels that were compared with NumPy on this GPU, the wrong ones first."""
    found = gpu_trust.verdicts()
    wrong = [
        (
            False,
            f"switched off, since it is wrong on this GPU: {verdict}",
            "please report this; method='auto' uses others",
        )
        for verdict in found
        if not verdict.right
    ]
    right = ", ".join(f"{v.method} ({v.numbers})" for v in found if v.right)
    words = f"compared with NumPy on this GPU, and right: {right or 'none yet'}"
    return [*wrong, (True, f"{words}; the others when they are first used", "")]


def _capability(cupy) -> tuple[int, int]:
    from convkit.cuda.device import compute_capability

    return compute_capability(cupy, cupy.cuda.Device().id)


def _name(cupy) -> str:
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"]
    return name.decode() if isinstance(name, bytes) else name


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _major_for(driver: int | None) -> int:
    return 12 if driver is None else max(12, min(13, driver // 1000))


def _install(major: int) -> str:
    return f"pip install 'cupy-cuda{major}x[ctk]'"


def _dotted(version: int) -> str:
    return f"{version // 1000}.{version % 1000 // 10}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
