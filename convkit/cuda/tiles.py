"""Which tile a kernel uses, and into how many parts it cuts the sum: the least time.

A block computes a tile of pixels × maps of the result. A large tile reads each number for more
products; a small one is less empty at the edges of a small layer, and gives more blocks. Where even
those are too few for all multiprocessors, the sum itself is cut into parts, which
`convkit/cuda/reduce.cu` adds up.

The time is estimated in clocks, from what a block must multiply, read through L2 and write. The
constants are those of an H200; on other GPUs their proportions are much the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod

from convkit.cuda.launch import ceil_divide
from convkit.problem import Problem

MULTIPROCESSORS = 132
L2_BYTES, HBM_BYTES = 27, 19  # that each multiprocessor gets in one clock (1.7 GHz; 6, 4.3 TB/s)
START = 2_000  # clocks before the first product of a block, and after its last result
LAUNCH = 8_000  # clocks until one more kernel runs: 5 µs
FEWEST_SLICES, MOST_PARTS = 4, 8  # of a part of the sum; of a sum
GRID = 65_535  # blocks along the second and third axis


@dataclass(frozen=True)
class Tile:
    """What one block computes: `pixels` × `maps`.

    `efficiency` is what part of the core's products its main loop reaches, if tiles differ in it.
    """

    pixels: int
    maps: int
    efficiency: float = field(default=1.0, compare=False)

    def __str__(self) -> str:
        return f"{self.pixels}x{self.maps}"


@dataclass(frozen=True)
class Core:
    """What a kernel multiplies with.

    Attributes
    ----------
    terms : int
        Of the sum, in one round of its main loop.
    number_bytes : int
        Of a number that is multiplied.
    products : int
        Multiply-adds of a multiprocessor in one clock.
    """

    terms: int
    number_bytes: int
    products: float


_other: ContextVar[Callable | None] = ContextVar("what chooses instead", default=None)


@contextmanager
def choosing(choose: Callable[[Problem, tuple[Tile, ...], Core], tuple[Tile, int]]):
    """Within this block, in this thread, `choose` takes the place of `best_tile`."""
    token = _other.set(choose)
    try:
        yield
    finally:
        _other.reset(token)


def best_tile(problem: Problem, tiles: tuple[Tile, ...], core: Core) -> tuple[Tile, int]:
    """The tile, and the number of parts of the sum, for which `clocks` is least."""
    return (_other.get() or _fastest)(problem, tiles, core)


def slices_of(problem: Problem, core: Core) -> int:
    """Rounds of the main loop that one whole sum takes."""
    return ceil_divide(_terms(problem), core.terms)


@lru_cache(maxsize=1024)
def _fastest(problem: Problem, tiles: tuple[Tile, ...], core: Core) -> tuple[Tile, int]:
    slices = slices_of(problem, core)
    most = min(MOST_PARTS, slices // FEWEST_SLICES, GRID // problem.groups)
    parts = range(1, max(1, most) + 1)
    return min(
        ((tile, splits) for tile in tiles for splits in parts),
        key=lambda choice: clocks(problem, *choice, core),
    )


def clocks(problem: Problem, tile: Tile, splits: int, core: Core) -> float:
    """Clocks that a layer takes at least, in tiles of this size, its sums in `splits` parts."""
    turns = ceil_divide(prod(grid(problem, tile, splits)), MULTIPROCESSORS)
    rounds = ceil_divide(slices_of(problem, core), splits)
    multiplied = tile.pixels * tile.maps * core.terms / (core.products * tile.efficiency)
    read = (tile.pixels + tile.maps) * core.terms * core.number_bytes / L2_BYTES
    number = 4 if splits > 1 else problem.result_dtype.itemsize
    written = tile.pixels * tile.maps * number / L2_BYTES
    time = turns * (START + rounds * max(multiplied, read) + written)
    if splits > 1:
        moved = prod(problem.output_shape) * (4 * splits + problem.result_dtype.itemsize)
        time += LAUNCH + moved / MULTIPROCESSORS / HBM_BYTES
    return time


def grid(problem: Problem, tile: Tile, splits: int = 1) -> tuple[int, int, int]:
    """Blocks: (pixels, maps of a group, groups · parts of the sum)."""
    pixels, maps = prod(problem.output_shape[:3]), problem.maps // problem.groups
    return ceil_divide(pixels, tile.pixels), ceil_divide(maps, tile.maps), problem.groups * splits


def _terms(problem: Problem) -> int:
    return prod(problem.kernel) * problem.channels // problem.groups
