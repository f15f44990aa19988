"""The GPU ladder on a GPU: the cases of the emulator, larger ones, and what only a GPU shows."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from problems import assert_close, problems

from convkit import METHODS, conv2d, gradients, plan
from convkit.doctor import _gpu
from tests.emulator.cases import CASES, TOLERANCES, compare, numbers_of, precisions_of

pytestmark = pytest.mark.gpu

RUNGS = [name for name in METHODS if name.startswith("gpu_")]
EVERY = [
    pytest.param(rung, numbers, case, id=f"{rung}-{numbers or 'float32'}-{case}")
    for rung in RUNGS
    for numbers in numbers_of(rung)
    for case in CASES[rung]
]


@pytest.fixture(scope="module")
def cupy():
    return pytest.importorskip("cupy")


def skip_if_too_old(cupy, rung):
    need = {"gpu_mma": (8, 0), "gpu_wgmma": (9, 0)}.get(rung, (7, 5))
    text = cupy.cuda.Device().compute_capability
    have = int(text[:-1]), int(text[-1])
    if have < need or (rung == "gpu_wgmma" and have != (9, 0)):
        pytest.skip(f"this GPU has compute capability {have}, {rung} needs {need}")


@pytest.mark.parametrize(("rung", "numbers", "case"), EVERY)
def test_rung_equals_the_definition_on_this_gpu(cupy, rung, numbers, case):
    skip_if_too_old(cupy, rung)
    compare(rung, numbers, case)


@pytest.mark.parametrize(
    ("rung", "precision"), [(rung, p) for rung in RUNGS for p in precisions_of(rung)]
)
def test_a_layer_of_a_real_network_is_right_everywhere(cupy, rung, precision):
    """Hundreds of blocks at the same time: what runs block by block in the emulator."""
    skip_if_too_old(cupy, rung)
    random = np.random.default_rng(2)
    image = random.standard_normal((8, 56, 57, 64)).astype(np.float32)
    filters = random.standard_normal((64, 3, 3, 160)).astype(np.float32)
    arrays = cupy.asarray(image), cupy.asarray(filters)
    right = conv2d(*(a.astype(np.float64) for a in arrays), padding=1, method="gpu_im2col")
    scale = conv2d(*(abs(a).astype(np.float64) for a in arrays), padding=1, method="gpu_im2col")
    for _ in range(10):  # a race shows now and then
        result = conv2d(*arrays, padding=1, method=rung, precision=precision)
        assert float((abs(result - right) / scale).max()) <= TOLERANCES[precision]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_any_problem_on_this_gpu(cupy, problem):
    image, filters, options = problem
    on_gpu = {n: cupy.asarray(o) if n == "bias" else o for n, o in options.items()}
    result = conv2d(cupy.asarray(image), cupy.asarray(filters), **on_gpu).get()
    assert_close(result, image, filters, options, tolerance=1e-5 if image.itemsize == 4 else 1e-13)


def test_gradients_on_this_gpu(cupy):
    random = np.random.default_rng(3)
    image, filters = random.standard_normal((2, 9, 8, 3)), random.standard_normal((3, 3, 2, 4))
    grad = random.standard_normal((2, 4, 4, 4))
    arguments = {"stride": 2, "padding": "valid"}
    for function, one, two in (
        (gradients.conv2d_grad_image, filters, image.shape),
        (gradients.conv2d_grad_filters, image, filters.shape),
    ):
        grad_here = grad[:, : (9 - 3) // 2 + 1, : (8 - 2) // 2 + 1]
        result = function(cupy.asarray(grad_here), cupy.asarray(one), two, **arguments)
        expected = function(grad_here, one, two, **arguments)
        np.testing.assert_allclose(result.get(), expected, atol=1e-10)


def test_work_stays_on_the_current_stream(cupy):
    """A long kernel first, then a convolution on the same stream: it must see its result."""
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        image = cupy.zeros((1, 2048, 2048, 8), np.float32)
        for _ in range(50):
            image += 1
        result = conv2d(image, cupy.ones((8, 1, 1, 4), np.float32), method="gpu_implicit_gemm")
    stream.synchronize()
    assert float(result.min()) == float(result.max()) == 400.0


def test_streaming_a_large_image_through_this_gpu(cupy):
    random = np.random.default_rng(4)
    image = random.standard_normal((1, 3000, 1000, 3)).astype(np.float32)
    filters = random.standard_normal((3, 5, 5, 8)).astype(np.float32)
    from convkit.streaming import HostPlan

    streamed = HostPlan(filters, image.shape, padding="same", block_bytes=2**24)
    assert len(streamed.blocks) > 5
    whole = plan(cupy.asarray(filters), image.shape, padding="same")(cupy.asarray(image)).get()
    np.testing.assert_allclose(streamed(image), whole, atol=1e-4)


def test_doctor_is_content_with_this_gpu():
    finding, *_ = _gpu()
    assert finding.good is True, str(finding)
