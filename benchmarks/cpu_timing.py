"""Times on a CPU: the best of many short bursts of calls, all candidates taking turns."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable

PAUSE, BURST = 0.005, 0.02  # seconds
FEWEST_CALLS = 3


def best_times(candidates: dict[str, Callable], seconds: float) -> dict[str, float]:
    """The best time of each candidate in seconds, taken in turn until the time is over.

    A turn is a short burst of calls, so that each candidate finds its own data in the caches and
    nobody else's; the pause before it lets the others' threads, which spin for a while in case
    more work comes, fall asleep.
    """
    best = dict.fromkeys(candidates, math.inf)
    for call in candidates.values():
        call()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, call in candidates.items():
            time.sleep(PAUSE)
            burst = time.perf_counter() + BURST
            for turn in itertools.count():
                start = time.perf_counter()
                call()
                now = time.perf_counter()
                best[name] = min(best[name], now - start)
                if now > burst and turn >= FEWEST_CALLS:
                    break
    return best
