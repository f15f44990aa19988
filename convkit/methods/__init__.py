"""The algorithms, each in a file of its own, and the choice among them."""

from convkit.methods import direct, im2col, winograd
from convkit.methods.choose import choose_method
from convkit.methods.choose_gpu import LADDER
from convkit.methods.method import Method

METHODS = {module.METHOD.name: module.METHOD for module in (direct, im2col, winograd, *LADDER)}

__all__ = ["METHODS", "Method", "choose_method"]
