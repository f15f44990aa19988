"""Memory as a GPU kernel should meet it: between closed pages, NaN at first, closed when freed."""

from __future__ import annotations

import ctypes
import mmap
from bisect import bisect_right
from functools import cache
from math import prod

import numpy as np

PAGE = mmap.PAGESIZE
CLOSED = 64 * PAGE  # before and after each piece
CHUNK = 2**36  # address space is asked for in chunks; it costs nothing until it is opened
HUGE = 2**30
OPEN, SHUT = mmap.PROT_READ | mmap.PROT_WRITE, 0
PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
FIXED = 0x10  # MAP_FIXED


class EmulatorError(RuntimeError):
    """A kernel, or who called it, did what must not be done."""


class Block:
    """A piece of memory that was opened once. It outlives its owner, to tell that it is closed.

    It begins at a multiple of 16 bytes, as GPU memory does, so up to 15 bytes lie between its
    end and the closed pages; they, and what lies before, are 0xFF: NaN for whoever reads them.
    """

    def __init__(self, nbytes: int, device: int | None):
        self.nbytes, self.device, self.closed = nbytes, device, False
        self._room = -(-max(nbytes, 1) // PAGE) * PAGE
        self._start = _take(self._room)
        self.address = self._start + (self._room - nbytes) // 16 * 16
        _protect(self._start, self._room, OPEN)
        for start, size in self._ends():
            _bytes(start, size)[:] = 0xFF
        _remember(self)

    def _ends(self):
        """All of it; of what is larger than most machines could fill, the beginning and the end."""
        if self._room <= HUGE:
            return [(self._start, self._room)]
        edge = HUGE // 64
        return [(self._start, edge), (self._start + self._room - edge, edge)]

    def close(self) -> None:
        """Nobody may touch it any more."""
        if not self.closed:
            self.closed = True
            _map(self._start, self._room, FIXED)

    def check_surroundings(self) -> None:
        """Raise if something was written into the bytes around it."""
        if self.closed:
            return
        end = self.address + self.nbytes
        before = _bytes(self._start, self.address - self._start)
        after = _bytes(end, self._start + self._room - end)
        if (before != 0xFF).any() or (after != 0xFF).any():
            raise EmulatorError(f"something was written beside an array of {self.nbytes} bytes")


class Owner:
    """Whoever holds it keeps a block open; `released` is called with the block after that."""

    def __init__(self, block: Block, released=Block.close):
        self.block, self._released = block, released

    def __del__(self):
        self._released(self.block)


_blocks: list[Block] = []  # by address; those that are closed too
_addresses: list[int] = []
_free: list[int] = [0, 0]  # what is left of the last chunk: its first and last address


def block_at(address: int) -> Block | None:
    """The block that this address lies in, or just behind."""
    index = bisect_right(_addresses, address) - 1
    if index < 0 or address > _addresses[index] + _blocks[index].nbytes:
        return None
    return _blocks[index]


def _remember(block: Block) -> None:
    place = bisect_right(_addresses, block.address)
    _addresses.insert(place, block.address)
    _blocks.insert(place, block)
    if len(_blocks) > 200_000:  # of the oldest, nobody speaks any more
        kept = [b for b in _blocks[:100_000] if not b.closed] + _blocks[100_000:]
        _blocks[:], _addresses[:] = kept, [b.address for b in kept]


def _take(room: int) -> int:
    """Addresses that nobody else has, with closed pages on both sides."""
    if _free[0] + room + 2 * CLOSED > _free[1]:
        size = max(CHUNK, room + 2 * CLOSED)
        start = _map(None, size)
        _free[:] = start, start + size
    start = _free[0] + CLOSED
    _free[0] = start + room
    return start


def _map(start: int | None, size: int, flags: int = 0) -> int:
    """Closed pages that were never touched: the system joins them with their neighbors.

    It would not join pages that were only closed again, and a process may have some 65,000 regions.
    """
    at = _libc().mmap(
        ctypes.c_void_p(start), ctypes.c_size_t(size), SHUT, PRIVATE | flags, -1, ctypes.c_long(0)
    )
    if at in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap")
    return at


def _protect(start: int, size: int, how: int) -> None:
    if _libc().mprotect(ctypes.c_void_p(start), ctypes.c_size_t(size), how):
        raise OSError(ctypes.get_errno(), "mprotect")


@cache
def _libc():
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    return library


def _bytes(address: int, size: int) -> np.ndarray:
    return np.frombuffer((ctypes.c_ubyte * size).from_address(address), np.uint8)


def numbers_at(address: int, shape, dtype, strides=None, owner=None) -> np.ndarray:
    """The array that lies at this address, as NumPy sees it; it keeps only `owner` alive."""
    dtype = np.dtype(dtype)
    if 0 in shape:
        return np.empty(shape, dtype)
    plain = dtype if dtype.kind in "biufc" else np.dtype((np.void, dtype.itemsize))  # bfloat16
    lies = {
        "version": 3,
        "shape": tuple(shape),
        "typestr": plain.str,
        "strides": strides,
        "data": (address, False),
    }
    return np.asarray(_Lies(lies, owner)).view(dtype)


class _Lies:
    def __init__(self, interface, owner):
        self.__array_interface__, self.owner = interface, owner


def guarded(shape, dtype) -> np.ndarray:
    """A NumPy array in a block of its own, open as long as the array is used."""
    return np.frombuffer(guarded_bytes(shape, dtype), dtype, prod(np.atleast_1d(shape))).reshape(
        shape
    )


def guarded_bytes(shape, dtype=np.uint8):
    """The same as bytes that NumPy can read as anything: what pinned memory is to CuPy."""
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    block = Block(max(size, 1), None)
    memory = (ctypes.c_ubyte * max(size, 1)).from_address(block.address)
    memory.owner = Owner(block)
    return memory


def check_surroundings(array: np.ndarray) -> None:
    """Raise if something was written into the bytes around a guarded array, or a view of one."""
    block_at(array.ctypes.data).check_surroundings()
