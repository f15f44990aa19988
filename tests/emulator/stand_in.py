"""A stand-in for CuPy: arrays that live in a "GPU memory" of their own, kernels that are emulated.

It is stricter than NumPy where CuPy is: a NumPy array is never taken for a GPU array, and nothing
moves between the two but by `asarray`, `asnumpy`, `set` and `get`. New memory is NaN between two
closed pages. Only functions that CuPy has are offered; a test compares the list with CuPy's own
where that is installed.
"""

# ruff: noqa: SIM905 (long lists of names read better as words)

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace

import numpy as np

from convkit import gpu_trust
from convkit.cuda import loader
from tests.emulator.build import Kernel, build, check_surroundings, guarded

FUNCTIONS = (
    "abs absolute add all any arange argmax argmin argsort array_equal ascontiguousarray "
    "bitwise_and bitwise_or bitwise_xor broadcast_arrays broadcast_to ceil clip concatenate "
    "copyto cosh count_nonzero cumsum diff divide dot einsum empty_like equal exp exp2 "
    "expand_dims expm1 eye flip floor full full_like greater greater_equal hstack invert "
    "isfinite isinf isnan less less_equal log log1p log2 logical_and logical_not logical_or "
    "matmul max maximum may_share_memory mean min minimum moveaxis multiply negative nonzero "
    "not_equal ones ones_like outer pad power prod put_along_axis ravel reciprocal repeat "
    "reshape result_type rint sign sort sqrt square squeeze stack std subtract sum swapaxes "
    "take take_along_axis tanh tensordot tile transpose var vdot vstack where zeros zeros_like"
).split()
OPERATORS = (
    "add sub mul truediv floordiv mod pow matmul lt le gt ge eq ne and or xor radd rsub rmul "
    "rtruediv rmatmul rpow iadd isub imul itruediv neg abs"
).split()
METHODS = (
    "reshape transpose astype copy sum max min mean prod all any argmax ravel squeeze swapaxes "
    "take fill dot view item repeat"
).split()
CONSTANTS = (
    "bool_ uint8 int8 uint16 int16 uint32 int32 uint64 int64 float16 float32 float64 intp inf nan "
    "pi newaxis finfo iinfo"
).split()
PROPERTIES = "shape dtype ndim size itemsize strides nbytes flags".split()


class Array:
    """What `cupy.ndarray` is to CuPy."""

    __array_ufunc__ = None  # NumPy's operators give up, as they do before a CuPy array
    __hash__ = None

    def __init__(self, host: np.ndarray):
        self.host = host

    def __array__(self, *_):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __getitem__(self, index):
        return _wrapped(self.host[_unwrapped(index)])

    def __setitem__(self, index, value):
        self.host[_unwrapped(index)] = _unwrapped(value)

    def __len__(self):
        return len(self.host)

    def __bool__(self):
        return bool(self.host)

    def __float__(self):
        return float(self.host)

    def __int__(self):
        return int(self.host)

    __index__ = __int__

    @property
    def data(self):
        return SimpleNamespace(ptr=self.host.ctypes.data)

    @property
    def T(self):
        return _wrapped(self.host.T)

    def get(self, stream=None, order="C", out=None, blocking=True):
        """To the host: NumPy arrays only come from here and from `asnumpy`."""
        out = np.empty_like(self.host) if out is None else out
        stream = stream or StandInStream.current
        stream.do(lambda: np.copyto(out, self.host))
        if blocking:
            stream.synchronize()
        return out

    def set(self, array, stream=None):
        """From the host."""
        assert isinstance(array, np.ndarray) and array.shape == self.shape
        assert array.dtype == self.dtype
        (stream or StandInStream.current).do(lambda: np.copyto(self.host, array))


def _unwrapped(value):
    if isinstance(value, Array):
        return value.host
    if isinstance(value, (list, tuple)):
        return type(value)(map(_unwrapped, value))
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {np.ndarray}")
    return value


def _wrapped(value):
    if isinstance(value, np.generic):
        value = np.asarray(value)  # CuPy's scalars are arrays without axes
    if isinstance(value, (list, tuple)):
        return type(value)(map(_wrapped, value))
    if not isinstance(value, np.ndarray):
        return value
    if value.base is None:  # new memory: on the "GPU"
        host = guarded(value.shape, value.dtype)
        host[...] = value
        return Array(host)
    return Array(value)


class _Grid:
    """`ogrid`: asked with slices, not called."""

    def __getitem__(self, slices):
        return _wrapped(tuple(np.ogrid[slices]))


