"""Plain data across the wall: numbers, text, plain containers, numeric arrays; never pickle.

Both sides read with this file, and neither side believes the other: sizes are checked before
memory is spent, and nothing that is read can name a class, a function or a file.
"""

import json
import os
import select
import struct
import time

import numpy as np

MAX_TEXT = 4 << 20  # JSON of one message
MAX_BYTES = 48 << 20  # all arrays of one message
MAX_DEPTH = 16
MAX_PAIRS = 2000  # of one dict: keys may be chosen so that each is compared with all others
_HEAD = struct.Struct(">II")  # bytes of JSON, bytes of arrays


class WireError(Exception):
    """What came is no message of ours, or a value that may not cross."""


def encode(value, blobs, depth=0):
    """Turn a value into JSON's types; the numbers of arrays are appended to `blobs`."""
    if depth > MAX_DEPTH:
        raise WireError(f"nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value
    if kind is int:
        return value if abs(value) < 1 << 53 else {"int": hex(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind in (list, tuple):
        items = [encode(item, blobs, depth + 1) for item in value]
        return items if kind is list else {"tuple": items}
    if kind is dict:
        if len(value) > MAX_PAIRS:
            raise WireError(f"a dict of {len(value)} entries cannot be graded")
        pairs = [
            [encode(k, blobs, depth + 1), encode(v, blobs, depth + 1)] for k, v in value.items()
        ]
        return {"dict": pairs}
    if kind is slice:
        return {
            "slice": [encode(x, blobs, depth + 1) for x in (value.start, value.stop, value.step)]
        }
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(value, blobs)
    for plain in (bool, int, float, str, complex):  # a subclass crosses as what it extends
        if isinstance(value, plain):
            return encode(plain(value), blobs, depth + 1)
    if hasattr(value, "__float__"):  # Fraction, Decimal
        return float(value)
    raise WireError(f"a value of type {kind.__name__} cannot be graded")


def _encode_array(value, blobs):
    array = np.array(value, subok=False)
    if array.dtype.kind == "O":  # whole numbers or fractions of Python's own
        array = array.astype(np.float64)
    if array.dtype.kind not in "biufc":
        raise WireError(f"an array of dtype {array.dtype} cannot be graded")
    blobs.append(np.ascontiguousarray(array).tobytes())
    scalar = isinstance(value, np.generic)
    return {"array": [array.dtype.str, list(array.shape), scalar]}


def decode(value, blobs, depth=0):
    """The inverse of `encode`; `blobs` is an iterator."""
    if depth > 2 * MAX_DEPTH:
        raise WireError("nested too deep")
    if isinstance(value, list):
        return [decode(item, blobs, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise WireError("no such value")
    ((tag, inner),) = value.items()
    try:
        if tag == "array":
            return _decode_array(inner, blobs)
        if tag == "tuple":
            return tuple(decode(item, blobs, depth + 1) for item in inner)
        if tag == "dict":
            if len(inner) > MAX_PAIRS:
                raise WireError("too many entries")
            return {decode(k, blobs, depth + 1): decode(v, blobs, depth + 1) for k, v in inner}
        if tag == "slice":
            return slice(*(decode(item, blobs, depth + 1) for item in inner))
        if tag == "complex":
            return complex(*inner)
        if tag == "int" and len(inner) < 5000:
            return int(inner, 16)
    except (TypeError, ValueError, StopIteration, OverflowError) as error:
        raise WireError(f"unreadable value: {error}") from None
    raise WireError("no such value")


def _decode_array(inner, blobs):
    name, shape, scalar = inner
    dtype = np.dtype(str(name))
    sizes_fine = len(shape) <= 32 and all(type(n) is int and 0 <= n < 1 << 40 for n in shape)
    if dtype.kind not in "biufc" or not sizes_fine:
        raise WireError("no such array")
    raw, count = next(blobs), 1
    for n in shape:
        count *= n
    if count * dtype.itemsize != len(raw):
        raise WireError("an array whose numbers do not fill its shape")
    if dtype.kind == "b":  # any byte may come, but only 0 and 1 are booleans
        array = np.frombuffer(raw, np.uint8).astype(bool).reshape(shape)
    else:
        array = np.frombuffer(raw, dtype).reshape(shape).copy()
    return array[()] if scalar and array.ndim == 0 else array


def pack(message):
    """One message (a dict of plain data) as bytes."""
    blobs = []
    body = {key: encode(value, blobs) for key, value in message.items()}
    text = json.dumps([body, [len(blob) for blob in blobs]]).encode()
    size = sum(map(len, blobs))
    if len(text) > MAX_TEXT or size > MAX_BYTES:
        raise WireError(f"too large: {(len(text) + size) / 1e6:.0f} MB")
    return b"".join([_HEAD.pack(len(text), size), text, *blobs])


def unpack(text, raw):
    """A message from its JSON and the bytes of its arrays."""
    try:
        body, lengths = json.loads(text)
        if any(type(n) is not int or n < 0 for n in lengths) or sum(lengths) != len(raw):
            raise WireError("arrays that do not add up")
        blobs, start = [], 0
        for n in lengths:
            blobs.append(raw[start : start + n])
            start += n
        blobs = iter(blobs)
        return {str(key): decode(value, blobs) for key, value in body.items()}
    except (ValueError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        raise WireError(f"unreadable message: {type(error).__name__}") from None


def send(fd, message):
    """Write one message to a file descriptor."""
    send_packed(fd, pack(message))


def send_packed(fd, data, deadline=None):
    """Write bytes, and give up at the deadline: a reader may have stopped reading."""
    view = memoryview(data)
    while view:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([], [fd], [], left)[1]:
                raise TimeoutError("nobody reads")
            view = view[os.write(fd, view[:65536]) :]
        else:
            view = view[os.write(fd, view) :]


def receive(fd, deadline=None, tick=None):
    """Read one message. `tick` is called about every 50 ms while waiting.

    Raises EOFError when the other side is gone, TimeoutError at the deadline, WireError.
    """
    text_size, raw_size = _HEAD.unpack(_read(fd, _HEAD.size, deadline, tick))
    if text_size > MAX_TEXT or raw_size > MAX_BYTES:
        raise WireError("too large")
    text = _read(fd, text_size, deadline, tick)
    return unpack(text, _read(fd, raw_size, deadline, tick))


def _read(fd, count, deadline, tick):
    parts = []
    while count:
        if deadline is not None:
            _wait(fd, deadline, tick)
        part = os.read(fd, min(count, 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _wait(fd, deadline, tick):
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        if select.select([fd], [], [], min(left, 0.05))[0]:
            return
        if tick:
            tick()
