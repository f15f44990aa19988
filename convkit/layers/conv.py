"""Conv2D: activation(W ⋆ x + b), the layer that this book is about."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from convkit.cuda.device import described
from convkit.layers.activation import apply, check_name, slope
from convkit.layers.conv_algorithms import GENERAL, choose_algorithm
from convkit.layers.initializers import check_initializer, initialize
from convkit.layers.layer import Layer, flag, pair_or_number
from convkit.problem import pair, read_problem
from convkit.shapes import whole_number


class Conv2D(Layer):
    """activation(filters ⋆ x + bias): cross-correlation with filters that training finds.

    Parameters
    ----------
    filters : int
        How many filters, hence feature maps: C2.
    kernel_size : int or (int, int)
        K, rows and columns.
    strides, dilation_rate : int or (int, int)
    padding : {'valid', 'same', 'full'}, int or (int, int)
        As in `convkit.conv2d`.
    groups : int
    activation : {None, 'relu', 'sigmoid', 'tanh', 'softmax'}
    use_bias : bool
    kernel_initializer, bias_initializer : str or callable
        See `convkit.layers.initializers`.
    input_shape : (int, int, int), optional
        (H, W, C1) of one image. The first layer may say it; all others find out.
    fast : bool
        Whether methods with larger rounding are allowed, as in `convkit.conv2d`.

    Notes
    -----
    Parameters: `filters` (C1/groups, K, K, C2), `bias` (C2,).

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv2D(64, 5, activation="relu", input_shape=(32, 32, 3))
    >>> layer.build((32, 32, 3), np.random.default_rng(0), np.float32)
    >>> layer.filters.shape, layer.output_shape, layer.count_params()
    ((3, 5, 5, 64), (28, 28, 64), 4864)
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        *,
        dilation_rate=(1, 1),
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        name=None,
        input_shape=None,
        fast=True,
    ):
        super().__init__(name=name, input_shape=input_shape)
        self.maps = whole_number(filters, "filters", least=1)
        self.kernel_size = pair(kernel_size, "kernel_size", least=1)
        self.strides = pair(strides, "strides", least=1)
        self.dilation_rate = pair(dilation_rate, "dilation_rate", least=1)
        self.padding = padding
        self.groups = whole_number(groups, "groups", least=1)
        self.activation = check_name(activation)
        self.use_bias = flag(use_bias, "use_bias")
        check_initializer(kernel_initializer, "kernel_initializer")
        check_initializer(bias_initializer, "bias_initializer")
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        self.fast = flag(fast, "fast")

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        if len(self.input_shape) != 3:
            raise ValueError(
                f"{self.name!r} needs images (H, W, C), got examples of shape {self.input_shape}. "
                f"Grayscale images need an axis for their one channel: x[..., None]"
            )
        channels = self.input_shape[2]
        if channels % self.groups:
            raise ValueError(f"groups (={self.groups}) must divide the {channels} channels")
        shape = (channels // self.groups, *self.kernel_size, self.maps)
        self.problem = read_problem(
            self.input_shape,
            shape,
            stride=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
            groups=self.groups,
            dtype=dtype,
            fast=self.fast,
            planned=True,
        )
        self._cases = {}
        area = prod(self.kernel_size)
        fans = (shape[0] * area, self.maps * area)
        self.parameters["filters"] = initialize(self.kernel_initializer, shape, fans, random, dtype)
        if self.use_bias:
            self.parameters["bias"] = initialize(
                self.bias_initializer, (self.maps,), fans, random, dtype
            )
        self.output_shape = self.problem.output_shape[1:]

    def forward(self, x, memo):
        out = self.sums(x, memo)
        if self.use_bias:
            out += self.parameters["bias"]
        apply(self.activation, out, memo.xp)
        memo.out = out
        return out

    def sums(self, x, memo):
        """Compute filters ⋆ x: the layer without its bias and its activation."""
        problem, memo.way = self.case(x, memo)
        out = memo.buffer("out", problem.output_shape, x.dtype)
        memo.way.forward(x, self.parameters["filters"], problem, memo, out)
        memo.x, memo.problem = x, problem
        return out

    def backward(self, grad, memo, *, to_input=True):
        if self.activation is not None:
            buffer = memo.buffer("slope", memo.out.shape, memo.out.dtype)
            grad = slope(self.activation, grad, memo.out, buffer, memo.xp)
        if self.use_bias:
            self.add_bias_gradient(grad, memo)
        return self.sums_back(grad, memo, to_input=to_input)

    def add_bias_gradient(self, grad, memo) -> None:
        """The bias was added at every place: its gradient is the sum over all of them."""
        places = grad.reshape(-1, self.maps)  # (N·H'·W', C2)
        memo.add_gradient("bias", memo.xp.ones(len(places), grad.dtype) @ places)

    def sums_back(self, grad, memo, *, to_input=True):
        """The way back of `sums`."""
        filters = self.parameters["filters"]
        return memo.way.backward(grad, memo.x, filters, memo.problem, memo, to_input)

    def finish(self, memo) -> None:
        memo.gradients["filters"] = memo.way.finish(memo.problem, memo)

    def case(self, x, memo):
        """The problem for this many images, and the way to go; found once for each number."""
        key = len(x), memo.training, memo.xp.__name__, x.dtype
        if key not in self._cases:
            device = described(memo.xp, x)
            problem = replace(self.problem, batch=len(x), dtype=x.dtype, **device)
            # Without a way back, the fastest way forward is all that counts.
            self._cases[key] = problem, choose_algorithm(problem) if memo.training else GENERAL
        return self._cases[key]

    def config(self) -> dict:
        return {
            "filters": self.maps,
            "kernel_size": pair_or_number(self.kernel_size),
            "strides": pair_or_number(self.strides),
            "padding": self.padding,
            "dilation_rate": pair_or_number(self.dilation_rate),
            "groups": self.groups,
            "activation": self.activation,
            "use_bias": self.use_bias,
        }

    def multiply_adds(self) -> int:
        return self.problem.multiply_adds
