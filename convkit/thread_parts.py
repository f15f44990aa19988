"""How threads share one convolution: each takes images, feature maps, or rows of the result."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import prod

from convkit.methods.method import Method
from convkit.problem import Problem

TILE_ROWS = 4  # rows of most tiles: a cut through the middle of one computes it twice
FEWEST_MAPS = 64  # of a thread, for products that are wide enough


class MapParts(tuple):
    """Filters prepared for each thread's feature maps: pairs (slice of maps, prepared)."""


def prepare_parts(method: Method, filters, problem: Problem, threads: int):
    """Prepare filters (C1/groups, K, K, C2) for what each thread will solve.

    Filters that are larger than image and result are shared by maps: so each thread reads only
    its part of them. Others are prepared once, for all.
    """
    if not _by_maps(problem, threads):
        parts = (part for part, _, _ in _parts(problem, threads))
        largest = max(parts, key=lambda part: part.multiply_adds, default=problem)
        return method.prepare(filters, largest)
    maps = [slice(*part) for part in even_parts(problem.maps, threads, whole=FEWEST_MAPS)]
    return MapParts((s, method.prepare(filters[..., s], _of_maps(problem, s))) for s in maps)


def thread_parts(problem: Problem, prepared, threads: int) -> list:
    """What to do side by side: (problem, image index, output index, prepared); one if alone."""
    if isinstance(prepared, MapParts):
        return [(_of_maps(problem, s), (), (..., s), filters) for s, filters in prepared]
    parts = _parts(problem, threads) if threads > 1 else ()
    return [(*part, prepared) for part in parts] or [(problem, (), (), prepared)]


def _by_maps(problem: Problem, threads: int) -> bool:
    """Whether to share by maps."""
    filters, results = prod(problem.filters_shape), prod(problem.output_shape)
    return (
        threads > max(1, problem.batch)
        and problem.groups == 1
        and problem.maps >= threads * FEWEST_MAPS
        and filters > prod(problem.image_shape) + results
    )


def _of_maps(problem: Problem, maps: slice) -> Problem:
    return replace(problem, maps=maps.stop - maps.start)


@lru_cache(maxsize=256)
def _parts(problem: Problem, count: int) -> tuple:
    """Split by images if there are enough of them, else by rows of the result.

    Parts are (problem, image index, output index); none if there is nothing to split.
    """
    batch, rows = problem.batch, problem.output_size[0]
    if count <= 1 or not batch:
        return ()
    if batch >= count:
        images = [slice(*part) for part in even_parts(batch, count)]
        return tuple((replace(problem, batch=s.stop - s.start), s, s) for s in images)
    parts = []
    for first, last in even_parts(rows, min(count, rows), whole=TILE_ROWS):
        part, needed = problem.rows(first, last)
        parts.append((part, (slice(None), needed), (slice(None), slice(first, last))))
    return tuple(parts)


def even_parts(total: int, count: int, whole: int = 1):
    """Cut `total` into `count` neighboring ranges of nearly equal length.

    Cuts fall on multiples of `whole`, if each range is at least twice as long.
    """
    if total < 2 * whole * count:
        whole = 1
    steps = -(-total // whole)
    bounds = [min(steps * part // count * whole, total) for part in range(count + 1)]
    return list(pairwise(bounds))
