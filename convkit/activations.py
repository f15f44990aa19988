"""What a layer does to each number after the sum and the bias, in place."""

from __future__ import annotations


def relu(out, xp):
    """max(x, 0). NumPy's clip is three times as fast as its maximum with a single number."""
    xp.clip(out, 0, xp.inf, out=out)


def sigmoid(out, xp):
    """1 / (1 + exp(-x)), written with tanh: exp overflows for large negative x."""
    out *= 0.5
    xp.tanh(out, out=out)
    out += 1
    out *= 0.5


def tanh(out, xp):
    """Hyperbolic tangent."""
    xp.tanh(out, out=out)


ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def check_activation(activation) -> None:
    """Refuse what is neither None, nor a known name, nor callable."""
    if activation is None or callable(activation) or _is_known(activation):
        return
    names = ", ".join(map(repr, ACTIVATIONS))
    raise ValueError(
        f"activation must be None, one of {names}, or a function of an array, got {activation!r}"
    )


def _is_known(activation) -> bool:
    return isinstance(activation, str) and activation in ACTIVATIONS


def activate(activation, out, xp) -> None:
    """Apply `activation` to the whole of `out`, in place.

    Raises
    ------
    ValueError
        If a caller's own function returns another shape.
    """
    if activation is None:
        return
    if isinstance(activation, str):
        ACTIVATIONS[activation](out, xp)
        return
    result = activation(out)
    if getattr(result, "shape", None) != out.shape:
        raise ValueError(
            f"the activation must return an array of the shape it was given, {out.shape}, "
            f"got {getattr(result, 'shape', type(result).__name__)}"
        )
    out[...] = result
