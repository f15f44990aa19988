"""Random problems for each CPU method, on one thread and on three, against the definition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convkit import conv2d
from tests.method_problems import CPU, blocks_of, error, make

COUNT = 20_000  # for each method


def campaign(seed: int, count: int, say: Callable[[str], None]) -> dict:
    """Solve `count` problems with each method; each failure is said with what makes it again."""
    wrong, worst = 0, {}
    for method in CPU:
        worst[method] = 0.0
        for number in range(count):
            units = attempt(method, seed, number)
            worst[method] = max(worst[method], units)
            if not units <= 1:
                wrong += 1
                say(f"{method}: seed {seed}, problem {number}: {units:.2f} of what is allowed")
        say(f"{method:15} {count} problems, worst error {worst[method]:.2f} of what is allowed")
    shown = {method: round(units, 3) for method, units in worst.items()}
    return {"tried": count * len(CPU), "wrong": wrong, "worst error, of what is allowed": shown}


def attempt(method: str, seed: int, number: int) -> float:
    """Solve one problem; the error in units of what is allowed."""
    random = np.random.default_rng([seed, number])
    made = make(method, lambda choices: choices[random.integers(len(choices))])
    image, filters, options, block = made
    threads = 1 + 2 * (number % 2)
    with blocks_of(block):
        result = conv2d(image, filters, method=method, threads=threads, **options)
    return error(method, result, image, filters, options)
