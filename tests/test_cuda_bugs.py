"""The tests of the GPU ladder must notice bugs: each of a list is planted, and must be caught."""

import pytest

from convkit.cuda import loader
from tests.emulator.noticed import assert_noticed, planted
from tests.emulator.planted_bugs import BUGS
from tests.emulator.stand_in import missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.fixture(scope="module")
def verdicts():
    with planted("tests.emulator.catch", len(BUGS)) as results:
        yield results


@pytest.mark.parametrize("index", range(len(BUGS)), ids=[f"{b.file}: {b.breaks}" for b in BUGS])
def test_a_planted_bug_is_noticed(index, verdicts):
    assert_noticed(verdicts[index], BUGS[index].breaks, never="does not compile")


def test_there_are_bugs_in_every_file():
    files = {bug.file for bug in BUGS}
    assert len(BUGS) >= 30
    assert files >= {f"{file}.cu" for file in loader.OLDEST}
