"""Plans in CUDA graphs: what cannot be part of one is refused before it is captured.

That a captured plan runs again, on other images and in work space that is still its own, is one of
the checks of the host path (tests/emulator/host_path.py, `graphs`).
"""

import numpy as np
import pytest

from convkit import conv2d, gradients, plan
from tests.emulator.stand_in import missing, stand_in

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

IMAGE = np.arange(2 * 9 * 8 * 16, dtype=np.float32).reshape(2, 9, 8, 16) / 1000
FILTERS = np.ones((16, 3, 3, 8), np.float32)


@pytest.fixture
def capture():
    """A function that captures a call on a stream, and the stand-in's module."""
    with stand_in() as cupy:
        stream = cupy.cuda.Stream(non_blocking=True)

        def run(call):
            with stream:
                stream.synchronize()
                stream.begin_capture()
                try:
                    call()
                finally:
                    stream.end_capture()

        with stream:
            yield run, cupy


def test_a_single_call_and_a_new_plan_are_refused(capture):
    run, cupy = capture
    image, filters = cupy.asarray(IMAGE), cupy.asarray(FILTERS)
    for call in (lambda: conv2d(image, filters), lambda: plan(filters, image.shape)):
        with pytest.raises(RuntimeError, match="make a plan before, and call it once"):
            run(call)


@pytest.mark.parametrize("how", ["no out", "out overlaps", "converted", "function"])
def test_what_needs_memory_that_is_given_back_is_refused(capture, how):
    run, cupy = capture
    image, filters = cupy.asarray(IMAGE), cupy.asarray(FILTERS)
    options = {"activation": lambda x: x + 1} if how == "function" else {}
    planned = plan(filters, image.shape, padding=1, method="gpu_naive", **options)
    out = planned(image)
    if how == "out overlaps":
        out = image[..., :8]
    elif how == "converted":
        image = image.astype(np.uint8)
    with pytest.raises(RuntimeError, match="free again when the graph runs"):
        run(lambda: planned(image, **({} if how == "no out" else {"out": out})))


@pytest.mark.parametrize("method", ["gpu_im2col", "gpu_fft"])
def test_methods_that_call_a_library_are_refused_with_one_that_does_not(capture, method):
    run, cupy = capture
    image = cupy.asarray(IMAGE)
    planned = plan(cupy.asarray(FILTERS), image.shape, method=method)
    out = planned(image)
    with pytest.raises(RuntimeError, match=f"{method}.*gpu_naive"):
        run(lambda: planned(image, out=out))


def test_work_space_that_was_captured_stays_with_the_plan_and_not_with_its_copy(capture):
    run, cupy = capture
    image = cupy.asarray(IMAGE)
    planned = plan(cupy.asarray(FILTERS), image.shape, method="gpu_mma", precision="bf16")
    out = planned(image)
    assert planned._captured == []
    run(lambda: planned(image, out=out))
    assert sum(scratch.nbytes for scratch in planned._captured) >= image.nbytes // 2
    assert "_captured" not in planned.__getstate__()


def test_gradients_are_refused(capture):
    run, cupy = capture
    image, filters = cupy.asarray(IMAGE), cupy.asarray(FILTERS)
    grad = conv2d(image, filters)
    for call in (
        lambda: gradients.conv2d_grad_image(grad, filters, image.shape),
        lambda: gradients.conv2d_grad_filters(grad, image, filters.shape),
        lambda: plan(FILTERS, IMAGE.shape, stream_from_host=True),
    ):
        with pytest.raises(RuntimeError, match="CUDA graph"):
            run(call)
