"""Experiment (e): a network learns a hundred digits by heart; what helps on others?

The same network, first weights and number of steps each time. Only what it is shown differs, or
what is done to it: more pictures, pictures moved by a pixel, or dropout.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from convkit import data
from convkit.layers import (
    Adam,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    Sequential,
    SparseCategoricalCrossentropy,
)

FEW, STEPS, BATCH, RATE = 100, 1200, 20, 0.005
SEEDS = (0, 1, 2)
KINDS = ("100 pictures", "with dropout", "moved by a pixel", "1,000 pictures")


def three_parts(seed=0):
    """Training, validation and test set: (x, y) each, 60, 20 and 20 % of the digits."""
    pictures, digits = data.digits()
    x, y = (pictures[..., None] / 16).astype(np.float32), digits.astype(np.int64)
    rest, test = data.stratified_split(y, seed=seed)
    train, validation = data.stratified_split(y[rest], seed=seed, test_share=0.25)
    return tuple((x[part], y[part]) for part in (rest[train], rest[validation], test))


def network(seed, dropout=0.0) -> Sequential:
    """One convolution, pooling, and a dense layer: 1,610 parameters."""
    layers = [Conv2D(16, 3, activation="relu", input_shape=(8, 8, 1)), MaxPooling2D(2), Flatten()]
    layers += [Dropout(dropout)] if dropout else []
    return Sequential([*layers, Dense(10)], seed=seed)


def moved(x, y, seed=0):
    """Each picture nine times, moved by −1, 0 or 1 pixel along rows and columns."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    views = [padded[:, i : i + 8, j : j + 8] for i in range(3) for j in range(3)]
    return np.concatenate(views), np.tile(y, 9)


@cache
def curves(kind=KINDS[0], seed=0) -> dict:
    """Losses and accuracies after each round: 'loss', 'val_loss', 'accuracy', 'val_accuracy'."""
    (x, y), validation, _ = three_parts(seed)
    x, y = (x, y) if kind == "1,000 pictures" else (x[:FEW], y[:FEW])
    if kind == "moved by a pixel":
        x, y = moved(x, y)
    model = network(seed, dropout=0.5 if kind == "with dropout" else 0.0)
    model.compile(Adam(RATE), SparseCategoricalCrossentropy(from_logits=True))
    epochs = STEPS // -(-len(x) // BATCH)  # as many steps for all
    history = model.fit(
        x, y, batch_size=BATCH, epochs=epochs, validation_data=validation, verbose=0
    )
    known = model.evaluate(x, y)  # at the end, without dropout
    return history.history | {"known": known}


def ends(kind) -> dict:
    """Means over the seeds at the end: accuracy on what was shown, and on the validation set."""
    runs = [curves(kind, seed) for seed in SEEDS]
    return {
        "shown": float(np.mean([run["known"][1] for run in runs])),
        "validation": float(np.mean([run["val_accuracy"][-1] for run in runs])),
        "worst loss": float(np.mean([run["val_loss"][-1] for run in runs])),
        "best loss": float(np.mean([min(run["val_loss"]) for run in runs])),
    }


if __name__ == "__main__":
    for kind in KINDS:
        print(kind, ends(kind))
