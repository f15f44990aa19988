"""Bias and activation as recipes: to maps that are there, or in a whole layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

BENDS = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}


@dataclass
class AddBias:
    """Maps, a bias, and along which axis it is laid."""

    maps: np.ndarray  # (…, H', W', C2), or (…, C2, H', W')
    bias: np.ndarray  # (C2,)
    maps_first: bool
    axis: int
    join: Callable = np.add
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        shape = [1] * self.maps.ndim
        shape[self.axis] = self.bias.size
        result = self.join(self.maps, self.bias.reshape(shape))
        for change in self.after:
            result = change(result)
        return result


def add_bias(maps, bias, maps_first=False) -> AddBias:
    """The recipe for maps + bias, one for each map."""
    return AddBias(maps, bias, maps_first, -3 if maps_first else -1)


@dataclass
class Layer:
    """activation(W ⋆ x + b), each step of it open to change."""

    image: np.ndarray  # (H, W, C1)
    filters: np.ndarray  # (C1, K, K, C2)
    bias: np.ndarray  # (C2,)
    activation: str | None
    bends: dict = field(default_factory=lambda: dict(BENDS))
    times: float = 1  # how often the bias is added
    products: Callable = lambda products, bend: products  # (H', W', C1, K, K, C2)
    join: Callable = lambda sums, bias, bend: bend(sums + bias)
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        bend = self.bends[self.activation]
        kernel = self.filters.shape[1:3]
        windows = sliding_window_view(self.image, kernel, axis=(0, 1))  # (H', W', C1, K, K)
        products = self.products(windows[..., None] * self.filters, bend)
        result = self.join(products.sum(axis=(2, 3, 4)), self.times * self.bias, bend)
        for change in self.after:
            result = change(result)
        return result


def layer(image, filters, bias, activation=None) -> Layer:
    """The recipe for a whole layer."""
    return Layer(image, filters, bias, activation)


def relu_layer(image, filters, bias) -> Layer:
    """The same with ReLU."""
    return Layer(image, filters, bias, "relu")


@dataclass
class Merge:
    """Two layers without anything between them, as one."""

    first: np.ndarray  # (C1, K, K, C2)
    second: np.ndarray  # (C2, L, L, C3)
    size: int
    collect: Callable = lambda place, product: place + product
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        (C1, K, _, _), (_, L, _, C3) = self.first.shape, self.second.shape
        result = np.zeros((C1, self.size, self.size, C3))
        for m, n in np.ndindex(K, K):
            for r, s in np.ndindex(L, L):
                if m + r < self.size and n + s < self.size:
                    product = self.first[:, m, n] @ self.second[:, r, s]  # (C1, C3)
                    result[:, m + r, n + s] = self.collect(result[:, m + r, n + s], product)
        for change in self.after:
            result = change(result)
        return result


def merge(first, second) -> Merge:
    """The recipe for (C1, K, K, C2) and (C2, L, L, C3) → (C1, K+L-1, K+L-1, C3)."""
    return Merge(first, second, first.shape[1] + second.shape[1] - 1)


@dataclass
class Exchange:
    """From the map of A and W to the map of W and A."""

    result: np.ndarray
    operation: str
    turns: dict
    after: list[Callable] = field(default_factory=list)

    def carry_out(self):
        result = self.turns[self.operation](self.result)
        for change in self.after:
            result = change(result)
        return result


def exchange(result, operation) -> Exchange:
    """The recipe: ⋆ turns the map by half a turn, ∗ leaves it."""
    return Exchange(
        result, operation, {"correlation": lambda x: x[::-1, ::-1], "convolution": lambda x: x}
    )
