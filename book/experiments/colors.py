"""Experiment (g): why do the filters for red circles look as they do?

Each reason gets an experiment that could refute it. Is a part of the filters needed? Take it out
of the trained network (an ablation). Is green against blue missing because no label hung on it?
Ask for green circles instead. Is there so much gray because the pictures hold so much? Take the
gray out of the pictures. Or because the ground is zero? Leave the ground as it is.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from convkit import data
from convkit.layers import Adam, CosineDecay, SparseCategoricalCrossentropy

from . import red_circles as red

DIRECTIONS = {"gray": (1, 1, 1), "red or not": (1, -0.5, -0.5), "green or blue": (0, 1, -1)}


def share(filters, direction) -> float:
    """The part of the sum of squares of (3, ...) that lies in one direction of the colors."""
    unit = np.array(direction) / np.linalg.norm(direction)
    part = np.tensordot(unit, filters, axes=1)
    return float((part**2).sum() / (filters**2).sum())


def without(filters, direction) -> np.ndarray:
    """The filters (3, K, K, C2) less their part in one direction of the colors."""
    unit = np.array(direction) / np.linalg.norm(direction)
    return filters - np.einsum("p,mnc->pmnc", unit, np.tensordot(unit, filters, axes=1))


def ablations(run) -> dict:
    """Accuracy on the test pictures when a part is taken out of the first layer's filters."""
    images, labels, _ = run["test"]
    filters = run["model"].layers[0].parameters["filters"]
    whole, found = filters.copy(), {}
    try:
        for name, direction in DIRECTIONS.items():
            filters[...] = without(whole, direction)
            said = run["model"].predict(images).argmax(axis=1)
            found[name] = float((said == labels).mean())
    finally:
        filters[...] = whole
    return found


def without_gray(images):
    """Each pixel less the mean of its channels."""
    return images - images.mean(axis=-1, keepdims=True)


def as_usual(images):
    """The gray of the ground taken as zero."""
    return images - red.GROUND


PREPARED = {"as usual": as_usual, "without gray": without_gray, "ground left": np.asarray}


@cache
def trained(prepared="as usual", target="red") -> tuple:
    """The first layer's filters and the accuracy, after training as in red_circles.run."""
    sets = []
    for count, seed in ((red.EXAMPLES, 0), (red.TEST, 1000)):
        images, labels, _ = data.colored_shapes(count, seed=seed, target=(target, "circle"))
        sets.append((PREPARED[prepared](images), labels))
    model = red.network(0)
    steps = red.EPOCHS * -(-red.EXAMPLES // red.BATCH)
    model.compile(Adam(CosineDecay(0.003, steps)), SparseCategoricalCrossentropy(from_logits=True))
    model.fit(*sets[0], batch_size=red.BATCH, epochs=red.EPOCHS, verbose=0)
    return model.layers[0].filters.copy(), model.evaluate(*sets[1])[1]


def gray_of_pictures() -> float:
    """The share of gray in what the filters meet: pictures with the ground taken as zero."""
    images = red.examples(200, 5)[0]
    return share(np.moveaxis(images, -1, 0), DIRECTIONS["gray"])
