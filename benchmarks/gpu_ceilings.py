"""What this GPU reaches at all, in the same run as the layers: a copy, and matrix products."""

from __future__ import annotations

import numpy as np

from benchmarks.gpu_baselines import torch_or_words
from benchmarks.gpu_timing import Effort, device_times

SIZE, COPIED = 8192, 2**29  # rows of a matrix, float32 numbers of a copy


def ceilings(cupy, effort: Effort, tiny: bool = False) -> dict:
    """TB/s of a copy, TFLOP/s of large matrix products by cuBLAS.

    A copy counts what is read and what is written. The matrices hold random numbers: zeros are
    faster. float32 goes through CuPy, the others through PyTorch; without it they are missing.
    """
    size, copied = (16, 2**10) if tiny else (SIZE, COPIED)
    random = np.random.default_rng(0)
    a, b = (cupy.asarray(random.standard_normal((size, size), "f")) for _ in range(2))
    out = cupy.empty_like(a)
    times = device_times(cupy, {"float32": lambda: cupy.matmul(a, b, out=out)}, effort)
    torch, words = torch_or_words()
    missing = []
    for name in ("tf32", "bfloat16", "float16"):
        if torch is None:
            missing.append(f"{name} ({words})")
        else:
            times |= device_times(cupy, {name: _product(torch, name, a, b)}, effort)
    tflops = {name: 2 * size**3 / milliseconds / 1e9 for name, milliseconds in times.items()}
    return {"copy_tb": _copy(cupy, copied, effort), "tflops": tflops, "missing": missing}


def _product(torch, name: str, a, b):
    torch.allow_tf32(name == "tf32")
    kind = getattr(torch.torch, "float32" if name == "tf32" else name)
    x, y = (torch.torch.from_dlpack(matrix).to(kind) for matrix in (a, b))
    z = torch.torch.empty_like(x)
    return lambda: torch.torch.matmul(x, y, out=z)


def _copy(cupy, count: int, effort: Effort) -> float:
    source = cupy.asarray(np.resize(np.random.default_rng(1).standard_normal(2**10, "f"), count))
    target = cupy.empty_like(source)
    times = device_times(cupy, {"copy": lambda: cupy.copyto(target, source)}, effort)
    return 2 * source.nbytes / times["copy"] / 1e9
