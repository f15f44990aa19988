"""What is beside the GPU ladder: depthwise layers, many pairs, large kernels, channels first.

Kernels run on the emulator, CuPy's transforms are NumPy's. These are no tests on a GPU.
"""

import mmap
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from ml_dtypes import bfloat16
from problems import assert_close, definition, problems

from convkit import METHODS, choose_method, conv2d, read_problem
from convkit.cuda import loader
from convkit.cuda.launch import NO_BIAS, describe
from convkit.methods import gpu_depthwise, gpu_fft
from convkit.methods.fft import Limits
from convkit.scratch import Scratch
from tests.emulator.build import ORDERS, Kernel, build
from tests.emulator.cases import CASES, FUNCTIONS, make
from tests.emulator.stand_in import missing, stand_in

emulated = pytest.mark.skipif(missing() is not None, reason=missing() or "")


@emulated
@pytest.mark.parametrize("case", CASES["gpu_depthwise"])
def test_depthwise_in_float64_is_the_definition(case):
    image, filters, options = make(CASES["gpu_depthwise"][case])
    image, filters = image.astype(np.float64), filters.astype(np.float64)
    activation = options.pop("activation", None)
    expected = FUNCTIONS[activation](definition(image, filters, **options))
    scale = definition(image, filters, absolute=True, **options)
    with stand_in(order="random") as cupy:
        options["bias"] = cupy.asarray(options["bias"])
        result = conv2d(
            cupy.asarray(image),
            cupy.asarray(filters),
            method="gpu_depthwise",
            activation=activation,
            **options,
        ).get()
    assert result.dtype == np.float64
    assert (abs(result - expected) <= 1e-15 * filters.shape[1] * filters.shape[2] * scale).all()


FORMS = {
    "channels last": ((1, 6, 9, 40), (1, 3, 3, 40), None, "maps"),
    "channels first": ((1, 6, 9, 40), (1, 3, 3, 40), (0, 3, 1, 2), "planes"),
    "columns first": ((1, 6, 9, 40), (1, 3, 3, 40), (0, 2, 1, 3), "maps"),
    "few pairs": ((1, 6, 9, 3), (1, 3, 3, 3), None, "planes"),
    "one gray image": ((1, 6, 9, 1), (1, 3, 3, 1), None, "planes"),
    "many maps of it": ((1, 6, 9, 1), (1, 3, 3, 9), None, "maps"),
    "colors": ((1, 6, 9, 24), (3, 3, 3, 8), None, "planes"),
}


@emulated
@pytest.mark.parametrize("name", FORMS)
def test_a_warp_takes_what_lies_side_by_side(name):
    shape, filters_shape, axes, form = FORMS[name]
    launched = set()
    groups = shape[3] // filters_shape[0]
    with stand_in(launched=launched) as cupy:
        image, out = cupy.ones(shape, np.float32), cupy.empty((1, 4, 7, filters_shape[3]), "f4")
        if axes:
            back = [axes.index(axis) for axis in range(4)]
            image, out = (
                cupy.ascontiguousarray(a.transpose(axes)).transpose(back) for a in (image, out)
            )
        conv2d(
            image,
            cupy.ones(filters_shape, np.float32),
            groups=groups,
            out=out,
            method="gpu_depthwise",
        )
        assert (out.get() == 9 * filters_shape[0]).all()
    assert launched == {("depthwise", f"depthwise_{form}_float")}


@emulated
@pytest.mark.parametrize(("form", "channels"), [("maps", 9), ("planes", 1)])
def test_depthwise_multiplies_steps_in_64_bits(form, channels):
    """Rows 2**31 + 16 numbers apart: in 32 bits the second would lie before the first."""
    problem = read_problem((1, 12, 5, channels), (1, 2, 2, channels), groups=channels, device="gpu")
    step = 2**31 + 16

    def far(shape):
        no_reserve = getattr(mmap, "MAP_NORESERVE", 0x4000)  # named since Python 3.13
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | no_reserve
        memory = np.frombuffer(mmap.mmap(-1, 4 * (shape[1] * step), flags=flags), np.float32)
        columns = 4 * shape[3]
        return np.lib.stride_tricks.as_strided(
            memory, shape, (0, 4 * step, columns, 4), writeable=True
        )

    random = np.random.default_rng(3)
    image, out = far(problem.image_shape), far(problem.output_shape)
    image[...] = random.standard_normal(image.shape)
    filters = random.standard_normal(problem.filters_shape).astype(np.float32)
    grid, block, shared = {
        "maps": (gpu_depthwise._maps_grid(problem), (32, 8), 0),
        "planes": (gpu_depthwise._planes_grid(problem), (32, 4), (65**2 + 512) * 4),
    }[form]
    kernel = Kernel(build("depthwise"), f"depthwise_{form}_float")
    arguments = [image, filters, NO_BIAS, out, describe(problem, image, out)]
    kernel(grid, block, arguments, shared_mem=shared)
    np.testing.assert_allclose(out, definition(image, filters, groups=channels), atol=1e-5)


