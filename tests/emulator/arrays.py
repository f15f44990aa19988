"""Real `cupy.ndarray`s over memory of the host, and how they are made and copied.

What CuPy does without a driver it does itself here: shapes, strides, slices, views. What would
start one of CuPy's own kernels goes to `computing`.
"""

from __future__ import annotations

import cupy
import numpy as np
from cupy.cuda import MemoryPointer, UnownedMemory

from tests.emulator.machine import here
from tests.emulator.memory import Block, EmulatorError, Owner, block_at, guarded_bytes, numbers_at
from tests.emulator.streams import current_queue, now

KINDS = "?bBhHiIlLqQefdFD"  # the dtypes that CuPy has kernels for, and bfloat16


class EmulatedArray(cupy.ndarray):
    """A `cupy.ndarray` that no GPU holds."""

    # Methods that compute are put here by `computing.methods`.
    __hash__ = None

    @property
    def device(self):
        """The device that holds it."""
        return cupy.cuda.Device(self.data.device_id)

    def get(self, stream=None, order="C", out=None, blocking=True):
        """Copy to the host, in the order of a stream."""
        source = self
        if not (self.flags.c_contiguous or self.flags.f_contiguous):
            with self.device:
                source = self.copy()
        if out is None:
            out = np.empty(self.shape, self.dtype, order="F" if order == "F" else "C")
        elif not isinstance(out, np.ndarray):
            raise TypeError("Only numpy.ndarray can be obtained from cupy.ndarray")
        elif out.shape != self.shape or out.dtype != self.dtype:
            raise ValueError(
                f"an array {self.shape} of {self.dtype} cannot be copied to one "
                f"{out.shape} of {out.dtype}"
            )
        queue = queue_of(stream, self.data.device_id)
        if blocking:
            here().refuse_capture(queue)
        numbers = host(source)
        here().issue(queue, "a copy to the host", lambda: np.copyto(out, numbers), blocks(source))
        if blocking:
            here().wait_for_queue(queue)
        return out

    def set(self, arr, stream=None):
        """Copy from the host, in the order of a stream; from pinned memory, late.

        Without a stream on the null stream CuPy waits, on any other it does not.
        """
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype:
            raise TypeError(f"{arr.dtype} array cannot be set to {self.dtype} array")
        if arr.shape != self.shape:
            raise ValueError(f"Shape mismatch. Old shape: {self.shape}, new shape: {arr.shape}")
        if not (self.flags.c_contiguous or self.flags.f_contiguous):
            raise RuntimeError("Cannot set to non-contiguous array")
        queue = queue_of(stream, self.data.device_id)
        copy_in(arr, self, queue)
        if stream is None and queue.null:
            here().wait_for_queue(queue)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        """A capsule, after what was asked of the current stream: a consumer's may not be ours."""
        if stream != -1:
            here().wait_for_queue(current_queue(self.data.device_id))
        place = self.data.ptr, self.shape, self.dtype, self.strides
        return numbers_at(*place, owner=self).__dlpack__()

    def __dlpack_device__(self):
        return 2, self.data.device_id  # CUDA

    @property
    def __cuda_array_interface__(self):
        """Where it lies; version 3 names the stream after which it may be read."""
        return {
            "shape": self.shape,
            "typestr": self.dtype.str,
            "version": 3,
            "descr": self.dtype.descr,
            "data": (self.data.ptr, False),
            "stream": 1,
            "strides": None if self.flags.c_contiguous else self.strides,
        }

    def __reduce__(self):
        return _restored, (self.get(),)

    def __deepcopy__(self, memo):
        return self.copy()

    def __copy__(self):
        return self.copy()

    def __repr__(self):
        return repr(self.get())

    def __str__(self):
        return str(self.get())


def _restored(array):
    return cupy.asarray(array)


def queue_of(stream, device: int):
    """The queue of a stream, by default of the device's current one."""
    return current_queue(device) if stream is None else stream._queue_here()


def host(array) -> np.ndarray:
    """The numbers of an array as NumPy sees them. It does not keep the array alive."""
    return numbers_at(array.data.ptr, array.shape, array.dtype, array.strides)


def blocks(*arrays) -> list[Block]:
    """The memory of arrays, to be looked at when work on them is done."""
    return [block_of(array) for array in arrays if array.size]


def block_of(array) -> Block:
    """The memory of one array."""
    block = block_at(array.data.ptr)
    if block is None:
        raise EmulatorError(f"the array at {array.data.ptr:#x} does not lie on an emulated GPU")
    return block


