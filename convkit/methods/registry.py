"""Finds the methods: every file of this folder that has a METHOD.

To add one, add its file. Nothing else has to know its name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from math import inf
from pkgutil import iter_modules

from convkit.methods.method import Method, Wish


@cache
def methods() -> dict[str, Method]:
    """Each method by its name: those of the CPU by the alphabet, then the ladder of the GPU.

    Raises
    ------
    ImportError
        If a method's name is not that of its file, or two want the same place in the rule.
    """
    import convkit.methods as package

    found = []
    for file in iter_modules(package.__path__):
        method = getattr(import_module(f"{package.__name__}.{file.name}"), "METHOD", None)
        if method is None:
            continue
        if method.name != file.name:
            raise ImportError(f"{file.name}.py calls its method {method.name!r}: one name for both")
        found.append(method)
    found.sort(key=lambda method: (method.device, method.rung or inf, method.name))
    return {method.name: method for method in found}


@cache
def wishes() -> tuple[tuple[Wish, Method], ...]:
    """What the methods of the CPU wish for, in the order in which `choose_method` asks them."""
    found = [(wish, method) for method in methods().values() for wish in method.wishes]
    places = [wish.place for wish, _ in found]
    if twice := {place for place in places if places.count(place) > 1}:
        names = ", ".join(sorted({method.name for wish, method in found if wish.place in twice}))
        raise ImportError(f"{names} want the same place in the rule of choose_method: {twice}")
    return tuple(sorted(found, key=lambda pair: pair[0].place))
