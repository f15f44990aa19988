"""CuPy's own kernels, computed by NumPy on the same memory, when the stream comes to them.

Only what CuPy has is offered, called as CuPy calls it; a NumPy array is never taken for one on
the GPU. What is not listed here fails with a message that names it.
"""

# ruff: noqa: SIM905 (long lists of names read better as words)

from __future__ import annotations

import inspect

import cupy
import numpy as np

from tests.emulator.arrays import (
    EmulatedArray,
    blocks,
    copy_between,
    from_host,
    host,
    new,
    view,
)
from tests.emulator.machine import here
from tests.emulator.memory import EmulatorError
from tests.emulator.streams import current_queue, now

UFUNCS = (
    "abs absolute add arccos arcsin arctan arctan2 bitwise_and bitwise_not bitwise_or bitwise_xor "
    "cbrt ceil conj conjugate copysign cos cosh deg2rad divide equal exp exp2 expm1 fabs floor "
    "floor_divide fmax fmin fmod greater greater_equal hypot invert isfinite isinf isnan "
    "left_shift less less_equal log log10 log1p log2 logaddexp logical_and logical_not logical_or "
    "logical_xor matmul maximum minimum mod multiply negative not_equal positive pow power rad2deg "
    "reciprocal remainder right_shift rint sign signbit sin sinh sqrt square subtract tan tanh "
    "true_divide trunc"
).split()
FUNCTIONS = (
    "all allclose amax amin any append arange argmax argmin argsort array_equal average clip "
    "column_stack concatenate concat convolve copyto corrcoef correlate count_nonzero cumprod "
    "cumsum diag diff dot dstack einsum eye fft flip fliplr flipud hstack identity imag inner "
    "isclose kron linspace max mean median meshgrid min nan_to_num nanmax nanmean nanmin nansum "
    "outer pad percentile prod ptp put_along_axis quantile repeat roll rot90 round searchsorted "
    "sort stack std sum take take_along_axis tensordot tile trace tril triu var vdot vstack"
).split()
WAITING = "argwhere bincount flatnonzero nonzero unique where_one extract compress".split()
# What CuPy does on the host: it stays CuPy's.
HOST = (
    "array_split atleast_1d atleast_2d atleast_3d broadcast broadcast_arrays broadcast_shapes "
    "broadcast_to can_cast common_type diagonal dsplit expand_dims finfo get_array_module "
    "get_default_memory_pool get_default_pinned_memory_pool hsplit iinfo index_exp is_available "
    "iscomplexobj isdtype isrealobj isscalar issubdtype may_share_memory memoize moveaxis "
    "matrix_transpose min_scalar_type ndim ndindex permute_dims printoptions promote_types real "
    "result_type rollaxis s_ shape show_config size split squeeze swapaxes transpose typename "
    "vsplit get_printoptions set_printoptions clear_memo array_repr array_str array2string"
).split()
METHODS = (
    "all any argmax argmin argsort clip compress conj cumprod cumsum dot max mean min nonzero prod "
    "ptp repeat round searchsorted std sum take trace var"
).split()
OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
}
COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}


def is_on_host(value) -> bool:
    """Whether CuPy would refuse it where an array of its own is wanted."""
    return isinstance(value, np.ndarray)


