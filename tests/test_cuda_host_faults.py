"""The tests of the host path must notice faults: each of a list is planted, and must be caught."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.emulator.host_faults import FAULTS
from tests.emulator.stand_in import missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.fixture(scope="module")
def verdicts():
    """All faults, each in a process of its own, as many at a time as there are cores."""

    def catch(index):
        command = [sys.executable, "-m", "tests.emulator.catch_fault", str(index)]
        try:
            return subprocess.run(
                command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "", "not noticed in 300 seconds")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield [pool.submit(catch, index) for index in range(len(FAULTS))]


@pytest.mark.parametrize(
    "index", range(len(FAULTS)), ids=[f"{f.module.split('.')[-1]}: {f.breaks}" for f in FAULTS]
)
def test_a_planted_fault_is_noticed(index, verdicts):
    verdict = verdicts[index].result()
    crashed = verdict.returncode < 0  # so wild that even the process died: noticed
    said = verdict.stdout + verdict.stderr
    assert verdict.returncode == 0 or crashed, f"not noticed: {FAULTS[index].breaks}\n{said}"
    assert "the text to replace" not in said, said