def new(shape, dtype=float, order="C", strides=None) -> EmulatedArray:
    """An array in new memory of the current device, which belongs to the current stream."""
    shape = (shape,) if np.isscalar(shape) else tuple(map(int, shape))
    dtype = np.dtype(dtype)
    if dtype.char not in KINDS and dtype.name != "bfloat16":
        raise ValueError(f"Unsupported dtype {dtype}")
    if any(size < 0 for size in shape):
        raise ValueError("Negative dimensions are not allowed")
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    device, queue = now().device, current_queue()
    if not size:
        memory = MemoryPointer(UnownedMemory(0, 0, None, device), 0)
        return EmulatedArray(shape, dtype, memory)
    block = Block(size, device)
    pool = cupy.get_default_memory_pool()
    pool.used[device] += size
    machine = here()

    def released(block):
        pool.used[device] -= size
        machine.release(block, queue)

    memory = MemoryPointer(UnownedMemory(block.address, size, Owner(block, released), device), 0)
    if strides is not None:
        return EmulatedArray(shape, dtype, memory, strides)
    return EmulatedArray(shape, dtype, memory, order="F" if order == "F" else "C")


def view(array) -> EmulatedArray:
    """An array of CuPy's own class, seen as one that is emulated: the same memory."""
    if isinstance(array, EmulatedArray):
        return array
    return EmulatedArray(array.shape, array.dtype, array.data, array.strides)


def copy_in(numbers: np.ndarray, array, queue) -> None:
    """Copy from the host: pageable memory is read at once, pinned memory when its time comes."""
    if block_at(numbers.ctypes.data) is None:
        source, touched = numbers.copy(), []
    else:
        source = numbers_at(numbers.ctypes.data, numbers.shape, numbers.dtype, numbers.strides)
        touched = [block_at(numbers.ctypes.data)]
    target = host(array)
    here().issue(
        queue, "a copy to the GPU", lambda: np.copyto(target, source), [*blocks(array), *touched]
    )


def from_host(value, dtype=None, order="K") -> EmulatedArray:
    """A NumPy array, number or list in new memory."""
    if isinstance(value, (list, tuple)) and any(isinstance(v, cupy.ndarray) for v in value):
        return cupy.stack([cupy.asarray(v, dtype) for v in value])
    numbers = np.asarray(value, dtype)
    wants_columns = order == "F" or (
        order in ("K", "A") and numbers.flags.f_contiguous and not numbers.flags.c_contiguous
    )
    array = new(numbers.shape, numbers.dtype, "F" if wants_columns else "C")
    copy_in(numbers, array, current_queue())
    return array


def from_interface(value) -> EmulatedArray:
    """What offers `__cuda_array_interface__`: the same memory."""
    described = value.__cuda_array_interface__
    address, _ = described["data"]
    dtype = np.dtype(described["typestr"])
    block = block_at(address)
    size = dtype.itemsize * int(np.prod(described["shape"]))
    if size and block is None:
        raise EmulatorError("cudaErrorInvalidValue: no GPU has memory at this address")
    device = now().device if block is None else block.device
    memory = MemoryPointer(UnownedMemory(address, size, value, device), 0)
    return EmulatedArray(described["shape"], dtype, memory, described.get("strides"))


def array(obj, dtype=None, copy=True, order="K", subok=False, ndmin=0, *, blocking=False):
    """As `cupy.array`."""
    if isinstance(obj, cupy.ndarray):
        found = view(obj)
        if found.data.device_id != now().device:
            if copy is False:
                raise ValueError("the array lies on another device")
            found = found.copy()
        found = found.astype(found.dtype if dtype is None else dtype, order=order, copy=bool(copy))
    elif hasattr(obj, "__cuda_array_interface__"):
        return array(from_interface(obj), dtype, copy, order, subok, ndmin)
    elif copy is False:
        raise ValueError("Unable to avoid copy while creating an array as requested.")
    else:
        found = from_host(obj, dtype, order)
        if blocking:
            here().wait_for_queue(current_queue())
    return found.reshape((1,) * (ndmin - found.ndim) + found.shape) if ndmin > found.ndim else found


def asarray(a, dtype=None, order=None, *, copy=None, blocking=False):
    """As `cupy.asarray`."""
    return array(a, dtype, copy, order or "K", blocking=blocking)


