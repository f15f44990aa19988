"""split_rows: fewer multiplications over rows, a Toeplitz matrix over columns.

For large kernels and for few channels. The rows of the kernel are split into q blocks of r, each
is one short correlation F(m, r) over rows (`cook_toom`), and with m = r or q = 1 all blocks share
the evaluated image: block u of tile row t meets what block 0 meets in tile row t + u. So

    Y = Aᵀ Σ_u [ (G W_u) ⋆ (Bᵀ X_{t+u}) ]

where ⋆ goes along columns only, and over channels: for each of the points a convolution with a
kernel of q × K, which `mec` lowers and, with few maps, a Toeplitz matrix makes wide.

Many rows are split twice. Rows i·r + j of the kernel are rows j of blocks i: a short correlation
of blocks, whose products are short correlations within a block. F(4,4) in F(4,4) has 49 products
for 16 results of 16 rows. One F(16,16) would have 31, but no accuracy; and the matrices of the
two are so small that both are applied, one after the other, in the time of a copy or two.

Cost: (m + r − 1)/m · q/K times the multiply-adds of `toeplitz`, 1/5 of them for 15 × 15.
Work space: a few blocks of `BLOCK_BYTES`.
Rounding in float32, relative to the results' root mean square, and the largest of several draws:
1e-6, largest 1e-5, for 3 × 3; 2e-6, largest 3e-5, for 15 × 15; 3e-6, largest 3e-5, for 31 × 31;
with an offset of 100 on the image 3e-5, largest 3e-4 (`benchmarks/errors.py`).
Source: as `cook_toom`; their use with a Toeplitz matrix is our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, short_correlation
from convkit.methods.mec import lower, overlapping
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups, phases
from convkit.methods.products import transform
from convkit.methods.tiles import evaluate_rows, flat_rows, whole_and_rest
from convkit.problem import Problem

BLOCK_BYTES = 2**21  # of evaluated and lowered rows
COLUMNS = 16  # of each product, at least: one AVX-512 register of float32
WIDE_KERNEL = 12  # columns from which two registers pay
# How rows are split: once, or into blocks that are split again, (m, r) of each.
ONCE = ((2, 2), (3, 3), (4, 4))
TWICE = (((2, 2), (4, 4)), ((3, 3), (3, 3)), ((3, 3), (4, 4)), ((4, 4), (4, 4)))
OVERHEAD = 60  # multiplications in whose time a number is evaluated, lowered and brought back


@dataclass(frozen=True)
class Prepared:
    """Filters evaluated over rows, as matrices (groups, products, q·window, B·C2).

    `levels` are the short correlations, that of blocks first, with their matrices Bᵀ and Aᵀ.
    """

    levels: tuple[ShortCorrelation, ...]
    blocks: int  # q
    neighbors: int  # B, neighboring results of a row that one product makes
    filters: np.ndarray
    image: tuple[np.ndarray, ...]
    result: tuple[np.ndarray, ...]

    @property
    def results(self) -> int:
        """Rows of results under one row of tiles."""
        return prod(level.results for level in self.levels)


def refuses(problem: Problem) -> str | None:
    """It takes stride 1 and at least two rows."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    if problem.stride != (1, 1):
        return f"tiles of results need stride 1, got {problem.stride}"
    if problem.kernel[0] < 2:
        return "a kernel of one row has no rows to split"
    return None


