"""Dropout: forget some numbers during training, so that no feature can rely on one other."""

from __future__ import annotations

from convkit.layers.layer import Layer
from convkit.layers.optimizers import number


class Dropout(Layer):
    """Set a share of the numbers to zero during training, and scale up the others.

    Parameters
    ----------
    rate : float
        Share that is dropped, 0 ≤ rate < 1. The others are divided by 1 − rate, so that sums
        keep their size. Outside training nothing is changed.

    Notes
    -----
    Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting", JMLR 15, 2014, https://jmlr.org/papers/v15/srivastava14a.html.
    """

    draws = True  # the model gives this layer a random generator

    def __init__(self, rate, *, name=None, input_shape=None):
        super().__init__(name=name, input_shape=input_shape)
        if not 0 <= number(rate, "rate") < 1:
            raise ValueError(f"rate is a share, at least 0 and below 1, got {rate}")
        self.rate = float(rate)

    def forward(self, x, memo):
        if not memo.training or not self.rate:
            memo.mask = None
            return x
        # Drawn on the CPU whatever the array library, so that a seed means the same everywhere.
        kept = memo.random.random(x.shape, "float32") >= self.rate
        memo.mask = memo.xp.asarray(kept).astype(x.dtype) * x.dtype.type(1 / (1 - self.rate))
        return x * memo.mask

    def backward(self, grad, memo, *, to_input=True):
        if not to_input:
            return None
        return grad if memo.mask is None else grad * memo.mask

    def config(self) -> dict:
        return {"rate": self.rate}
