"""Losses: one number that says how wrong the outputs are. Smaller is better.

A loss gives one value for each example, and the slope of their sum; the model divides both by
the number of examples. Names and arguments are Keras'.
"""

from __future__ import annotations

from convkit.layers.layer import flag


class MeanSquaredError:
    """The mean of (output − target)², for targets of the outputs' shape."""

    metric = None

    def check(self, targets, output_shape) -> None:
        """Refuse targets of another shape."""
        if targets.shape[1:] != tuple(output_shape):
            raise ValueError(
                f"mean squared error compares number by number: the model's outputs have shape "
                f"(N, {_join(output_shape)}), the targets {targets.shape}"
            )

    def values(self, targets, outputs, xp):
        """One value for each example, (N,)."""
        difference = (outputs - targets).reshape(len(outputs), -1)
        return (difference * difference).mean(axis=1)

    def slope(self, targets, outputs, xp):
        """The gradient of the sum of `values` to the outputs."""
        count = outputs[0].size if len(outputs) else 1
        return (outputs - targets) * outputs.dtype.type(2 / count)


class _Crossentropy:
    """−log of the probability that the model gives to the right class."""

    metric = "accuracy"
    smallest = 1e-7  # the logarithm of 0 is −∞: like Keras, take no probability below this

    def __init__(self, from_logits=False):
        self.from_logits = flag(from_logits, "from_logits")

    def values(self, targets, outputs, xp):
        """One value for each example, (N,)."""
        if self.from_logits:
            logs = _log_softmax(outputs, xp)
        else:
            logs = xp.log(xp.clip(self._probabilities(outputs, xp), self.smallest, 1))
        return -self._at(targets, logs, xp)

    def slope(self, targets, outputs, xp):
        """The gradient of the sum of `values` to the outputs."""
        if self.from_logits:
            return xp.exp(_log_softmax(outputs, xp)) - self._hot(targets, outputs, xp)
        # Not cut at `smallest`: softmax multiplies by the output again, so nothing is lost.
        least = xp.finfo(outputs.dtype).tiny
        return -self._hot(targets, outputs, xp) / xp.maximum(outputs, least)

    def right(self, targets, outputs, xp):
        """For each example whether the largest output is the right class."""
        # The largest of numbers with a NaN among them would be the NaN.
        finite = xp.isfinite(outputs).all(axis=-1)
        return (outputs.argmax(axis=-1) == self._classes(targets)) & finite

    def _probabilities(self, outputs, xp):
        if len(outputs) and bool((xp.abs(outputs.sum(axis=-1) - 1) > 1e-3).any()):
            raise ValueError(
                f"{type(self).__name__} was given outputs that are not probabilities (their sums "
                f"are {float(outputs.sum(axis=-1).min()):.4g} to "
                f"{float(outputs.sum(axis=-1).max()):.4g}, not 1). Either end the model in "
                f"Dense(…, activation='softmax'), or say loss={type(self).__name__}"
                f"(from_logits=True)"
            )
        return outputs


class SparseCategoricalCrossentropy(_Crossentropy):
    """Cross-entropy for targets that are class numbers, (N,): 0, 1, 2, …

    Parameters
    ----------
    from_logits : bool
        False: the model's outputs are probabilities (it ends in softmax). True: they are any
        numbers, and softmax is part of the loss, which rounds less.
    """

    def check(self, targets, output_shape) -> None:
        """Refuse targets that are not class numbers within range."""
        classes = output_shape[-1]
        if targets.ndim != 1 or targets.dtype.kind not in "iu" or len(output_shape) != 1:
            raise ValueError(
                f"sparse categorical cross-entropy needs outputs (N, classes) and targets (N,) of "
                f"whole numbers; the outputs are (N, {_join(output_shape)}), the targets "
                f"{targets.shape} of {targets.dtype}. {self._advice(targets, output_shape)}"
            )
        if len(targets) and not (targets.min() >= 0 and targets.max() < classes):
            raise ValueError(
                f"the model has {classes} outputs, for classes 0 to {classes - 1}, but the targets "
                f"go from {targets.min()} to {targets.max()}"
            )

    def _advice(self, targets, output_shape) -> str:
        if len(output_shape) != 1:
            return "End the model in Dense(classes), after Flatten() or GlobalAveragePooling2D()"
        if targets.ndim == 2 and targets.shape[1] == 1:
            return "Take the only column: y[:, 0]"
        if targets.ndim == 1:
            return "Convert them: y.astype(int)"
        return "For one-hot targets use loss='categorical_crossentropy'"

    def _classes(self, targets):
        return targets

    def _at(self, targets, logs, xp):
        return xp.take_along_axis(logs, targets[:, None].astype(xp.int64), axis=-1)[:, 0]

    def _hot(self, targets, outputs, xp):
        return (targets[:, None] == xp.arange(outputs.shape[-1])).astype(outputs.dtype)


class CategoricalCrossentropy(_Crossentropy):
    """Cross-entropy for one-hot targets, (N, classes), or any probabilities.

    Parameters
    ----------
    from_logits : bool
        As in `SparseCategoricalCrossentropy`.
    """

    def check(self, targets, output_shape) -> None:
        """Refuse targets of another shape."""
        if targets.shape[1:] != tuple(output_shape) or len(output_shape) != 1:
            raise ValueError(
                f"categorical cross-entropy needs one-hot targets (N, classes); the outputs are "
                f"(N, {_join(output_shape)}), the targets {targets.shape}. For class numbers use "
                f"loss='sparse_categorical_crossentropy'"
            )
        if targets.dtype.kind in "biuf":
            sums = targets.sum(axis=-1, dtype="float64")
            if bool((targets < 0).any()) or bool((abs(sums - 1) > 1e-3).any()):
                raise ValueError(
                    f"each row of the targets must be probabilities, such as one 1 among zeros; "
                    f"the smallest number is {float(targets.min()):.4g}, the rows' sums are "
                    f"{float(sums.min()):.4g} to {float(sums.max()):.4g}"
                )

    def _classes(self, targets):
        return targets.argmax(axis=-1)

    def _at(self, targets, logs, xp):
        return (targets * logs).sum(axis=-1)

    def _hot(self, targets, outputs, xp):
        return targets.astype(outputs.dtype)


LOSSES = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def find_loss(loss):
    """A loss by name, or the loss itself."""
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
        return LOSSES[loss]()
    if isinstance(loss, type):
        raise TypeError(
            f"{loss.__name__} is a class; a loss is made by calling it: {loss.__name__}()"
        )
    if all(hasattr(loss, name) for name in ("check", "values", "slope")):
        return loss
    raise TypeError(f"loss must be a name or a loss such as MeanSquaredError(), got {loss!r}")


def metric_of(loss) -> str | None:
    """What a loss reports besides itself; one of a caller's own need not report anything."""
    return getattr(loss, "metric", None)


def _log_softmax(outputs, xp):
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    return shifted - xp.log(xp.exp(shifted).sum(axis=-1, keepdims=True))


def _join(shape) -> str:
    return ", ".join(map(str, shape))
