"""Rows of tiles, which `winograd` and `split_rows` share: evaluated, counted, cut at the end."""

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


def whole_and_rest(size: int, results: int):
    """Tiles that are whole and the one that is cut: (tiles, results of each, results in all)."""
    whole = size // results
    if whole:
        yield slice(0, whole), results, slice(0, whole * results)
    if size % results:
        yield slice(whole, whole + 1), size % results, slice(whole * results, size)
