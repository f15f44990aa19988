"""gpu_fft: where the kernel is large, multiply spectra: 'fft' with the tiles of a GPU.

    A ⋆ W  =  F⁻¹ ( F(A) · conj F(W) )         for periodic images

The tiles, where they begin and what is kept of each, are those of 'fft'. Two things differ. A GPU
is kept busy by one large transform, so tiles are as large as the image where they may be, and many
are transformed in one call of cuFFT. And cuFFT wants rows and columns side by side, so tiles lie as
(tiles, C1, T, T). No kernel of ours; the transforms are those of `cupy.fft`.

Cost: about T²·log T for each tile and channel, hardly depending on K, and T²·C1·C2/groups products.
In bytes: seven times over the image and seven over the result (cut, two axes there, products, two
axes back, kept). Work space: `WORK_BYTES`, or one tile if that is more; transformed filters are
T²/K² times as large.
Rounding: in float32 2e-7 to 5e-7 of the results' root mean square, at most 3e-6, with NumPy's
transforms of tiles of 512 to 3,000 rows. All results of a tile share it, and one NaN spoils the
tile. Hence `fast` only.
Source: T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966,
doi:10.1145/1464182.1464209.
"""

from __future__ import annotations

from itertools import islice, product

from convkit.arrays import array_library
from convkit.methods.fft import Limits, Prepared, corners, refuses_stride, tile_of, tile_size
from convkit.methods.method import Method
from convkit.methods.phases import phases
from convkit.problem import Problem

# cuFFT transforms an axis of up to 4096 in one kernel, and knows these primes best. Many tiles cost
# as many calls as one, to cut and to keep each apart: two of some 5 µs, in which memory moves as
# many numbers.
GPU = Limits(4096, 2**27, in_cache=2**24, calls=100_000, primes=(2, 3, 5, 7))
WORK_BYTES = 2**28


def refuses(problem: Problem) -> str | None:
    """It takes stride 1: with a larger one most results would be thrown away."""
    if problem.device != "gpu":
        return "it runs on a GPU, and these are NumPy arrays: move them with cupy.asarray"
    return refuses_stride(problem)


def prepare(filters, problem: Problem) -> Prepared:
    """Transform the filters once: (groups, C1/groups, C2/groups, T, T/2 + 1), conjugate."""
    xp = array_library(filters=filters)
    tile = tile_size(problem, GPU)
    depth, rows, columns, maps = filters.shape
    parts = filters.reshape(depth, rows, columns, problem.groups, maps // problem.groups)
    planes = xp.ascontiguousarray(parts.transpose(3, 0, 4, 1, 2))
    return Prepared(tile, xp.conj(xp.fft.rfft2(planes, tile)))


def run(image, prepared: Prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, and as many tiles at a time as the work space holds."""
    each = 4 * prepared.tile[0] * prepared.tile[1] * image.itemsize
    at_once = max(1, WORK_BYTES // (each * max(problem.channels, problem.maps)))
    for part, image_index, out_index in phases(problem):
        pixels, results = image[image_index], out[out_index]
        steps = [t - k + 1 for t, k in zip(prepared.tile, part.kernel, strict=True)]
        places = product(range(part.batch), *map(corners, part.output_size, steps))
        while some := list(islice(places, at_once)):
            _correlate(pixels, prepared, part, results, some, steps, scratch)


def _correlate(pixels, prepared: Prepared, problem: Problem, out, places, steps, scratch) -> None:
    """The tiles at these places, (image, row, column) of their first results."""
    xp, groups, tile = array_library(image=pixels), problem.groups, prepared.tile
    tiles = scratch("tiles", (len(places), problem.channels, *tile), pixels.dtype)
    for target, (index, *corner) in zip(tiles, places, strict=True):
        target[...] = tile_of(pixels[index], problem, tile, corner, scratch).transpose(2, 0, 1)
    spectra = xp.fft.rfft2(tiles)  # (tiles, C1, T, T/2 + 1)
    spectra = spectra.reshape(len(places), groups, -1, 1, *spectra.shape[2:])
    # (tiles, groups, C1/groups, 1, T, T/2 + 1) · (groups, C1/groups, C2/groups, T, T/2 + 1)
    products = spectra[:, :, 0] * prepared.spectra[:, 0]
    for channel in range(1, spectra.shape[2]):
        products += spectra[:, :, channel] * prepared.spectra[:, channel]
    results = xp.fft.irfft2(products, tile)  # (tiles, groups, C2/groups, T, T)
    results = results.reshape(len(places), problem.maps, *tile)
    for result, (index, row, column) in zip(results, places, strict=True):
        target = out[index, row:, column:][: steps[0], : steps[1]]
        target[...] = result[:, : target.shape[0], : target.shape[1]].transpose(1, 2, 0)


METHOD = Method("gpu_fft", refuses, prepare, run, larger_rounding=True)
