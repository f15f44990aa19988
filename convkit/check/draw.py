"""Numbers drawn from a key: the same on every machine, in every version of NumPy, for ever."""

from __future__ import annotations

import hashlib

import numpy as np

Shape = tuple[int, ...]


class Draw:
    """A source of whole numbers. Equal keys give equal numbers.

    NumPy promises no equal streams between its versions, and a student's numbers must be the
    instructor's too, in the browser as well; so they come from SHAKE-256.

    Examples
    --------
    >>> Draw("public", "1.3").whole(5, 9) == Draw("public", "1.3").whole(5, 9)
    True
    """

    def __init__(self, *key: object):
        self._key = "|".join(map(str, key))
        self._count = 0

    def _numbers(self, count: int) -> np.ndarray:
        self._count += 1
        text = f"{self._key}|{self._count}".encode()
        return np.frombuffer(hashlib.shake_256(text).digest(4 * count), "<u4")

    def whole(self, low: int, high: int) -> int:
        """One number from `low` to `high`, both included."""
        return int(low + int(self._numbers(1)[0]) % (high - low + 1))

    def image(self, shape: Shape) -> np.ndarray:
        """An image of 0.5, 1.5, … 20.5, as float64: with `filters`, no sum is a whole number."""
        return self._pixels(shape, 0, 20) + 0.5

    def photograph(self, shape: Shape, low: int = 0, high: int = 255) -> np.ndarray:
        """An image of whole numbers, as uint8."""
        return self._pixels(shape, low, high).astype(np.uint8)

    def _pixels(self, shape, low, high):
        numbers = self._numbers(int(np.prod(shape))) % (high - low + 1)
        return (numbers.astype(np.int64) + low).reshape(shape).astype(np.float64)

    def filters(self, shape: Shape) -> np.ndarray:
        """Filters whose weights all differ in size, so that no flip leaves them as they are.

        An odd number of the weights are odd halves. Times the odd halves of an image, that is an
        odd number of odd quarters, so no sum is whole: cutting a result to whole numbers shows.
        """
        count = int(np.prod(shape))
        sizes = 0.5 + np.argsort(self._numbers(count), kind="stable")  # 0.5 to …, shuffled
        sizes[0] += 0.5 * (count % 2 == 0)
        signs = np.where(self._numbers(count) % 3 == 0, -1, 1)
        return (sizes * signs).reshape(shape)

    def below_zero(self, shape: Shape) -> np.ndarray:
        """The same with no weight above 0: every sum over an image is negative."""
        return -np.abs(self.filters(shape))


def ascending(shape: Shape) -> np.ndarray:
    """1, 2, 3, … in this shape, as float64: small inputs that people can follow."""
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape)


def one_at(shape: Shape, *place: int) -> np.ndarray:
    """Zeros in this shape, and a single 1."""
    array = np.zeros(shape)
    array[place] = 1
    return array