def split(problem: Problem) -> tuple[tuple[ShortCorrelation, ...], int]:
    """Choose the short correlations, and q: those with the least work for each result."""
    taps = problem.kernel[0]
    options = [((m, taps),) for m in (2, 3, 4) if m + taps - 1 <= 8]
    options += [(once,) for once in ONCE] + list(TWICE)

    def work(option):
        results, rows = prod(m for m, _ in option), prod(r for _, r in option)
        products = prod(m + r - 1 for m, r in option)
        window = problem.kernel[1] + neighbors(problem) - 1
        return products / results * (-(-taps // rows) * window + OVERHEAD)

    best = min(options, key=work)
    return tuple(short_correlation(*each) for each in best), -(-taps // prod(r for _, r in best))


def neighbors(problem: Problem) -> int:
    """B: results of a row that one product makes. Wider products are faster, but wasteful."""
    columns = COLUMNS if problem.kernel[1] < WIDE_KERNEL else 2 * COLUMNS
    return -(-columns // (problem.maps // problem.groups))


def prepare(filters, problem: Problem) -> Prepared:
    """G W_u for every block of rows, its columns spread into a Toeplitz matrix."""
    levels, blocks = split(problem)
    evaluate = np.eye(1)
    for level in levels:
        evaluate = np.kron(evaluate, level.filters)  # (products, taps)
    depth, rows, columns, maps = filters.shape
    maps //= problem.groups
    count = neighbors(problem)
    wide = columns + count - 1
    shape = (depth, blocks * evaluate.shape[1], columns, problem.groups * maps)
    padded = np.zeros(shape, problem.dtype)
    padded[:, :rows] = filters
    parts = padded.reshape(depth, blocks, -1, columns, problem.groups, maps)
    evaluated = np.einsum("ar,curngo->gaunco", evaluate, parts)
    matrix = np.zeros(
        (problem.groups, len(evaluate), blocks, wide, depth, count, maps), problem.dtype
    )
    for result in range(count):
        matrix[:, :, :, result : result + columns, :, result] = evaluated
    return Prepared(
        levels=levels,
        blocks=blocks,
        neighbors=count,
        filters=matrix.reshape(problem.groups, len(evaluate), -1, count * maps),
        image=tuple(level.image.astype(problem.dtype) for level in levels),
        result=tuple(level.result.astype(problem.dtype) for level in levels),
    )


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups and images, a few rows of tiles at a time."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels = flat_rows(image[image_index][..., channels], scratch)
            results = out[out_index][..., maps]
            filters = prepared.filters[channels.start // one.channels]
            down = -(-one.output_size[0] // prepared.results)
            count = -(-down // tile_rows_at_once(one, prepared))
            edges = [down * block // count for block in range(count + 1)]
            for index in range(one.batch):
                for tile_rows in pairwise(edges):
                    first, last = (row * prepared.results for row in tile_rows)
                    _run_block(
                        pixels[index : index + 1],
                        prepared,
                        filters,
                        one,
                        results[index, first:last],
                        tile_rows,
                        scratch,
                    )


def tile_rows_at_once(problem: Problem, prepared: Prepared) -> int:
    """As many as keep the block small, but several times the q − 1 that blocks share."""
    columns = problem.output_size[1] + problem.kernel[1]
    products = prepared.filters.shape[1]
    per_row = products * columns * problem.channels * problem.dtype.itemsize
    return max(1, BLOCK_BYTES // per_row - prepared.blocks + 1, prepared.blocks)


def _run_block(image, prepared, filters, problem, out, tile_rows, scratch) -> None:
    """Result rows under `tile_rows` of one image; out is (rows, W', C2)."""
    width, maps, count = problem.output_size[1], problem.maps, prepared.neighbors
    across, down = -(-width // count), tile_rows[1] - tile_rows[0]
    window = problem.kernel[1] + count - 1
    covered = (across - 1) * count + window
    needed = (tile_rows[0], tile_rows[1] + prepared.blocks - 1)
    half = _evaluate(image, prepared, problem, needed, covered, scratch)
    planes = half.reshape(*half.shape[:2], covered, problem.channels).swapaxes(0, 1)
    # (products, tile rows, columns, C1) → (products, columns/B, tile rows, window·C1)
    lowered = lower(planes, across, window * problem.channels, count, scratch)
    matrices = overlapping(lowered, down, 1, filters.shape[1])
    products = scratch("products", (len(filters), down, across, count * maps), out.dtype)
    np.matmul(matrices, filters[:, None], out=products)
    side_by_side = out.strides[1:] == (maps * out.itemsize, out.itemsize)
    target = out if side_by_side else scratch("rows", out.shape, out.dtype)
    lines = products.reshape(len(filters), down, -1)
    _finish(lines, prepared, target.reshape(len(target), width * maps), scratch)
    if not side_by_side:
        out[...] = target


def _evaluate(image, prepared, problem, tile_rows, covered, scratch):
    """Bᵀ over rows, on each level: (tile rows, products, columns · C1)."""
    *outer, inner = prepared.levels
    matrix = prepared.image[-1]
    if not outer:
        return evaluate_rows(image, inner, matrix, problem, tile_rows, covered, scratch)[0]
    first, last = tile_rows
    step, tile = outer[0].results, outer[0].tile  # in rows of blocks
    some = (first * step, (last - 1) * step + tile)
    blocks = evaluate_rows(image, inner, matrix, problem, some, covered, scratch)[0]
    blocks = blocks.reshape(len(blocks), -1)  # (rows of blocks, products · columns · C1)
    row, number = blocks.strides
    tiles = np.ndarray(  # neighboring ones overlap
        (last - first, tile, blocks.shape[1]),
        blocks.dtype,
        buffer=blocks,
        strides=(step * row, row, number),
    )
    shape = (last - first, outer[0].products, blocks.shape[1])
    evaluated = scratch("evaluated", shape, blocks.dtype)
    transform(prepared.image[0], tiles, evaluated)
    return evaluated.reshape(last - first, outer[0].products * inner.products, -1)


def _finish(lines, prepared, out, scratch) -> None:
    """Aᵀ over the products (products, tile rows, ≥ W'·C2), into rows of results (rows, W'·C2)."""
    *outer, inner = prepared.levels
    _, down, length = lines.shape
    lines = lines.reshape(-1, inner.products, down, length)  # (outer products, inner, …)
    if outer:
        sums = scratch("sums", (outer[0].results, *lines.shape[1:]), lines.dtype)
        flat = lines.reshape(len(lines), -1)
        transform(prepared.result[0], flat, sums.reshape(len(sums), -1))
        lines = sums
    lines = lines.transpose(2, 0, 1, 3)[..., : out.shape[1]]  # (tile rows, blocks, products, W'·C2)
    for tiles, rows, part in whole_and_rest(len(out), prepared.results):
        some = out[part].reshape(-1, rows, out.shape[1])
        for blocks, y, place in whole_and_rest(rows, inner.results):
            target = some[:, place].reshape(len(some), -1, y, out.shape[1])
            transform(prepared.result[-1][:y], lines[tiles, blocks], target)


METHOD = Method(
    "split_rows",
    refuses,
    prepare,
    run,
    larger_rounding=True,
    wishes=(Wish(4.2, lambda problem, limits: group_sizes(problem) == (1, 1)),),
    trials=Trials(
        rows=(2, 3, 4, 5, 7, 9, 15, 18),
        columns=(1, 2, 3, 5, 16, 22),
        strides=(1,),
        every_block=("_run_block", 3),
    ),
)
