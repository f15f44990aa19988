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
from functools import cache
from itertools import product
from math import prod

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, strided_correlation
from convkit.methods.method import Method
from convkit.methods.phases import groups, phases
from convkit.methods.products import UNPACKED, multiply_pieces, transform
from convkit.problem import Problem

BLOCK_BYTES = 3 * 2**20  # of tiles, evaluated: more would leave the third-level cache
READ_AGAIN = 4  # times larger than a block: the filters, which each block reads
WIDTH = 64  # maps in a product: four AVX-512 registers of float32
TILES = (3, 4, 5, 6, 8)  # with more points the error grows faster than the savings
MOST_TAPS = 5
FEWEST_TILES = 24  # of a block: with fewer, filters are read too often
# What the work beside the products costs, in multiplications: the transforms of a number, and
# reading a filter's number from beyond the second-level cache.
TRANSFORM, READ = 16, 12
MAKE = 150  # making a filter's number, in a single call


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
    """It takes kernels of up to five strides, and no stride together with a dilation."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    for stride, dilation in zip(problem.stride, problem.dilation, strict=True):
        if stride > 1 and dilation > 1:
            return f"stride {problem.stride} and dilation {problem.dilation} at once"
    taps = [-(-k // s) for k, s in zip(problem.kernel, problem.stride, strict=True)]
    if max(taps) > MOST_TAPS or max(taps) < 2:
        return (
            f"kernels of 2 to {MOST_TAPS} strides, "
            f"got {problem.kernel} with stride {problem.stride}"
        )
    return None


@cache
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
        filters = READ * blocks if problem.planned else READ * blocks + MAKE
        return places * (tiles * (1 + TRANSFORM / channels + TRANSFORM / maps) + filters)

    taps = [-(-k // s) for k, s in zip(problem.kernel, problem.stride, strict=True)]
    choices = [[size - t + 1 for size in TILES if size > t] if t > 1 else [1] for t in taps]
    return min(product(*choices), key=work)


def prepare(filters, problem: Problem) -> Prepared:
    """Evaluate the filters at the points: G W Gᵀ for every channel and map."""
    rows, columns = map(strided_correlation, tile_results(problem), problem.kernel, problem.stride)
    dtype = problem.dtype
    depth, height, width, maps = filters.shape
    tiles = problem.batch * tile_count(problem, 0, rows) * tile_count(problem, 1, columns)
    wide = piece(maps // problem.groups, depth, tiles)
    both = np.kron(rows.filters, columns.filters).astype(dtype)  # (places, K·K)
    # (C1, K·K, groups, C2/wide, wide) → (groups, C2/wide, K·K, C1·wide)
    pieces = filters.reshape(depth, height * width, problem.groups, -1, wide)
    pieces = pieces.transpose(2, 3, 1, 0, 4).reshape(*pieces.shape[2:4], -1, depth * wide)
    evaluated = np.empty((problem.groups, len(both), pieces.shape[1], depth * wide), dtype)
    transform(both, pieces, evaluated.swapaxes(1, 2))
    return Prepared(
        rows=rows,
        columns=columns,
        filters=evaluated.reshape(*evaluated.shape[:3], depth, wide),
        image_rows=rows.image.astype(dtype),
        image_columns=columns.image.astype(dtype),
        result_rows=rows.result.astype(dtype),
        result_columns=columns.result.astype(dtype),
    )


def piece(maps: int, depth: int, tiles: int) -> int:
    """Maps to multiply at once: the largest divisor up to `WIDTH`, if it is not too small.

    Half of that where it lets all tiles meet the filters at once, which then are read only once.
    """
    unpacked = UNPACKED // max(1, depth * tiles)
    most = WIDTH // 2 if WIDTH // 2 <= unpacked < WIDTH else WIDTH
    width = next(width for width in range(min(most, maps), 0, -1) if maps % width == 0)
    return width if width >= 16 else maps


def tile_count(problem: Problem, axis: int, short: ShortCorrelation) -> int:
    """Tiles along one axis."""
    return -(-problem.output_size[axis] // short.results)


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups and blocks of tile rows."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels = flat_rows(image[image_index][..., channels], scratch)
            results = out[out_index][..., maps]
            filters = prepared.filters[channels.start // one.channels]
            for images, tile_rows in blocks(one, prepared, scratch.sharers):
                first, last = (row * prepared.rows.results for row in tile_rows)
                _run_block(
                    pixels[images], prepared, filters, one, results[images, first:last],
                    tile_rows, scratch,
                )  # fmt: skip


def blocks(problem: Problem, prepared: Prepared, sharers: int):
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


def flat_rows(image, scratch):
    """The image as (N, H, W·C1); copied only if its columns do not lie side by side."""
    batch, height, width, channels = image.shape
    if image.strides[2:] != (channels * image.itemsize, image.itemsize):
        copy = scratch("image", image.shape, image.dtype)
        copy[...] = image
        image = copy
    return image.reshape(batch, height, width * channels)


def _run_block(image, prepared, filters, problem, out, tile_rows, scratch) -> None:
    """All results under `tile_rows` of a few images (N, H, W·C1); out is (N, rows, W', C2)."""
    tiles = _evaluate(image, prepared, problem, tile_rows, scratch)
    *places, batch, down, across, channels = tiles.shape  # places of rows and of columns
    width, maps = out.shape[2:]
    matrices = tiles.reshape(prod(places), -1, channels)  # (places, tiles, C1)
    half = scratch("half", (places[0], batch, down, width, maps), out.dtype)
    per_row = places[1] * batch * down * across * maps * out.itemsize
    step = max(1, BLOCK_BYTES // per_row)
    for first in range(0, places[0], step):
        some = slice(first * places[1], (first + step) * places[1])
        shape = (len(matrices[some]), matrices.shape[1], *filters.shape[1::2])
        products = scratch("products", shape, out.dtype)  # (places, tiles, C2/width, width)
        multiply_pieces(matrices[some], filters[some], products)
        products = products.reshape(-1, places[1], batch, down, across, maps)
        _finish_columns(products, prepared.result_columns, half[first : first + step])
    _finish_rows(half, prepared.result_rows, out)


def _evaluate(image, prepared, problem, tile_rows, scratch):
    """Bᵀ X B for a few rows of tiles: (places, places, N, tile rows, tiles across, C1)."""
    rows, columns, channels = prepared.rows, prepared.columns, problem.channels
    across, step = (
        -(-problem.output_size[1] // columns.results),
        columns.results * problem.stride[1],
    )
    covered = (across - 1) * step + columns.tile
    half = evaluate_rows(image, rows, prepared.image_rows, problem, tile_rows, covered, scratch)
    # Over columns: (places, tile) · (tile, C1) for every tile; each overlaps the next one.
    *outer, place, number = half.strides
    column = channels * number
    overlapping = np.ndarray(
        (*half.shape[:3], across, columns.tile, channels), half.dtype,
        buffer=half, strides=(*outer, place, step * column, column, number),
    )  # fmt: skip
    shape = (rows.products, columns.products, *half.shape[:2], across, channels)
    tiles = scratch("tiles", shape, half.dtype)
    np.matmul(prepared.image_columns, overlapping, out=tiles.transpose(2, 3, 0, 4, 1, 5))
    return tiles


def evaluate_rows(image, short, evaluation, problem, tile_rows, covered, scratch):
    """Bᵀ over rows: (N, tile rows, products, columns under the tiles · C1).

    `image` is (N, H, W·C1), `evaluation` is Bᵀ and `covered` counts columns, padding included.
    Rows of padding are zeros: where a tile reaches outside, their columns of Bᵀ are left out.
    """
    tile, step, channels = short.tile, short.results * problem.stride[0], problem.channels
    (top, _), (left, _) = problem.pads
    (height, width), (first, last) = problem.image_size, tile_rows
    right = min(left + width, covered)  # a stride may leave columns over
    shape = (len(image), last - first, short.products, covered * channels)
    half = scratch("half", shape, image.dtype)
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
            transform(matrix, image[:, inside], inner[:, row - first])
        else:
            image_stride, row_stride, number = image.strides
            overlapping = np.lib.stride_tricks.as_strided(
                image[:, start:],
                (len(image), count, tile, image.shape[-1]),
                (image_stride, step * row_stride, row_stride, number),
            )
            transform(matrix, overlapping, inner[:, row - first : row - first + count])
        row += count
    return half


def _finish_columns(products, matrix, half) -> None:
    """(·) A over columns: (places, places, N, down, across, C2) into (places, N, down, W', C2)."""
    for tiles, x, some in whole_and_rest(half.shape[3], len(matrix)):
        target = half[:, :, :, some]
        # Splitting axes never copies: this is a view.
        target = target.reshape(*target.shape[:3], -1, x, target.shape[4])
        source = products[:, :, :, :, tiles].transpose(0, 2, 3, 4, 1, 5)
        np.matmul(matrix[:x], source, out=target)


def _finish_rows(half, matrix, out) -> None:
    """Aᵀ (·) over rows, straight into `out`; tiles that stick out are cut."""
    places, batch, down, width, maps = half.shape
    if out.strides[2:] == (maps * out.itemsize, out.itemsize):
        width, maps = 1, width * maps  # a row of results is one run of memory
    out = out.reshape(*out.shape[:2], width, maps)
    half = half.reshape(places, batch, down, width, maps).transpose(1, 2, 3, 0, 4)
    for tiles, y, some in whole_and_rest(out.shape[1], len(matrix)):
        target = out[:, some].reshape(batch, -1, y, width, maps)
        transform(matrix[:y], half[:, tiles], target.swapaxes(2, 3))


def whole_and_rest(size: int, results: int):
    """Tiles that are whole and the one that is cut: (tiles, results of each, results in all)."""
    whole = size // results
    if whole:
        yield slice(0, whole), results, slice(0, whole * results)
    if size % results:
        yield slice(whole, whole + 1), size % results, slice(whole * results, size)


METHOD = Method("winograd", refuses, prepare, run, larger_rounding=True)
