"""Activations as layers, and as the last step of a Conv2D or a Dense."""

from __future__ import annotations

from convkit.activations import ACTIVATIONS
from convkit.layers.layer import Layer

NAMES = (*ACTIVATIONS, "softmax")


def check_name(activation) -> str | None:
    """Return the activation's name; None and Keras' 'linear' mean none."""
    if activation is None or activation == "linear":
        return None
    if isinstance(activation, str) and activation in NAMES:
        return activation
    raise ValueError(
        f"activation must be None, 'linear' or one of {', '.join(map(repr, NAMES))}, "
        f"got {activation!r}: a layer must also know the slope, so functions of your own "
        f"need a layer of their own (a subclass of Layer)"
    )


def apply(activation: str | None, out, xp) -> None:
    """Replace the sums in `out` by their activations."""
    if activation == "softmax":
        out -= out.max(axis=-1, keepdims=True)  # so that exp cannot overflow
        xp.exp(out, out=out)
        out /= out.sum(axis=-1, keepdims=True)
    elif activation is not None:
        ACTIVATIONS[activation](out, xp)


def slope(activation: str | None, grad, out, result, xp):
    """Write into `result` the gradient to the sums: `grad` times the activation's slope.

    All slopes follow from `out`, the activation's own result. `result` may be `grad`.
    """
    if activation is None:
        if result is not grad:
            result[...] = grad
    elif activation == "relu":
        xp.multiply(grad, out > 0, out=result)
    elif activation == "sigmoid":
        xp.multiply(grad, out * (1 - out), out=result)
    elif activation == "tanh":
        xp.multiply(grad, 1 - out * out, out=result)
    else:  # softmax: raising one sum lowers the other shares
        common = (grad * out).sum(axis=-1, keepdims=True)
        xp.multiply(grad - common, out, out=result)
    return result


class Activation(Layer):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : {'relu', 'sigmoid', 'tanh', 'softmax', 'linear'}
        softmax acts on the last axis.

    Examples
    --------
    >>> Activation("relu")
    Activation(activation='relu')
    """

    def __init__(self, activation, *, name=None, input_shape=None):
        super().__init__(name=name, input_shape=input_shape)
        self.activation = check_name(activation)

    def forward(self, x, memo):
        out = memo.buffer("out", x.shape, x.dtype)
        if self.activation == "relu":
            memo.xp.clip(x, 0, memo.xp.inf, out=out)
        else:
            out[...] = x
            apply(self.activation, out, memo.xp)
        memo.out = out
        return out

    def backward(self, grad, memo, *, to_input=True):
        if not to_input:
            return None
        result = memo.buffer("grad", memo.out.shape, memo.out.dtype)
        return slope(self.activation, grad, memo.out, result, memo.xp)

    def config(self) -> dict:
        return {"activation": self.activation or "linear"}


class _Named(Activation):
    def __init__(self, *, name=None, input_shape=None):
        super().__init__(type(self).__name__.lower(), name=name, input_shape=input_shape)

    def config(self) -> dict:
        return {}


class ReLU(_Named):
    """max(x, 0)."""


class Sigmoid(_Named):
    """1 / (1 + exp(−x))."""


class Tanh(_Named):
    """Hyperbolic tangent."""


class Softmax(_Named):
    """exp(x) / Σ exp(x) along the last axis: positive numbers that sum to one."""
