"""The order in which training runs the layers: bias and relu wait until after max pooling.

    max(x + b) = max(x) + b          max(relu(x)) = relu(max(x))

Both only ever keep order, rounding included, so the results are the same numbers to the last bit.
After 2×2 pooling there are four times fewer of them to handle. The gradient is the same too, but
for one thing: of two pixels that only the rounding of x + b made equal, the larger one gets it.
"""

from __future__ import annotations

from convkit.layers.activation import Activation, apply, slope
from convkit.layers.conv import Conv2D
from convkit.layers.pooling import MaxPooling2D


class Stage:
    """A layer as it is."""

    def __init__(self, layer, index: int):
        self.layer, self.index = layer, index

    def forward(self, x, memos):
        """Pass on a part of a batch."""
        return self.layer.forward(x, memos[self.index])

    def backward(self, grad, memos, *, to_input: bool):
        """Pass back its gradient."""
        return self.layer.backward(grad, memos[self.index], to_input=to_input)


class PooledConvolution:
    """Conv2D, perhaps a ReLU, MaxPooling2D: sums, then pooling, then bias and relu."""

    def __init__(self, conv: Conv2D, index: int, relu: bool, pool: MaxPooling2D, pool_index: int):
        self.conv, self.index = conv, index
        self.pool, self.pool_index = pool, pool_index
        self.activation = "relu" if relu else None

    def forward(self, x, memos):
        """Pass on a part of a batch."""
        memo = memos[self.pool_index]
        sums = self.pool.forward(self.conv.sums(x, memos[self.index]), memo)
        out = sums
        if self.conv.use_bias or self.activation:
            # The pooling needs its own result on the way back, so this one lies beside it.
            out = memo.buffer("finished", sums.shape, sums.dtype)
            bias = self.conv.parameters["bias"] if self.conv.use_bias else 0
            memo.xp.add(sums, bias, out=out)
            apply(self.activation, out, memo.xp)
        memo.finished = out
        return out

    def backward(self, grad, memos, *, to_input: bool):
        """Pass back its gradient."""
        memo, conv_memo = memos[self.pool_index], memos[self.index]
        if self.activation:
            buffer = memo.buffer("slope", memo.finished.shape, memo.finished.dtype)
            grad = slope(self.activation, grad, memo.finished, buffer, memo.xp)
        if self.conv.use_bias:
            self.conv.add_bias_gradient(grad, conv_memo)
        grad = self.pool.backward(grad, memo)
        return self.conv.sums_back(grad, conv_memo, to_input=to_input)


def arrange(layers) -> list:
    """The stages of a network, in order."""
    stages, index = [], 0
    while index < len(layers):
        stage, used = _pooled(layers, index) or (Stage(layers[index], index), 1)
        stages.append(stage)
        index += used
    return stages


def _pooled(layers, index: int):
    """A pooled convolution that begins here, and how many layers it takes; or None."""
    conv, *rest = layers[index : index + 3]
    if type(conv) is not Conv2D or conv.activation not in (None, "relu") or not rest:
        return None
    relu, used = conv.activation == "relu", 1
    if isinstance(rest[0], Activation) and rest[0].activation == "relu":
        relu, used, rest = True, 2, rest[1:]
    if not rest or type(rest[0]) is not MaxPooling2D:
        return None
    pool_index = index + used
    return PooledConvolution(conv, index, relu, rest[0], pool_index), used + 1
