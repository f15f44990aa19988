"""winograd: fewer multiplications, by evaluating tiles of the image at a few points.

    Y = Aᵀ [ Σ_p (G W Gᵀ) · (Bᵀ X B) ] A        for every tile X of (m + r − 1)² pixels

Along one axis m results of r taps take m + r − 1 multiplications instead of m·r (`cook_toom`).
Nested over rows and columns, F(4×4, 3×3) needs 36 where the definition needs 144. Over channels
nothing is nested: for each of the 36 places there is one matrix product, tiles × C1 times C1 × C2.

Everything is done in blocks of whole rows of tiles that stay in a core's second-level cache; the
transforms are matrix products too, stacked, so that Python is called a dozen times for a block.

Cost: N·H'·W'·C1·C2·(m+r−1)²/m² multiplications, ≈ K²/((m+r−1)²/m²) times fewer than direct
summation, and transforms that grow with C1 + C2 only. Work space: a few blocks, about 2 MB.
Transformed filters are (m+r−1)²/r² times as large as the filters.
Rounding, larger than direct summation's because Bᵀ X B holds differences of large numbers:
see `ERRORS` for what `benchmarks/errors.py` measured.
Source: S. Winograd, doi:10.1137/1.9781611970364; A. Lavin, S. Gray, doi:10.1109/CVPR.2016.435.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, short_correlation
from convkit.methods.method import Method
from convkit.methods.phases import groups, phases
from convkit.problem import Problem

BLOCK_BYTES = 2**20  # of tiles, evaluated: about one core's second-level cache
LARGEST_TILE = 8  # with more points the error grows faster than the savings


@dataclass(frozen=True)
class Prepared:
    """What `prepare` makes: the short correlations of both axes, and filters evaluated.

    `filters` is (groups, tile·tile, C2/width, C1, width): C2 cut into pieces of `width` maps,
    the width at which a BLAS is fastest.
    """

    rows: ShortCorrelation
    columns: ShortCorrelation
    filters: np.ndarray
    image_rows: np.ndarray
    image_columns: np.ndarray
    result_rows: np.ndarray
    result_columns: np.ndarray


def refuses(problem: Problem) -> str | None:
    """It takes stride 1 and kernels up to 5 × 5."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    if problem.stride != (1, 1):
        return f"tiles of results need stride 1, got {problem.stride}"
    if max(problem.kernel) > 5 or max(problem.kernel) < 2:
        return f"kernels of 2 to 5 rows or columns, got {problem.kernel}"
    return None