def ascontiguousarray(a, dtype=None):
    """As `cupy.ascontiguousarray`."""
    found = array(a, dtype, None)
    found = found if found.flags.c_contiguous else found.copy(order="C")
    return found if found.ndim else found.reshape(1)


def asfortranarray(a, dtype=None):
    """As `cupy.asfortranarray`."""
    found = array(a, dtype, None)
    return found if found.flags.f_contiguous else found.copy(order="F")


def asnumpy(a, stream=None, order="C", out=None, *, blocking=True):
    """As `cupy.asnumpy`."""
    if isinstance(a, cupy.ndarray):
        return view(a).get(stream, order, out, blocking)
    found = np.asarray(a, order=order)
    if out is None:
        return found
    out[...] = found
    return out


def copy_between(source, order="C"):
    """A copy on the current device of an array that lies on another."""
    result, numbers = new(source.shape, source.dtype, order), host(source)
    target = host(result)
    here().issue(
        current_queue(),
        "a copy between devices",
        lambda: np.copyto(target, numbers),
        blocks(source, result),
    )
    return result


def filled(shape, dtype, value, order="C", what="full"):
    """New memory, filled in the order of the current stream."""
    result = new(shape, dtype, order)
    numbers = host(result)
    value = np.asarray(value).astype(result.dtype)
    here().issue(current_queue(), what, lambda: numbers.fill(value[()]), blocks(result))
    return result


def alloc_pinned_memory(size):
    """As `cupy.cuda.alloc_pinned_memory`: bytes that NumPy can read as anything."""
    return guarded_bytes(size)


def from_dlpack(array, *, device=None, copy=None):
    """As `cupy.from_dlpack`: of what lies on a GPU the same memory, else a copy."""
    kind, _ = array.__dlpack_device__()
    if kind == 1:
        return from_host(np.from_dlpack(array))
    numbers = np.from_dlpack(_Capsule(array.__dlpack__(stream=1)))
    found = EmulatedArray(
        numbers.shape,
        numbers.dtype,
        MemoryPointer(
            UnownedMemory(numbers.ctypes.data, numbers.nbytes, numbers, device_of(numbers)), 0
        ),
        numbers.strides,
    )
    return found.copy() if copy else found


class _Capsule:
    """What NumPy reads as memory of the host, which it is."""

    def __init__(self, capsule):
        self._capsule = capsule

    def __dlpack_device__(self):
        return 1, 0

    def __dlpack__(self, **_):
        return self._capsule


def device_of(numbers: np.ndarray) -> int:
    """The GPU on which these numbers lie."""
    block = block_at(numbers.ctypes.data)
    return now().device if block is None else block.device


def creators() -> dict:
    """The functions of `cupy` that make arrays."""

    def empty(shape, dtype=float, order="C"):
        return new(shape, dtype, order)

    def zeros(shape, dtype=float, order="C"):
        return filled(shape, dtype, 0, order, "zeros")

    def ones(shape, dtype=float, order="C"):
        return filled(shape, dtype, 1, order, "ones")

    def full(shape, fill_value, dtype=None, order="C"):
        if isinstance(fill_value, cupy.ndarray):
            result = new(shape, fill_value.dtype if dtype is None else dtype, order)
            result[...] = fill_value
            return result
        return filled(
            shape, np.asarray(fill_value).dtype if dtype is None else dtype, fill_value, order
        )

    def like(fill):
        def make(a, dtype=None, order="K", subok=None, shape=None, device=None):
            a = view(a)
            template = np.empty_like(host(a), dtype, order, False, shape)
            result = new(template.shape, template.dtype, strides=template.strides)
            return result if fill is None else filled_like(result, fill)

        return make

    def filled_like(result, value):
        result.fill(value)
        return result

    def full_like(a, fill_value, dtype=None, order="K", subok=None, shape=None):
        return filled_like(like(None)(a, dtype, order, subok, shape), fill_value)

    def copy(a, order="K"):
        return asarray(a).copy(order)

    return {
        "empty": empty,
        "zeros": zeros,
        "ones": ones,
        "full": full,
        "empty_like": like(None),
        "zeros_like": like(0),
        "ones_like": like(1),
        "full_like": full_like,
        "array": array,
        "asarray": asarray,
        "asanyarray": asarray,
        "ascontiguousarray": ascontiguousarray,
        "asfortranarray": asfortranarray,
        "asnumpy": asnumpy,
        "from_dlpack": from_dlpack,
        "copy": copy,
    }
