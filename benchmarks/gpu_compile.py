"""Fill the cache of compiled kernels where there is no GPU: a GPU's minutes are for running."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

from convkit.cuda import loader


def fill(name: str) -> int:
    """Compile every kernel for GPUs of one kind, such as 'sm_90', into the cache folder.

    NVIDIA's compiler comes with CuPy and needs neither a GPU nor a driver. Returns an exit status.
    """
    capability = capability_of(name)
    if capability is None:
        print(f"{name!r} is no kind of GPU: give one such as sm_90 (H100, H200) or sm_80 (A100)")
        return 2
    from cupy.cuda import nvrtc

    begin = time.monotonic()
    known = nvrtc.getSupportedArchs()
    if 10 * capability[0] + capability[1] not in known:
        print(f"this NVRTC compiles for {', '.join(f'sm_{arch}' for arch in known)}, not {name}")
        return 2
    version = nvrtc.getVersion()  # CuPy loads the compiler here, and only one thread may do that
    wanted = [
        (file, loader.architecture(file, capability), activation)
        for file in loader.OLDEST
        if loader.runs_on(file, capability)
        for activation in (loader.ACTIVATIONS if file != "pack" else [None])
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        paths = list(pool.map(loader.cubin_path, *zip(*wanted, strict=True)))
    size = sum(path.stat().st_size for path in paths)
    print(
        f"{len(paths)} modules, {size / 2**20:.1f} MB, for {name} by NVRTC {version} in "
        f"{loader.cache_folder()} ({time.monotonic() - begin:.0f} s)"
    )
    return 0


def capability_of(name: str) -> tuple[int, int] | None:
    """(9, 0) for 'sm_90' and 'sm_90a'."""
    found = re.fullmatch(r"sm_(\d+)(\d)a?", name)
    return (int(found[1]), int(found[2])) if found else None