def tile_results(problem: Problem, axis: int) -> int:
    """Choose m: results of a tile along one axis."""
    taps, size = problem.kernel[axis], -(-problem.output_size[axis] // problem.dilation[axis])
    if taps == 1:
        return 1
    return min(4, max(2, size))


def prepare(filters, problem: Problem) -> Prepared:
    """Evaluate the filters at the points: G W Gᵀ for every channel and map."""
    rows, columns = (
        short_correlation(tile_results(problem, axis), problem.kernel[axis]) for axis in (0, 1)
    )
    dtype = problem.dtype
    depth, _, _, maps = filters.shape
    both = np.kron(rows.filters, columns.filters).astype(dtype)  # (tile·tile, K·K)
    places = filters.transpose(1, 2, 0, 3).reshape(both.shape[1], depth * maps)
    evaluated = (both @ places).reshape(len(both), depth, problem.groups, -1)
    per_group = maps // problem.groups
    width = piece(per_group)
    pieces = evaluated.reshape(len(both), depth, problem.groups, per_group // width, width)
    return Prepared(
        rows=rows,
        columns=columns,
        filters=np.ascontiguousarray(pieces.transpose(2, 0, 3, 1, 4)),
        image_rows=rows.image.astype(dtype),
        image_columns=columns.image.astype(dtype),
        result_rows=rows.result.astype(dtype),
        result_columns=columns.result.astype(dtype),
    )


def piece(maps: int) -> int:
    """Maps for one product: the largest divisor up to 64, if it is not too small."""
    width = next(width for width in range(min(64, maps), 0, -1) if maps % width == 0)
    return width if width >= 16 else maps


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through groups and phases of dilation, each a plain convolution."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            _run_plain(
                image[image_index][..., channels],
                prepared,
                prepared.filters[channels.start // one.channels],
                one,
                out[out_index][..., maps],
                scratch,
            )


def _run_plain(image, prepared, filters, problem, out, scratch) -> None:
    """Stride 1, no dilation, one group: block after block of tiles."""
    height, width = problem.output_size
    m_rows, m_columns = prepared.rows.results, prepared.columns.results
    tile_rows, tile_columns = -(-height // m_rows), -(-width // m_columns)
    per_row = tile_columns * prepared.rows.tile * prepared.columns.tile * problem.channels
    rows_at_once = max(1, BLOCK_BYTES // (per_row * problem.dtype.itemsize))
    images_at_once = max(1, rows_at_once // tile_rows)
    # Blocks of equal size: a small last block would leave the products too small.
    blocks = -(-tile_rows // min(rows_at_once, tile_rows))
    for begin in range(0, problem.batch, images_at_once):
        some = slice(begin, begin + images_at_once)
        for block in range(blocks):
            first, last = tile_rows * block // blocks, tile_rows * (block + 1) // blocks
            _run_block(image[some], prepared, filters, problem, out[some], (first, last), scratch)


def _run_block(image, prepared, filters, problem, out, tile_rows, scratch) -> None:
    """Tile rows `tile_rows` of a few images: evaluate, multiply, go back."""
    dtype, (first, last) = problem.dtype, tile_rows
    rows, columns = prepared.rows, prepared.columns
    batch, channels, maps = len(image), problem.channels, problem.maps
    across, down = -(-problem.output_size[1] // columns.results), last - first
    tiles = batch * down * across
    height = (down - 1) * rows.results + rows.tile  # pixel rows that the tiles cover

    # Buffers take turns: what a step reads may be overwritten by the step after it.
    def buffer(name, *shape):
        return scratch(name, shape, dtype)

    pixels = buffer("one", columns.tile, batch * height, across * channels)
    _gather(
        image, problem, columns.results, first * rows.results,
        pixels.reshape(columns.tile, batch, height, across, channels),
    )  # fmt: skip
    # X B, over columns: (tile, tile) · (tile, across·C1) for every row of pixels
    half = buffer("two", columns.tile, batch * height, across * channels)
    np.matmul(prepared.image_columns, pixels.transpose(1, 0, 2), out=half.transpose(1, 0, 2))
    # Bᵀ (X B), over rows, which overlap from tile to tile
    plane, row, _ = half.strides
    overlapping = np.lib.stride_tricks.as_strided(
        half,
        (columns.tile, batch, down, rows.tile, across * channels),
        (plane, height * row, rows.results * row, row, half.itemsize),
    )
    evaluated = buffer("one", rows.tile, columns.tile, batch, down, across * channels)
    np.matmul(prepared.image_rows, overlapping, out=evaluated.transpose(1, 2, 3, 0, 4))
    # One product for each of the tile·tile places: (tiles, C1) · (C1, width)
    places, pieces, _, width = filters.shape
    products = buffer("two", places, tiles, pieces, width)
    np.matmul(
        evaluated.reshape(places, 1, tiles, channels), filters, out=products.transpose(0, 2, 1, 3)
    )
    # Aᵀ (·) A: rows, then columns
    products = products.reshape(rows.tile, columns.tile, tiles * maps)
    half = buffer("one", rows.results, columns.tile, tiles * maps)
    np.matmul(prepared.result_rows, products.transpose(1, 0, 2), out=half.transpose(1, 0, 2))
    results = buffer("two", rows.results, columns.results, tiles * maps)
    np.matmul(prepared.result_columns, half, out=results)
    _scatter(
        results.reshape(rows.results, columns.results, batch, down, across, maps),
        out[:, first * rows.results : last * rows.results],
    )


def _gather(image, problem: Problem, step: int, first: int, pixels) -> None:
    """pixels[j, :, :, t] = padded image[:, first row and on, t·step + j], zero outside."""
    (top, _), (left, _) = problem.pads
    image_height, image_width = problem.image_size
    places, _, height, across, _ = pixels.shape
    begin = min(max(first - top, 0), image_height)
    end = max(min(first - top + height, image_height), begin)
    above = min(max(begin - (first - top), 0), height) if end > begin else height
    below = above + end - begin
    pixels[:, :, :above] = 0
    pixels[:, :, below:] = 0
    for place in range(places):
        # Columns t·step + place − left that lie inside the image
        left_tiles = min(max(-((place - left) // step), 0), across)
        right_tiles = min(max((image_width - 1 - place + left) // step + 1, left_tiles), across)
        target = pixels[place, :, above:below]
        target[:, :, :left_tiles] = 0
        target[:, :, right_tiles:] = 0
        if right_tiles > left_tiles:
            start = left_tiles * step + place - left
            stop = start + (right_tiles - left_tiles - 1) * step + 1
            target[:, :, left_tiles:right_tiles] = image[:, begin:end, start:stop:step]


def _scatter(results, out) -> None:
    """results[y, x, :, s, t] goes to row s·m + y and column t·m + x; what sticks out is dropped."""
    m_rows, m_columns = results.shape[:2]
    for y in range(m_rows):
        for x in range(m_columns):
            target = out[:, y::m_rows, x::m_columns]
            target[...] = results[y, x][:, : target.shape[1], : target.shape[2]]


METHOD = Method("winograd", refuses, prepare, run, larger_rounding=True)
