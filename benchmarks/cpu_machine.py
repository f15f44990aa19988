"""What a CPU and its libraries can do at all: without that, a time says nothing."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from benchmarks.cpu_timing import best_times


def describe(threads: int) -> dict:
    """The machine and the versions, without which a figure says nothing."""
    versions = {}
    for name in ("numpy", "scipy", "torch", "opencv-python-headless", "jax"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    blas = next((info for info in threadpool_info() if info["user_api"] == "blas"), {})
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "blas": f"{blas.get('internal_api')} {blas.get('version')} {blas.get('architecture')}",
        "threads": threads,
        "sgemm_gflops": sgemm_peak(),
        "memory_gb_per_s": memory_speed(),
        "torch_isa": os.environ.get("ONEDNN_MAX_CPU_ISA", "all"),
        "versions": versions,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def sgemm_peak() -> dict[str, float]:
    """What NumPy's BLAS reaches, in GFLOP/s: one large product, and a stack of small ones."""
    large, small = np.ones((1536, 1536), np.float32), np.ones((40, 56, 256), np.float32)
    narrow, out = np.ones((256, 64), np.float32), np.empty((40, 56, 64), np.float32)
    whole = np.empty_like(large)
    times = best_times(
        {
            "large": lambda: np.matmul(large, large, out=whole),
            "small": lambda: np.matmul(small, narrow, out=out),
        },
        1.0,
    )
    return {
        "large": round(2 * 1536**3 / times["large"] / 1e9, 1),
        "small": round(2 * out.size * 256 / times["small"] / 1e9, 1),
    }


def memory_speed() -> float:
    """GB that one thread reads and writes in a second, copying arrays far larger than a cache."""
    source = np.ones(2**26, np.float32)  # 256 MB
    target = np.zeros_like(source)
    time = best_times({"copy": lambda: np.copyto(target, source)}, 1.0)["copy"]
    return round(2 * source.nbytes / time / 1e9, 1)


def processor() -> str:
    """The name of the processor and the widest vectors it has."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    name = next(
        (part.split(":")[1].strip() for part in text.splitlines() if part.startswith("model name")),
        platform.machine(),
    )
    return name + (" with AVX-512" if " avx512f" in text else " with AVX2" * (" avx2" in text))
