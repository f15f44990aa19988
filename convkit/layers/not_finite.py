"""When the loss is not a number any more: where it began, and what helps."""

from __future__ import annotations

import numpy as np


def explain(model, xp, x, y, loss, when: str) -> str:
    """Find the first place that is not finite: the examples, a parameter, an output, a target."""
    with np.errstate(all="ignore"):
        where, hints = _begin(model, xp, x, y)
    largest = float(xp.abs(x).max())
    if largest > 20:
        hints.append(f"smaller inputs: they go up to {largest:g}, try x / {largest:g}")
    rate = model.optimizer.rate() if hasattr(model.optimizer, "rate") else None
    if rate is not None:
        hints.append(f"a smaller learning rate: it is {rate:g}, try {rate / 10:g}")
    hints.append("another kernel_initializer, 'he_normal' before relu")
    listed = "; ".join(f"({number}) {hint}" for number, hint in enumerate(hints, 1))
    what = "a parameter stopped being finite" if loss is None else f"the loss became {loss}"
    return (
        f"{what} in {when}: {where}. Parameters and optimizer were put back to "
        f"where they were at the start of this epoch. What to try: {listed}."
    )


def _begin(model, xp, x, y):
    bad = _not_finite(x, xp)
    if bad:
        index = tuple(int(i[0]) for i in xp.nonzero(~xp.isfinite(x)))
        return (
            f"{bad} of {x.size} numbers of the examples themselves are not finite "
            f"(the first of this batch at {index})",
            [f"look at the data: np.isfinite(x.astype('{model.dtype}')).all() should be True"],
        )
    memos = model.memos(xp)
    for number, (layer, memo) in enumerate(zip(model.layers, memos, strict=True)):
        title = f"layer {number}, {layer.name!r}"
        for name, array in layer.parameters.items():
            bad = _not_finite(array, xp)
            if bad:
                return f"in {title}, {bad} of {array.size} numbers of {name} are not finite", []
        largest = float(xp.abs(x).max())
        x = layer.forward(x, memo)
        bad = _not_finite(x, xp)
        if bad:
            return (
                f"the output of {title} is the first that is not finite ({bad} of {x.size} "
                f"numbers; the largest number that went in was {largest:.3g})",
                [],
            )
    largest = float(xp.abs(x).max())
    if y.dtype.kind == "f" and _not_finite(y, xp):
        return (
            f"{_not_finite(y, xp)} of {y.size} numbers of the targets are not finite",
            ["look at the data: np.isfinite(y).all() should be True"],
        )
    return (
        f"every layer's output is finite, but they go up to {largest:.3g}, and the loss of that "
        f"is not",
        [],
    )


def _not_finite(array, xp) -> int:
    return int((~xp.isfinite(array)).sum())
