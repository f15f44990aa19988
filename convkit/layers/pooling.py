"""Pooling: one number for each window of each map. Fewer numbers, and small shifts forgiven."""

from __future__ import annotations

import numpy as np

from convkit.layers import two_by_two
from convkit.layers.layer import Layer, pair_or_number
from convkit.methods.direct import reach
from convkit.problem import pair, read_problem


class _Pooling(Layer):
    """Windows that slide over each feature map alone."""

    def __init__(
        self, pool_size=(2, 2), strides=None, padding="valid", *, name=None, input_shape=None
    ):
        super().__init__(name=name, input_shape=input_shape)
        self.pool_size = pair(pool_size, "pool_size", least=1)
        self.strides = self.pool_size if strides is None else pair(strides, "strides", least=1)
        if padding not in ("valid", "same"):
            raise ValueError(f"padding must be 'valid' or 'same', got {padding!r}")
        self.padding = padding

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        if len(self.input_shape) != 3:
            raise ValueError(
                f"{self.name!r} pools feature maps (H, W, C), got examples of shape "
                f"{self.input_shape}"
            )
        channels = self.input_shape[2]
        self.problem = read_problem(
            self.input_shape,
            (1, *self.pool_size, channels),
            stride=self.strides,
            padding=self.padding,
            groups=channels,
        )
        self.output_shape = self.problem.output_shape[1:]

    def places(self):
        """For each place of the window, row by row: (index into x, index into the result)."""
        for m in range(self.pool_size[0]):
            for n in range(self.pool_size[1]):
                rows = reach(self.problem, axis=0, place=m)
                columns = reach(self.problem, axis=1, place=n)
                if rows is not None and columns is not None:
                    yield (
                        (slice(None), rows[0], columns[0]),
                        (slice(None), rows[1], columns[1]),
                    )

    def config(self) -> dict:
        return {
            "pool_size": pair_or_number(self.pool_size),
            "strides": pair_or_number(self.strides),
            "padding": self.padding,
        }


class MaxPooling2D(_Pooling):
    """The largest number of each window: is the feature anywhere near here?

    Parameters
    ----------
    pool_size : int or (int, int)
    strides : int or (int, int), optional
        By default `pool_size`: windows side by side.
    padding : {'valid', 'same'}
        With 'same' windows at the border are smaller; nothing is padded with zeros.

    Notes
    -----
    Only the pixel that was largest gets the gradient; of equal ones the first, row by row.

    Examples
    --------
    >>> import numpy as np
    >>> MaxPooling2D(2)(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        self.two_by_two = self.pool_size == self.strides == (2, 2) and self.padding == "valid"

    def forward(self, x, memo):
        out = memo.buffer("out", (len(x), *self.output_shape), x.dtype)
        if self.two_by_two:
            memo.won = two_by_two.winners(out.shape, memo.buffer)
            pixels = two_by_two.corners(x, out.shape[1:3])
            two_by_two.forward(pixels, out, memo.won, memo.buffer, memo.xp)
        else:
            self._forward(x, out, memo.xp)
        memo.x, memo.out = x, out
        return out

    def backward(self, grad, memo, *, to_input=True):
        if not to_input:
            return None
        # Rows outermost: Conv2D's way back reads row by row, and nobody else minds.
        batch, height, width, channels = memo.x.shape
        rows_first = memo.buffer("grad", (height, batch, width, channels), memo.x.dtype)
        result = rows_first.transpose(1, 0, 2, 3)
        if self.two_by_two:
            result[:, 2 * grad.shape[1] :] = 0  # an odd last row or column is in no window
            result[:, :, 2 * grad.shape[2] :] = 0
            pixels = two_by_two.corners(result, grad.shape[1:3])
            two_by_two.backward(grad, pixels, memo.won, memo.buffer, memo.xp)
        else:
            self._backward(grad, result, memo)
        return result

    def _forward(self, x, out, xp) -> None:
        (first, into), *others = self.places()
        if out[into].shape != out.shape:
            out[...] = -xp.inf
        out[into] = x[first]
        for pixels, results in others:
            target = out[results]
            xp.maximum(target, x[pixels], out=target)

    def _backward(self, grad, result, memo) -> None:
        x, out = memo.x, memo.out
        result[...] = 0
        free = memo.xp.ones(out.shape, bool)  # windows whose largest pixel is not found yet
        for pixels, results in self.places():
            hit = x[pixels] == out[results]
            hit &= free[results]
            free[results] ^= hit
            result[pixels] += hit * grad[results]


class AveragePooling2D(_Pooling):
    """The mean of each window.

    Parameters
    ----------
    pool_size : int or (int, int)
    strides : int or (int, int), optional
        By default `pool_size`.
    padding : {'valid', 'same'}
        With 'same' windows at the border are smaller: the mean is of the pixels that exist.

    Examples
    --------
    >>> import numpy as np
    >>> AveragePooling2D(2)(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        counts = np.zeros((1, *self.output_shape[:2], 1), dtype)
        for _, results in self.places():
            counts[results] += 1
        self.share = 1 / counts  # (1, H', W', 1)

    def forward(self, x, memo):
        out = memo.buffer("out", (len(x), *self.output_shape), x.dtype)
        out[...] = 0
        for pixels, results in self.places():
            out[results] += x[pixels]
        out *= memo.xp.asarray(self.share)
        memo.shape = x.shape
        return out

    def backward(self, grad, memo, *, to_input=True):
        if not to_input:
            return None
        result = memo.buffer("grad", memo.shape, grad.dtype)
        result[...] = 0
        each = grad * memo.xp.asarray(self.share)
        for pixels, results in self.places():
            result[pixels] += each[results]
        return result


class GlobalAveragePooling2D(Layer):
    """The mean of each whole feature map: (H, W, C) → (C,). How much of it, no longer where.

    Examples
    --------
    >>> import numpy as np
    >>> GlobalAveragePooling2D()(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[3., 4.]])
    """

    def build(self, input_shape, random, dtype) -> None:
        super().build(input_shape, random, dtype)
        if len(self.input_shape) != 3:
            raise ValueError(
                f"{self.name!r} pools feature maps (H, W, C), got examples of shape "
                f"{self.input_shape}"
            )
        self.output_shape = self.input_shape[2:]

    def forward(self, x, memo):
        memo.shape = x.shape
        batch, rows, columns, channels = x.shape
        weights = memo.xp.full((1, rows * columns), 1 / (rows * columns), x.dtype)
        return (weights @ x.reshape(batch, rows * columns, channels))[:, 0]  # (N, C)

    def backward(self, grad, memo, *, to_input=True):
        if not to_input:
            return None
        area = memo.shape[1] * memo.shape[2]
        return memo.xp.broadcast_to((grad / area)[:, None, None, :], memo.shape)
