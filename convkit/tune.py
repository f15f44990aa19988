"""`convkit tune`: measure where one method begins to win over another on this machine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convkit.methods.crossovers import Crossovers, check_writable, store
from convkit.plans import Plan
from convkit.threads import one_blas_thread

NEVER = 10**9  # a crossover beyond all sizes
SECONDS = 0.3  # for each pair of methods at each size


@dataclass(frozen=True)
class Question:
    """At which of `sizes` does `large` begin to win over `small`?

    `layer` makes (image shape, filters shape) from a size; `planned` leaves the preparation of
    the filters out of the time.
    """

    name: str
    small: str
    large: str
    sizes: tuple[int, ...]
    layer: Callable[[int], tuple[tuple[int, ...], tuple[int, ...]]]
    planned: bool = True
    stride: int = 1
    answer: Callable[[int], int] = int  # the crossover's number for a size


QUESTIONS = (
    Question(
        "bands_rows",
        "bands",
        "split_rows",
        (3, 5, 7, 8, 9, 11, 13),
        lambda k: ((400, 400, 1), (1, k, k, 1)),
    ),
    Question(
        "fft_rows",
        "split_rows",
        "fft",
        (11, 15, 19, 23, 31, 47),
        lambda k: ((500, 500, 1), (1, k, k, 1)),
    ),
    Question(
        "few_maps",
        "toeplitz",
        "mec",
        (2, 4, 6, 8, 10, 12, 14),
        lambda maps: ((64, 64, 3), (3, 5, 5, maps)),
    ),
    Question(
        "winograd_channels",
        "mec",
        "winograd",
        (8, 16, 24, 32, 48, 64),
        lambda c: ((56, 56, c), (c, 3, 3, c)),
    ),
    Question(
        "winograd_results",
        "im2col",
        "winograd",
        (14, 20, 28, 40, 56),
        lambda size: ((size + 2, size + 2, 192), (192, 3, 3, 192)),
        planned=False,
        answer=lambda size: size**2,
    ),
    Question(
        "strided_channels",
        "mec",
        "winograd",
        (8, 16, 32, 64, 96),
        lambda c: ((59, 59, c), (c, 5, 5, c)),
        stride=2,
    ),
    Question(
        "space_to_depth_channels",
        "mec",
        "space_to_depth",
        (2, 4, 8, 16, 32),
        lambda c: ((117, 117, c), (c, 7, 7, 32)),
        stride=2,
    ),
    Question(
        "mec_window",
        "mec",
        "im2col",
        (16, 32, 64, 96, 128, 192),
        lambda c: ((30, 30, c), (c, 3, 3, 64)),
        answer=lambda c: 9 * c - 1,
    ),
)


def tune(say=print) -> Crossovers:
    """Answer every question, store the answers in the user's cache folder, and return them."""
    limits = Crossovers()
    check_writable()
    for question in QUESTIONS:
        with one_blas_thread():
            ratios = [_ratio(question, size) for size in question.sizes]
        found = crossing(question.sizes, ratios)
        value = NEVER if found is None else question.answer(found)
        limits = replace(limits, **{question.name: value})
        shown = "  ".join(f"{s}: {r:.2f}" for s, r in zip(question.sizes, ratios, strict=True))
        say(f"{question.name} = {value}   ({question.small} / {question.large}: {shown})")
    say(f"stored in {store(limits)}")
    return limits


def crossing(sizes, ratios) -> int | None:
    """The size from which on taking the larger method saves most time in all, or None.

    Not the first one from which on every ratio is above 1: a single bad measurement at the end
    would then outweigh all others.
    """
    gains = [math.log(ratio) for ratio in ratios]
    saved = [sum(gains[first:]) for first in range(len(sizes))]
    best = max(range(len(sizes)), key=saved.__getitem__)
    return sizes[best] if saved[best] > 0 else None


def _ratio(question: Question, size: int) -> float:
    """Time of `small` over time of `large`, each at its best, measured in turn."""
    image_shape, filters_shape = question.layer(size)
    random = np.random.default_rng(0)
    image = random.standard_normal(image_shape, np.float32)
    filters = random.standard_normal(filters_shape, np.float32)

    def made(method):
        return Plan(
            filters,
            image_shape,
            stride=question.stride,
            method=method,
            threads=1,
            planned=question.planned,
        )

    calls = []
    for method in (question.small, question.large):
        kept = made(method)
        out = kept(image)
        if question.planned:
            calls.append(lambda kept=kept, out=out: kept(image, out=out))
        else:
            calls.append(lambda method=method: made(method)(image))
    best = [math.inf, math.inf]
    end, rounds = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < end or rounds < 3:
        rounds += 1
        for which, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[which] = min(best[which], time.perf_counter() - start)
    return best[0] / best[1]
