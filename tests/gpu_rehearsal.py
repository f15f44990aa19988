"""A GPU with broken rungs: one is wrong, one kills its process, one never comes back.

For a rehearsal of benchmarks/gpu.py, which is then started with

    --launcher "python -m tests.gpu_rehearsal"

The environment variable REHEARSAL names the folder of verdicts and compiled kernels.
"""

import os
import sys

from convkit.cuda import loader
from tests.emulator import compiled, run

FAULTS = {
    "naive.cu": (" sum = 0;", " sum = 1;"),
    "tiled.cu": ("__syncthreads();", "abort();"),
    "implicit_gemm.cu": ("__syncthreads();", "raise(SIGSTOP);"),
}


def sources() -> dict[str, str]:
    """The texts of the kernels with their faults."""
    found = {}
    for name, (right, wrong) in FAULTS.items():
        text = loader.source_of(name.removesuffix(".cu"))
        assert right in text, f"{name} has changed: plant another fault"
        found[name] = text.replace(right, wrong, 1)
    return found


if __name__ == "__main__":
    compiled.cache_folder = lambda: os.environ["REHEARSAL"]
    run.main(sys.argv[1:], sources=sources(), checks=True)
