"""winograd: fewer multiplications, by evaluating tiles of the image at a few points.

    Y = Aᵀ [ Σ_p (G W Gᵀ) · (Bᵀ X B) ] A        for every tile X of (m + r − 1)² pixels

Along one axis m results of r taps take m + r − 1 multiplications instead of m·r (`cook_toom`).
Nested over rows and columns, F(4×4, 3×3) needs 36 where the definition needs 144. Over channels
nothing is nested: for each of the 36 places there is one matrix product, tiles × C1 times C1 × C2.

With a stride, pixels and taps are sorted by the remainder of their places; each remainder is a
short correlation of its own, and 3 × 3 with stride 2 needs 81 multiplications for 144.

Everything is done in blocks of whole rows of tiles that stay in the outer cache; the transforms
are matrix products too, stacked, so that Python is called a dozen times for a block.

Cost: N·H'·W'·C1·C2·(m+r−1)²/m² multiplications, ≈ K²/((m+r−1)²/m²) times fewer than direct
summation, and transforms that grow with C1 + C2 only. Work space: four blocks of about 3 MB,
larger ones with large filters. Transformed filters are (m+r−1)²/r² times as large as the filters.
Rounding, larger than direct summation's because Bᵀ X B holds differences of large numbers. In
float32, relative to the results' root mean square (rms), and the largest of several draws: F(4,3)
1e-6, with 512 channels 3e-6, largest 3e-5; F(6,3) 3e-6, largest 6e-5; F(4,5) 3e-6, largest 2e-5;
stride 2 1e-6, largest 3e-5; direct summation 4e-7, largest 6e-6. Where sums cancel, with an offset
of 100 on the image, all of them lose alike: 2e-5, largest 2e-4 (`benchmarks/errors.py`).
Source: S. Winograd, doi:10.1137/1.9781611970364; A. Lavin, S. Gray, doi:10.1109/CVPR.2016.435.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from convkit.methods import tile_sizes
from convkit.methods.cook_toom import ShortCorrelation, strided_correlation
from convkit.methods.crossovers import LARGE_FILTERS, Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups, phases
from convkit.methods.products import multiply_wide, transform
from convkit.methods.tile_sizes import blocks, product_width, tile_results
from convkit.methods.tiles import (
    evaluate_columns,
    evaluate_rows,
    finish_columns,
    finish_rows,
    flat_rows,
    tile_count,
)
from convkit.problem import Problem

MOST_TAPS = 5


@dataclass(frozen=True)
class Prepared:
    """What `prepare` makes: the short correlations of both axes, and filters evaluated.

    `filters` is (groups, places, C2/width, C1, width): C2 cut into pieces of `width` maps,
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
    """It takes kernels longer than a stride, up to five, and no stride with a dilation."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    for stride, dilation in zip(problem.stride, problem.dilation, strict=True):
        if stride > 1 and dilation > 1:
            return f"stride {problem.stride} and dilation {problem.dilation} at once"
    taps = [-(-k // s) for k, s in zip(problem.kernel, problem.stride, strict=True)]
    if max(taps) > MOST_TAPS or max(taps) < 2:
        return (
            f"kernels longer than the stride and of up to {MOST_TAPS} strides, "
            f"got {problem.kernel} with stride {problem.stride}"
        )
    return None


def prepare(filters, problem: Problem) -> Prepared:
    """Evaluate the filters at the points: G W Gᵀ for every channel and map."""
    rows, columns = map(strided_correlation, tile_results(problem), problem.kernel, problem.stride)
    dtype = problem.dtype
    depth, height, width, maps = filters.shape
    tiles = problem.batch * tile_count(problem, 0, rows) * tile_count(problem, 1, columns)
    wide = product_width(maps // problem.groups, depth, tiles)
    both = np.kron(rows.filters, columns.filters).astype(dtype)  # (places, K·K)
    # (C1, K·K, groups, C2/wide, wide) → (groups, C2/wide, K·K, C1·wide)
    by_width = filters.reshape(depth, height * width, problem.groups, -1, wide)
    by_width = by_width.transpose(2, 3, 1, 0, 4).reshape(*by_width.shape[2:4], -1, depth * wide)
    evaluated = np.empty((problem.groups, len(both), by_width.shape[1], depth * wide), dtype)
    transform(both, by_width, evaluated.swapaxes(1, 2))
    return Prepared(
        rows=rows,
        columns=columns,
        filters=evaluated.reshape(*evaluated.shape[:3], depth, wide),
        image_rows=rows.image.astype(dtype),
        image_columns=columns.image.astype(dtype),
        result_rows=rows.result.astype(dtype),
        result_columns=columns.result.astype(dtype),
    )


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
                    pixels[images],
                    prepared,
                    filters,
                    one,
                    results[images, first:last],
                    tile_rows,
                    scratch,
                )


def _run_block(image, prepared, filters, problem, out, tile_rows, scratch) -> None:
    """All results under `tile_rows` of a few images (N, H, W·C1); out is (N, rows, W', C2)."""
    tiles = _evaluate(image, prepared, problem, tile_rows, scratch)
    *places, batch, down, across, channels = tiles.shape  # places of rows and of columns
    width, maps = out.shape[2:]
    matrices = tiles.reshape(prod(places), -1, channels)  # (places, tiles, C1)
    half = scratch("half", (places[0], batch, down, width, maps), out.dtype)
    per_row = places[1] * batch * down * across * maps * out.itemsize
    step = max(1, tile_sizes.BLOCK_BYTES // per_row)
    for first in range(0, places[0], step):
        some = slice(first * places[1], (first + step) * places[1])
        shape = (len(matrices[some]), matrices.shape[1], *filters.shape[1::2])
        products = scratch("products", shape, out.dtype)  # (places, tiles, C2/width, width)
        multiply_wide(matrices[some], filters[some], products)
        products = products.reshape(-1, places[1], batch, down, across, maps)
        finish_columns(products, prepared.result_columns, half[first : first + step])
    finish_rows(half, prepared.result_rows, out)


def _evaluate(image, prepared, problem, tile_rows, scratch):
    """Bᵀ X B for a few rows of tiles: (places, places, N, tile rows, tiles across, C1)."""
    rows, columns, channels = prepared.rows, prepared.columns, problem.channels
    across, step = tile_count(problem, 1, columns), columns.results * problem.stride[1]
    covered = (across - 1) * step + columns.tile
    half = evaluate_rows(image, rows, prepared.image_rows, problem, tile_rows, covered, scratch)
    return evaluate_columns(half, prepared.image_columns, columns, step, channels, scratch)


def _pays(problem: Problem, limits: Crossovers) -> bool:
    """Enough channels for the transforms, and for a single call enough results for the filters."""
    depth, maps = group_sizes(problem)
    channels = min(depth, maps)
    least = limits.winograd_results * (4 if depth * maps >= LARGE_FILTERS else 1)
    worth_it = problem.planned or problem.batch * prod(problem.output_size) >= least
    if problem.stride == (1, 1):
        return worth_it and channels >= limits.winograd_channels
    if max(problem.stride) > 2:
        return False  # the usual kernels are not much longer, and leave nothing to save
    if min(problem.kernel) >= 5:
        return worth_it and channels >= limits.strided_channels
    return problem.planned and channels >= 2 * limits.strided_channels


def _stretched(kernel, stride, choose):
    """So many strides long; and not of one place."""
    if max(kernel) < 2:
        kernel = (kernel[0], 3)
    rows_columns = zip(kernel, stride, strict=True)
    return tuple((k - 1) * s + choose([1, s]) for k, s in rows_columns), stride


METHOD = Method(
    "winograd",
    refuses,
    prepare,
    run,
    larger_rounding=True,
    wishes=(Wish(6, _pays),),
    trials=Trials(rows=(1, 2, 3, 3, 4, 5), fit=_stretched, every_block=("_run_block", 5)),
)
