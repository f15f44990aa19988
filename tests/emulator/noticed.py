"""Whether planted faults are noticed: each in a process of its own, as many at once as cores."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 300


@contextmanager
def planted(module: str, count: int) -> Iterator[list[Future]]:
    """The results of ``python -m module INDEX`` for all indices, as they come."""

    def catch(index):
        command = [sys.executable, "-m", module, str(index)]
        try:
            return subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "", f"not noticed in {SECONDS} seconds")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield [pool.submit(catch, index) for index in range(count)]


def assert_noticed(result: Future, what: str, never: str) -> None:
    """A fault was noticed, or so wild that its process died; but nobody said `never`."""
    ended = result.result()
    crashed, said = ended.returncode < 0, ended.stdout + ended.stderr
    assert ended.returncode == 0 or crashed, f"not noticed: {what}\n{said}"
    assert crashed or never not in said, said
