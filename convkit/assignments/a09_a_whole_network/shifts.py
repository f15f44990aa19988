"""Exercise 9.7: do these maps move along with their image? A test for equivariance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convkit.check.draw import Draw
from convkit.check.exercise import Probe


@dataclass
class Comparison:
    """Which numbers are compared with which, and how; every step open to change."""

    maps: np.ndarray  # (H, W, C), before the image was moved
    shifted_maps: np.ndarray  # (H, W, C), afterwards
    down: int
    right: int

    def __post_init__(self):
        self.pair: Callable = overlap
        self.far: Callable = lambda one, other: np.abs(one - other)
        self.most = 1e-6
        self.verdict: Callable = np.all

    def carry_out(self):
        one, other = self.pair(self.maps, self.shifted_maps, self.down, self.right)
        return bool(self.verdict(self.far(one, other) <= self.most))


def overlap(maps, shifted, down, right):
    """What stood at [i, j] should now stand at [i + down, j + right]."""
    rows, columns = maps.shape[:2]
    return maps[: rows - down, : columns - right], shifted[down:, right:]


def moves_along(maps, shifted_maps, down, right):
    """The definition, number by number."""
    H, W, C = maps.shape
    return all(
        abs(maps[i, j, c] - shifted_maps[i + down, j + right, c]) <= 1e-6
        for i in range(H - down)
        for j in range(W - right)
        for c in range(C)
    )


def shift_probes(seed: str) -> list[Probe]:
    """Parts 0 moved in one direction, 1 in both. The right answer is sometimes yes, often no."""
    draw, probes = Draw(seed, "shifts"), []
    for part, moves in ((0, ((1, 0), (0, 2))), (1, ((1, 2), (2, 1)))):
        for down, right in moves:
            H = draw.whole(5, 6)
            maps = draw.filters((H, H + draw.whole(1, 2), draw.whole(2, 3)))
            for shifted in _cases(draw, maps, down, right):
                probes.append(Probe(part, (maps, shifted), {"down": down, "right": right}))
    return probes


def _cases(draw, maps, down, right):
    """Maps that moved along, and others that look like it to one wrong test or another."""
    moved = _moved(draw, maps, down, right)
    H, W, C = maps.shape
    yield moved
    yield moved + 1e-9 * maps  # as after a convolution: only rounding differs
    yield np.roll(maps, (down, right), axis=(0, 1))  # what went out came in again
    yield maps.copy()  # stayed
    yield np.roll(maps, (-down, -right), axis=(0, 1))  # moved the other way
    for i, j, c, by in ((H - 1, W - 1, 0, -1), (down, right, C - 1, 1), (H - 1, right, C - 1, -1)):
        other = moved.copy()
        other[i, j, c] += by  # one number differs
        yield other
    below = moved.copy()
    below[down:, right:] -= 0.5  # every number differs, in one direction
    yield below
    turned = moved.copy()  # the same numbers elsewhere: every mean is right
    turned[down:, right:] = turned[down:, right:][::-1, ::-1]
    yield turned
    yield _moved(draw, maps, right, down)  # rows and columns exchanged
    yield draw.filters(maps.shape)  # nothing to do with it


def _moved(draw, maps, down, right):
    """Maps moved down and to the right; what comes in from outside is new."""
    shifted = draw.filters(maps.shape) + 0.25
    one, _ = overlap(maps, maps, down, right)
    shifted[down:, right:] = one
    return shifted


def small_shifts() -> list[Probe]:
    maps = np.arange(1.0, 7).reshape(2, 3, 1)
    cases = []
    for down, right in ((0, 1), (1, 0), (1, 1)):
        moved = np.zeros_like(maps)
        moved[down:, right:] = overlap(maps, maps, down, right)[0]
        other = moved.copy()
        other[-1, -1] -= 1
        below = moved.copy()
        below[down:, right:] -= 1
        turned = moved.copy()
        turned[down:, right:] = turned[down:, right:][::-1, ::-1]
        back = np.roll(maps, (-down, -right), axis=(0, 1))
        for shifted in (moved, moved + 1e-9, maps, back, other, below, turned):
            cases.append(Probe(down * right, (maps, shifted), {"down": down, "right": right}))
    maps = np.arange(1.0, 9).reshape(2, 2, 2)
    other = maps.copy()
    other[1:, :, :] = maps[:1]
    other[1, 1, 1] += 1
    return [*cases, Probe(0, (maps, other), {"down": 1, "right": 0})]
