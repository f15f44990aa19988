"""What convkit does on the host for the GPU, through the real CuPy, with kernels emulated."""

import pytest

from tests.emulator.host_path import CHECKS
from tests.emulator.machine import WHEN
from tests.emulator.stand_in import missing

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@pytest.mark.parametrize("streams", WHEN)
@pytest.mark.parametrize("check", CHECKS)
def test_the_host_path(check, streams):
    CHECKS[check](streams)