def test_depthwise_refuses_more_blocks_than_a_launch_has():
    many = read_problem(
        (2**16, 2**9, 2**9, 2**12),
        (1, 1, 1, 2**12),
        groups=2**12,
        device="gpu",
        compute_capability=(9, 0),
    )
    assert "blocks" in METHODS["gpu_depthwise"].refuses(many)
    assert METHODS["gpu_depthwise"].refuses(replace(many, batch=1)) is None


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems(largest=23))
def test_gpu_fft_equals_the_definition_in_one_tile_and_in_many(problem):
    """Its body is neutral: on NumPy's arrays it runs on NumPy's transforms."""
    image, filters, options = problem
    options = {**options, "stride": 1}
    options.pop("bias", None)
    described = read_problem(image.shape, filters.shape, dtype=image.dtype, device="gpu", **options)
    arrays = image.reshape(described.image_shape), filters.reshape(described.filters_shape)
    for limits in (gpu_fft.GPU, Limits(8, 2**30, 2**24, calls=0, primes=(2, 3))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gpu_fft, "GPU", limits)
            patch.setattr(gpu_fft, "WORK_BYTES", 2**13)
            result = METHODS["gpu_fft"](*arrays, described)
        assert result.dtype == image.dtype
        tolerance = 1e-5 if image.itemsize == 4 else 3e-14
        expected = definition(*arrays, **options)
        scale = definition(*arrays, absolute=True, **options).max(initial=0)
        assert (abs(result - expected) <= tolerance * scale).all()


def test_gpu_fft_cuts_a_large_image_into_a_few_tiles():
    """As large as cuFFT does in one kernel, and not larger than the filters' spectra may be."""
    large = read_problem((1, 9000, 5000, 1), (1, 31, 31, 1), device="gpu")
    rows, columns = gpu_fft.tile_size(large, gpu_fft.GPU)
    assert max(rows, columns) <= 4096 and rows * columns > 2**22
    whole = read_problem((1, 4096, 4096, 1), (1, 31, 31, 1), device="gpu")
    assert gpu_fft.tile_size(whole, gpu_fft.GPU) == (4096, 4096)
    many = replace(whole, channels=512, maps=512, groups=512)
    rows, columns = gpu_fft.tile_size(many, gpu_fft.GPU)
    assert 4 * 512 * rows * columns <= 1.1 * 2**27


def test_gpu_fft_transforms_many_tiles_in_one_call(monkeypatch):
    """Images of a batch, and tiles of an image, as many as the work space holds."""
    problem = read_problem((3, 40, 40, 2), (1, 9, 9, 2), groups=2, device="gpu")
    image, filters = np.ones(problem.image_shape), np.ones(problem.filters_shape)
    monkeypatch.setattr(gpu_fft, "GPU", Limits(24, 2**27, 2**24, calls=0, primes=(2, 3)))
    prepared, out = gpu_fft.prepare(filters, problem), np.empty(problem.output_shape)
    calls, transform = [], np.fft.rfft2
    monkeypatch.setattr(
        np.fft, "rfft2", lambda tiles: calls.append(tiles.shape) or transform(tiles)
    )
    gpu_fft.run(image, prepared, problem, out, Scratch(np))
    assert calls == [(12, 2, *prepared.tile)]
    monkeypatch.setattr(gpu_fft, "WORK_BYTES", 5 * 4 * 8 * 2 * prepared.tile[0] ** 2)
    gpu_fft.run(image, prepared, problem, out, Scratch(np))
    assert [shape[0] for shape in calls[1:]] == [5, 5, 2]
    assert abs(out - 81).max() < 1e-10


