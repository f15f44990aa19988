"""Work space that is kept from one call to the next."""

from __future__ import annotations

from collections import deque
from math import prod

import numpy as np

LINE = 64  # bytes: a line of a cache, and a register of AVX-512
# Buffers from `LARGE` on are cut from one `ROOM`: for arrays of at least 4 MB, NumPy asks for pages
# of 2 MB instead of 4 kB, where the system has them.
SMALL, LARGE, ROOM = 2**14, 2**20, 2**24


class Scratch:
    """Buffers by name, each as large as the largest ever asked for under that name.

    A fresh large array costs a page fault for every 4 kB; a kept one costs nothing.
    What a buffer holds is left over from earlier use: write before you read.

    On a CPU, buffers begin at a cache line, where NumPy's own arrays do not: a wide register that
    is loaded across two lines takes two steps. Those that are large share pages that are large.
    """

    def __init__(self, xp):
        self._xp = xp
        self._buffers = {}
        self._room = None  # what is left of it
        self.sharers = 1  # threads that work side by side, and share the outer cache

    def __call__(self, name: str, shape: tuple[int, ...], dtype):
        """An array of `shape` and `dtype` that lasts until the same name is asked for again."""
        size = prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            buffer = self._buffers[name] = self._new(size, np.dtype(dtype))
        return buffer[:size].reshape(shape)

    def _new(self, size: int, dtype):
        nbytes = size * dtype.itemsize
        if self._xp is not np or nbytes < SMALL:
            return self._xp.empty(size, dtype)
        if nbytes < LARGE:
            return _from_line(np.empty(nbytes + LINE, np.uint8))[:nbytes].view(dtype)
        if self._room is None or self._room.size < nbytes:
            self._room = _from_line(np.empty(max(nbytes, ROOM) + LINE, np.uint8))
        buffer, self._room = self._room[:nbytes], self._room[-(-nbytes // LINE) * LINE :]
        return buffer.view(dtype)

    @property
    def nbytes(self) -> int:
        """Bytes of the buffers, without what is left of the room that some are cut from."""
        return sum(buffer.nbytes for buffer in self._buffers.values())


def _from_line(raw):
    """The part of some bytes that begins at a cache line."""
    return raw[-raw.ctypes.data % LINE :]


class ScratchPool:
    """One `Scratch` for each call that runs at the same time, so that a plan may be shared."""

    def __init__(self, xp):
        self._xp = xp
        self._free = deque()  # append and pop are atomic

    def borrow(self, sharers: int = 1):
        """A block with a scratch that nobody else uses until the block ends.

        `sharers` counts the threads that work side by side.

        On a GPU the work is not over when the block ends, and another stream may ask next. CuPy's
        own memory pool keeps streams apart, and is quick: so there nothing is kept here.
        """
        return _Loan(self._free, self._xp, sharers)

    @property
    def nbytes(self) -> int:
        """Bytes held by all that are free now."""
        return sum(scratch.nbytes for scratch in self._free)


class KeptScratch:
    """In place of a pool while a CUDA graph is captured: what is lent stays in `kept` for good.

    The graph runs again later, on the same addresses, which must be nobody else's by then.
    """

    def __init__(self, xp, kept: list):
        self._xp, self._kept = xp, kept

    def borrow(self, sharers: int = 1):
        """As `ScratchPool.borrow`, but always new."""
        self._kept.append(Scratch(self._xp))
        return _Loan(deque([self._kept[-1]]), self._xp, sharers)


class _Loan:
    """One scratch, given back at the end of the block."""

    __slots__ = ("_free", "_scratch", "_sharers", "_xp")

    def __init__(self, free: deque, xp, sharers: int):
        self._free, self._xp, self._sharers = free, xp, sharers

    def __enter__(self) -> Scratch:
        try:
            self._scratch = self._free.pop()
        except IndexError:
            self._scratch = Scratch(self._xp)
        self._scratch.sharers = self._sharers
        return self._scratch

    def __exit__(self, *_):
        if self._xp is np:
            self._free.append(self._scratch)
