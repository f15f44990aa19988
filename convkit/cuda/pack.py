"""Arrays in the form that tensor cores are fed with: pack.cu."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.cuda.launch import blocks, describe, kernel_for
from convkit.problem import Problem

THREADS = 256

# For each kind: how it is stored (NumPy has no bf16, so its bits are), and numbers in 16 bytes.
KINDS = {"bf16": (np.uint16, 8), "fp16": (np.float16, 8), "float": (np.float32, 4)}


def stored_length(size: int, kind: str) -> int:
    """`size`, rounded up to whole chunks of 16 bytes."""
    chunk = KINDS[kind][1]
    return blocks(size, chunk) * chunk


def pack(array, to, kind: str) -> None:
    """Copy a float32 array (N, H, W, C), any view, into `to` (N, H, W, S), rounded, zeros after C.

    Parameters
    ----------
    array : ndarray of float32
    to : ndarray
        Contiguous, of the kind's type, S a multiple of 16 bytes and at least C.
    kind : {'bf16', 'fp16', 'float'}
    """
    chunks = prod(to.shape) // KINDS[kind][1]
    if chunks == 0:
        return
    batch, height, width, channels = array.shape
    # Only its sizes and steps are read.
    like = Problem(batch, (height, width), channels, kernel=(1, 1), maps=channels)
    kernel = kernel_for(array, "pack", f"pack_{kind}")
    arguments = (array, to, np.int32(to.shape[3]), describe(like, array, to))
    kernel((blocks(chunks, THREADS),), (THREADS,), arguments)
