"""fft: where the kernel is large, multiply spectra instead of sliding.

    A ⋆ W  =  F⁻¹ ( F(A) · conj F(W) )         for periodic images

The image is cut into overlapping tiles (overlap-save): of a tile of T rows the first T − K + 1
results are free of what wraps around, and only those are kept. So an image that is one tile needs
no padding at all. Channels are summed as spectra: one inverse transform for each map.

Cost: about T²·log T for each tile and channel, hardly depending on K; and T²·C1·C2 products.
Work space: the spectra of one tile. Transformed filters are T²/K² times as large; to keep them
under `Limits.spectra_bytes`, tiles get smaller, but not smaller than two kernels.
Rounding in float32, relative to the results' root mean square: 3e-7, at most 2e-6
(`benchmarks/errors.py`), about a plain sum's. But all results of a tile share it: those that
are small beside the largest keep fewer digits, and one NaN spoils the tile. Hence `fast` only.
Source: T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966,
doi:10.1145/1464182.1464209.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from convkit.methods.crossovers import Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups, phases
from convkit.problem import Problem

# NumPy multiplies each transform by a number. The one of its default is an integer, for which it
# converts a copy of the whole input first; that of "ortho" is of the input's own type.
NORM = "ortho"


@dataclass(frozen=True)
class Limits:
    """What bounds the tiles of one kind of machine.

    Attributes
    ----------
    largest : int
        Rows and columns of a tile.
    spectra_bytes : int
        Of the filters.
    in_cache : int
        Numbers of a tile; in larger ones each takes 5% longer.
    calls : int
        Numbers that are transformed in the time that a tile's calls take.
    primes : tuple of int
        Factors of a length that are transformed at full speed.
    """

    largest: int
    spectra_bytes: int
    in_cache: int
    calls: int
    primes: tuple[int, ...]


# More rows than these would leave the third-level cache.
CPU = Limits(1080, 2**26, in_cache=2**19, calls=12_000, primes=(2, 3, 5, 7, 11))


@dataclass(frozen=True)
class Prepared:
    """Conjugate spectra of the filters, (groups, T, T/2 + 1, C1, C2), and the tile T."""

    tile: tuple[int, int]
    spectra: np.ndarray


def refuses(problem: Problem) -> str | None:
    """It takes stride 1: with a larger one most results would be thrown away."""
    if problem.device != "cpu":
        return "its tiles are cut for a processor's caches, not for a GPU: 'gpu_fft' is"
    return refuses_stride(problem)


def refuses_stride(problem: Problem) -> str | None:
    """The reason that it shares with 'gpu_fft'."""
    if problem.stride != (1, 1):
        return f"it computes all neighbors, so it needs stride 1, got {problem.stride}"
    return None


@lru_cache(maxsize=1024)
def tile_size(problem: Problem, limits: Limits = CPU) -> tuple[int, int]:
    """Rows and columns of a tile: the sizes for which the fewest numbers are transformed."""
    spectra = problem.channels // problem.groups * problem.maps * problem.dtype.itemsize
    most = min(limits.largest, int((limits.spectra_bytes / spectra) ** 0.5))

    def sizes(axis):
        results = -(-problem.output_size[axis] // problem.dilation[axis])  # of a phase
        kernel = problem.kernel[axis]
        longest = max(most, 2 * kernel)
        fewest = -(-results // (longest - kernel + 1))
        for count in range(fewest, fewest + 8):
            yield count, fast_length(-(-results // count) + kernel - 1, limits.primes)

    def work(pair):
        (down, rows), (across, columns) = pair
        numbers = rows * columns * (1.05 if rows * columns > limits.in_cache else 1)
        return down * across * (numbers + limits.calls)

    (_, rows), (_, columns) = min(product(sizes(0), sizes(1)), key=work)
    return rows, columns


def fast_length(least: int, primes: tuple[int, ...] = CPU.primes) -> int:
    """The next even number, from `least` on, that has no other prime factors.

    Examples
    --------
    >>> fast_length(103)
    108
    """
    length = least + least % 2
    while True:
        rest = length
        for prime in primes:
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 2


def prepare(filters, problem: Problem) -> Prepared:
    """Transform the filters once, zero-padded to a tile."""
    tile = tile_size(problem)
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
            places = product(range(one.batch), *map(corners, one.output_size, steps))
            for index, *corner in places:
                target = results[index, corner[0] :, corner[1] :][: steps[0], : steps[1]]
                tile = tile_of(pixels[index], one, prepared.tile, corner, scratch)
                _correlate_tile(tile, spectra, target, scratch)


def corners(size: int, step: int):
    """Where tiles begin; the last one ends with the results, and may overlap the one before."""
    for begin in range(0, size, step):
        yield min(begin, max(size - step, 0))


def tile_of(image, problem: Problem, size, corner, scratch):
    """A tile of the padded image from `corner` on, zero outside: (T, T, C1); a view if inside."""
    begins = [first - pad for first, (pad, _) in zip(corner, problem.pads, strict=True)]
    ends = [begin + length for begin, length in zip(begins, size, strict=True)]
    if min(begins) >= 0 and ends[0] <= image.shape[0] and ends[1] <= image.shape[1]:
        return image[begins[0] : ends[0], begins[1] : ends[1]]
    tile = scratch("tile", (*size, problem.channels), image.dtype)
    tile[...] = 0
    rows, columns = (
        slice(max(begin, 0), max(min(end, length), 0))
        for begin, end, length in zip(begins, ends, image.shape, strict=False)
    )
    some = image[rows, columns]
    top, left = rows.start - begins[0], columns.start - begins[1]
    tile[top : top + some.shape[0], left : left + some.shape[1]] = some
    return tile


def _correlate_tile(tile, spectra, out, scratch) -> None:
    """The results of one tile (T, T, C1); out is (rows, columns, C2)."""
    rows, columns = tile.shape[:2]
    frequencies = (rows, columns // 2 + 1)
    image = scratch("image spectrum", (*frequencies, tile.shape[2]), spectra.dtype)
    np.fft.rfft(tile, axis=1, norm=NORM, out=image)
    np.fft.fft(image, axis=0, norm=NORM, out=image)
    if spectra.shape[2:] == (1, 1):
        products = np.multiply(image, spectra[..., 0], out=image)
    else:
        products = scratch("products", (*frequencies, 1, out.shape[2]), spectra.dtype)
        products = np.matmul(image[:, :, None], spectra, out=products)[:, :, 0]  # (T, T/2 + 1, C2)
    np.fft.ifft(products, axis=0, norm=NORM, out=products)
    some = products[: out.shape[0]]  # rows that are kept
    results = scratch("results", (len(some), columns, out.shape[2]), tile.dtype)
    np.fft.irfft(some, columns, axis=1, norm=NORM, out=results)
    out[...] = results[:, : out.shape[1]]


def _many_rows(problem: Problem, limits: Crossovers) -> bool:
    return group_sizes(problem) == (1, 1) and problem.kernel[0] >= limits.fft_rows


METHOD = Method(
    "fft",
    refuses,
    prepare,
    run,
    larger_rounding=True,
    wishes=(Wish(4.1, _many_rows),),
    trials=Trials(rows=(1, 2, 3, 7, 11), strides=(1,), every_block=("_correlate_tile", 4)),
)
