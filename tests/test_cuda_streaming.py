"""Images that stay on the host: the same numbers, whatever the blocks, however late the copies."""

import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from problems import assert_close, definition, problems

from convkit import METHODS, conv2d, plan, streaming
from tests.emulator.machine import WHEN
from tests.emulator.stand_in import missing, stand_in

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

RANDOM = np.random.default_rng(8)
IMAGE = RANDOM.standard_normal((3, 23, 14, 3)).astype(np.float32)
FILTERS = RANDOM.standard_normal((3, 3, 4, 5)).astype(np.float32)
BIAS = RANDOM.standard_normal(5).astype(np.float32)


@pytest.fixture(params=WHEN)
def gpu(request):
    with stand_in(order="random", streams=request.param) as cupy:
        yield cupy


@pytest.mark.parametrize("block_bytes", [1, 3_000, 20_000, 2**28])
def test_blocks_do_not_change_the_result(gpu, block_bytes):
    options = {"padding": (1, 2), "stride": (2, 1), "dilation": (3, 1), "bias": BIAS}
    streamed = streaming.HostPlan(FILTERS, IMAGE.shape, block_bytes=block_bytes, **options)
    assert len(streamed.blocks) == {1: 30, 3_000: 9, 20_000: 2, 2**28: 1}[block_bytes]
    for image in (IMAGE, -2 * IMAGE):
        assert_close(streamed(image), image, FILTERS, options, tolerance=1e-6)


def test_plan_streams_when_it_is_asked_to(gpu):
    streamed = plan(FILTERS, IMAGE.shape, padding="same", activation="relu", stream_from_host=True)
    result = streamed(IMAGE)
    assert type(result) is np.ndarray
    expected = np.maximum(definition(IMAGE, FILTERS, padding="same"), 0)
    np.testing.assert_allclose(result, expected, atol=2e-5)
    assert streamed.method in METHODS


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_any_problem_streams(gpu, problem):
    image, filters, options = problem
    streamed = streaming.HostPlan(filters, image.shape, block_bytes=300, **options)
    tolerance = 1e-5 if image.itemsize == 4 else 1e-13
    assert_close(streamed(image), image, filters, options, tolerance=tolerance)


def test_bytes_are_converted_on_the_way_and_out_is_filled(gpu):
    image = RANDOM.integers(0, 255, IMAGE.shape, np.uint8)
    out = np.full((3, 21, 11, 5), np.nan, np.float32)
    streamed = streaming.HostPlan(FILTERS, image.shape, block_bytes=2_000)
    assert streamed(image, out=out) is out
    assert_close(out, image, FILTERS, {}, tolerance=1e-6)


def test_the_gpu_holds_two_blocks_and_not_the_image(gpu, monkeypatch):
    asked = []
    empty = gpu.empty
    monkeypatch.setattr(gpu, "empty", lambda n, dtype: asked.append(n) or empty(n, dtype))
    streaming.HostPlan(FILTERS, (1, 2_000, 14, 3), block_bytes=10_000)
    assert sum(map(np.prod, asked)) * 4 <= 2 * 12_000  # a block, and the rows its windows overlap


def test_arrays_on_the_gpu_are_refused(gpu):
    with pytest.raises(TypeError, match="stream_from_host"):
        plan(gpu.asarray(FILTERS), IMAGE.shape, stream_from_host=True)
    with pytest.raises(TypeError, match="NumPy"):
        plan(FILTERS, IMAGE.shape, stream_from_host=True)(gpu.asarray(IMAGE))


def test_an_out_that_overlaps_the_image_is_refused(gpu):
    filters = np.ones((3, 1, 1, 3), np.float32)
    with pytest.raises(ValueError, match="overlaps"):
        plan(filters, IMAGE.shape, stream_from_host=True)(IMAGE, out=IMAGE)


def test_without_cupy_the_message_names_the_doctor(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cupy", None)
    with pytest.raises(RuntimeError, match="convkit doctor"):
        plan(FILTERS, IMAGE.shape, stream_from_host=True)


def test_late_copies_would_show_a_buffer_that_is_used_too_early(monkeypatch):
    """The test above can fail: without waiting, the buffers of earlier blocks are overwritten."""
    with stand_in():
        streamed = streaming.HostPlan(FILTERS, IMAGE.shape, block_bytes=2_000)
        monkeypatch.setattr(streaming._Lane, "finish", lambda lane: None)
        wrong = streamed(IMAGE)
    assert not np.allclose(wrong, definition(IMAGE, FILTERS), atol=1e-3)


def test_conv2d_on_the_gpu_keeps_scratch_of_different_streams_apart():
    """Two calls of one plan never share work space: the first may still run on its stream."""
    with stand_in() as cupy:
        planned = plan(cupy.asarray(FILTERS), IMAGE.shape, method="gpu_mma", precision="bf16")
        planned(cupy.asarray(IMAGE))
        assert planned._pool.nbytes == 0
        result = conv2d(cupy.asarray(IMAGE), cupy.asarray(FILTERS)).get()
    assert_close(result, IMAGE, FILTERS, {}, tolerance=1e-6)


def test_a_plan_that_is_called_on_another_stream_waits_for_its_filters():
    """Late work: without an order between the streams, the filters would still be packed."""
    with stand_in(streams="late") as cupy:
        image, filters = cupy.asarray(IMAGE), cupy.asarray(FILTERS)
        cupy.cuda.Device().synchronize()
        planned = plan(filters, IMAGE.shape, method="gpu_implicit_gemm")
        stream = cupy.cuda.Stream(non_blocking=True)
        with stream:
            result = planned(image).get(stream=stream)
    assert_close(result, IMAGE, FILTERS, {}, tolerance=1e-6)


def test_two_memmaps_of_one_file_are_refused(gpu, tmp_path):
    shape, path = (3, 23, 14, 3), tmp_path / "numbers"
    np.zeros(np.prod(shape), np.float32).tofile(path)
    image, out = (np.memmap(path, np.float32, "r+", shape=shape) for _ in range(2))
    filters = np.ones((3, 1, 1, 3), np.float32)
    with pytest.raises(ValueError, match="overlaps"):
        plan(filters, shape, stream_from_host=True)(image, out=out)


def test_what_cannot_be_streamed_is_refused_in_words(gpu):
    streamed = plan(FILTERS, IMAGE.shape, stream_from_host=True)
    out = streamed(IMAGE)
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        streamed(IMAGE, out=out)
    with pytest.raises(ValueError, match="a view with gaps or another order"):
        streamed(IMAGE, out=np.empty((*out.shape[:3], 10), np.float32)[..., ::2])
    with pytest.raises(TypeError, match="does not travel"):
        pickle.dumps(streamed)
    with pytest.raises(TypeError, match="mask"):
        plan(FILTERS, IMAGE.shape, bias=np.ma.masked_array(BIAS), stream_from_host=True)
