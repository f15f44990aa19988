"""How weights begin: random, with a spread that keeps signals from growing or fading.

An initializer is a function (shape, fans, random) → float64 array, where fans = (numbers that
flow into one result, numbers that one input flows out to). Names and formulas are Keras'.

Sources: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
networks", AISTATS 2010, https://proceedings.mlr.press/v9/glorot10a.html; K. He et al., "Delving
Deep into Rectifiers", ICCV 2015, doi:10.1109/ICCV.2015.123.
"""

from __future__ import annotations

import numpy as np

# A normal distribution cut at two standard deviations has this standard deviation.
CUT_SPREAD = 0.87962566103423978


def zeros(shape, fans, random):
    """All zeros: right for biases, wrong for weights (all filters would stay alike)."""
    return np.zeros(shape)


def ones(shape, fans, random):
    """All ones."""
    return np.ones(shape)


def glorot_uniform(shape, fans, random):
    """Uniform with variance 2 / (fan in + fan out)."""
    return _uniform(shape, 2 / sum(fans), random)


def glorot_normal(shape, fans, random):
    """Cut normal with variance 2 / (fan in + fan out)."""
    return _cut_normal(shape, 2 / sum(fans), random)


def he_uniform(shape, fans, random):
    """Uniform with variance 2 / fan in: for layers followed by relu."""
    return _uniform(shape, 2 / fans[0], random)


def he_normal(shape, fans, random):
    """Cut normal with variance 2 / fan in: for layers followed by relu."""
    return _cut_normal(shape, 2 / fans[0], random)


def _uniform(shape, variance, random):
    limit = np.sqrt(3 * variance)
    return random.uniform(-limit, limit, shape)


def _cut_normal(shape, variance, random):
    numbers = random.standard_normal(shape)
    while (far := np.abs(numbers) > 2).any():
        numbers[far] = random.standard_normal(int(far.sum()))
    return numbers * (np.sqrt(variance) / CUT_SPREAD)


INITIALIZERS = {
    function.__name__: function
    for function in (zeros, ones, glorot_uniform, glorot_normal, he_uniform, he_normal)
}


def check_initializer(initializer, name: str) -> None:
    """Refuse what is neither a known name nor a function."""
    if callable(initializer) or (isinstance(initializer, str) and initializer in INITIALIZERS):
        return
    raise ValueError(
        f"{name} must be one of {', '.join(map(repr, INITIALIZERS))}, or a function "
        f"(shape, fans, random) that returns an array; got {initializer!r}"
    )


def initialize(initializer, shape, fans, random, dtype):
    """Draw an array, and check what a caller's own function returned."""
    function = INITIALIZERS[initializer] if isinstance(initializer, str) else initializer
    array = np.asarray(function(shape, fans, random), dtype)
    if array.shape != tuple(shape):
        raise ValueError(f"the initializer returned shape {array.shape}, {tuple(shape)} was asked")
    return array.copy()
