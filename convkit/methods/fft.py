"""fft: where the kernel is large, multiply spectra instead of sliding.

    A ⋆ W  =  F⁻¹ ( F(A) · conj F(W) )         for periodic images

The image is cut into overlapping tiles (overlap-save): of a tile of T rows the first T − K + 1
results are free of what wraps around, and only those are kept. Channels are summed as spectra, so
there is one inverse transform for each map.

Cost: about T²·log T for each tile and channel, hardly depending on K; and T²·C1·C2 products.
Work space: the spectra of one tile row. Transformed filters are about T²/K² times as large.
Rounding in float32, relative to the results' root mean square: 1e-7, at most 1e-6
(`benchmarks/errors.py`), less than a plain sum's. But all results of a tile share it: those that
are small beside the largest keep fewer digits, and one NaN spoils the tile. Hence `fast` only.
Source: T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966,
doi:10.1145/1464182.1464209.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convkit.methods.method import Method
from convkit.methods.phases import groups, phases
from convkit.problem import Problem

SMALLEST, LARGEST = 32, 256  # rows of a tile; larger ones leave the second-level cache


@dataclass(frozen=True)
class Prepared:
    """Conjugate spectra of the filters, (groups, T, T/2 + 1, C1, C2), and the tile T."""

    tile: tuple[int, int]
    spectra: np.ndarray


def refuses(problem: Problem) -> str | None:
    """It takes stride 1: with a larger one most results would be thrown away."""
    if problem.device != "cpu":
        return "its tiles are cut for a processor's caches, not for a GPU"
    if problem.stride != (1, 1):
        return f"it computes all neighbors, so it needs stride 1, got {problem.stride}"
    return None


def tile_size(problem: Problem, axis: int) -> int:
    """A power of two of about four kernels, not much larger than the padded image."""
    kernel, dilation = problem.kernel[axis], problem.dilation[axis]
    padded = -(-problem.output_size[axis] // dilation) + kernel - 1
    wanted = min(max(4 * kernel, SMALLEST), max(LARGEST, 2 * kernel), padded)
    return 2 ** max(1, (wanted - 1).bit_length())


def prepare(filters, problem: Problem) -> Prepared:
    """Transform the filters once, zero-padded to a tile."""
    tile = tuple(tile_size(problem, axis) for axis in (0, 1))
    maps = filters.shape[3]
    spectra = np.fft.rfft2(filters, tile, axes=(1, 2)).conj()  # (C1, T, T/2 + 1, C2)
    parts = spectra.reshape(*spectra.shape[:3], problem.groups, maps // problem.groups)
    return Prepared(tile, np.ascontiguousarray(parts.transpose(3, 1, 2, 0, 4)))


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups, images and tiles."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels, results = image[image_index][..., channels], out[out_index][..., maps]
            spectra = prepared.spectra[channels.start // one.channels]
            steps = [t - k + 1 for t, k in zip(prepared.tile, one.kernel, strict=True)]
            for index in range(one.batch):
                for row in range(0, one.output_size[0], steps[0]):
                    for column in range(0, one.output_size[1], steps[1]):
                        target = results[index, row : row + steps[0], column : column + steps[1]]
                        tile = _cut(pixels[index], one, prepared.tile, (row, column), scratch)
                        _correlate_tile(tile, spectra, target)


def _cut(image, problem: Problem, size, corner, scratch):
    """A tile of the padded image from `corner` on, zero outside: (T, T, C1)."""
    tile = scratch("tile", (*size, problem.channels), image.dtype)
    inside, where = [], []
    for axis in (0, 1):
        start = corner[axis] - problem.pads[axis][0]
        first = min(max(start, 0), problem.image_size[axis])
        last = max(min(start + size[axis], problem.image_size[axis]), first)
        inside.append(slice(first, last))
        where.append(slice(first - start, last - start) if last > first else slice(0, 0))
    if any(part.stop - part.start < length for part, length in zip(where, size, strict=True)):
        tile[...] = 0
    if all(part.stop > part.start for part in where):
        tile[tuple(where)] = image[tuple(inside)]
    return tile


def _correlate_tile(tile, spectra, out) -> None:
    """The results of one tile; out is (rows, columns, C2)."""
    size = tile.shape[:2]
    image = np.fft.rfft2(tile, axes=(0, 1))  # (T, T/2 + 1, C1)
    if spectra.shape[2:] == (1, 1):
        image *= spectra[..., 0]
        products = image
    else:
        products = np.matmul(image[:, :, None], spectra)[:, :, 0]  # (T, T/2 + 1, C2)
    results = np.fft.irfft2(products, size, axes=(0, 1))
    out[...] = results[: out.shape[0], : out.shape[1]]


METHOD = Method("fft", refuses, prepare, run, larger_rounding=True)