def replaced(value, by):
    """`value` with each of its arrays replaced, however deep."""
    if isinstance(value, cupy.ndarray):
        return by(value)
    if isinstance(value, (list, tuple)):
        made = [replaced(v, by) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    if isinstance(value, dict):
        return {name: replaced(v, by) for name, v in value.items()}
    return value


def arrays_in(what: str, value) -> list:
    """All arrays in it, after making sure that they may be computed with here."""
    found = []

    def look(array):
        if not isinstance(array, EmulatedArray):
            raise EmulatorError(
                f"{what}: this array was made by a part of CuPy that is not emulated"
            )
        if array.size and array.data.device_id != now().device:
            raise ValueError(
                f"{what}: The device where the array resides ({array.data.device_id}) is different "
                f"from the current device ({now().device}). Peer access is unavailable between "
                f"these devices."
            )
        found.append(array)

    replaced(value, look)
    return found


def refuse_host(what: str, value) -> None:
    """Refuse NumPy arrays, also within lists."""
    if is_on_host(value):
        raise TypeError(f"{what}: Unsupported type <class 'numpy.ndarray'>")
    if isinstance(value, (list, tuple)):
        for item in value:
            refuse_host(what, item)


def compute(what: str, function, arguments=(), options=None, out=None, waits=False):
    """Let NumPy's `function` compute, in the order of the current stream.

    `waits` is for what can only be computed when the numbers are known, because the size of the
    result depends on them: CuPy waits there, too.
    """
    options = dict(options or {})
    for value in (*arguments, *options.values()):
        refuse_host(what, value)
    read = arrays_in(what, (arguments, options))
    outs = arrays_in(what, out) if out is not None else []
    queue, machine = current_queue(), here()
    hosts = replaced(arguments, host), replaced(options, host)
    if out is not None:
        hosts[1]["out"] = replaced(out, host)
    if waits:
        machine.wait_for_queue(queue)
    if out is not None:
        _run(function, *map(replaced_hosts, hosts))  # does everything fit together?
        machine.issue(queue, what, lambda: _run(function, *hosts), blocks(*read, *outs))
        return out
    known = waits or not machine.is_late  # the numbers are there
    template = _run(function, *(hosts if known else map(replaced_hosts, hosts)))
    results, made = _allocated(template)
    if not made:
        return template
    targets = [host(array) for array in made]

    def work():
        values = template if known else _run(function, *hosts)
        for target, value in zip(targets, _flat(values), strict=True):
            np.copyto(target, value, casting="unsafe")

    machine.issue(queue, what, work, blocks(*read, *made))
    return results


def _run(function, arguments, options):
    with np.errstate(all="ignore"):  # a GPU says nothing
        return function(*arguments, **options)


def replaced_hosts(value):
    """Zeros instead of the numbers of arrays: enough to learn the shape of a result."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (list, tuple)):
        made = [replaced_hosts(v) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    if isinstance(value, dict):
        return {name: replaced_hosts(v) for name, v in value.items()}
    return value


def _flat(value) -> list[np.ndarray]:
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in _flat(item)]
    return [np.asarray(value)]


def _allocated(template):
    """Arrays on the GPU like these, and the list of them."""
    if isinstance(template, (list, tuple)):
        pairs = [_allocated(item) for item in template]
        made = [result for result, _ in pairs]
        return type(template)(made) if type(template) in (list, tuple) else tuple(made), [
            array for _, arrays in pairs for array in arrays
        ]
    if template is None:
        return None, []
    like = np.asarray(template)
    dense = np.empty_like(like)
    result = new(like.shape, like.dtype, strides=dense.strides)
    return result, [result]


def ufunc(name: str, real):
    """The replacement of one of CuPy's ufuncs."""
    function = getattr(np, name)

    def call(*arguments, out=None, casting=None, dtype=None):
        options = {k: v for k, v in (("casting", casting), ("dtype", dtype)) if v is not None}
        if isinstance(out, tuple):
            (out,) = out
        if out is None and len(arguments) > function.nin:
            *arguments, out = arguments
        for value in arguments:
            if isinstance(value, (list, tuple)) or value is None:
                raise TypeError(f"{name}: Unsupported type {type(value)}")
        if name == "matmul":
            _refuse_batched_bfloat16(arguments)
        return compute(name, function, tuple(arguments), options, out)

    call.__name__, call.nin, call.real = name, function.nin, real
    return call


def _refuse_batched_bfloat16(arguments) -> None:
    if any(a.ndim > 2 and a.dtype.name == "bfloat16" for a in arguments):
        raise TypeError("matmul of batches in bfloat16 is broken in CuPy 14 (cupy#10317)")


def function(name: str, real, numpy_function, *, waits=False):
    """The replacement of one of CuPy's functions: it takes what the real one takes."""
    signature = _signature(real)

    def call(*arguments, **options):
        if signature is not None:
            signature.bind(*arguments, **options)
        out = options.pop("out", None)
        return compute(name, numpy_function, arguments, options, out, waits)

    call.__name__, call.real = name, real
    return call


def _signature(real):
    """Of a Python function, or as the first line of a compiled one's documentation tells."""
    try:
        return inspect.signature(real)
    except (TypeError, ValueError):
        return None


def where(condition, x=None, y=None):
    """As `cupy.where`."""
    if (x is None) != (y is None):
        raise ValueError("Must provide both 'x' and 'y' or neither.")
    if x is None:
        return compute("where", np.nonzero, (condition,), waits=True)
    return compute("where", np.where, (condition, x, y))


def reshape(a, shape, order="C"):
    """As `cupy.reshape`."""
    return a.reshape(shape, order=order)


def ravel(a, order="C"):
    """As `cupy.ravel`."""
    return a.ravel(order)


def copyto(dst, src, casting="same_kind", where=None):
    """As `cupy.copyto`."""
    refuse_host("copyto", src)
    given = src.dtype if isinstance(src, cupy.ndarray) else np.asarray(src).dtype
    if not np.can_cast(given, dst.dtype, casting):
        raise TypeError(f"Cannot cast to {dst.dtype} with casting rule {casting}")
    _write("copyto", dst, (), src if where is None else cupy.where(where, src, dst))


def _write(what: str, array, index, value) -> None:
    """array[index] = value, in the order of the current stream."""
    if is_on_host(value):
        if value.ndim:
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        value = value[()]
    target, index_host = host(array), replaced(index, host)
    touched = arrays_in(what, [array, index, value])
    number = replaced(value, host)
    here().issue(
        current_queue(),
        what,
        lambda: target.__setitem__(index_host, _cast(number, target)),
        blocks(*touched),
    )


def _cast(number, target):
    with np.errstate(all="ignore"):
        return np.asarray(number).astype(target.dtype)


def is_basic(index) -> bool:
    """Whether indexing gives a view."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, (int, np.integer)) and not isinstance(part, (bool, np.bool_)))
        for part in parts
    )


def _has_mask(index) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return any(getattr(part, "dtype", None) == np.bool_ for part in parts)


def methods() -> dict:
    """What `EmulatedArray` computes: each method that CuPy has, each operator."""
    base = cupy.ndarray

    def getitem(self, index):
        refuse_host("an index", index)
        if is_basic(index):
            return base.__getitem__(self, index)
        return compute("indexing", lambda a, i: a[i].copy(), (self, index), waits=_has_mask(index))

    def setitem(self, index, value):
        refuse_host("an index", index)
        if is_basic(index):
            _write("assignment", base.__getitem__(self, index), (), value)
        else:
            _write("assignment", self, index, value)

    def copy(self, order="C"):
        if self.data.device_id != now().device:
            return copy_between(self, order)
        return compute("copy", lambda a: a.copy(order), (self,))

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True):
        dtype = np.dtype(dtype)
        if casting is not None and not np.can_cast(self.dtype, dtype, casting):
            raise TypeError(f"Cannot cast from {self.dtype} to {dtype} by the rule {casting}")
        fits = order in ("K", "A") or (
            self.flags.c_contiguous if order == "C" else self.flags.f_contiguous
        )
        if not copy and dtype == self.dtype and fits:
            return self
        return compute("astype", lambda a: a.astype(dtype, order or "K"), (self,))

    def reshape_method(self, *shape, order="C"):
        shape = shape[0] if len(shape) == 1 and not np.isscalar(shape[0]) else shape
        shape = tuple(map(int, shape)) if shape is not None else shape
        if not self.size:
            return base.reshape(self, shape, order=order)
        seen = host(self)
        stays = order in ("C", "A") and np.may_share_memory(seen, seen.reshape(shape))
        if stays:
            return base.reshape(self, shape, order=order)
        return base.reshape(self.copy("C" if order == "C" else "F"), shape, order=order)

    def ravel_method(self, order="C"):
        return self.reshape(-1, order=order)

    def flatten(self, order="C"):
        return self.copy(order).reshape(-1, order=order)

    def fill(self, value):
        _write("fill", self, (), value)

    def item(self, *arguments):
        return self.get().item(*arguments)

    def sort(self, axis=-1, kind=None):
        result = compute("sort", np.sort, (self, axis))
        _write("sort", self, (), result)

    def number(kind):
        return lambda self: kind(self.get())

    def array_ufunc(self, ufunc, method, *inputs, **options):
        there = getattr(cupy, ufunc.__name__, None)
        if method != "__call__" or there is None:
            return NotImplemented
        return there(*inputs, **options)

    def array_function(self, func, types, arguments, options):
        there = cupy
        for part in (*func.__module__.split(".")[1:], func.__name__):
            there = getattr(there, part, None)
        if there is None or there is func:
            return NotImplemented
        return there(*arguments, **options)

    made = {
        "__getitem__": getitem,
        "__setitem__": setitem,
        "copy": copy,
        "astype": astype,
        "reshape": reshape_method,
        "ravel": ravel_method,
        "flatten": flatten,
        "fill": fill,
        "item": item,
        "tolist": lambda self: self.get().tolist(),
        "tobytes": lambda self, order="C": self.get().tobytes(order),
        "sort": sort,
        "__bool__": number(bool),
        "__int__": number(int),
        "__float__": number(float),
        "__complex__": number(complex),
        "__array_ufunc__": array_ufunc,
        "__array_function__": array_function,
        "__neg__": lambda self: cupy.negative(self),
        "__abs__": lambda self: cupy.absolute(self),
        "__pos__": lambda self: cupy.positive(self),
        "__invert__": lambda self: cupy.invert(self),
    }
    for name in METHODS:
        made[name] = _method(name, waits=name in ("nonzero", "compress"))
    for name, called in OPERATORS.items():
        made[f"__{name}__"] = lambda self, other, called=called: getattr(cupy, called)(self, other)
        made[f"__r{name}__"] = lambda self, other, called=called: getattr(cupy, called)(other, self)
        if hasattr(base, f"__i{name}__"):
            made[f"__i{name}__"] = lambda self, other, called=called: getattr(cupy, called)(
                self, other, out=self
            )
    for name, called in COMPARISONS.items():
        made[f"__{name}__"] = lambda self, other, called=called: (
            NotImplemented if other is None else getattr(cupy, called)(self, other)
        )
    kept = {
        "T",
        "base",
        "cstruct",
        "data",
        "device",
        "diagonal",
        "dtype",
        "flags",
        "get",
        "itemsize",
        "mT",
        "nbytes",
        "ndim",
        "real",
        "reduced_view",
        "set",
        "shape",
        "size",
        "squeeze",
        "strides",
        "swapaxes",
        "toDlpack",
        "transpose",
        "view",
    }
    for name in dir(base):
        if not name.startswith("_") and name not in kept and name not in made:
            made[name] = missing(f"cupy.ndarray.{name}")
    return made


def _method(name: str, waits: bool):
    def call(self, *arguments, **options):
        out = options.pop("out", None)
        function = getattr(np.ndarray, name)
        return compute(name, function, (self, *arguments), options, out, waits)

    call.__name__ = name
    return call


def missing(name: str):
    """What stands for a part of CuPy that nobody has needed yet."""

    def call(*_, **__):
        raise NotImplementedError(
            f"{name} is not emulated: add it to tests/emulator/computing.py if convkit needs it"
        )

    call.__name__ = name
    return call


class Grid:
    """`cupy.ogrid` and `cupy.mgrid`: asked with slices, not called."""

    def __init__(self, numpy_grid):
        self._grid = numpy_grid

    def __getitem__(self, slices):
        made = self._grid[slices]
        return [from_host(a) for a in made] if isinstance(made, (list, tuple)) else from_host(made)


class Generator:
    """`cupy.random.Generator`, with NumPy's numbers."""

    def __init__(self, seed=None):
        self._random = np.random.default_rng(seed)

    def standard_normal(self, size=None, dtype=np.float64, out=None):
        """Normal numbers."""
        return from_host(self._random.standard_normal(size, dtype))

    def random(self, size=None, dtype=np.float64, out=None):
        """Numbers between 0 and 1."""
        return from_host(self._random.random(size, dtype))

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        """Whole numbers."""
        return from_host(self._random.integers(low, high, size, dtype, endpoint))

    def uniform(self, low=0.0, high=1.0, size=None, dtype=np.float64):
        """Numbers between two."""
        return from_host(self._random.uniform(low, high, size).astype(dtype))


def functions() -> dict:
    """The functions of `cupy` that are replaced; those that nobody needs yet fail by name."""
    made = {name: ufunc(name, getattr(cupy, name)) for name in UFUNCS}
    for name in (*FUNCTIONS, *WAITING):
        real = getattr(cupy, name, None)
        if callable(real):
            made[name] = function(name, real, getattr(np, name), waits=name in WAITING)
    made |= {
        "where": where,
        "reshape": reshape,
        "ravel": ravel,
        "copyto": copyto,
        "ogrid": Grid(np.ogrid),
        "mgrid": Grid(np.mgrid),
    }
    return made


def unknown(replaced_names) -> dict:
    """Every other function that would start a kernel."""
    names = set(dir(cupy)) - set(replaced_names) - set(HOST)
    return {
        name: missing(f"cupy.{name}")
        for name in names
        if not name.startswith("_")
        and callable(getattr(cupy, name))
        and not isinstance(getattr(cupy, name), type)
    }


def fft_functions() -> dict:
    """Those of `cupy.fft`; like CuPy's, NumPy's keep float32."""
    names = "fft ifft rfft irfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn".split()
    return {
        name: function(f"fft.{name}", getattr(cupy.fft, name), getattr(np.fft, name))
        for name in names
    }


def as_strided(x, shape=None, strides=None):
    """CuPy's own: no kernel is started."""
    return view(cupy.ndarray(shape, x.dtype, x.data, strides))
