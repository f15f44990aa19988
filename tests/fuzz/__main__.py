"""`python run.py fuzz`: many more problems for each method than the tests have time for."""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from convkit import conv2d
from tests.fuzz.made import CPU, blocks_of, error, make


def main() -> int:
    """Try random problems; print each failure with the seed that makes it again."""
    parser = argparse.ArgumentParser(prog="run.py fuzz", description=__doc__)
    parser.add_argument("--problems", type=int, default=20_000, help="for each method")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="+", default=CPU, choices=CPU, metavar="METHOD")
    options = parser.parse_args()
    failures = 0
    for method in options.methods:
        start, worst = time.monotonic(), 0.0
        for number in range(options.problems):
            units = attempt(method, options.seed, number)
            worst = max(worst, units)
            if not units <= 1:
                failures += 1
                print(f"  {method}: seed {options.seed}, problem {number}: {units:.2f} of allowed")
        seconds = time.monotonic() - start
        print(
            f"{method:15} {options.problems} problems, worst error {worst:.2f} of what is allowed, "
            f"{seconds:.0f} s",
            flush=True,
        )
    print(f"seed {options.seed}: {failures} failures")
    return 1 if failures else 0


def attempt(method: str, seed: int, number: int) -> float:
    """Solve one problem, on one thread or three; the error in units of what is allowed."""
    random = np.random.default_rng([seed, number])
    made = make(method, lambda choices: choices[random.integers(len(choices))])
    image, filters, options, block = made
    threads = 1 + 2 * (number % 2)
    with blocks_of(block):
        result = conv2d(image, filters, method=method, threads=threads, **options)
    return error(method, result, image, filters, options)


if __name__ == "__main__":
    sys.exit(main())
