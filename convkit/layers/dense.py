"""Dense: every output sees every input. Flatten: what stands before it."""

from __future__ import annotations

from math import prod

from convkit.layers.activation import apply, check_name, slope
from convkit.layers.initializers import check_initializer, initialize
from convkit.layers.layer import Layer, flag
from convkit.shapes import whole_number


class Dense(Layer):
    """activation(x · weights + bias): a matrix with a weight for every pair of numbers.

    Parameters
    ----------
    units : int
        Numbers that come out.
    activation : {None, 'relu', 'sigmoid', 'tanh', 'softmax'}
    use_bias : bool
    kernel_initializer, bias_initializer : str or callable
        See `convkit.layers.initializers`.
    input_shape : tuple of int, optional
        (features,) of one example. More axes are allowed: the last one is multiplied, so on
        (H, W, C) it is a 1×1 convolution.

    Notes
    -----
    Parameters: `weights` (features, units), `bias` (units,). Cost: features·units multiply-adds.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dense(10, input_shape=(64,))
    >>> layer.build((64,), np.random.default_rng(0), np.float32)
    >>> layer.count_params(), layer.weights.shape
    (650, (64, 10))
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        *,
        name=None,
        input_shape=None,
    ):
        super().__init__(name=name, input_shape=input_shape)
        self.units = whole_number(units, "units", least=1)
        self.activation = check_name(activation)
        self.use_bias = flag(use_bias, "use_bias")
        check_initializer(kernel_initializer, "kernel_initializer")
        check_initializer(bias_initializer, "bias_initializer")
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        if not self.input_shape:
            raise ValueError(f"{self.name!r} needs examples with at least one axis, got shape ()")
        features = self.input_shape[-1]
        fans = (features, self.units)
        self.parameters["weights"] = initialize(
            self.kernel_initializer, (features, self.units), fans, random, dtype
        )
        if self.use_bias:
            self.parameters["bias"] = initialize(
                self.bias_initializer, (self.units,), fans, random, dtype
            )
        self.output_shape = (*self.input_shape[:-1], self.units)

    def forward(self, x, memo):
        out = memo.buffer("out", (*x.shape[:-1], self.units), x.dtype)
        memo.xp.matmul(x, self.parameters["weights"], out=out)
        if self.use_bias:
            out += self.parameters["bias"]
        apply(self.activation, out, memo.xp)
        memo.x, memo.out = x, out
        return out

    def backward(self, grad, memo, *, to_input=True):
        if self.activation is not None:
            buffer = memo.buffer("slope", memo.out.shape, memo.out.dtype)
            grad = slope(self.activation, grad, memo.out, buffer, memo.xp)
        x, rows = memo.x.reshape(-1, memo.x.shape[-1]), grad.reshape(-1, self.units)
        memo.add_gradient("weights", x.T @ rows)
        if self.use_bias:
            memo.add_gradient("bias", rows.sum(axis=0))
        if not to_input:
            return None
        return grad @ self.parameters["weights"].T

    def config(self) -> dict:
        return {"units": self.units, "activation": self.activation, "use_bias": self.use_bias}

    def multiply_adds(self) -> int:
        return prod(self.input_shape) * self.units


class Flatten(Layer):
    """(H, W, C) as one row of H·W·C numbers: row by row, pixel by pixel, channels innermost.

    Examples
    --------
    >>> layer = Flatten()
    >>> layer.build((28, 28, 64), None, None)
    >>> layer.output_shape
    (50176,)
    """

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        self.output_shape = (prod(self.input_shape),)

    def forward(self, x, memo):
        return x.reshape(len(x), *self.output_shape)

    def backward(self, grad, memo, *, to_input=True):
        return grad.reshape(len(grad), *self.input_shape) if to_input else None
