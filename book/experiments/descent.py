"""Experiments of chapter 10: does only the hidden filter fit, and why are photographs slow?"""

from __future__ import annotations

from functools import cache

import numpy as np

from convkit import conv2d

from . import hidden_filter as hidden


def descend(image, W, rate, steps):
    """Gradient descent on one image (H, W) of one channel: the last filter and its loss."""
    wanted = conv2d(image, hidden.HIDDEN)
    for _ in range(steps):
        E = 2 * (conv2d(image, W) - wanted) / wanted.size
        W = W - rate * conv2d(image, E)
    return W, float(((conv2d(image, W) - wanted) ** 2).mean())


def farthest_end(image, starts=20, rate=0.2, steps=60) -> float:
    """From many random beginnings: how far from the hidden filter the worst of them ends."""
    random = np.random.default_rng(4)
    ends = [descend(image, random.normal(size=(3, 3)), rate, steps)[0] for _ in range(starts)]
    return float(max(np.abs(end - hidden.HIDDEN).max() for end in ends))


def longest_rate(image) -> float:
    """The rate at which the steepest direction of the loss neither shrinks nor grows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3)).reshape(-1, 9)
    return float(1 / np.linalg.eigvalsh(windows.T @ windows / len(windows))[-1])


def around_the_limit(image, steps=300) -> tuple:
    """The losses after many steps with a rate 5 % below the limit, and 5 % above it."""
    start = np.random.default_rng(4).normal(size=(3, 3))
    limit = longest_rate(image)
    return tuple(descend(image, start, share * limit, steps)[1] for share in (0.95, 1.05))


@cache
def shuffled_photographs():
    """Pieces of the portrait, each with its own pixels in random order: no neighbors are left."""
    pieces = hidden.photograph_images()
    random = np.random.default_rng(0)
    mixed = [random.permutation(piece.ravel()).reshape(piece.shape) for piece in pieces]
    return np.array(mixed)


@cache
def shuffled_steps() -> int | None:
    """Steps until every weight is right to 0.01, on shuffled photographs, at the photos' rate."""
    filters, _ = hidden.recover(shuffled_photographs(), learning_rate=0.08, epochs=2000)
    return hidden.steps_until(filters)


def slope_by_places(image, W, wanted, m=0, n=0) -> tuple:
    """Slope of one shared weight, and the sum over places when each had a weight of its own.

    The second is found by raising the weight at one place at a time.
    """
    made, hair = conv2d(image, W), 1e-6

    def loss(made):
        return ((made - wanted) ** 2).mean()

    single = []
    for i, j in np.ndindex(*made.shape):
        poked = made.copy()
        poked[i, j] += hair * image[i + m, j + n]
        single.append((loss(poked) - loss(made)) / hair)
    raised = W.copy()
    raised[m, n] += hair
    return (loss(conv2d(image, raised)) - loss(made)) / hair, float(np.sum(single))
