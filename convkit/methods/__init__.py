"""The algorithms, each in a file of its own, and the choice among them."""

from convkit.methods.choose import choose_method
from convkit.methods.method import Method
from convkit.methods.registry import methods

METHODS = methods()

__all__ = ["METHODS", "Method", "choose_method"]
