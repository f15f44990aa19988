"""The order in which training runs the layers: bias and relu wait until after max pooling.

    max(x + b) = max(x) + b          max(relu(x)) = relu(max(x))

Both only ever keep order, rounding included, so the results are the same numbers to the last bit.
After 2×2 pooling there are four times fewer of them to handle. The gradient is the same too, but
for one thing: of two pixels that only the rounding of x + b made equal, the larger one gets it.
"""

from __future__ import annotations

from convkit.backward import lowered
from convkit.layers import two_by_two
from convkit.layers.activation import Activation, apply, slope
from convkit.layers.conv import Conv2D
from convkit.layers.conv_algorithms import LOWERED, add_changes, columns_of, image_by_method
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
        memo, conv_memo, xp = memos[self.pool_index], memos[self.index], memos[self.index].xp
        if self._pairs(x, conv_memo):
            pooled = self._pooled_pairs(x, memo, conv_memo)
        else:
            pooled = self.pool.forward(self.conv.sums(x, conv_memo), memo)
        # The pooling may need its own result on the way back, so this one lies beside it. Rows
        # lie outermost in both.
        batch, rows, *rest = pooled.shape
        out = memo.buffer("finished", (rows, batch, *rest), pooled.dtype).transpose(1, 0, 2, 3)
        bias = self.conv.parameters["bias"] if self.conv.use_bias else 0
        xp.add(pooled, bias, out=out)
        apply(self.activation, out, xp)
        memo.finished = out
        return out

    def backward(self, grad, memos, *, to_input: bool):
        """Pass back its gradient."""
        memo, conv_memo = memos[self.pool_index], memos[self.index]
        if self.activation:
            batch, rows, *rest = grad.shape
            shared = memo.buffer("slope", (rows, batch, *rest), grad.dtype).transpose(1, 0, 2, 3)
            grad = slope(self.activation, grad, memo.finished, shared, memo.xp)
        if self.conv.use_bias:
            self.conv.add_bias_gradient(grad.transpose(1, 0, 2, 3), conv_memo)
        if self._pairs(conv_memo.x, conv_memo):
            return self._pairs_back(grad, memo, conv_memo, to_input)
        grad = self.pool.backward(grad, memo)
        return self.conv.sums_back(grad, conv_memo, to_input=to_input)

    # Where windows are lowered anyway, even and odd result columns are lowered apart: then the
    # pixels of a 2×2 window lie in four blocks (rows, N·W'/2, C2), and pooling runs along memory.

    def _pairs(self, x, conv_memo) -> bool:
        return self.pool.two_by_two and self.conv.case(x, conv_memo)[1] is LOWERED

    def _pooled_pairs(self, x, memo, conv_memo):
        problem, _ = self.conv.case(x, conv_memo)
        filters = columns_of(self.conv.parameters["filters"], conv_memo)
        conv_memo.x = x
        conv_memo.lowered = lowered.lower_pairs(x, problem, conv_memo.scratch)
        sums, pixels = self._room(problem, x.dtype, memo)
        lowered.multiply_rows(conv_memo.lowered, filters, problem, sums)
        rows, columns, maps = self.pool.output_shape
        out = memo.buffer("out", (rows, len(x) * columns, maps), x.dtype)
        memo.won = two_by_two.winners(out.shape, memo.buffer)
        two_by_two.forward(pixels, out, memo.won, memo.buffer, memo.xp)
        return out.reshape(rows, len(x), columns, maps).transpose(1, 0, 2, 3)

    def _pairs_back(self, grad, memo, conv_memo, to_input: bool):
        x, filters = conv_memo.x, self.conv.parameters["filters"]
        problem, way = self.conv.case(x, conv_memo)
        sums, pixels = self._room(problem, x.dtype, memo)
        batch, rows, columns, maps = grad.shape
        by_rows = memo.xp.ascontiguousarray(grad.transpose(1, 0, 2, 3))
        by_rows = by_rows.reshape(rows, batch * columns, maps)
        two_by_two.backward(by_rows, pixels, memo.won, memo.buffer, memo.xp)
        change = lowered.grad_filters_rows(conv_memo.lowered, sums, problem, conv_memo.scratch)
        add_changes(conv_memo, change)
        conv_memo.way, conv_memo.problem = way, problem
        if not to_input:
            return None
        whole = memo.buffer("whole", problem.output_shape, grad.dtype)
        whole[...] = 0
        pairs = sums.reshape(2 * rows, 2, batch, columns, maps)
        whole[:, : 2 * rows, : 2 * columns : 2] = pairs[:, 0].transpose(1, 0, 2, 3)
        whole[:, : 2 * rows, 1 : 2 * columns : 2] = pairs[:, 1].transpose(1, 0, 2, 3)
        return image_by_method(whole, filters, problem, conv_memo)

    def _room(self, problem, dtype, memo):
        """For sums (2·rows, 2·N·W'/2, C2), and its pixels ((a, b), (c, d)) as views."""
        rows, columns, maps = self.pool.output_shape
        places = problem.batch * columns
        sums = memo.buffer("sums", (2 * rows, 2 * places, maps), dtype)
        boxes = sums.reshape(rows, 2, 2, places, maps)
        return sums, tuple(tuple(boxes[:, m, n] for n in (0, 1)) for m in (0, 1))


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
