"""Experiment (f): what do the weights for places on the right know of shapes on the left?

The flattened network of experiment (d) has seen shapes in the left part alone, and is wrong more
often than not about shapes on the right. Is that left over from the random beginning? Its weights
for the last three columns of the maps are drawn again, put back to where they began, set to zero,
and replaced by the constant that they add on the left.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from convkit.layers import Adam, CosineDecay, SparseCategoricalCrossentropy

from . import shifted_patterns as patterns

FAR = 7  # map columns 7 to 9 see pixels 14 to 31; shapes on the left end at pixel 20
DRAWS = 40


@cache
def trained(seed):
    """The network after its lessons, and the last layer's first weights (10, 10, 24, 2)."""
    x, y = patterns.images(patterns.EXAMPLES, patterns.LEFT, seed)
    model = patterns.flattened(seed)
    start = model.layers[-1].weights.reshape(10, 10, 24, 2).copy()
    steps = patterns.EPOCHS * -(-len(x) // patterns.BATCH)
    model.compile(
        Adam(CosineDecay(patterns.RATE, steps)), SparseCategoricalCrossentropy(from_logits=True)
    )
    model.fit(x, y, batch_size=patterns.BATCH, epochs=patterns.EPOCHS, verbose=0)
    return model, start


def votes(maps, weights):
    """What near and far columns add to "yes" (minus what they add to "no"): two arrays (N,)."""
    difference = weights[..., 1] - weights[..., 0]
    by_column = np.einsum("nijc,ijc->nj", maps, difference)  # (N, 10)
    return by_column[:, :FAR].sum(axis=1), by_column[:, FAR:].sum(axis=1)


@cache
def run(seed) -> dict:
    """Shares of right answers, and mean votes: (place, label) → (near, far)."""
    model, start = trained(seed)
    weights = model.layers[-1].weights.reshape(10, 10, 24, 2)
    bias = model.layers[-1].bias[1] - model.layers[-1].bias[0]
    found = {"votes": {}}
    spread = np.sqrt(6 / (2400 + 2))  # as the first weights were drawn: uniform in ± this
    random = np.random.default_rng(seed)
    for place, columns, offset in (
        ("left", patterns.LEFT, 1000),
        ("right", patterns.RIGHT, 2000),
    ):
        images, labels = patterns.images(patterns.TEST, columns, seed + offset)
        maps = images
        for layer in model.layers[:-2]:
            maps = layer(maps)  # (N, 10, 10, 24) at the end

        def right(far, near, labels=labels):
            return float(((near + far + bias > 0) == labels).mean())

        near, far = votes(maps, weights)
        for name, label in (("red circle", 1), ("other", 0)):
            chosen = labels == label
            found["votes"][place, name] = float(near[chosen].mean()), float(far[chosen].mean())
        if place == "left":
            constant = far.mean()
            found["left as trained"] = right(far, near)
            found["left with a constant"] = right(constant, near)
            continue
        drawn = [random.uniform(-spread, spread, weights.shape) for _ in range(DRAWS)]
        found["as trained"] = right(far, near)
        found["drawn again"] = float(np.mean([right(votes(maps, w)[1], near) for w in drawn]))
        found["as they began"] = right(votes(maps, start)[1], near)
        found["zero"] = right(0.0, near)
        said = near + far + bias > 0
        found["yes to red circles"] = float(said[labels == 1].mean())
        found["yes to others"] = float(said[labels == 0].mean())
    change = np.linalg.norm((weights - start)[:, FAR:]) / np.linalg.norm(start[:, FAR:])
    return found | {"moved": float(change)}


@cache
def study() -> dict:
    """Means over the six seeds, of all that is one number; and of the votes."""
    runs = [run(seed) for seed in patterns.SEEDS]
    means = {
        name: float(np.mean([one[name] for one in runs])) for name in runs[0] if name != "votes"
    }
    sides = {
        key: tuple(np.mean([one["votes"][key] for one in runs], axis=0)) for key in runs[0]["votes"]
    }
    return means | {"votes": sides, "runs": runs}


if __name__ == "__main__":
    for name, value in study().items():
        print(name, value)
