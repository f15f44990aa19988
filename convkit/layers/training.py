"""fit and evaluate: epochs, batches, history."""

from __future__ import annotations

import numpy as np

from convkit.arrays import array_library
from convkit.layers.progress import progress
from convkit.layers.step import Stepper
from convkit.layers.trouble import explain
from convkit.shapes import whole_number


class TrainingStopped(ArithmeticError):
    """The loss is not a finite number any more."""


class History:
    """What `fit` saw.

    Attributes
    ----------
    history : dict
        'loss' (and 'accuracy', 'val_loss', 'val_accuracy') → a list with one number per epoch.
        'loss' and 'accuracy' are means over the epoch, while the parameters were changing.
    epoch : list of int
    """

    def __init__(self):
        self.history, self.epoch = {}, []

    def add(self, epoch: int, logs: dict) -> None:
        """Append one epoch."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items())
        return f"<History: {len(self.epoch)} epochs{', at the end ' + last if last else ''}>"


def fit(model, x, y, *, batch_size, epochs, verbose, validation_data, shuffle, threads,
        on_epoch_end) -> History:  # fmt: skip
    """See `Sequential.fit`."""
    xp, x, y = read_pairs(model, x, y)
    batch_size = whole_number(batch_size, "batch_size", least=1)
    epochs = whole_number(epochs, "epochs", least=0)
    if threads is not None:
        threads = whole_number(threads, "threads", least=1)
    if not len(x):
        raise ValueError("there is nothing to learn from: x has 0 examples")
    if validation_data is not None:
        read_pairs(model, *validation_data)
    stepper = Stepper(model, xp, threads)
    history = History()
    for epoch in range(epochs):
        kept = model.get_weights()
        steps = -(-len(x) // batch_size)
        with progress(f"Epoch {epoch + 1}/{epochs}", steps, verbose) as bar:
            logs = _one_epoch(model, stepper, x, y, batch_size, shuffle, epoch, bar, kept)
            if validation_data is not None:
                seen = evaluate(model, *validation_data, batch_size=max(batch_size, 32))
                logs |= {f"val_{name}": value for name, value in seen.items()}
            bar.done(logs)
        history.add(epoch, logs)
        model.epochs_done += 1
        if on_epoch_end is not None:
            on_epoch_end(epoch, dict(logs))
    return history


def _one_epoch(model, stepper, x, y, batch_size, shuffle, epoch, bar, kept) -> dict:
    order = np.arange(len(x))
    if shuffle:
        np.random.default_rng([model.seed, 2, model.epochs_done]).shuffle(order)
    total = right = seen = 0
    for number, first in enumerate(range(0, len(x), batch_size)):
        chosen = stepper.xp.asarray(order[first : first + batch_size])
        batch = stepper.xp.asarray(x[chosen], model.dtype)
        targets = y[chosen]
        loss, hits = stepper.step(batch, targets)
        if not np.isfinite(loss):
            message = explain(model, stepper.xp, batch, loss / len(chosen), epoch, number)
            model.set_weights(kept)
            raise TrainingStopped(message)
        total, right, seen = total + loss, right + hits, seen + len(chosen)
        bar.advance(_logs(model, total, right, seen))
    return _logs(model, total, right, seen)


def _logs(model, total, right, seen) -> dict:
    logs = {"loss": total / seen}
    if model.loss.metric:
        logs[model.loss.metric] = right / seen
    return logs


def evaluate(model, x, y, *, batch_size) -> dict:
    """The mean loss, and the accuracy if there is one, without learning."""
    xp, x, y = read_pairs(model, x, y)
    batch_size = whole_number(batch_size, "batch_size", least=1)
    total = right = 0
    for first in range(0, len(x), batch_size):
        part = slice(first, first + batch_size)
        out = model.predict(x[part], batch_size=batch_size)
        total += float(model.loss.values(y[part], out, xp).sum(dtype=np.float64))
        if model.loss.metric:
            right += int(model.loss.right(y[part], out, xp).sum())
    return _logs(model, total, right, max(1, len(x)))


def read_pairs(model, x, y):
    """Check examples and targets against the model, the loss and each other."""
    if model.loss is None:
        raise ValueError(
            "the model does not know what to make small: call model.compile first, e.g. "
            "model.compile(optimizer='adam', loss='mean_squared_error')"
        )
    xp, x = model.read_examples(x)
    array_library(x=x, y=y)
    if y.ndim < 1 or len(x) != len(y):
        raise ValueError(f"x has {len(x)} examples, y has shape {y.shape}: there must be a target "
                         f"for each")  # fmt: skip
    model.loss.check(y, model.output_shape)
    if y.dtype.kind == "f":
        y = y.astype(model.dtype, copy=False)
    return xp, x, y