@emulated
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_gpu_fft_through_conv2d(dtype):
    random = np.random.default_rng(4)
    image = random.standard_normal((2, 50, 47, 3)).astype(dtype)
    filters = random.standard_normal((1, 15, 14, 3)).astype(dtype)
    with stand_in() as cupy:
        bias = cupy.asarray(np.arange(3.0))
        result = conv2d(
            cupy.asarray(image),
            cupy.asarray(filters),
            bias=bias,
            groups=3,
            padding="same",
            activation="relu",
            method="gpu_fft",
        ).get()
    options = {"groups": 3, "padding": "same", "bias": np.arange(3.0)}
    expected = np.maximum(definition(image, filters, **options), 0)
    scale = definition(image, filters, absolute=True, **options).max()
    assert result.dtype == dtype
    error = abs(result - expected) - (2.0**-11 * expected if dtype is np.float16 else 0)
    assert error.max() <= (1e-14 if dtype is np.float64 else 1e-5) * scale


def test_gpu_fft_is_for_fast_and_stride_one():
    large = read_problem((1, 99, 99, 1), (1, 31, 31, 1), device="gpu", stride=2)
    assert "stride 1" in METHODS["gpu_fft"].refuses(large)
    assert METHODS["gpu_fft"].larger_rounding


# Methods that read an image through its steps; the others copy it into a form of their own.
IN_PLACE = ("gpu_naive", "gpu_tiled", "gpu_implicit_gemm", "gpu_depthwise")
OTHERS = [("gpu_im2col", None), ("gpu_fft", None), ("gpu_mma", "bf16"), ("gpu_wgmma", "bf16")]


