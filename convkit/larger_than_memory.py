"""Images larger than memory: by blocks of rows from a file, or block by block with Dask.

Both rest on `Problem.rows`: a part of the problem, with the padding that it really has, gives
exactly its part of the result. So borders, strides and dilation need no care of their own.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from itertools import accumulate, product

import numpy as np

from convkit.activations import activate
from convkit.methods import METHODS
from convkit.problem import Problem
from convkit.scratch import Scratch

# Bytes of image and result that are worked on at once. With the work space of any method (a
# padded copy, a block) a call stays below four times as much; where one row of an image takes
# megabytes, as of 60,000 pixels with 64 channels, below eight times.
AT_ONCE = 64 * 2**20


def memory_parts(problem: Problem):
    """Cut into parts of about `AT_ONCE`: whole images, or rows of one.

    Yields (problem, image index, output index). A small problem is one part.
    """
    rows, number = problem.output_size[0], problem.dtype.itemsize
    image_row = problem.image_size[1] * problem.channels * number
    out_row = problem.output_size[1] * problem.maps * number
    one = image_row * problem.image_size[0] + out_row * rows
    if one * problem.batch <= AT_ONCE:
        yield problem, (), ()
        return
    images = max(1, AT_ONCE // max(one, 1))
    if images > 1:
        for first in range(0, problem.batch, images):
            some = slice(first, min(first + images, problem.batch))
            yield replace(problem, batch=some.stop - first), some, some
        return
    step = max(
        1, (AT_ONCE - image_row * problem.extent[0]) // (image_row * problem.stride[0] + out_row)
    )
    single = replace(problem, batch=1)
    for index in range(problem.batch):
        some = slice(index, index + 1)
        for first in range(0, rows, step):
            last = min(first + step, rows)
            part, needed = single.rows(first, last)
            yield part, (some, needed), (some, slice(first, last))


def same_file(one, other) -> bool:
    """Tell whether two memmaps show one file: written in one, its numbers change in the other."""
    names = [getattr(array, "filename", None) for array in (one, other)]
    return None not in names and len(set(map(os.path.realpath, names))) == 1


def is_dask(array) -> bool:
    """Tell whether `array` is a Dask array, without importing Dask."""
    dask = sys.modules.get("dask.array")
    return dask is not None and isinstance(array, dask.Array)


def check_unmasked(image) -> None:
    """Refuse a Dask array of masked ones, as NumPy's masked arrays are refused."""
    if isinstance(getattr(image, "_meta", None), np.ma.MaskedArray):
        raise TypeError(
            "image is a Dask array with a mask, and a sum over masked pixels has no one meaning: "
            "choose a value for them, e.g. dask.array.ma.filled(image, 0)"
        )


def correlate_lazily(image, problem: Problem, out_shape, options: dict):
    """The result for a Dask array, as a Dask array: nothing is computed yet.

    `options` are the name of the method, its prepared filters, bias and activation.

    Each block of the result asks for the pixels under it, which overlap those of its neighbors;
    Dask fetches them from whatever blocks hold them. The filters, prepared once, travel to each
    worker once.
    """
    import dask
    import dask.array as da

    if any(size != size for size in image.shape):
        raise ValueError(
            f"the Dask image has unknown sizes, {image.shape}: call image.compute_chunk_sizes()"
        )
    image = image.reshape(problem.image_shape) if image.ndim < 4 else image
    options = dask.delayed(options, pure=False)
    edges = [_edges(image.chunks[axis], problem.output_shape[axis]) for axis in (0, 1, 2)]
    blocks = np.empty([len(e) - 1 for e in edges] + [1], object)
    for place in product(*(range(len(e) - 1) for e in edges)):
        images, rows, columns = (
            (edge[i], edge[i + 1]) for i, edge in zip(place, edges, strict=True)
        )
        part, needed = part_of(problem, images, rows, columns)
        pixels = image[needed]
        if 0 in pixels.shape:  # nothing but padding: Dask has no empty blocks
            pixels = da.zeros((1, 1, 1, 1), dtype=image.dtype)
        blocks[(*place, 0)] = da.map_blocks(
            _correlate_block,
            pixels.rechunk(pixels.shape),
            part=part,
            options=options,
            dtype=problem.result_dtype,
            chunks=tuple((size,) for size in part.output_shape),
            meta=np.empty((0, 0, 0, 0), problem.result_dtype),
        )
    return da.block(blocks.tolist()).reshape(out_shape)


def part_of(problem: Problem, images, rows, columns):
    """The part that gives a block of the result, and the index of the pixels that it needs."""
    part, needed_rows = replace(problem, batch=images[1] - images[0]).rows(*rows)
    part, needed_columns = _turned(part).rows(*columns)
    return _turned(part), (slice(*images), needed_rows, needed_columns)


def _turned(problem: Problem) -> Problem:
    """Rows as columns and columns as rows, so that `rows` can cut columns."""
    names = ("image_size", "kernel", "stride", "dilation", "pads")
    return replace(problem, **{name: getattr(problem, name)[::-1] for name in names})


def _edges(chunks, size: int) -> list[int]:
    """Where blocks of the result begin and end: in proportion to those of the image."""
    ends, total = list(accumulate(chunks, initial=0)), max(sum(chunks), 1)
    edges = sorted({end * size // total for end in ends} | {0, size})
    return edges if len(edges) > 1 else [0, size]


def _correlate_block(pixels, *, part: Problem, options):
    """One block of the result, on a worker."""
    image = np.zeros(part.image_shape, part.dtype) if 0 in part.image_shape else pixels
    out = np.empty(part.output_shape, part.dtype)
    if out.size:
        image = np.ascontiguousarray(image, part.dtype)
        METHODS[options["method"]].run(image, options["prepared"], part, out, Scratch(np))
    if options["bias"] is not None:
        out += options["bias"]
    activate(options["activation"], out, np)
    return out.astype(part.result_dtype, copy=False)
