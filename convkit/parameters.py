"""Counting: what locality and sharing save, in weights, bytes and multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from convkit.problem import read_problem, shape_of


@dataclass(frozen=True)
class Rung:
    """One way to connect an image to feature maps.

    Attributes
    ----------
    name : str
    weights, biases : int
        Numbers that training would have to find.
    multiply_adds : int
        For one image.
    """

    name: str
    weights: int
    biases: int
    multiply_adds: int

    @property
    def parameters(self) -> int:
        """Weights and biases together."""
        return self.weights + self.biases

    def nbytes(self, dtype=np.float32) -> int:
        """Bytes that the weights take."""
        return self.weights * np.dtype(dtype).itemsize


@dataclass(frozen=True)
class Ladder:
    """The same input and output, connected in three ways: dense → locally connected → shared.

    Attributes
    ----------
    input_shape, output_shape : tuple of int
        (H, W, C1) and (H', W', C2).
    dense : Rung
        Every output number has a weight for every input number.
    local : Rung
        Every output number sees one window only, with weights of its own.
    shared : Rung
        All windows use the same weights: the convolution layer.
    """

    input_shape: tuple[int, int, int]
    output_shape: tuple[int, int, int]
    dense: Rung
    local: Rung
    shared: Rung

    @property
    def locality_ratio(self) -> float:
        """How many times fewer weights (and multiply-adds) locality alone needs."""
        return self.dense.weights / self.local.weights

    @property
    def sharing_ratio(self) -> float:
        """How many times fewer weights sharing needs on top of it: H'·W'."""
        return self.local.weights / self.shared.weights

    @property
    def total_ratio(self) -> float:
        """Dense weights for each weight of the convolution layer."""
        return self.dense.weights / self.shared.weights

    def __str__(self) -> str:
        sizes = " → ".join("×".join(map(str, s)) for s in (self.input_shape, self.output_shape))
        lines = [
            f"{sizes}",
            f"{'':18}{'weights':>18} {'in float32':>11} {'biases':>11} {'mult-adds':>18}",
        ]
        for rung in (self.dense, self.local, self.shared):
            lines.append(
                f"{rung.name:18}{rung.weights:>18,} {_readable(rung.nbytes()):>11} "
                f"{rung.biases:>11,} {rung.multiply_adds:>18,}"
            )
        lines.append(
            f"fewer weights: {self.locality_ratio:,.2f} × by locality, "
            f"{self.sharing_ratio:,.2f} × by sharing, {self.total_ratio:,.2f} × in all"
        )
        return "\n".join(lines)


def count_parameters(
    image_shape, filters_shape, *, bias=True, stride=1, padding="valid", dilation=1, groups=1
) -> Ladder:
    """Count the parameters of a convolution layer, and of the layers that would do the same.

    Parameters
    ----------
    image_shape : tuple of int
        (H, W) or (H, W, C1).
    filters_shape : tuple of int
        (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2).
    bias : bool
        Whether biases are counted: one for each feature map where weights are shared, one for
        each output number where they are not.
    stride, padding, dilation, groups
        As in `convkit.conv2d`.

    Returns
    -------
    Ladder
        Print it for a table.

    Raises
    ------
    ValueError, TypeError
        As `convkit.conv2d`, for shapes that do not fit together; and for a batch, since the
        number of images changes no parameter.

    Notes
    -----
    With in = H·W·C1, out = H'·W'·C2 and w = (C1/groups)·K·K weights for a window: dense in·out,
    locally connected out·w, shared C2·w. Weights that meet only padding are counted, as layers
    have them.

    Examples
    --------
    >>> print(count_parameters((32, 32, 3), (3, 5, 5, 64)))
    32×32×3 → 28×28×64
                                 weights  in float32      biases          mult-adds
    dense                    154,140,672    616.6 MB      50,176        154,140,672
    locally connected          3,763,200     15.1 MB      50,176          3,763,200
    shared                         4,800     19.2 kB          64          3,763,200
    fewer weights: 40.96 × by locality, 784.00 × by sharing, 32,112.64 × in all
    """
    if not isinstance(bias, bool):
        raise TypeError(f"bias says whether biases are counted, True or False, got {bias!r}")
    if len(shape_of(image_shape, "image_shape", (32, 32, 3))) > 3:
        raise ValueError(
            f"the number of images changes no parameter: give one image's shape, "
            f"{tuple(image_shape[1:])} instead of {tuple(image_shape)}"
        )
    problem = read_problem(
        image_shape, filters_shape, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    inputs, outputs = prod(problem.image_shape), prod(problem.output_shape)
    window = prod(problem.filters_shape[:3])
    biases = outputs if bias else 0
    return Ladder(
        input_shape=problem.image_shape[1:],
        output_shape=problem.output_shape[1:],
        dense=Rung("dense", inputs * outputs, biases, inputs * outputs),
        local=Rung("locally connected", outputs * window, biases, outputs * window),
        shared=Rung("shared", problem.maps * window, problem.maps * bool(bias), outputs * window),
    )


def _readable(nbytes: int) -> str:
    """Bytes in decimal units: 617 MB, not 588 MiB."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if nbytes >= size:
            return f"{nbytes / size:,.1f} {unit}"
    return f"{nbytes} B"
