"""Optimizers: how far each weight steps against its gradient. Names, defaults as in Keras."""

from __future__ import annotations

from copy import deepcopy
from math import cos, isfinite, pi, sqrt
from numbers import Real
from weakref import ref

from convkit.arrays import array_library
from convkit.layers.layer import flag
from convkit.shapes import whole_number


class _Optimizer:
    """Keeps, for each parameter, what it remembers from earlier steps."""

    def __init__(self, learning_rate):
        if isinstance(learning_rate, type):
            raise TypeError(f"{learning_rate.__name__} is a class: call it with its numbers")
        if not callable(learning_rate):
            number(learning_rate, "learning_rate", least=0)
        self.learning_rate = learning_rate
        self.iterations = 0
        self._state = {}
        self._model = None

    def belong_to(self, model) -> None:
        """What is remembered is about one model's parameters: refuse a second one.

        When the first is gone, its steps are forgotten.
        """
        known = None if self._model is None else self._model()
        if known is not None and known is not model:
            raise ValueError(
                f"this {type(self).__name__} trains another model, and remembers its steps: make "
                f"one for each model"
            )
        if self._model is not None and known is None:
            self.iterations, self._state = 0, {}
        self._model = ref(model)

    def state(self):
        """A copy of all that it remembers."""
        return self.iterations, deepcopy(self._state)

    def restore(self, state) -> None:
        """Go back to what `state` gave."""
        self.iterations, self._state = state

    def rate(self) -> float:
        """The learning rate of the next step."""
        if callable(self.learning_rate):
            rate = self.learning_rate(self.iterations)
            return number(rate, f"learning_rate({self.iterations})", least=0)
        return float(self.learning_rate)

    def update(self, parameters: dict, gradients: dict) -> None:
        """Take one step: change every array of `parameters`, in place."""
        rate = self.rate()
        self.iterations += 1
        for key, array in parameters.items():
            self._step(array, gradients[key], rate, self._memory(key, array))

    def _memory(self, key, array) -> list:
        """Arrays of zeros like the parameter, made at the first step and kept."""
        if key not in self._state:
            xp = array_library(parameter=array)
            self._state[key] = [xp.zeros_like(array) for _ in range(self.remembers)]
        return self._state[key]


class SGD(_Optimizer):
    """Stochastic gradient descent, with momentum if asked for.

    Parameters
    ----------
    learning_rate : float, or a function of the number of steps taken
    momentum : float
        0 ≤ momentum < 1: the share of the last step that is kept.
    nesterov : bool
        Look ahead along the momentum.

    Notes
    -----
    v ← momentum·v − rate·gradient, then w ← w + v.
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        super().__init__(learning_rate)
        self.momentum = _share_kept(momentum, "momentum")
        self.nesterov = flag(nesterov, "nesterov")
        self.remembers = 1 if momentum else 0

    def _step(self, array, gradient, rate, memory) -> None:
        step = gradient * -rate
        if self.momentum:
            (velocity,) = memory
            velocity *= self.momentum
            velocity += step
            step = velocity * self.momentum + step if self.nesterov else velocity
        array += step


class Adam(_Optimizer):
    """Steps scaled for each weight by the recent mean and size of its gradient.

    Parameters
    ----------
    learning_rate : float, or a function of the number of steps taken
    beta_1, beta_2 : float
        How slowly the two means forget.
    epsilon : float
        Keeps the division finite.

    Notes
    -----
    Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015,
    doi:10.48550/arXiv.1412.6980. As in Keras, epsilon is added before the correction for bias
    (the paper's "epsilon hat").
    """

    remembers = 2

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        number(epsilon, "epsilon", least=0)
        self.beta_1 = _share_kept(beta_1, "beta_1")
        self.beta_2 = _share_kept(beta_2, "beta_2")
        self.epsilon = float(epsilon)

    def _step(self, array, gradient, rate, memory) -> None:
        xp = array_library(parameter=array)
        mean, square = memory
        mean += (gradient - mean) * (1 - self.beta_1)
        square += (gradient * gradient - square) * (1 - self.beta_2)
        # Both means began at zero; this makes up for it.
        correction = sqrt(1 - self.beta_2**self.iterations) / (1 - self.beta_1**self.iterations)
        array -= mean * (rate * correction) / (xp.sqrt(square) + self.epsilon)


class CosineDecay:
    """A learning rate that falls along half a cosine, from the first to `alpha` times it.

    Parameters
    ----------
    initial_learning_rate : float
    decay_steps : int
        Steps, not epochs: epochs · ⌈examples / batch size⌉.
    alpha : float

    Notes
    -----
    Source: I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, doi:10.48550/arXiv.1608.03983.

    Examples
    --------
    >>> rate = CosineDecay(0.1, 100)
    >>> [round(rate(step), 3) for step in (0, 50, 100, 200)]
    [0.1, 0.05, 0.0, 0.0]
    """

    def __init__(self, initial_learning_rate, decay_steps, alpha=0.0):
        self.initial_learning_rate = number(initial_learning_rate, "initial_learning_rate", least=0)
        self.decay_steps = whole_number(decay_steps, "decay_steps", least=1)
        self.alpha = number(alpha, "alpha", least=0, most=1)

    def __call__(self, step: int) -> float:
        share = min(step, self.decay_steps) / self.decay_steps
        fall = 0.5 * (1 + cos(pi * share))
        return self.initial_learning_rate * ((1 - self.alpha) * fall + self.alpha)


OPTIMIZERS = {"sgd": SGD, "adam": Adam}


def find_optimizer(optimizer):
    """An optimizer by name, or the optimizer itself."""
    if isinstance(optimizer, str):
        if optimizer.lower() not in OPTIMIZERS:
            raise ValueError(
                f"optimizer must be one of {', '.join(map(repr, OPTIMIZERS))}, got {optimizer!r}"
            )
        return OPTIMIZERS[optimizer.lower()]()
    if isinstance(optimizer, type):
        raise TypeError(
            f"{optimizer.__name__} is a class; an optimizer is made by calling it: "
            f"{optimizer.__name__}(0.01)"
        )
    if hasattr(optimizer, "update"):
        return optimizer
    raise TypeError(f"optimizer must be a name, or one such as SGD(0.1), got {optimizer!r}")


def _share_kept(value, name: str) -> float:
    if not 0 <= number(value, name) < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value}")
    return float(value)


def number(value, name: str, *, least=None, most=None) -> float:
    """Check that `value` is a finite number within its limits."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if (
        not isfinite(value)
        or (least is not None and value < least)
        or (most is not None and value > most)
    ):
        limits = [f"at least {least}"] * (least is not None) + [f"at most {most}"] * (
            most is not None
        )
        raise ValueError(f"{name} must be {' and '.join(limits) or 'finite'}, got {value}")
    return float(value)
