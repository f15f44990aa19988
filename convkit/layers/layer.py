"""What all layers have in common."""

from __future__ import annotations

import re
from contextlib import contextmanager

import numpy as np

from convkit.arrays import array_library, compute_dtype
from convkit.layers.memo import Memo
from convkit.shapes import whole_number


class Layer:
    """A step from one array to the next, with parameters that training may change.

    A layer is built when the shape of its input is known. After that it only changes through
    its parameters: `forward` and `backward` keep their notes in a `Memo`.

    Attributes
    ----------
    name : str
        Unique within a model: 'conv2d', 'conv2d_1', …
    input_shape, output_shape : tuple of int
        Of one example, without N. Known after `build`.
    parameters : dict
        Name → array. Empty for layers that learn nothing.
    """

    def __init__(self, *, name: str | None = None, input_shape=None):
        self.name = name
        self.input_shape = None if input_shape is None else example_shape(input_shape)
        self.output_shape = None
        self.parameters = {}

    def build(self, input_shape, random, dtype) -> None:
        """Check the shape of the input, draw the parameters, set `output_shape`."""
        if self.input_shape is not None and self.input_shape != tuple(input_shape):
            raise ValueError(
                f"layer {self.name!r} was made for examples of shape {self.input_shape}, "
                f"but gets {tuple(input_shape)}"
            )
        self.input_shape = tuple(input_shape)
        self.output_shape = self.input_shape

    def fits(self, input_shape, dtype) -> None:
        """A layer that another model built keeps its parameters, if it fits in here too."""
        if self.input_shape != tuple(input_shape):
            raise ValueError(
                f"it was built for examples of shape {self.input_shape}, and gets "
                f"{tuple(input_shape)}: make a new layer"
            )
        other = next((a.dtype for a in self.parameters.values() if a.dtype != dtype), None)
        if other is not None:
            raise ValueError(f"its parameters are {other}, the model's are {dtype}")

    def forward(self, x, memo):
        """The layer's output for a batch x, `(N, *input_shape)`."""
        raise NotImplementedError

    def backward(self, grad, memo, *, to_input=True):
        """Add the parameters' gradients to the memo; return the gradient to the input.

        `grad`, `(N, *output_shape)`, may be overwritten. With ``to_input=False`` (the first layer)
        nothing needs the gradient to the input, and None is returned.
        """
        raise NotImplementedError

    def finish(self, memo) -> None:
        """After the last part of a batch: complete `memo.gradients`, if that was put off."""

    def __call__(self, x):
        """The layer's output for a batch x, (N, …), outside training. Builds it if need be."""
        xp = array_library(x=x)
        if self.output_shape is None:
            self.name = self.name or default_name(self)
            with all_or_nothing([self]):
                self.build(x.shape[1:], np.random.default_rng(), compute_dtype(x=x))
        if x.shape[1:] != self.input_shape:
            raise ValueError(
                f"layer {self.name!r} takes batches (N, {', '.join(map(str, self.input_shape))}), "
                f"got {x.shape}; one example alone needs an axis in front: x[None]"
            )
        return self.forward(xp.asarray(x, compute_dtype(x=x)), Memo(xp))

    def config(self) -> dict:
        """What makes another layer of the same kind: the arguments, as plain numbers and names."""
        return {}

    def multiply_adds(self) -> int:
        """Multiply-adds of one example's forward pass."""
        return 0

    def count_params(self) -> int:
        """How many numbers training may change."""
        return sum(array.size for array in self.parameters.values())

    def __getattr__(self, name: str):
        # Parameters read as attributes: layer.filters, layer.bias.
        parameters = self.__dict__.get("parameters", {})
        if name in parameters:
            return parameters[name]
        hint = "" if self.__dict__.get("output_shape") else " (it is not built yet)"
        if name == "kernel" and parameters:  # Keras' word for both
            hint = f": its weights are called {next(iter(parameters))!r} here"
        raise AttributeError(f"{type(self).__name__} has no {name!r}{hint}")

    def __repr__(self) -> str:
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.config().items())
        return f"{type(self).__name__}({arguments})"


@contextmanager
def all_or_nothing(layers):
    """If building fails, leave the layers that were not built before as they were."""
    before = [(layer, layer.input_shape) for layer in layers if layer.output_shape is None]
    try:
        yield
    except BaseException:
        for layer, said in before:
            layer.input_shape, layer.output_shape, layer.parameters = said, None, {}
        raise


def default_name(layer: Layer) -> str:
    """Keras' name for the layer's kind: MaxPooling2D → max_pooling2d."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", type(layer).__name__)
    return words.lower()


def example_shape(shape) -> tuple[int, ...]:
    """Check the shape of one example, (H, W, C) or (features,)."""
    if not isinstance(shape, (tuple, list)):
        raise TypeError(
            f"input_shape must be the shape of one example, such as (32, 32, 3) or (64,), "
            f"got {shape!r}"
        )
    if shape and shape[0] is None:
        raise ValueError(
            f"input_shape is the shape of one example, without the axis of the batch: "
            f"{tuple(shape[1:])}, not {tuple(shape)}"
        )
    return tuple(whole_number(size, "a size of input_shape", least=1) for size in shape)


def flag(value, name: str) -> bool:
    """Check that an argument is True or False: 'no' would count as true."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def pair_or_number(value):
    """A pair of equal numbers as one number: (2, 2) reads better as 2."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value
