"""Does an answer call a ready-made convolution? Said where it can be seen, in the learner's kernel.

In grading nothing has to be seen: the sandbox holds NumPy and no such package.
"""

from __future__ import annotations

import dis
import types

_PACKAGES = {
    "convkit",
    "scipy",
    "torch",
    "torchvision",
    "tensorflow",
    "keras",
    "jax",
    "flax",
    "cv2",
    "skimage",
    "cupyx",
    "mxnet",
    "theano",
}
# Checks, what they hand out, data and pictures are no ready-made convolutions.
_OWN = ("convkit.check", "convkit.assignments", "convkit.data", "convkit.show")
_MOST = 200  # functions that are looked at: a learner's own helpers, and theirs


def library_call(function: object) -> str | None:
    """The name of a package's function that an answer calls, itself or in a helper, or None.

    Examples
    --------
    >>> from convkit import conv2d
    >>> library_call(conv2d)
    'convkit.conv2d'
    """
    seen, waiting = set(), [function]
    while waiting and len(seen) < _MOST:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        found = _from_package(value)
        if found:
            return found
        if isinstance(value, types.FunctionType) and not _ours(value.__module__):
            for code in _codes(value.__code__):
                imported = next(filter(_foreign, _imports(code)), None)
                if imported:
                    return imported
                waiting += _used(value, code)
    return None


def _codes(code):
    """A function's code, and that of the functions, lambdas and comprehensions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _imports(code):
    return [step.argval for step in dis.get_instructions(code) if step.opname == "IMPORT_NAME"]


def _used(function, code) -> list:
    """What the code's names stand for: globals, variables of functions around, and attributes."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    around = {}
    for name, cell in cells:
        try:
            around[name] = cell.cell_contents
        except ValueError:  # not set yet
            continue
    names = {**function.__globals__, **around}
    found = [names[name] for name in (*code.co_names, *code.co_freevars) if name in names]
    modules = [value for value in found if isinstance(value, types.ModuleType)]
    modules += [v for m in modules for v in _submodules(m, code.co_names)]
    return found + [vars(m)[name] for m in modules for name in code.co_names if name in vars(m)]


def _submodules(module, names) -> list:
    """`signal` of `scipy.signal.correlate2d`, and so on."""
    found = [vars(module)[n] for n in names if n in vars(module)]
    deeper = [value for value in found if isinstance(value, types.ModuleType) and value != module]
    return deeper if _foreign(module.__name__) else []


def _from_package(value) -> str | None:
    """`scipy.signal.correlate2d` for such a function or class, None for anything else."""
    if not callable(value):
        return None
    module = getattr(value, "__module__", None) or ""
    name = getattr(value, "__name__", "")
    if not isinstance(module, str) or not _foreign(module):
        return None
    return f"{module.split('.')[0]}.{name}"


def _foreign(module: str) -> bool:
    """Whether ready-made convolutions come from this module."""
    return module.split(".")[0] in _PACKAGES and not _ours(module)


def _ours(module) -> bool:
    return str(module).startswith(_OWN)
