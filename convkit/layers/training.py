"""fit and evaluate: epochs, batches, history."""

from __future__ import annotations

import warnings

import numpy as np

from convkit.layers.examples import read_pairs, read_validation
from convkit.layers.layer import flag
from convkit.layers.losses import metric_of
from convkit.layers.not_finite import explain
from convkit.layers.progress import progress
from convkit.layers.step import Stepper
from convkit.shapes import whole_number


class TrainingStopped(ArithmeticError):
    """The loss, or a parameter, is not a finite number any more."""


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


def fit(
    model,
    x,
    y,
    *,
    batch_size,
    epochs,
    verbose,
    validation_data,
    validation_split,
    shuffle,
    threads,
    on_epoch_end,
) -> History:
    """See `Sequential.fit`."""
    xp, x, y = read_pairs(model, x, y)
    batch_size = whole_number(batch_size, "batch_size", least=1)
    epochs = whole_number(epochs, "epochs", least=0)
    if threads is not None:
        threads = whole_number(threads, "threads", least=1)
    shuffle = flag(shuffle, "shuffle")
    if on_epoch_end is not None and not callable(on_epoch_end):
        raise TypeError(f"on_epoch_end must be a function (epoch, logs), got {on_epoch_end!r}")
    x, y, watched = read_validation(model, x, y, validation_data, validation_split)
    if not len(x):
        raise ValueError("there is nothing to learn from: x has 0 examples")
    stepper = Stepper(model, xp, threads)
    history = History()
    for epoch in range(epochs):
        kept = _state(model)
        steps = -(-len(x) // batch_size)
        with progress(f"Epoch {epoch + 1}/{epochs}", steps, verbose) as bar:
            logs = _one_epoch(model, stepper, x, y, batch_size, shuffle, epoch, bar, kept)
            if watched is not None:
                seen = evaluate(model, *watched, batch_size=max(batch_size, 32))
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
        with np.errstate(over="ignore"):  # too large for float32: the loss will tell
            batch = stepper.xp.asarray(x[chosen], model.dtype)
        targets = y[chosen]
        loss, hits = stepper.step(batch, targets)
        if not np.isfinite(loss):
            where = f"epoch {epoch + 1}, step {number + 1}"
            message = explain(model, stepper.xp, batch, targets, loss / len(chosen), where)
            _go_back(model, kept)
            raise TrainingStopped(message)
        total, right, seen = total + loss, right + hits, seen + len(chosen)
        bar.advance(_logs(model, total, right, seen))
    # The last step's parameters met no loss: were they kept, there would be nothing to go back to.
    if not all(bool(stepper.xp.isfinite(array).all()) for array in model.parameters.values()):
        where = f"the last step of epoch {epoch + 1}"
        message = explain(model, stepper.xp, batch, targets, None, where)
        _go_back(model, kept)
        raise TrainingStopped(message)
    return _logs(model, total, right, seen)


def _state(model):
    """Copies of all that a step changes."""
    optimizer = model.optimizer
    return model.get_weights(), optimizer.state() if hasattr(optimizer, "state") else None


def _go_back(model, kept) -> None:
    weights, remembered = kept
    model.set_weights(weights)
    if remembered is not None:
        model.optimizer.restore(remembered)


def _logs(model, total, right, seen) -> dict:
    logs = {"loss": total / seen}
    metric = metric_of(model.loss)
    if metric:
        logs[metric] = right / seen
    return logs


def evaluate(model, x, y, *, batch_size) -> dict:
    """The mean loss, and the accuracy if there is one, without learning."""
    xp, x, y = read_pairs(model, x, y)
    batch_size = whole_number(batch_size, "batch_size", least=1)
    if not len(x):
        raise ValueError("there is nothing to evaluate: x has 0 examples")
    total, right, broken = 0.0, 0, 0
    for first in range(0, len(x), batch_size):
        part = slice(first, first + batch_size)
        out = model.predict(x[part], batch_size=batch_size)
        broken += int((~xp.isfinite(out)).reshape(len(out), -1).any(axis=1).sum())
        with np.errstate(invalid="ignore", over="ignore"):
            total += float(model.loss.values(y[part], out, xp).sum(dtype=np.float64))
        if metric_of(model.loss):
            right += int(model.loss.right(y[part], out, xp).sum())
    if broken:
        warnings.warn(
            f"the outputs for {broken} of {len(x)} examples hold numbers that are not finite: the "
            f"loss says nothing, and none of them counts as right",
            RuntimeWarning,
            stacklevel=3,
        )
    return _logs(model, total, right, len(x))
