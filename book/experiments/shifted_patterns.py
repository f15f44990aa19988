"""Experiment (d): does a network find a pattern where it has never seen one?

Three networks get the same images and the same number of steps: one that is dense (196,802
parameters), one with convolutions and then Flatten (15,642), one with convolutions and global
pooling (10,890). All training images show their shape in the left part. They are tested on new
images of the left part, and on images whose shape lies in the right part.

Each is also trained on shapes at every place, with as few images as before: there the question is
how much a network must see before it has learned every place.

Run this file to repeat the study over all seeds; it writes
benchmarks/results/shifted_patterns.json.
"""

from __future__ import annotations

import numpy as np

from convkit import data
from convkit.layers import (
    Adam,
    Conv2D,
    CosineDecay,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Sequential,
    SparseCategoricalCrossentropy,
)

SEEDS = (0, 1, 2, 3, 4, 5)
EXAMPLES, TEST, EPOCHS, BATCH, RATE = 800, 400, 15, 32, 0.003
LEFT, RIGHT, EVERYWHERE = (7, 13), (19, 25), (7, 25)  # columns of the shape's center


def dense(seed) -> Sequential:
    """No convolution: 3,072 numbers, each with a weight for each hidden unit."""
    return Sequential(
        [
            Flatten(input_shape=(32, 32, 3)),
            Dense(64, activation="relu", kernel_initializer="he_uniform"),
            Dense(2),
        ],
        seed=seed,
    )


def flattened(seed) -> Sequential:
    """Convolutions, but the last layer has a weight for each place."""
    return Sequential([*_convolutions(), Flatten(), Dense(2)], seed=seed)


def pooled(seed) -> Sequential:
    """Convolutions, and the last layer no longer knows places."""
    return Sequential([*_convolutions(), GlobalAveragePooling2D(), Dense(2)], seed=seed)


def _convolutions() -> list:
    return [
        Conv2D(16, 5, activation="relu", input_shape=(32, 32, 3), kernel_initializer="he_uniform"),
        MaxPooling2D(2),
        Conv2D(24, 5, activation="relu", kernel_initializer="he_uniform"),
    ]


NETWORKS = {"dense": dense, "convolutions, flattened": flattened, "convolutions, pooled": pooled}


def images(count, columns, seed):
    """One shape in each image: a red circle, or something else. Only the columns are limited.

    The gray of the ground is taken as zero: dense layers train badly on numbers that are all
    positive, and the comparison should not rest on that.
    """
    x, y, _ = data.colored_shapes(count, seed=seed, things=(1, 1), columns=columns)
    return x - np.float32(0.85), y


def run(seed=0, epochs=EPOCHS) -> dict:
    """Train every network once with each training set.

    Returns
    -------
    dict
        Training set → network → 'train', 'left', 'right': shares of right answers.
    """
    tests = {
        "left": images(TEST, LEFT, seed + 1000),
        "right": images(TEST, RIGHT, seed + 2000),
    }
    results = {}
    for name, columns in {"left only": LEFT, "everywhere": EVERYWHERE}.items():
        x, y = images(EXAMPLES, columns, seed)
        results[name] = {}
        for network, make in NETWORKS.items():
            model = make(seed)
            rate = CosineDecay(RATE, epochs * -(-len(x) // BATCH))
            model.compile(Adam(rate), SparseCategoricalCrossentropy(from_logits=True))
            model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)
            seen = {"train": model.evaluate(x, y)[1]}
            seen |= {place: model.evaluate(*test)[1] for place, test in tests.items()}
            results[name][network] = seen
    return results


def study() -> dict:
    """All seeds: mean and standard deviation of each share of right answers."""
    runs = [run(seed) for seed in SEEDS]
    table = {}
    for training in runs[0]:
        table[training] = {}
        for network in NETWORKS:
            table[training][network] = {
                place: summary([one[training][network][place] for one in runs])
                for place in ("train", "left", "right")
            }
    return {
        "seeds": list(SEEDS),
        "examples": EXAMPLES,
        "epochs": EPOCHS,
        "parameters": {name: _parameters(make) for name, make in NETWORKS.items()},
        "accuracies": table,
    }


def summary(values) -> dict:
    """Mean, standard deviation and the values themselves."""
    return {
        "mean": float(np.mean(values)),
        "standard deviation": float(np.std(values, ddof=1)),
        "values": [round(float(value), 4) for value in values],
    }


def _parameters(make) -> int:
    model = make(0)
    model.build((32, 32, 3))
    return model.count_params()


if __name__ == "__main__":
    from experiments.record import write

    write("shifted_patterns", study)
