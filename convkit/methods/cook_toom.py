"""Cook and Toom's short correlations F(m, r): m results of an r-tap filter from m + r − 1 products.

Multiplying two polynomials takes one product for each point at which both are evaluated; turned
round (transposed), the same three matrices correlate:

    y = Aᵀ [ (G w) · (Bᵀ x) ]      x: m + r − 1 pixels,  w: r weights,  y: m results

The matrices follow from the points by exact rational arithmetic and are rounded once, at the end.

Source: S. Winograd, "Arithmetic Complexity of Computations", SIAM, 1980,
doi:10.1137/1.9781611970364; A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural
Networks", CVPR 2016, doi:10.1109/CVPR.2016.435.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

# The error depends on the points: of all choices from {0, ±1, ±1/2, ±2, ±1/4, ±4, ±2/3, ±3/2} the
# first four, five and seven of these had the smallest; a bad choice is up to 600 times worse.
POINTS = tuple(map(Fraction, ("0", "1", "-1", "-2", "1/2", "-1/2", "2", "4", "-1/4", "1/4")))


@dataclass(frozen=True, eq=False)
class ShortCorrelation:
    """F(results, taps) along one axis, in float64.

    Attributes
    ----------
    image, filters, result : ndarray
        Bᵀ (products, tile), G (products, taps), Aᵀ (results, products).
    results, taps : int
        m and r.
    tile : int
        Pixels read, m + r − 1, or (m − 1)·S + r with a stride of S.
    products : int
        Multiplications: as many as `tile`, or more if strided.
    """

    image: np.ndarray
    filters: np.ndarray
    result: np.ndarray

    @property
    def results(self) -> int:
        return len(self.result)

    @property
    def taps(self) -> int:
        return self.filters.shape[1]

    @property
    def tile(self) -> int:
        return self.image.shape[1]

    @property
    def products(self) -> int:
        return len(self.image)


@cache
def short_correlation(results: int, taps: int) -> ShortCorrelation:
    """Build F(results, taps).

    Raises
    ------
    ValueError
        If it needs more points than `POINTS` has: its errors would be useless anyway.

    Examples
    --------
    >>> f = short_correlation(2, 3)
    >>> x, w = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, -1.0])
    >>> f.result @ ((f.filters @ w) * (f.image @ x))     # 4 products, not 6
    array([-2., -2.])
    """
    result, filters, image = exact(results, taps)
    return ShortCorrelation(_floats(image), _floats(filters), _floats(result))


@cache
def strided_correlation(results: int, taps: int, stride: int) -> ShortCorrelation:
    """F(results, taps) for a window that moves by `stride` pixels.

    Pixels whose places leave the same remainder, divided by the stride, only ever meet the taps
    that leave it too: a short correlation with fewer taps for each remainder, and their sum.

    Examples
    --------
    >>> f = strided_correlation(4, 3, 2)
    >>> f.results, f.taps, f.tile, f.products     # the definition has 12 products
    (4, 3, 9, 9)
    """
    if stride == 1:
        return short_correlation(results, taps)
    images, filters, sums = [], [], []
    for remainder in range(min(stride, taps)):
        fewer = len(range(remainder, taps, stride))
        if fewer == 1:  # one tap has nothing to save
            part = ShortCorrelation(np.eye(results), np.ones((results, 1)), np.eye(results))
        else:
            part = short_correlation(results, fewer)
        pixels = slice(remainder, remainder + (part.tile - 1) * stride + 1, stride)
        images.append(np.zeros((part.products, (results - 1) * stride + taps)))
        images[-1][:, pixels] = part.image
        filters.append(np.zeros((part.products, taps)))
        filters[-1][:, remainder::stride] = part.filters
        sums.append(part.result)
    return ShortCorrelation(np.vstack(images), np.vstack(filters), np.hstack(sums))


def exact(results: int, taps: int):
    """Aᵀ, G and Bᵀ as lists of `Fraction`.

    A polynomial of degree n − 1 is its coefficients or its values at n points, of which the last
    is infinity, where the value is the leading coefficient. `_vandermonde` goes from the first
    to the second, its inverse back.
    """
    tile = results + taps - 1
    if min(results, taps) < 1 or tile - 1 > len(POINTS):
        raise ValueError(
            f"F({results}, {taps}) needs {tile - 1} points, at least 0 and at most {len(POINTS)}"
        )
    points = POINTS[: tile - 1]
    filters = _vandermonde(points, taps)  # (tile, taps)
    image = _transpose(_inverse(_vandermonde(points, tile)))  # (tile, tile)
    result = _transpose(_vandermonde(points, results))  # (results, tile)
    for row in range(tile):
        # A factor may move between Bᵀ and G. A power of two costs no rounding; this one gives the
        # two rows about equal weight, so that neither image nor filter is blown up.
        factor = _power_of_two(_weight(filters[row]) / _weight(image[row]))
        image[row] = [value * factor for value in image[row]]
        filters[row] = [value / factor for value in filters[row]]
    return result, filters, image


def _vandermonde(points, terms: int):
    """Row p holds 1, p, p², …; the last row is the point at infinity."""
    rows = [[point**power for power in range(terms)] for point in points]
    return [*rows, [Fraction(int(power == terms - 1)) for power in range(terms)]]


def _inverse(matrix):
    """Gauss and Jordan's elimination; exact, as the numbers are fractions."""
    size = len(matrix)
    unit = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    rows = [[*row, *unit_row] for row, unit_row in zip(matrix, unit, strict=True)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for other in range(size):
            factor = rows[other][column]
            if other != column and factor:
                pairs = zip(rows[other], rows[column], strict=True)
                rows[other] = [value - factor * above for value, above in pairs]
    return [row[size:] for row in rows]


def _transpose(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def _weight(row) -> Fraction:
    return sum(map(abs, row))


def _power_of_two(ratio: Fraction) -> Fraction:
    """The power of two nearest to the square root of `ratio`."""
    return Fraction(2) ** round(np.log2(float(ratio)) / 2)


def _floats(matrix) -> np.ndarray:
    return np.array([[float(value) for value in row] for row in matrix])
