"""Campaigns: what the tests do a fixed sample of, at length. Results are kept, to be committed.

    python run.py test --long                        # all of them: some hours
    python run.py test --long -- --only problems --count 1000 --seed 7

Each campaign adds a line to tests/long/results/NAME.jsonl: what was tried, how much of it was
wrong, the seed that makes it again, and the commit that it was tried on.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from datetime import date
from importlib import import_module
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
CAMPAIGNS = ("problems", "tokens", "kills", "faults")


def commit() -> str:
    """The commit of the tree, and whether it was changed since."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"


def main(arguments=None) -> int:
    """Run the campaigns; how many of them found something wrong."""
    parser = argparse.ArgumentParser(
        prog="run.py test --long --",
        description=__doc__.split("\n\n")[0],
        epilog="; ".join(
            f"{name}: {import_module(f'tests.long.{name}').__doc__.splitlines()[0]}"
            for name in CAMPAIGNS
        ),
    )
    parser.add_argument("--only", nargs="+", default=CAMPAIGNS, choices=CAMPAIGNS, metavar="NAME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="how many of each; by default as many as it says")
    parser.add_argument("--to", type=Path, default=RESULTS, help="folder of the results")
    options = parser.parse_args(arguments)
    failed = 0
    for name in options.only:
        campaign = import_module(f"tests.long.{name}")
        count = options.count or campaign.COUNT
        print(f"=== {name}: {count}, seed {options.seed}", flush=True)
        start = time.monotonic()
        found = campaign.campaign(options.seed, count, lambda text: print(" ", text, flush=True))
        row = {
            "date": date.today().isoformat(),
            "commit": commit(),
            "python": platform.python_version(),
            "seed": options.seed,
            "count": count,
            "seconds": round(time.monotonic() - start),
            **found,
        }
        failed += bool(found["wrong"])
        options.to.mkdir(parents=True, exist_ok=True)
        with (options.to / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"=== {name}: {found['tried']} tried, {found['wrong']} wrong, {row['seconds']} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
