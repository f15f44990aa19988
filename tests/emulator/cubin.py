"""What a cubin says of itself: is it whole, for which GPU, which kernels, what do they take?

A cubin is an ELF file. For each kernel it has a section .nv.info.NAME, a list of attributes: two
bytes of format and kind, then a number of 16 bits or so many bytes. Kinds used here: 0x17, a
parameter (its number, its place, its size), and 0x05, the most threads that a block may have.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

PARAMETER, MOST_THREADS, SIZED = 0x17, 0x05, 4


@dataclass
class Cubin:
    """One compiled file."""

    generation: int  # 90 for sm_90
    kernels: dict[str, Entry] = field(default_factory=dict)


@dataclass
class Entry:
    """One kernel: bytes of its parameters in their order, and the most threads of a block."""

    parameters: list[int]
    threads: int


def read(content: bytes) -> Cubin:
    """Read a whole cubin.

    Raises
    ------
    ValueError
        If it is no ELF file of NVIDIA's, or not whole.
    """
    if content[:5] != b"\x7fELF\x02" or struct.unpack_from("<H", content, 18) != (190,):
        raise ValueError("this is no cubin")
    (sections,) = struct.unpack_from("<Q", content, 40)
    (flags,) = struct.unpack_from("<I", content, 48)
    size, count, names = struct.unpack_from("<3H", content, 58)
    end = _last_byte(content, sections, size, count)
    if len(content) != end:
        raise ValueError(f"{len(content)} bytes, where its tables speak of {end}")
    found = [struct.unpack_from("<IIQQQQIIQQ", content, sections + size * i) for i in range(count)]
    text = content[found[names][4] :]
    cubin = Cubin(flags >> 8 & 0xFF)
    for header in found:
        name = text[header[0] : text.index(0, header[0])].decode()
        if name.startswith(".nv.info."):
            kernel = name.removeprefix(".nv.info.")
            cubin.kernels[kernel] = _entry(content[header[4] : header[4] + header[5]])
    return cubin


def _last_byte(content, sections, size, count) -> int:
    """Where the last of its two tables ends: they lie behind everything else."""
    (programs,) = struct.unpack_from("<Q", content, 32)
    each, how_many = struct.unpack_from("<2H", content, 54)
    return max(sections + size * count, programs + each * how_many)


def _entry(attributes: bytes) -> Entry:
    sizes, threads, place = {}, 1024, 0
    while place < len(attributes):
        form, kind, number = struct.unpack_from("<BBH", attributes, place)
        place += 4
        if form != SIZED:
            continue
        value = attributes[place : place + number]
        place += number
        if kind == PARAMETER:
            _, ordinal, _, size = struct.unpack("<IHHI", value)
            sizes[ordinal] = size >> 18
        elif kind == MOST_THREADS:
            x, y, z = struct.unpack("<3I", value)
            threads = x * y * z
    return Entry([sizes[index] for index in sorted(sizes)], threads)
