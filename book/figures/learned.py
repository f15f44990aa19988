"""What chapters 10 and 11 train and count, each run once: a hidden filter, red circles, digits."""

from __future__ import annotations

from functools import cache

import numpy as np
from experiments import hidden_filter, record, red_circles

SNAPSHOTS = (0, 1, 2, 3, 4, 6, 8, 12)


@cache
def hidden(kind="noise"):
    """Filters after each step, (steps + 1, 3, 3), and losses: noise, photograph or momentum."""
    images = hidden_filter.noise_images() if kind == "noise" else hidden_filter.photograph_images()
    rate, momentum, epochs = {
        "noise": (0.2, 0.0, 60),
        "photograph": (0.08, 0.0, 2000),
        "momentum": (0.08, 0.95, 300),
    }[kind]
    return hidden_filter.recover(images, learning_rate=rate, epochs=epochs, momentum=momentum)


@cache
def red_run() -> dict:
    """The network for red circles, trained."""
    return red_circles.run()


def rules(labels, contents) -> dict:
    """What rules reach that nobody needs a network for: name → share of right answers."""
    answers = {
        "always no": [False for _ in contents],
        "something red": [any(t.color == "red" for t in things) for things in contents],
        "some circle": [any(t.shape == "circle" for t in things) for things in contents],
        "something red and some circle": [
            any(t.color == "red" for t in things) and any(t.shape == "circle" for t in things)
            for things in contents
        ],
    }
    return {name: float(np.mean(np.equal(said, labels))) for name, said in answers.items()}


def color_shares(filters) -> dict:
    """How filters (3, K, K, C2) divide among three kinds of weights that are at right angles.

    'gray': equal in all channels. 'red or not': in the ratio 1, −½, −½. 'green or blue': 0, 1, −1.
    By chance each has a third of the sum of squares.
    """
    kinds = {"gray": (1, 1, 1), "red or not": (1, -0.5, -0.5), "green or blue": (0, 1, -1)}
    shares = {}
    for name, weights in kinds.items():
        unit = np.array(weights) / np.linalg.norm(weights)
        part = np.tensordot(unit, filters, axes=1)  # (K, K, C2)
        shares[name] = float((part**2).sum() / (filters**2).sum())
    return shares


def tempting(labels, contents) -> np.ndarray:
    """Pictures without a red circle that hold something red and some circle: their numbers."""
    return np.array(
        [
            k
            for k, (label, things) in enumerate(zip(labels, contents, strict=True))
            if not label
            and any(t.color == "red" for t in things)
            and any(t.shape == "circle" for t in things)
        ]
    )


def shifted() -> dict:
    """The study of shifted patterns: training set → network → place → mean and values."""
    return record.read("shifted_patterns")
