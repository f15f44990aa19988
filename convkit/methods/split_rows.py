"""split_rows: fewer multiplications over rows, a Toeplitz matrix over columns.

For large kernels and for few channels. The rows of the kernel are split into q blocks of r, each
is one short correlation F(m, r) over rows (`cook_toom`), and with m = r or q = 1 all blocks share
the evaluated image: block u of tile row t meets what block 0 meets in tile row t + u. So

    Y = Aᵀ Σ_u [ (G W_u) ⋆ (Bᵀ X_{t+u}) ]

where ⋆ goes along columns only, and over channels: for each of the m + r − 1 points a convolution
with a kernel of q × K, which `mec` lowers and, with few maps, a Toeplitz matrix makes wide.

Cost: (m + r − 1)/m · q/K times the multiply-adds of `toeplitz`, 1/3 of them for 15 × 15.
Work space: about `BLOCK_BYTES`.
Rounding in float32, relative to the results' root mean square: 7e-7, at most 7e-6, for 3 × 3;
6e-7, at most 9e-6, for 15 × 15; 3e-6, at most 3e-5, for 31 × 31 (`benchmarks/errors.py`).
Source: as `cook_toom`; their use with a Toeplitz matrix is our own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, nested, short_correlation
from convkit.methods.mec import lower, overlapping
from convkit.methods.method import Method
from convkit.methods.phases import groups, phases
from convkit.methods.winograd import evaluate_rows, flat_rows, whole_and_rest
from convkit.problem import Problem

BLOCK_BYTES = 2**20  # of evaluated and lowered rows
COLUMNS = 16  # of each product, at least: one AVX-512 register of float32
WIDE_KERNEL = 21  # columns from which two registers pay


@dataclass(frozen=True)
class Prepared:
    """Filters evaluated over rows, as matrices (groups, products, q·window, B·C2)."""

    rows: ShortCorrelation
    blocks: int  # q
    results: int  # B, neighboring results of a row that one product makes
    filters: np.ndarray
    image_rows: np.ndarray
    result_rows: np.ndarray


def refuses(problem: Problem) -> str | None:
    """It takes stride 1 and at least two rows."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    if problem.stride != (1, 1):
        return f"tiles of results need stride 1, got {problem.stride}"
    if problem.kernel[0] < 2:
        return "a kernel of one row has no rows to split"
    return None


def split(taps: int) -> tuple[ShortCorrelation, int]:
    """Choose the short correlation F(m, r) and q, the number of blocks.

    The products count, and for each of the points the work around them, as much as four more.
    """
    options = [(short_correlation(m, taps), 1) for m in (2, 3, 4) if m + taps - 1 <= 8]
    for short in (*map(short_correlation, (2, 3, 4), (2, 3, 4)), nested(2, 4), nested(4, 4)):
        options.append((short, -(-taps // short.taps)))
    return min(options, key=lambda one: one[0].products / one[0].results * (one[1] + 4))


def neighbors(problem: Problem) -> int:
    """B: results of a row that one product makes. Wider products are faster, but wasteful."""
    columns = COLUMNS if problem.kernel[1] < WIDE_KERNEL else 2 * COLUMNS
    return -(-columns // (problem.maps // problem.groups))


def prepare(filters, problem: Problem) -> Prepared:
    """G W_u for every block of rows, its columns spread into a Toeplitz matrix."""
    short, blocks = split(problem.kernel[0])
    depth, rows, columns, maps = filters.shape
    maps //= problem.groups
    count = neighbors(problem)
    wide = columns + count - 1
    padded = np.zeros((depth, blocks * short.taps, columns, problem.groups * maps), problem.dtype)
    padded[:, :rows] = filters
    parts = padded.reshape(depth, blocks, short.taps, columns, problem.groups, maps)
    evaluated = np.einsum("ar,curngo->gaunco", short.filters, parts)
    matrix = np.zeros(
        (problem.groups, short.products, blocks, wide, depth, count, maps), problem.dtype
    )
    for result in range(count):
        matrix[:, :, :, result : result + columns, :, result] = evaluated
    return Prepared(
        rows=short,
        blocks=blocks,
        results=count,
        filters=matrix.reshape(problem.groups, short.products, -1, count * maps),
        image_rows=short.image.astype(problem.dtype),
        result_rows=short.result.astype(problem.dtype),
    )


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups and images, a few rows of tiles at a time."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels = flat_rows(image[image_index][..., channels], scratch)
            results = out[out_index][..., maps]
            filters = prepared.filters[channels.start // one.channels]
            down = -(-one.output_size[0] // prepared.rows.results)
            step = tile_rows_at_once(one, prepared)
            for index in range(one.batch):
                for first in range(0, down, step):
                    _run_block(
                        pixels[index : index + 1], prepared, filters, one, results[index],
                        (first, min(first + step, down)), scratch,
                    )  # fmt: skip


def tile_rows_at_once(problem: Problem, prepared: Prepared) -> int:
    """As many as keep the block small, but several times the q − 1 that blocks share."""
    columns = problem.output_size[1] + problem.kernel[1]
    per_row = prepared.rows.products * columns * problem.channels * problem.dtype.itemsize
    return max(1, BLOCK_BYTES // per_row - prepared.blocks + 1, prepared.blocks)


def _run_block(image, prepared, filters, problem, out, tile_rows, scratch) -> None:
    """Result rows under `tile_rows` of one image; out is (H', W', C2)."""
    (first, last), short, dtype = tile_rows, prepared.rows, problem.dtype
    width, maps, count = problem.output_size[1], problem.maps, prepared.results
    across = -(-width // count)
    window = problem.kernel[1] + count - 1
    covered = (across - 1) * count + window
    needed = (first, last + prepared.blocks - 1)
    half = evaluate_rows(image, short, prepared.image_rows, problem, needed, covered, scratch)
    planes = half.reshape(*half.shape[1:3], covered, problem.channels).swapaxes(0, 1)
    # (tile, tile rows, columns, C1) → (tile, columns/B, tile rows, window·C1)
    lowered = lower(planes, across, window * problem.channels, count, scratch)
    matrices = overlapping(lowered, last - first, 1, filters.shape[1])
    shape = (short.products, last - first, across, count * maps)
    products = scratch("products", shape, dtype)
    np.matmul(matrices, filters[:, None], out=products)
    # Aᵀ over the points, straight into rows of the result
    lines = products.reshape(short.products, last - first, -1)[..., : width * maps].swapaxes(0, 1)
    out = out[first * short.results : last * short.results]
    side_by_side = out.strides[1:] == (maps * out.itemsize, out.itemsize)
    target = out if side_by_side else scratch("rows", out.shape, dtype)
    flat = target.reshape(len(target), width * maps)
    for tiles, rows, part in whole_and_rest(len(out), short.results):
        results = flat[part].reshape(-1, rows, width * maps)
        np.matmul(prepared.result_rows[:rows], lines[tiles], out=results)
    if not side_by_side:
        out[...] = target


METHOD = Method("split_rows", refuses, prepare, run, larger_rounding=True)
