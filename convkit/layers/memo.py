"""What a layer remembers between its forward and its backward pass."""

from __future__ import annotations

from convkit.scratch import Scratch


class Memo:
    """One layer's notes for one part of a batch: what it saw, its buffers, its gradients.

    Layers keep nothing of a pass in themselves, so that several parts of a batch can pass
    through the same layer at the same time, each with memos of its own.

    Attributes
    ----------
    training : bool
        Whether a backward pass will follow (and dropout drops).
    random : numpy.random.Generator or None
        For layers that draw numbers.
    gradients : dict
        Parameter name → gradient, summed over all parts since `begin_step`.
    once : dict
        What stays right until the parameters change, such as transformed filters.
    """

    def __init__(self, xp):
        self.xp = xp
        self.training = False
        self.random = None
        self.gradients = {}
        self.once = {}
        self._scratch = Scratch(xp)

    def begin_step(self) -> None:
        """Forget sums of gradients and everything that depends on the parameters."""
        self.gradients = {}
        self.once = {}

    def buffer(self, name: str, shape, dtype):
        """An array to write into. During training it is reused from part to part."""
        if self.training:
            return self._scratch(name, tuple(shape), dtype)
        return self.xp.empty(shape, dtype)

    @property
    def scratch(self):
        """Work space for `Method.run`."""
        return self._scratch

    def add_gradient(self, name: str, gradient) -> None:
        """Add to the gradient of a parameter. The array is kept, or copied, never lent."""
        if name in self.gradients:
            self.gradients[name] += gradient
        else:
            self.gradients[name] = gradient.copy()
