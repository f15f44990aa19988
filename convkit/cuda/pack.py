"""Arrays in the form that tensor cores are fed with: pack.cu."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.arrays import array_library
from convkit.cuda.launch import blocks, describe, kernel_for
from convkit.problem import Problem

THREADS = 256

# For each kind: how it is stored (bf16 as its bits: NumPy has none), and numbers in 16 bytes.
KINDS = {
    "bf16": (np.uint16, 8),
    "fp16": (np.float16, 8),
    "tf32": (np.float32, 4),
    "float": (np.float32, 4),
}


def stored_length(size: int, kind: str) -> int:
    """`size`, rounded up to whole vectors of 16 bytes."""
    vector = KINDS[kind][1]
    return blocks(size, vector) * vector


def pack(array, to, kind: str) -> None:
    """Copy an array (N, H, W, C), any view, into `to` (N, H, W, S), rounded, zeros after C.

    Parameters
    ----------
    array : ndarray
        float32; or 16 bits of this kind, which stay as they are.
    to : ndarray
        Contiguous, of the kind's type, S a multiple of 16 bytes and at least C.
    kind : {'bf16', 'fp16', 'tf32', 'float'}
        What float32 is rounded to; 'float': not at all.
    """
    vectors = prod(to.shape) // KINDS[kind][1]
    if vectors == 0:
        return
    batch, height, width, channels = array.shape
    # Only its sizes and steps are read.
    like = Problem(batch, (height, width), channels, kernel=(1, 1), maps=channels)
    name = "pack_16_bits" if array.dtype.itemsize == 2 else f"pack_{kind}"
    arguments = (array, to, np.int32(to.shape[3]), describe(like, array, to))
    kernel_for(array, "pack", name)((blocks(vectors, THREADS),), (THREADS,), arguments)


MAPS_OF_FOUR_LANES = 32  # maps whose sums the 4 lanes of a row share


def stored_maps(maps: int, groups: int) -> int:
    """How many maps are stored: those of each group, rounded up to whole 32."""
    return groups * blocks(maps // groups, MAPS_OF_FOUR_LANES) * MAPS_OF_FOUR_LANES


def in_order_of_lanes(filters, groups: int):
    """Filters (D, K, K, C2) with zeros to whole 32 maps a group, and each 32 in another order.

    A product leaves lane t of four with the columns 2t, 2t+1 of every 8: of 32 columns, with
    2t, 2t+1, 8+2t, 8+2t+1, 16+2t, ... So those are given the maps 8t ... 8t+7: then a lane has
    neighbors, which it writes with one instruction. Column 8i + 2t + e gets map 8t + 2i + e.
    """
    xp = array_library(filters=filters)
    *leading, maps = filters.shape
    each, full = maps // groups, stored_maps(maps, groups)
    padded = xp.zeros((*leading, groups, full // groups), filters.dtype)
    padded[..., :each] = filters.reshape(*leading, groups, each)
    by_lane = padded.reshape(*leading, full // MAPS_OF_FOUR_LANES, 4, 4, 2)  # (..., t, i, e)
    return xp.ascontiguousarray(by_lane.swapaxes(-3, -2)).reshape(*leading, full)