@emulated
@pytest.mark.parametrize(("method", "precision"), [*((m, None) for m in IN_PLACE), *OTHERS])
@pytest.mark.parametrize("groups", [1, 16])
def test_channels_first_is_read_and_written_by_steps(method, precision, groups, monkeypatch):
    random = np.random.default_rng(6)
    x = random.standard_normal((2, 16, 9, 10)).astype(np.float32)
    filters = random.standard_normal((16 // groups, 3, 3, 32)).astype(np.float32)
    seen = []
    with stand_in() as cupy:
        kernel = loader.kernel

        def recorded(*key, **more):
            run = kernel(*key, **more)

            def call(grid, block, arguments, **options):
                arrays = [a for a in arguments if isinstance(a, cupy.ndarray)]
                seen.append([array.data.ptr for array in arrays])
                return run(grid, block, arguments, **options)

            return call

        monkeypatch.setattr(loader, "kernel", recorded)
        image, y = cupy.asarray(x), cupy.full((2, 32, 9, 10), np.nan, np.float32)
        views = cupy.moveaxis(image, 1, 3), cupy.moveaxis(y, 1, 3)
        try:
            out = conv2d(
                views[0],
                cupy.asarray(filters),
                padding=1,
                groups=groups,
                out=views[1],
                method=method,
                precision=precision,
            )
        except ValueError as refusal:
            assert groups > 1 and precision and "groups" in str(refusal)
            return
        assert out is views[1]
        if method in IN_PLACE:
            assert image.data.ptr in seen[0]
        if METHODS[method].fuses:
            assert y.data.ptr in seen[-1]
        result = y.get()
    options = {"padding": 1, "groups": groups}
    last = np.moveaxis(x, 1, 3)
    assert_close(
        np.moveaxis(result, 1, 3), last, filters, options, tolerance=1e-2 if precision else 1e-5
    )


PAIRS = (1, 256, 256, 64), (1, 9, 9, 64)
BF16 = np.dtype(bfloat16)
CHOSEN = [
    # image, filters, options, method
    ((1, 112, 112, 96), (1, 3, 3, 96), {"groups": 96, "padding": 1}, "gpu_depthwise"),
    ((32, 56, 56, 144), (1, 5, 5, 288), {"groups": 144, "stride": 2}, "gpu_depthwise"),
    ((1, 112, 112, 96), (1, 3, 3, 96), {"groups": 96, "precision": "bf16"}, "gpu_depthwise"),
    ((1, 112, 112, 96), (1, 3, 3, 96), {"groups": 96, "storage": BF16}, "gpu_depthwise"),
    ((1, 4096, 4096, 1), (1, 5, 5, 1), {}, "gpu_depthwise"),
    ((1, 4096, 4096, 1), (1, 15, 15, 1), {}, "gpu_depthwise"),
    ((1, 4096, 4096, 1), (1, 31, 31, 1), {}, "gpu_fft"),
    ((1, 4096, 4096, 1), (1, 31, 31, 1), {"dtype": np.float64}, "gpu_fft"),
    ((1, 4096, 4096, 1), (1, 31, 31, 1), {"fast": False}, "gpu_depthwise"),
    ((1, 4096, 4096, 1), (1, 31, 31, 1), {"stride": 2}, "gpu_depthwise"),
    ((1, 128, 128, 1), (1, 31, 31, 1), {}, "gpu_depthwise"),
    (*PAIRS, {"groups": 64}, "gpu_depthwise"),
    ((1, 256, 256, 64), (1, 31, 31, 64), {"groups": 64}, "gpu_fft"),
    ((1, 2048, 2048, 3), (3, 1, 1, 1), {}, "gpu_depthwise"),
    ((32, 224, 224, 3), (3, 7, 7, 64), {"stride": 2, "padding": 3}, "gpu_implicit_gemm"),
    ((32, 224, 224, 3), (3, 7, 7, 64), {"stride": 2, "storage": BF16}, "gpu_wgmma"),
    ((32, 224, 224, 3), (3, 7, 7, 64), {"stride": 2, "precision": "bf16"}, "gpu_wgmma"),
    ((1, 32, 32, 3), (3, 5, 5, 64), {"precision": "bf16"}, "gpu_tiled"),
    ((32, 56, 56, 256), (256, 1, 1, 64), {}, "gpu_implicit_gemm"),
    ((32, 56, 56, 256), (256, 1, 1, 64), {"precision": "tf32"}, "gpu_mma"),
    ((32, 56, 56, 256), (256, 1, 1, 64), {"dtype": np.float64}, "gpu_im2col"),
    ((32, 56, 56, 256), (256, 3, 3, 256), {"storage": BF16}, "gpu_wgmma"),
    ((32, 56, 56, 64), (64, 3, 3, 1), {}, "gpu_implicit_gemm"),
    ((32, 224, 224, 4), (4, 1, 1, 32), {}, "gpu_implicit_gemm"),
    ((1, 32, 32, 3), (3, 5, 5, 64), {}, "gpu_tiled"),
    ((1, 30_000, 30_000, 8), (8, 3, 3, 8), {}, "gpu_naive"),
    ((1, 30_000, 30_000, 3), (3, 3, 3, 3), {}, "gpu_depthwise"),
    ((40_000, 300, 300, 8), (8, 3, 3, 8), {}, "gpu_im2col"),
]


@pytest.mark.parametrize(("image", "filters", "options", "method"), CHOSEN)
def test_the_rule_for_a_gpu_is_what_its_docstring_says(image, filters, options, method):
    problem = read_problem(image, filters, device="gpu", compute_capability=(9, 0), **options)
    assert choose_method(problem) == method


@settings(max_examples=300, deadline=None)
@given(problem=problems())
def test_no_refusing_or_coarse_method_is_chosen_on_any_gpu(problem):
    image, filters, options = problem
    options.pop("bias", None)
    for capability in (None, (7, 0), (7, 5), (8, 6), (9, 0), (12, 0)):
        for storage in (None, np.dtype(np.float16), BF16):
            for fast in (True, False):
                described = read_problem(
                    image.shape,
                    filters.shape,
                    device="gpu",
                    storage=storage,
                    fast=fast,
                    dtype=np.float32 if storage else image.dtype,
                    compute_capability=capability,
                    **options,
                )
                method = METHODS[choose_method(described)]
                assert method.refuses(described) is None
                assert fast or not method.larger_rounding
                assert method.name != "gpu_naive", "it is for sizes that others cannot count"


@emulated
@pytest.mark.parametrize("order", ORDERS)
def test_many_pairs_in_one_call_are_the_single_calls(order):
    """P images as channels, P kernels as maps, groups = P."""
    random = np.random.default_rng(8)
    image = random.standard_normal((21, 20, 11)).astype(np.float32)
    filters = random.standard_normal((1, 9, 9, 11)).astype(np.float32)
    with stand_in(order=order) as cupy:
        on_gpu = cupy.asarray(image), cupy.asarray(filters)
        together = conv2d(*on_gpu, groups=11).get()
        for pair in range(11):
            alone = conv2d(on_gpu[0][..., pair], on_gpu[1][0, :, :, pair])
            np.testing.assert_allclose(together[..., pair], alone.get(), atol=2e-5)
