"""The algorithms, each in a file of its own, and the choice among them."""

from convkit.methods import (
    bands,
    depthwise,
    direct,
    fft,
    im2col,
    mec,
    pointwise,
    space_to_depth,
    split_rows,
    toeplitz,
    winograd,
)
from convkit.methods.choose import choose_method
from convkit.methods.choose_gpu import LADDER, SIGNALS
from convkit.methods.method import Method

CPU = (
    direct,
    im2col,
    pointwise,
    depthwise,
    mec,
    toeplitz,
    bands,
    split_rows,
    winograd,
    space_to_depth,
    fft,
)
METHODS = {module.METHOD.name: module.METHOD for module in (*CPU, *LADDER, *SIGNALS)}

__all__ = ["METHODS", "Method", "choose_method"]