def _on_gpu(function):
    def call(*arguments, **options):
        out = options.get("out")
        result = function(
            *map(_unwrapped, arguments), **{name: _unwrapped(o) for name, o in options.items()}
        )
        return out if out is not None else _wrapped(result)

    return call


for _name in OPERATORS:
    _function = getattr(np.ndarray, f"__{_name}__")

    def _operator(self, *other, _function=_function):
        return _wrapped(_function(self.host, *map(_unwrapped, other)))

    def _in_place(self, other, _function=_function):
        _function(self.host, _unwrapped(other))
        return self

    setattr(
        Array,
        f"__{_name}__",
        _in_place if _name in ("iadd", "isub", "imul", "itruediv") else _operator,
    )
for _name in METHODS:
    setattr(Array, _name, _on_gpu(lambda host, *a, _name=_name, **o: getattr(host, _name)(*a, **o)))
for _name in PROPERTIES:
    setattr(Array, _name, property(lambda self, _name=_name: getattr(self.host, _name)))


class StandInStream:
    """Work happens in the order of the stream: at once, or as late as it may, when waited for.

    Late work shows whether a buffer is filled again, or read, before a copy is over.
    """

    late = False

    def __init__(self, non_blocking=False):
        self._work = []

    def do(self, work):
        if StandInStream.late and self is not StandInStream.default:
            self._work.append(work)
        else:
            work()

    def __enter__(self):
        self._before, StandInStream.current = StandInStream.current, self
        return self

    def __exit__(self, *_):
        StandInStream.current = self._before

    def synchronize(self):
        while self._work:
            self._work.pop(0)()


StandInStream.current = StandInStream.default = StandInStream()


def asarray(array, dtype=None):
    """To the GPU, if it is not there."""
    if isinstance(array, Array):
        return array if dtype in (None, array.dtype) else array.astype(dtype)
    return _wrapped(np.array(array, dtype))


def module(capability=(9, 0)) -> ModuleType:
    """The stand-in for the module `cupy`, with a GPU of this compute capability."""
    cupy = ModuleType("cupy")
    cupy.ndarray, cupy.asarray, cupy.asnumpy = Array, asarray, lambda array: array.get()
    cupy.array = lambda array, dtype=None: _wrapped(np.array(_unwrapped(array), dtype))
    for name in FUNCTIONS:
        setattr(cupy, name, _on_gpu(getattr(np, name)))
    cupy.ogrid = _Grid()
    cupy.empty = lambda shape, dtype=float: Array(guarded(shape, dtype))
    for name in CONSTANTS:
        setattr(cupy, name, getattr(np, name))
    as_strided = _on_gpu(np.lib.stride_tricks.as_strided)
    cupy.lib = SimpleNamespace(stride_tricks=SimpleNamespace(as_strided=as_strided))
    device = SimpleNamespace(id=0, compute_capability="{}{}".format(*capability))
    cupy.cuda = SimpleNamespace(
        Device=lambda *_: device, Stream=StandInStream, alloc_pinned_memory=bytearray
    )
    return cupy


@contextmanager
def stand_in(capability=(9, 0), order="forward", seed=1, sources=None, launched=None):
    """Within this block there is a GPU of this compute capability, and `import cupy` finds it.

    `sources` gives other texts for some of the files, by name; the names of what is launched are
    added to `launched`.
    """
    libraries = {}

    def kernel(file, name, capability, device, shared_bytes=0):
        if file not in libraries:
            libraries[file] = build(file, sources)
        emulated = Kernel(libraries[file], name, order, seed)
        if launched is not None:
            launched.add((file, name))

        def call(grid, block, arguments, *, shared_mem=0):
            assert shared_mem == shared_bytes, "the attribute and the launch disagree"
            hosts = [a.host if isinstance(a, Array) else a for a in arguments]

            def work():
                emulated(grid, block, hosts, shared_mem=shared_mem)
                for array in arguments:
                    if isinstance(array, Array):
                        check_surroundings(array.host)

            StandInStream.current.do(work)

        return call

    before, real_kernel = sys.modules.get("cupy"), loader.kernel
    sys.modules["cupy"], loader.kernel = module(capability), kernel
    try:
        with gpu_trust.without_checks():  # the tests compare for themselves
            yield sys.modules["cupy"]
    finally:
        loader.kernel = real_kernel
        if before is None:
            del sys.modules["cupy"]
        else:
            sys.modules["cupy"] = before
