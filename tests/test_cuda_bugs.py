"""The tests of the GPU ladder must notice bugs: each of a list is planted, and must be caught."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from convkit.cuda import loader
from tests.emulator.planted_bugs import BUGS
from tests.emulator.stand_in import missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.fixture(scope="module")
def verdicts():
    """All bugs, each in a process of its own, as many at a time as there are cores."""

    def catch(index):
        command = [sys.executable, "-m", "tests.emulator.catch", str(index)]
        try:
            return subprocess.run(
                command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "", "not noticed in 300 seconds")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield [pool.submit(catch, index) for index in range(len(BUGS))]


@pytest.mark.parametrize("index", range(len(BUGS)), ids=[f"{b.file}: {b.breaks}" for b in BUGS])
def test_a_planted_bug_is_noticed(index, verdicts):
    verdict = verdicts[index].result()
    crashed = verdict.returncode < 0  # so wild that even the process died: noticed
    said = verdict.stdout + verdict.stderr
    assert verdict.returncode == 0 or crashed, f"not noticed: {BUGS[index].breaks}\n{said}"
    assert crashed or "does not compile" not in said, said


def test_there_are_bugs_in_every_file():
    files = {bug.file for bug in BUGS}
    assert len(BUGS) >= 30
    assert files >= {f"{file}.cu" for file in loader.OLDEST}
