"""bands: one channel, one map: several rows of results at once from a band of image rows.

The columns of the kernel are met by K copies of the image, each one column further. Lying row by
row behind each other they form a matrix, and a Toeplitz matrix turns B + K − 1 rows of it, all K
copies of them, into B rows of results:

    T (B, (B + K − 1)·K)  ·  copies ((B + K − 1)·K, W')  =  results (B, W')

Rows are only moved as a whole, so nothing is gathered number by number.

Cost: (B + K − 1)/K times the multiply-adds of the definition. Work space: about `BLOCK_BYTES`.
Rounding: that of a plain sum in the given dtype. In float32, relative to the results' root
mean square (rms): 6e-8 to 5e-7, at most 7e-6 (`benchmarks/errors.py`).
Source: as `toeplitz`, over rows instead of columns.
"""

from __future__ import annotations

import numpy as np

from convkit.methods.crossovers import Crossovers
from convkit.methods.method import Method, Trials, Wish, group_sizes
from convkit.methods.phases import groups, phases
from convkit.methods.toeplitz import SPREADS
from convkit.problem import Problem

BLOCK_BYTES = 2**19  # of copied rows: half of a core's second-level cache
WIDTH = 512  # columns at a time, so that several bands fit
ROWS = 4  # of results at once: more would waste more products than they save calls


def refuses(problem: Problem) -> str | None:
    """It takes stride 1, and one channel and one map in each group."""
    if problem.device != "cpu":
        return "its blocks are cut for a processor's caches, not for a GPU"
    if problem.stride != (1, 1):
        return f"bands of rows need stride 1, got {problem.stride}"
    if not problem.fast:
        return SPREADS
    each = (problem.channels // problem.groups, problem.maps // problem.groups)
    if each != (1, 1):
        return f"one channel and one map in a group, got {each[0]} and {each[1]}"
    return None


def prepare(filters, problem: Problem):
    """T for each group: (groups, B, B + K − 1, K)."""
    _, rows, columns, maps = filters.shape
    matrix = np.zeros((maps, ROWS, ROWS + rows - 1, columns), problem.dtype)
    for row in range(ROWS):
        matrix[:, row, row : row + rows] = filters[0].transpose(2, 0, 1)
    return matrix


def run(image, prepared, problem: Problem, out, scratch) -> None:
    """Go through phases of dilation, groups, images and blocks of columns."""
    for part, image_index, out_index in phases(problem):
        for one, channels, maps in groups(part):
            pixels, results = image[image_index][..., channels.start], out[out_index]
            for index in range(one.batch):
                for left in range(0, one.output_size[1], WIDTH):
                    target = results[index, :, left : left + WIDTH, maps.start]
                    _run_columns(
                        pixels[index], prepared[channels.start], one, target, left, scratch
                    )


def _run_columns(image, matrix, problem, out, left, scratch) -> None:
    """All rows of a few columns of one map: image (H, W), out (H', w)."""
    rows, width = out.shape
    bands_at_once = BLOCK_BYTES // (width * problem.kernel[1] * image.itemsize) - len(matrix[0])
    step = max(1, bands_at_once // ROWS + 1) * ROWS
    for first in range(0, rows, step):
        last = min(first + step, rows)
        copies = _copy(image, problem, (first, last), (left, width), scratch)
        whole = (last - first) // ROWS * ROWS
        if whole:
            _multiply(matrix, copies, out[first : first + whole])
        if first + whole < last:  # fewer rows than a band has: the first rows of T will do
            rest = last - first - whole
            smaller = matrix[:rest, : rest + problem.kernel[0] - 1]
            _multiply(smaller, copies[whole:], out[first + whole : last])


def _copy(image, problem: Problem, rows, columns, scratch):
    """copies[h, n] = padded image row first + h from column left + n on: (rows, K, w)."""
    (first, last), (left, width) = rows, columns
    (top, _), (before, _) = problem.pads
    height, kernel = last - first + problem.kernel[0] - 1, problem.kernel[1]
    copies = scratch("copies", (height, kernel, width), image.dtype)
    begin = min(max(first - top, 0), len(image))
    end = max(min(first - top + height, len(image)), begin)
    above = begin - (first - top) if end > begin else height
    copies[:above] = 0
    copies[above + end - begin :] = 0
    for n in range(kernel):
        start = left + n - before  # the column that the first result meets
        first_column = min(max(start, 0), image.shape[1])
        size = max(min(start + width, image.shape[1]) - first_column, 0)
        skipped = first_column - start if size else width
        target = copies[above : above + end - begin, n]
        if size < width:
            target[:, :skipped] = 0
            target[:, skipped + size :] = 0
        target[:, skipped : skipped + size] = image[begin:end, first_column : first_column + size]
    return copies


def _multiply(matrix, copies, out) -> None:
    """One product for each band; neighboring bands share K − 1 rows."""
    rows, reach, kernel = matrix.shape
    line = copies.strides[1]
    bands = np.ndarray(
        (len(out) // rows, reach * kernel, copies.shape[2]),
        copies.dtype,
        buffer=copies,
        strides=(rows * kernel * line, line, copies.itemsize),
    )
    target = out.reshape(len(out) // rows, rows, out.shape[1])  # splits an axis: a view
    np.matmul(matrix.reshape(rows, -1), bands, out=target)


def _few_rows(problem: Problem, limits: Crossovers) -> bool:
    return group_sizes(problem) == (1, 1) and problem.kernel[0] < limits.bands_rows


# Its calls are many and short: between them two threads wait for each other.
METHOD = Method(
    "bands",
    refuses,
    prepare,
    run,
    worth_a_thread=40_000_000,
    wishes=(Wish(4, _few_rows),),
    trials=Trials(strides=(1,), depths=(1,), maps=(1,), every_block=("_copy", 5)),
)
