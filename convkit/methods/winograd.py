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
Rounding, larger than direct summation's because Bᵀ X B holds differences of large numbers. In
float32, relative to the results' root mean square (rms): F(4,3) 1e-6, at most 1e-5; F(6,3)
3e-6, at most 5e-5; F(4,5) 3e-6, at most 3e-5; direct summation 4e-7, at most 5e-6. Where sums
cancel, with an offset of 100 on the image, all of them lose alike: 2e-5 (`benchmarks/errors.py`).
Source: S. Winograd, doi:10.1137/1.9781611970364; A. Lavin, S. Gray, doi:10.1109/CVPR.2016.435.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, short_correlation
from convkit.methods.method import Method
from convkit.methods.phases import groups, phases
from convkit.problem import Problem

BLOCK_BYTES = 2**21  # of tiles, evaluated: two of a core's second-level caches
HALF_BYTES = 2**18  # of pixels evaluated over rows only: a part of that cache
WIDE = 128  # maps that come back from the points at once
LARGEST_TILE = 8  # with more points the error grows faster than the savings


@dataclass(frozen=True)
class Prepared:
    """What `prepare` makes: the short correlations of both axes, and filters evaluated.

    `filters` is (groups, C2/width, tile·tile, C1, width): C2 cut into pieces of `width` maps,
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
    """Choose m, the results of a tile along one axis: the one with the fewest multiplications.

    A larger tile must save at least 4% for each result more, since its rounding and the work
    around the products grow.
    """
    taps, size = problem.kernel[axis], -(-problem.output_size[axis] // problem.dilation[axis])
    if taps == 1:
        return 1

    def cost(results):
        tile = results + taps - 1
        return -(-size // results) * tile * (1 + 0.04 * results)

    return min((m for m in (2, 4, 6) if m + taps - 1 <= LARGEST_TILE), key=cost)


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
    width, wide = piece(per_group, 64), piece(per_group, WIDE)
    wide = wide if wide % width == 0 else width
    pieces = evaluated.reshape(
        len(both), depth, problem.groups, per_group // wide, wide // width, width
    )
    return Prepared(
        rows=rows,
        columns=columns,
        filters=np.ascontiguousarray(pieces.transpose(2, 3, 0, 4, 1, 5)),
        image_rows=rows.image.astype(dtype),
        image_columns=columns.image.astype(dtype),
        result_rows=rows.result.astype(dtype),
        result_columns=columns.result.astype(dtype),
    )


def piece(maps: int, most: int) -> int:
    """Maps to handle at once: the largest divisor up to `most`, if it is not too small."""
    width = next(width for width in range(min(most, maps), 0, -1) if maps % width == 0)
    return width if width >= 16 else maps


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups and blocks of tile rows."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels = flat_rows(image[image_index][..., channels], scratch)
            results = out[out_index][..., maps]
            filters = prepared.filters[channels.start // one.channels]
            for images, tile_rows in blocks(one, prepared):
                tiles = _evaluate(pixels[images], prepared, one, tile_rows, scratch)
                first, last = (row * prepared.rows.results for row in tile_rows)
                _multiply(tiles, prepared, filters, results[images, first:last], scratch)


def blocks(problem: Problem, prepared: Prepared):
    """Cut into blocks of about `BLOCK_BYTES` evaluated pixels: (images, (first, last) tile row)."""
    rows, columns = prepared.rows, prepared.columns
    down = -(-problem.output_size[0] // rows.results)
    across = -(-problem.output_size[1] // columns.results)
    per_row = across * rows.tile * columns.tile * problem.channels * problem.dtype.itemsize
    rows_at_once = max(1, BLOCK_BYTES // per_row)
    images_at_once = max(1, rows_at_once // down)
    # Blocks of about equal size: a small last one would make small, slow products.
    count = -(-down // min(rows_at_once, down))
    for begin in range(0, problem.batch, images_at_once):
        for block in range(count):
            tile_rows = (down * block // count, down * (block + 1) // count)
            yield slice(begin, begin + images_at_once), tile_rows


def flat_rows(image, scratch):
    """The image as (N, H, W·C1); copied only if its columns do not lie side by side."""
    batch, height, width, channels = image.shape
    if image.strides[2:] != (channels * image.itemsize, image.itemsize):
        copy = scratch("image", image.shape, image.dtype)
        copy[...] = image
        image = copy
    return image.reshape(batch, height, width * channels)


def _evaluate(image, prepared, problem, tile_rows, scratch):
    """Bᵀ X B for a few rows of tiles: (tile, tile, N, tile rows, tiles across, C1)."""
    rows, columns, channels = prepared.rows, prepared.columns, problem.channels
    across = -(-problem.output_size[1] // columns.results)
    covered = (across - 1) * columns.results + columns.tile
    first, last = tile_rows
    shape = (rows.tile, columns.tile, len(image), last - first, across, channels)
    tiles = scratch("tiles", shape, image.dtype)
    per_row = len(image) * rows.tile * covered * channels * image.itemsize
    step = max(1, HALF_BYTES // per_row)
    for begin in range(first, last, step):
        end = min(begin + step, last)
        half = evaluate_rows(
            image, prepared.rows, prepared.image_rows, problem, (begin, end), covered, scratch
        )
        # Over columns: (tile, tile) · (tile, C1) for every tile; each overlaps the next one.
        *outer, place, number = half.strides
        column = channels * number
        overlapping = np.ndarray(
            (len(image), end - begin, rows.tile, across, columns.tile, channels), half.dtype,
            buffer=half, strides=(*outer, place, columns.results * column, column, number),
        )  # fmt: skip
        some = tiles[:, :, :, begin - first : end - first]
        np.matmul(prepared.image_columns, overlapping, out=some.transpose(2, 3, 0, 4, 1, 5))
    return tiles


def evaluate_rows(image, short, evaluation, problem, tile_rows, covered, scratch):
    """Bᵀ over rows: (N, tile rows, products, columns under the tiles · C1).

    `image` is (N, H, W·C1), `evaluation` is Bᵀ and `covered` counts columns, padding included.
    Rows of padding are zeros: where a tile reaches outside, their columns of Bᵀ are left out.
    """
    tile, step, channels = short.tile, short.results, problem.channels
    (top, _), (left, _) = problem.pads
    (height, width), (first, last) = problem.image_size, tile_rows
    right = min(left + width, covered)  # a stride may leave columns over
    shape = (len(image), last - first, short.products, covered * channels)
    half = scratch("working", shape, image.dtype)
    half[..., : left * channels] = 0
    half[..., right * channels :] = 0
    inner = half[..., left * channels : right * channels]
    image = image[..., : inner.shape[-1]]
    row = first
    while row < last:
        start = row * step - top
        begin = min(max(start, 0), height)
        inside = slice(begin, max(min(start + tile, height), begin))
        matrix = evaluation[:, max(begin - start, 0) : max(inside.stop - start, 0)]
        whole = (height - tile - start) // step + 1 if start >= 0 else 0
        count = min(max(whole, 1), last - row)  # tile rows that lie inside, side by side
        if inside.stop == begin:
            inner[:, row - first] = 0
        elif count == 1:
            np.matmul(matrix, image[:, inside], out=inner[:, row - first])
        else:
            image_stride, row_stride, number = image.strides
            overlapping = np.lib.stride_tricks.as_strided(
                image[:, start:],
                (len(image), count, tile, image.shape[-1]),
                (image_stride, step * row_stride, row_stride, number),
            )
            np.matmul(matrix, overlapping, out=inner[:, row - first : row - first + count])
        row += count
    return half


def _multiply(tiles, prepared, filters, out, scratch) -> None:
    """Multiply at each place, sum over channels, and come back: Aᵀ [ … ] A."""
    rows, columns = prepared.rows, prepared.columns
    *_, batch, down, across, channels = tiles.shape
    matrices = tiles.reshape(rows.tile * columns.tile, -1, channels)  # (places, tiles, C1)
    count = matrices.shape[1]
    maps = 0
    for some_filters in filters:
        _, pieces, _, width = some_filters.shape
        wide = pieces * width
        # One product for each place: (tiles, C1) · (C1, width), as many as there are pieces
        products = scratch("working", (len(matrices), count, pieces, width), tiles.dtype)
        np.matmul(matrices[:, None], some_filters, out=products.transpose(0, 2, 1, 3))
        products = products.reshape(rows.tile, columns.tile, count * wide)
        half = scratch("results", (rows.results, columns.tile, count * wide), tiles.dtype)
        np.matmul(prepared.result_rows, products.transpose(1, 0, 2), out=half.transpose(1, 0, 2))
        half = half.reshape(rows.results, columns.tile, batch, down, across, wide)
        _finish_columns(half, prepared, out[..., maps : maps + wide])
        maps += wide


def _finish_columns(half, prepared, out) -> None:
    """(·) A over columns, straight into `out`; tiles that stick out are cut."""
    for s, y, some_rows in whole_and_rest(out.shape[1], prepared.rows.results):
        for t, x, some_columns in whole_and_rest(out.shape[2], prepared.columns.results):
            target = out[:, some_rows, some_columns]
            # Splitting axes never copies: this is a view of out.
            target = target.reshape(len(out), -1, y, target.shape[2] // x, x, out.shape[3])
            source = half[:y, :, :, s, t].transpose(2, 3, 0, 4, 1, 5)  # (N, s, y, t, tile, C)
            np.matmul(prepared.result_columns[:x], source, out=target)


def whole_and_rest(size: int, results: int):
    """Tiles that are whole and the one that is cut: (tiles, results of each, results in all)."""
    whole = size // results
    if whole:
        yield slice(0, whole), results, slice(0, whole * results)
    if size % results:
        yield slice(whole, whole + 1), size % results, slice(whole * results, size)


METHOD = Method("winograd", refuses, prepare, run, larger_rounding=True)
