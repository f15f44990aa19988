"""An array of three axes or more as flat planes: what people can read."""

from __future__ import annotations

from itertools import product

import numpy as np

MOST = 12  # planes that are worth a look; beyond, the shape says more

# Where the two axes of a plane stand, for names whose planes are not the first two.
_FLAT = {"filters": (1, 2), "first": (1, 2), "second": (1, 2)}


def planes(name: str, array: np.ndarray, like: str = "") -> list[tuple[str, tuple]]:
    """Label and index of each plane, such as ("image[:, :, 0]", (:, :, 0)).

    Filters are (C1, K, K) or (C1, K, K, C2), and their planes come filter by filter; all other
    arrays have their rows and columns in front, and of five axes they are the last two. `like`
    says whose axes these are, if the name does not. Too many planes, or too many axes: none.
    """
    if array.ndim not in (3, 4, 5):
        return []
    flat = (3, 4) if array.ndim == 5 else _FLAT.get(like or name, (0, 1))
    others = [axis for axis in range(array.ndim) if axis not in flat]
    found = []
    for places in product(*(range(array.shape[axis]) for axis in reversed(others))):
        at = dict(zip(reversed(others), places, strict=True))
        index = tuple(at.get(axis, slice(None)) for axis in range(array.ndim))
        shown = ", ".join(":" if axis in flat else str(at[axis]) for axis in range(array.ndim))
        if flat[-1] == array.ndim - 1:  # the last axes need not be written
            shown = ", ".join(str(at[axis]) for axis in sorted(at))
        found.append((f"{name}[{shown}]", index))
    return found if len(found) <= MOST else []
