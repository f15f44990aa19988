"""The safetensors file format: a length, a table of contents in JSON, and the numbers.

    8 bytes    length of the table, little-endian
    table      {"name": {"dtype": "F32", "shape": [3, 5, 5, 64], "data_offsets": [0, 19200]}, …}
    numbers    one array after the other, C order, little-endian, without gaps

It is simple enough to read and write here, so that it works everywhere; other tools, PyTorch's
and JAX's among them, read the same files. Format: https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
from math import prod
from zlib import crc32

import numpy as np

DTYPES = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
}
CHECKSUM = "convkit.crc32"  # of all numbers together, in the format's free-form metadata
LARGEST_TABLE = 100_000_000  # bytes: the format's own limit
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def write(file, arrays: dict) -> None:
    """Write arrays to a file that is open for bytes."""
    table, data, at = {}, [], 0
    # Wide numbers first, so that each array begins at a multiple of its own width.
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        dtype = array.dtype.newbyteorder("<") if array.dtype.itemsize > 1 else array.dtype
        if dtype not in NAMES:
            raise ValueError(f"{name}: safetensors has no name for dtype {array.dtype}")
        plain = np.ascontiguousarray(array, dtype).tobytes()
        table[name] = {
            "dtype": NAMES[dtype],
            "shape": list(array.shape),
            "data_offsets": [at, at + len(plain)],
        }
        at += len(plain)
        data.append(plain)
    table["__metadata__"] = {CHECKSUM: f"{crc32(b''.join(data)):08x}"}
    text = json.dumps(table).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of 8
    file.write(len(text).to_bytes(8, "little"))
    file.write(text)
    for plain in data:
        file.write(plain)


def read(file, check=lambda table: None) -> dict:
    """Read all arrays of a file that is open for bytes.

    `check` is given name → (shape, dtype) before the numbers are read; it may raise.

    Raises
    ------
    ValueError
        If anything at all is not as the format says.
    """
    head = file.read(8)
    if len(head) < 8:
        raise ValueError(f"the file ends after {len(head)} of the first 8 bytes")
    length = int.from_bytes(head, "little")
    if length > LARGEST_TABLE:
        raise ValueError(f"a table of contents of {length} bytes is too long")
    text = file.read(length)
    if len(text) < length:
        raise ValueError(f"the file ends after {len(text)} of the table's {length} bytes")
    try:
        table = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the table of contents is not JSON: {error}") from None
    if not isinstance(table, dict):
        raise ValueError("the table of contents is not a JSON object")
    said = table.pop("__metadata__", None)
    entries = {name: _entry(name, entry) for name, entry in table.items()}
    check({name: (tuple(shape), dtype) for name, (dtype, shape, _, _) in entries.items()})
    data = file.read()
    _check_sum(data, said)
    arrays, used = {}, []
    for name, (dtype, shape, begin, end) in entries.items():
        if end > len(data):
            raise ValueError(f"{name} ends at byte {end}, but only {len(data)} bytes follow")
        arrays[name] = np.frombuffer(data[begin:end], dtype).reshape(shape)
        used.append((begin, end))
    at = 0
    for begin, end in sorted(used):
        if begin != at:
            raise ValueError(f"the arrays leave a gap, or overlap, at byte {min(begin, at)}")
        at = end
    if at != len(data):
        raise ValueError(f"{len(data)} bytes of numbers, but the table tells of {at}")
    return arrays


def _check_sum(data, said) -> None:
    """Files of ours carry a checksum; others need not."""
    wanted = said.get(CHECKSUM) if isinstance(said, dict) else None
    if wanted is not None and wanted != f"{crc32(data):08x}":
        raise ValueError(f"the numbers' checksum is {crc32(data):08x}, and should be {wanted}")


def _entry(name: str, entry):
    """Read one line of the table, trusting nothing."""
    try:
        dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
        begin, end = entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise ValueError(
            f"{name}: the table's entry is incomplete or of an unknown dtype"
        ) from None
    numbers = [begin, end, *shape] if isinstance(shape, list) else [None]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError(f"{name}: sizes must be whole numbers, at least 0, got {shape}")
    if end - begin != prod(shape) * dtype.itemsize:
        raise ValueError(f"{name}: {end - begin} bytes for shape {shape} of {entry['dtype']}")
    return dtype, shape, begin, end
