"""How large `winograd` makes its tiles, the pieces of its products, and its blocks.

All of it follows from what was measured: how long numbers take beside the products, how wide a
product should be, and what the caches of a core hold.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

from convkit.methods.products import UNPACKED, WIDTH
from convkit.methods.tiles import tile_count
from convkit.problem import Problem

BLOCK_BYTES = 3 * 2**20  # of tiles, evaluated: more would leave the third-level cache
READ_AGAIN = 4  # each block reads all filters: it may be large, a quarter of them
TILES = (3, 4, 5, 6, 8)  # with more points the error grows faster than the savings
FEWEST_TILES = 24  # of a block: with fewer, filters are read too often
# What the work beside the products costs, in multiplications: the transforms of a number, and
# reading a filter's number from beyond the second-level cache.
TRANSFORM_COST, READ_COST = 16, 12
MAKE_COST = 150  # making a filter's number, in a single call


@lru_cache(maxsize=1024)
def tile_results(problem: Problem) -> tuple[int, int]:
    """Choose m, the results of a tile, for rows and columns: the pair with the least work.

    For each channel and map, a place takes one multiplication for each tile; beside them stand
    the transforms, which matter for few channels and maps, and the filters, which are read once
    for each block of tiles and matter for few tiles.
    """
    channels, maps = problem.channels // problem.groups, problem.maps // problem.groups
    parts = zip(problem.output_size, problem.dilation, strict=True)
    sizes = [-(-size // dilation) for size, dilation in parts]  # of the phases

    def work(results):
        axes = zip(results, problem.kernel, problem.stride, strict=True)
        places = prod((m - 1) * min(k, s) + k for m, k, s in axes)
        tiles = problem.batch * prod(-(-s // m) for s, m in zip(sizes, results, strict=True))
        blocks = -(-tiles * places * channels * problem.dtype.itemsize // BLOCK_BYTES)
        filters = READ_COST * blocks if problem.planned else READ_COST * blocks + MAKE_COST
        return places * (tiles * (1 + TRANSFORM_COST / channels + TRANSFORM_COST / maps) + filters)

    taps = [-(-k // s) for k, s in zip(problem.kernel, problem.stride, strict=True)]
    choices = [[size - t + 1 for size in TILES if size > t] if t > 1 else [1] for t in taps]
    return min(product(*choices), key=work)


def product_width(maps: int, depth: int, tiles: int) -> int:
    """Maps to multiply at once: the largest divisor up to `WIDTH`, if it is not too small.

    Half of that where it lets all tiles meet the filters at once, which then are read only once.
    """
    unpacked = UNPACKED // max(1, depth * tiles)
    most = WIDTH // 2 if WIDTH // 2 <= unpacked < WIDTH else WIDTH
    width = next(width for width in range(min(most, maps), 0, -1) if maps % width == 0)
    return width if width >= 16 else maps


def blocks(problem: Problem, prepared, sharers: int):
    """Cut into blocks of about `BLOCK_BYTES` evaluated pixels: (images, (first, last) tile row).

    Half as large where threads share the outer cache; larger where filters are, which each block
    reads anew.
    """
    down, across = tile_count(problem, 0, prepared.rows), tile_count(problem, 1, prepared.columns)
    places, _, depth, width = prepared.filters.shape[1:]
    room = max(BLOCK_BYTES / min(sharers, 2), prepared.filters[0].nbytes / READ_AGAIN)
    rows_at_once = room / (across * places * depth * problem.dtype.itemsize)
    images_at_once = max(1, int(rows_at_once / down))
    # Blocks of about equal size: a small last one would make small, slow products.
    count = max(1, round(down / max(1, rows_at_once)))
    unpacked = UNPACKED // (depth * width)
    if unpacked >= FEWEST_TILES:
        count = max(count, -(-down // max(1, unpacked // across)))
    for begin in range(0, problem.batch, images_at_once):
        for block in range(count):
            tile_rows = (down * block // count, down * (block + 1) // count)
            yield slice(begin, begin + images_at_once), tile_rows
