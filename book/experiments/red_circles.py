"""Experiment (b): a small network learns to find red circles, and shows where it looks."""

from __future__ import annotations

import numpy as np

from convkit import data
from convkit.layers import (
    Adam,
    Conv2D,
    CosineDecay,
    Dense,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Sequential,
    SparseCategoricalCrossentropy,
)

EXAMPLES, TEST, EPOCHS, BATCH = 2000, 500, 12, 32
GROUND = np.float32(0.85)  # the gray that everything lies on


def faint(shape, fans, random):
    """First weights so small that whatever can be seen in the filters later, training put there."""
    return random.uniform(-0.05, 0.05, shape)


def network(seed=0) -> Sequential:
    """Two layers of filters; the second sees 14×14 pixels: a whole circle."""
    return Sequential(
        [
            Conv2D(16, 5, activation="relu", kernel_initializer=faint, input_shape=(32, 32, 3)),
            MaxPooling2D(2),
            Conv2D(32, 5, activation="relu", kernel_initializer="he_uniform"),
            GlobalAveragePooling2D(),
            Dense(2),
        ],
        seed=seed,
    )


def examples(count, seed):
    """Images with the ground taken as zero, labels, and what is where.

    On numbers that are all positive, faint filters hardly learn: the ground drowns the shapes.
    """
    images, labels, contents = data.colored_shapes(count, seed=seed)
    return images - GROUND, labels, contents


def run(seed=0, epochs=EPOCHS, verbose=0):
    """Train on made images, test on others.

    Returns
    -------
    dict
        'model', 'history', 'accuracy', 'before' and 'after' (3, 5, 5, 16): the first layer's
        filters, and 'found': how often the map's peak lies on the red circle.
    """
    images, labels, _ = examples(EXAMPLES, seed)
    test_images, test_labels, contents = examples(TEST, seed + 1000)
    model = network(seed)
    before = model.layers[0].filters.copy()
    rate = CosineDecay(0.003, epochs * -(-EXAMPLES // BATCH))
    model.compile(Adam(rate), SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(images, labels, batch_size=BATCH, epochs=epochs, verbose=verbose)
    _, accuracy = model.evaluate(test_images, test_labels)
    maps = red_circle_map(model, test_images)
    return {
        "model": model,
        "history": history.history,
        "accuracy": accuracy,
        "before": before,
        "after": model.layers[0].filters.copy(),
        "found": share_found(maps, test_labels, contents),
        "test": (test_images, test_labels, contents),
    }


def red_circle_map(model, images):
    """How much each place speaks for 'red circle': (N, 10, 10).

    Global averaging and Dense are both sums, so their order can be turned round: weigh the
    feature maps first, and look before averaging.
    """
    maps = images.astype(np.float32)
    for layer in model.layers[:-2]:
        maps = layer(maps)  # (N, 10, 10, 32) at the end
    weights = model.layers[-1].weights
    return maps @ (weights[:, 1] - weights[:, 0])


def center_of_sight(row, column):
    """The pixel in the middle of what place (row, column) of the map sees.

    Place i sees pixels 2i to 2i + 13.
    """
    return 2 * row + 6.5, 2 * column + 6.5


def share_found(maps, labels, contents) -> float:
    """Of the images with a red circle: how often is the map's peak within the circle?"""
    found = []
    for values, label, things in zip(maps, labels, contents, strict=True):
        if not label:
            continue
        target = next(t for t in things if (t.color, t.shape) == ("red", "circle"))
        row, column = center_of_sight(*np.unravel_index(values.argmax(), values.shape))
        found.append(np.hypot(row - target.row, column - target.column) <= target.radius + 1)
    return float(np.mean(found))


if __name__ == "__main__":
    result = run(verbose=2)
    print(f"accuracy {result['accuracy']:.3f}, peak on the circle {result['found']:.3f}")
