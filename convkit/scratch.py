"""Work space that is kept from one call to the next."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from math import prod

import numpy as np


class Scratch:
    """Buffers by name, each as large as the largest ever asked for under that name.

    A fresh large array costs a page fault for every 4 kB; a kept one costs nothing.
    What a buffer holds is left over from earlier use: write before you read.
    """

    def __init__(self, xp):
        self._xp = xp
        self._buffers = {}

    def __call__(self, name: str, shape: tuple[int, ...], dtype):
        """An array of `shape` and `dtype` that lasts until the same name is asked for again."""
        size = prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            buffer = self._buffers[name] = self._xp.empty(size, dtype)
        return buffer[:size].reshape(shape)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(buffer.nbytes for buffer in self._buffers.values())


class ScratchPool:
    """One `Scratch` for each call that runs at the same time, so that a plan may be shared."""

    def __init__(self, xp):
        self._xp = xp
        self._free = deque()  # append and pop are atomic

    @contextmanager
    def borrow(self):
        """A scratch that nobody else uses until the block ends.

        On a GPU the work is not over when the block ends, and another stream may ask next. CuPy's
        own memory pool keeps streams apart, and is quick: so there nothing is kept here.
        """
        if self._xp is not np:
            yield Scratch(self._xp)
            return
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = Scratch(self._xp)
        try:
            yield scratch
        finally:
            self._free.append(scratch)

    @property
    def nbytes(self) -> int:
        """Bytes held by all that are free now."""
        return sum(scratch.nbytes for scratch in self._free)
