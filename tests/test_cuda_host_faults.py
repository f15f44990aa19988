"""The tests of the host path must notice faults: each of a list is planted, and must be caught."""

import pytest

from tests.emulator.host_faults import FAULTS
from tests.emulator.noticed import assert_noticed, planted
from tests.emulator.stand_in import missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.fixture(scope="module")
def verdicts():
    with planted("tests.emulator.catch_fault", len(FAULTS)) as results:
        yield results


@pytest.mark.parametrize(
    "index", range(len(FAULTS)), ids=[f"{f.module.split('.')[-1]}: {f.breaks}" for f in FAULTS]
)
def test_a_planted_fault_is_noticed(index, verdicts):
    assert_noticed(verdicts[index], FAULTS[index].breaks, never="the text to replace")
