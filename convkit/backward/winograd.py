"""A convolution and both of its gradients among tiles that are evaluated only once.

`convkit.methods.winograd` computes Y = Aᵀ [ Σ_p U · V ] A with U = G W Gᵀ, V = Bᵀ X B. All of these
are linear, so the gradients are the same products, turned round (transposed):

    M  = A grad Aᵀ                      what came back, evaluated
    to the filters:   Gᵀ [ Σ_tiles Vᵀ · M ] G
    to the image:     B [ Σ_c M · Uᵀ ] Bᵀ     tiles overlap there, and are added

Training needs all three. V is kept from the forward pass, U is made once for each step, and the
sum Vᵀ · M of a whole batch comes back from the points once. So the transforms, which are what
Winograd's method costs, are shared.

Cost: (m+r−1)²/m² multiplications for each of the K² of direct summation, three times, and
transforms that grow with C1 + C2 only. Rounding as in `convkit.methods.winograd`.
Source: A. Lavin, S. Gray, doi:10.1109/CVPR.2016.435; the adjoint is our own derivation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from convkit.methods.cook_toom import ShortCorrelation, short_correlation
from convkit.methods.tile_sizes import tile_results
from convkit.methods.tiles import (
    evaluate_columns,
    evaluate_rows,
    finish_columns,
    finish_rows,
    flat_rows,
    whole_and_rest,
)
from convkit.methods.winograd import refuses as refuses_forward
from convkit.problem import Problem

BLOCK_BYTES = 2**20  # of evaluated pixels and gradients: about one core's second-level cache
FEWEST_CHANNELS = 16  # with fewer the transforms cost more than the products save


def refuses(problem: Problem) -> str | None:
    """It takes what the forward method takes, but neither groups nor dilation."""
    if problem.groups > 1 or problem.dilation != (1, 1):
        return f"groups (={problem.groups}) and dilation {problem.dilation} must be 1"
    if not problem.fast:
        return "fast=False asks for the rounding of direct summation"
    if problem.stride != (1, 1):
        return f"tiles of results need stride 1, got {problem.stride}"
    return refuses_forward(problem)


def pays(problem: Problem) -> bool:
    """Whether it is worth it: many channels and maps, and room for tiles."""
    return (
        refuses(problem) is None
        and min(problem.kernel) >= 2
        and min(problem.channels, problem.maps) >= FEWEST_CHANNELS
        and min(problem.output_size) >= 4
    )


@dataclass(frozen=True)
class Axis:
    """The tiles of one axis, and their matrices in the problem's dtype."""

    size: int  # pixels of the image
    results: int  # of the whole axis
    before: int  # padding
    tiles: int
    short: ShortCorrelation
    image: np.ndarray  # Bᵀ (tile, tile)
    image_back: np.ndarray  # B, contiguous
    filters: np.ndarray  # G (tile, r)
    result: np.ndarray  # Aᵀ (m, tile)
    result_back: np.ndarray  # A, contiguous

    @property
    def step(self) -> int:
        """From one tile to the next, m: its results, since the stride is 1."""
        return self.short.results

    @property
    def tile(self) -> int:
        """Pixels of one, m + r − 1."""
        return self.short.tile

    @property
    def covered(self) -> int:
        """Pixels under all tiles, padding included."""
        return (self.tiles - 1) * self.step + self.tile


def axes(problem: Problem) -> tuple[Axis, Axis]:
    """Rows and columns, cut into tiles. The same for any number of images."""
    one = replace(problem, batch=1)
    return tuple(_axis(one, axis, results) for axis, results in enumerate(tile_results(one)))


