"""Times on a GPU: by events, all candidates taking turns, so that nothing favors one of them.

The same arrays are used again and again: what fits into the L2 cache is found there (L2-warm).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effort:
    """How much is spent on one candidate: so many rounds of so many milliseconds."""

    rounds: int = 7
    milliseconds: float = 20.0
    calls: int = 300
    repeats: int = 10  # of a layer that is looked at for races


FULL, LITTLE = Effort(), Effort(rounds=1, milliseconds=0.01, calls=3, repeats=2)


def device_times(cupy, candidates: dict[str, Callable], effort: Effort = FULL) -> dict[str, float]:
    """The best time of each candidate in milliseconds, of as many calls as fill a round.

    What takes twenty times as long as the best is timed in two rounds only.
    """
    start, stop = cupy.cuda.Event(), cupy.cuda.Event()

    def once(run, count):
        start.record()
        for _ in range(count):
            run()
        stop.record()
        stop.synchronize()
        return cupy.cuda.get_elapsed_time(start, stop) / count

    first, counts = {}, {}
    for name, run in candidates.items():
        once(run, 1)
        first[name] = once(run, min(3, effort.rounds))
        counts[name] = max(1, math.ceil(effort.milliseconds / max(first[name], 1e-3)))
    if effort is LITTLE:
        counts = dict.fromkeys(counts, 1)
    quick = 20 * min(first.values(), default=0)
    best = dict.fromkeys(candidates, math.inf)
    for turn in range(effort.rounds):
        for name, run in candidates.items():
            if turn < 2 or first[name] <= quick:
                best[name] = min(best[name], once(run, counts[name]))
    return best


def call_times(cupy, candidates: dict[str, Callable], effort: Effort = FULL) -> dict[str, float]:
    """The median time of one call in milliseconds, until its result is there, all taking turns."""
    seen = {name: [] for name in candidates}
    for _ in range(effort.calls):
        for name, run in candidates.items():
            cupy.cuda.Device().synchronize()
            begin = time.perf_counter()
            run()
            cupy.cuda.Device().synchronize()
            seen[name].append(1e3 * (time.perf_counter() - begin))
    return {name: float(np.median(times[len(times) // 15 :])) for name, times in seen.items()}
