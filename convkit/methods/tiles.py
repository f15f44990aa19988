"""Tiles, which `winograd`, its gradients and `split_rows` share: counted, evaluated, finished.

An image is evaluated over rows, then over columns: Bᵀ X B. What was multiplied is finished over
columns, then over rows: Aᵀ (·) A; the last tile of an axis may stick out of the result, and is cut.
"""

from __future__ import annotations

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation
from convkit.methods.products import transform
from convkit.problem import Problem


def tile_count(problem: Problem, axis: int, short: ShortCorrelation) -> int:
    """Tiles along one axis."""
    return -(-problem.output_size[axis] // short.results)


def flat_rows(image, scratch):
    """The image as (N, H, W·C1); copied only if its columns do not lie side by side."""
    batch, height, width, channels = image.shape
    if image.strides[2:] != (channels * image.itemsize, image.itemsize):
        copy = scratch("image", image.shape, image.dtype)
        copy[...] = image
        image = copy
    return image.reshape(batch, height, width * channels)


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


def evaluate_columns(half, evaluation, columns, step: int, channels: int, scratch):
    """Bᵀ X B from `half`, Bᵀ over rows: (places, places, N, tile rows, tiles across, C1).

    `half` is (N, tile rows, places, covered columns · C1), `evaluation` is B's Bᵀ over columns,
    `columns` their short correlation and `step` the columns from one tile to the next.
    """
    covered = half.shape[3] // channels
    across = (covered - columns.tile) // step + 1
    # (places, tile) · (tile, C1) for every tile; each overlaps the next one.
    *outer, place, number = half.strides
    column = channels * number
    overlapping = np.ndarray(
        (*half.shape[:3], across, columns.tile, channels),
        half.dtype,
        buffer=half,
        strides=(*outer, place, step * column, column, number),
    )
    shape = (half.shape[2], len(evaluation), *half.shape[:2], across, channels)
    tiles = scratch("tiles", shape, half.dtype)
    np.matmul(evaluation, overlapping, out=tiles.transpose(2, 3, 0, 4, 1, 5))
    return tiles


def finish_columns(products, matrix, half) -> None:
    """(·) A over columns: (places, places, N, down, across, C2) into (places, N, down, W', C2)."""
    for tiles, x, some in whole_and_rest(half.shape[3], len(matrix)):
        target = half[:, :, :, some]
        # Splitting axes never copies: this is a view.
        target = target.reshape(*target.shape[:3], -1, x, target.shape[4])
        source = products[:, :, :, :, tiles].transpose(0, 2, 3, 4, 1, 5)
        np.matmul(matrix[:x], source, out=target)


def finish_rows(half, matrix, out) -> None:
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