@cache
def _axis(problem: Problem, axis: int, step: int) -> Axis:
    short: ShortCorrelation = short_correlation(step, problem.kernel[axis])
    image, filters, result = (
        np.ascontiguousarray(matrix, problem.dtype)
        for matrix in (short.image, short.filters, short.result)
    )
    results = problem.output_size[axis]
    return Axis(
        size=problem.image_size[axis],
        results=results,
        before=problem.pads[axis][0],
        tiles=-(-results // step),
        short=short,
        image=image,
        image_back=np.ascontiguousarray(image.T),
        filters=filters,
        result=result,
        result_back=np.ascontiguousarray(result.T),
    )


def grad_filters(grad, image, problem: Problem, out, scratch) -> None:
    """Write the gradient with respect to the filters into `out`, (C1, K, K, C2).

    In blocks of whole rows of tiles that stay in a cache; their sums are added up among the
    points, and brought back once.
    """
    rows, columns = axes(problem)
    places = rows.tile * columns.tile
    shape = (places, problem.channels, problem.maps)
    total, product = scratch("total", shape, out.dtype), scratch("product", shape, out.dtype)
    total[...] = 0
    numbers = columns.tiles * places * (problem.channels + problem.maps)  # in one row of tiles
    at_once = max(1, BLOCK_BYTES // (numbers * out.dtype.itemsize))
    images_at_once = max(1, at_once // rows.tiles)
    for begin in range(0, problem.batch, images_at_once):
        some = slice(begin, min(begin + images_at_once, problem.batch))
        for first in range(0, rows.tiles, at_once):
            top = first * rows.step
            bottom = min((first + at_once) * rows.step, rows.results)
            part, needed = problem.rows(top, bottom)
            part_rows = _axis(replace(part, batch=1), 0, rows.step)
            part = replace(part, batch=some.stop - begin)
            tiles = evaluate_image(image[some, needed], part, part_rows, columns, scratch)
            points = evaluate_grad(grad[some, top:bottom], part_rows, columns, scratch)
            flat = tiles.reshape(places, -1, problem.channels)  # (places, T, C1)
            total += np.matmul(flat.transpose(0, 2, 1), points, out=product)
    out[...] = filters_from_points(total, rows, columns, problem)


def evaluate_filters(filters, rows: Axis, columns: Axis):
    """U = G W Gᵀ: (tile·tile, C1, C2)."""
    both = np.kron(rows.filters, columns.filters)  # (tile·tile, K·K)
    depth, *_, maps = filters.shape
    places = filters.transpose(1, 2, 0, 3).reshape(-1, depth * maps)  # (K·K, C1·C2)
    return (both @ places).reshape(-1, depth, maps)


def filters_from_points(changes, rows: Axis, columns: Axis, problem: Problem):
    """Gᵀ (·) G: from (tile·tile, C1, C2) to the gradient to the filters, (C1, K, K, C2)."""
    both = np.kron(rows.filters, columns.filters)
    flat = both.T @ changes.reshape(len(changes), -1)  # (K·K, C1·C2)
    boxes = flat.reshape(*problem.kernel, problem.channels, problem.maps)
    return boxes.transpose(2, 0, 1, 3)


def evaluate_image(image, problem: Problem, rows: Axis, columns: Axis, buffer):
    """V = Bᵀ X B: (tile, tile, N, tile rows, tiles across, C1)."""
    half = evaluate_rows(
        flat_rows(image, buffer),
        rows.short,
        rows.image,
        problem,
        (0, rows.tiles),
        columns.covered,
        buffer,
    )
    return evaluate_columns(
        half, columns.image, columns.short, columns.step, problem.channels, buffer
    )


def multiply_forward(tiles, evaluated, rows: Axis, columns: Axis, out, buffer) -> None:
    """Y = Aᵀ [ V · U ] A, written into out (N, H', W', C2)."""
    *places, batch, down, across, channels = tiles.shape
    maps = evaluated.shape[2]
    flat = tiles.reshape(len(evaluated), -1, channels)  # (places, T, C1)
    products = buffer("products", (len(evaluated), flat.shape[1], maps), tiles.dtype)
    np.matmul(flat, evaluated, out=products)
    half = buffer("back", (rows.tile, batch, down, columns.results, maps), tiles.dtype)
    products = products.reshape(*places, batch, down, across, maps)
    finish_columns(products, columns.result, half)
    finish_rows(half, rows.result, out)


def evaluate_grad(grad, rows: Axis, columns: Axis, buffer):
    """M = A grad Aᵀ: (tile·tile, T, C2)."""
    batch, *_, maps = grad.shape
    shape = (rows.step, columns.tile, batch, rows.tiles, columns.tiles, maps)
    half = buffer("back", shape, grad.dtype)
    if rows.results % rows.step:
        half[rows.results % rows.step :, :, :, -1] = 0  # below the last result
    for tile_rows, y, some_rows in whole_and_rest(rows.results, rows.step):
        for tile_columns, x, some_columns in whole_and_rest(columns.results, columns.step):
            source = grad[:, some_rows, some_columns]
            source = source.reshape(batch, -1, y, source.shape[2] // x, x, maps)
            target = half[:y, :, :, tile_rows, tile_columns].transpose(2, 3, 0, 4, 1, 5)
            np.matmul(columns.result_back[:, :x], source, out=target)
    places = rows.tile * columns.tile
    points = buffer("products", (places, batch * rows.tiles * columns.tiles, maps), grad.dtype)
    flat = points.reshape(rows.tile, columns.tile, -1)
    half = half.reshape(rows.step, columns.tile, -1)
    np.matmul(rows.result_back, half.transpose(1, 0, 2), out=flat.transpose(1, 0, 2))
    return points


def image_from_points(points, evaluated, rows: Axis, columns: Axis, batch: int, buffer):
    """B [ M · Uᵀ ] Bᵀ, overlapping tiles added: the gradient to the image, (N, H, W, C1)."""
    channels = evaluated.shape[1]
    shape = (rows.tile, columns.tile, batch, rows.tiles, columns.tiles, channels)
    back = buffer("tiles back", shape, points.dtype)
    np.matmul(points, evaluated.transpose(0, 2, 1), out=back.reshape(len(points), -1, channels))
    # Columns: (N, tile rows, tile, covered columns, C1)
    half = buffer("half", (batch, rows.tiles, rows.tile, columns.covered, channels), points.dtype)
    source = back.transpose(2, 3, 0, 4, 1, 5)  # (N, tile rows, tile, tiles across, tile, C1)
    _add_tiles(columns, source, half, 3, "columns", buffer)
    # Rows: (N, covered rows, covered columns · C1)
    whole = buffer("whole", (batch, rows.covered, columns.covered * channels), points.dtype)
    _add_tiles(rows, half.reshape(batch, rows.tiles, rows.tile, -1), whole, 1, "rows", buffer)
    whole = whole.reshape(batch, rows.covered, columns.covered, channels)
    return _inside(whole, rows, columns)


def _add_tiles(axis: Axis, source, out, at: int, name: str, buffer) -> None:
    """B · source for tiles that lie `step` apart on axis `at` of `out`, added where they overlap.

    The first `step` places of each tile lie side by side, so they are written. What reaches
    beyond them, into the next tiles, is added.
    """
    head, step, count = (slice(None),) * at, axis.step, axis.tiles
    out[(*head, slice(count * step, None))] = 0
    before, after = out.shape[:at], out.shape[at + 1 :]
    side_by_side = out[(*head, slice(0, count * step))].reshape(*before, count, step, *after)
    np.matmul(axis.image_back[:step], source, out=side_by_side)
    for turn, first in enumerate(range(step, axis.tile, step), start=1):
        some = axis.image_back[first : first + step]
        beyond = buffer(name, (*before, count, len(some), *after), source.dtype)
        np.matmul(some, source, out=beyond)
        for tile in range(count):
            start = (tile + turn) * step
            place = (*head, slice(start, start + len(some)))
            out[place] += beyond[(*head, tile)]


def _inside(whole, rows: Axis, columns: Axis):
    """The image without its padding; pixels that no tile covers have no gradient."""
    inside = whole[
        :,
        rows.before : rows.before + rows.size,
        columns.before : columns.before + columns.size,
    ]
    short = rows.size - inside.shape[1], columns.size - inside.shape[2]
    if any(short):
        return np.pad(inside, ((0, 0), (0, short[0]), (0, short[1]), (0, 0)))
    return inside
