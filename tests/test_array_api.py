"""Array operations on any library: strictly by the array API standard, and as CuPy has them."""

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from problems import assert_close, definition, problems

from convkit import METHODS, Problem, choose_method, conv2d, gradients, layers, read_problem
from convkit.methods import gpu_im2col
from tests.emulator import stand_in as gpu

RANDOM = np.random.default_rng(12)
IMAGE = RANDOM.standard_normal((2, 9, 11, 6))
FILTERS = RANDOM.standard_normal((3, 3, 2, 4))


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_the_fall_back_needs_the_array_api_standard_only(problem):
    """gpu_im2col takes every option: so what the CPU can do, any GPU library can do."""
    image, filters, options = problem
    options.pop("bias", None)
    described = read_problem(image.shape, filters.shape, dtype=image.dtype, device="gpu", **options)
    assert gpu_im2col.METHOD.refuses(described) is None
    strict = array_api_strict
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpu_im2col, "array_library", lambda **arrays: strict)
        out = strict.asarray(np.full(described.output_shape, np.nan, image.dtype))
        prepared = gpu_im2col.prepare(
            strict.asarray(filters.reshape(described.filters_shape)), described
        )
        gpu_im2col.run(
            strict.asarray(image.reshape(described.image_shape)), prepared, described, out, None
        )
    shape = definition(image, filters, **options).shape
    assert_close(
        np.asarray(out).reshape(shape),
        image,
        filters,
        options,
        tolerance=1e-5 if image.itemsize == 4 else 1e-13,
    )


def test_the_fall_back_works_through_a_batch_in_parts(monkeypatch):
    described = read_problem(IMAGE.shape, FILTERS.shape, groups=2, dtype=np.float64, device="gpu")
    monkeypatch.setattr(gpu_im2col, "WORK_BYTES", 1)
    monkeypatch.setattr(gpu_im2col, "array_library", lambda **arrays: np)
    sizes, matrix = [], gpu_im2col.window_matrix

    def recorded(image, *rest):
        sizes.append(len(image))
        return matrix(image, *rest)

    monkeypatch.setattr(gpu_im2col, "window_matrix", recorded)
    out = np.empty(described.output_shape)
    gpu_im2col.run(IMAGE, gpu_im2col.prepare(FILTERS, described), described, out, None)
    assert sizes == [1] * 4  # two images, two groups
    np.testing.assert_allclose(out, definition(IMAGE, FILTERS, groups=2), atol=1e-12)


@pytest.mark.skipif(gpu.missing() is not None, reason=gpu.missing() or "")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", [{}, {"stride": (2, 1), "padding": "same"}, {"dilation": 2}])
def test_gradients_on_the_gpu_are_those_of_the_cpu(dtype, options):
    image, filters = IMAGE[..., :3].astype(dtype), FILTERS.astype(dtype)
    shape = definition(image, filters, **options).shape
    grad = RANDOM.standard_normal(shape).astype(dtype)
    tolerance = 1e-4 if dtype == np.float32 else 1e-12
    with gpu.stand_in() as cupy:
        on_gpu = [cupy.asarray(a) for a in (grad, image, filters)]
        results = (
            gradients.conv2d_grad_image(on_gpu[0], on_gpu[2], image.shape, **options),
            gradients.conv2d_grad_filters(on_gpu[0], on_gpu[1], filters.shape, **options),
            gradients.conv2d_grad_bias(on_gpu[0]),
        )
        assert all(isinstance(result, cupy.ndarray) for result in results)
        results = [result.get() for result in results]
    expected = (
        gradients.conv2d_grad_image(grad, filters, image.shape, **options),
        gradients.conv2d_grad_filters(grad, image, filters.shape, **options),
        gradients.conv2d_grad_bias(grad),
    )
    for result, right in zip(results, expected, strict=True):
        assert result.dtype == dtype
        np.testing.assert_allclose(result, right, atol=tolerance)


@pytest.mark.skipif(gpu.missing() is not None, reason=gpu.missing() or "")
def test_numpy_and_the_gpu_are_never_mixed_silently():
    with gpu.stand_in() as cupy:
        with pytest.raises(TypeError, match=r"cupy\.asarray\(filters\)"):
            conv2d(cupy.asarray(IMAGE), FILTERS)
        with pytest.raises(TypeError, match="bias"):
            conv2d(cupy.asarray(IMAGE), cupy.asarray(FILTERS), groups=2, bias=np.ones(4))
        with pytest.raises(TypeError, match="out"):
            out = np.empty((2, 7, 10, 4))
            conv2d(cupy.asarray(IMAGE), cupy.asarray(FILTERS), groups=2, out=out)


@settings(max_examples=300, deadline=None)
@given(problem=problems())
def test_choose_method_never_picks_a_refusing_method_on_any_gpu(problem):
    image, filters, options = problem
    options.pop("bias", None)
    for capability in (None, (7, 0), (7, 5), (8, 6), (9, 0), (12, 0)):
        for precision in (None, "tf32", "3xtf32", "bf16", "fp16"):
            described = read_problem(
                image.shape,
                filters.shape,
                dtype=image.dtype,
                device="gpu",
                compute_capability=capability,
                precision=precision,
                **options,
            )
            assert METHODS[choose_method(described)].refuses(described) is None


@pytest.mark.parametrize(
    ("shape", "precision", "capability", "chosen"),
    [
        (((32, 56, 56, 256), (256, 3, 3, 256)), None, (9, 0), "gpu_implicit_gemm"),
        (((32, 56, 56, 256), (256, 3, 3, 256)), "bf16", (9, 0), "gpu_wgmma"),
        (((32, 56, 56, 256), (256, 3, 3, 256)), "bf16", (10, 0), "gpu_mma"),
        (((32, 56, 56, 256), (256, 3, 3, 256)), "tf32", (9, 0), "gpu_mma"),
        (((32, 56, 56, 256), (256, 3, 3, 256)), "bf16", (7, 5), "gpu_implicit_gemm"),
        (((1, 32, 32, 3), (3, 5, 5, 64)), None, (9, 0), "gpu_tiled"),
        (((1, 1024, 1024, 1), (1, 5, 5, 1)), None, (8, 0), "gpu_depthwise"),
    ],
)
def test_the_choice_of_a_rung_is_what_its_docstring_says(shape, precision, capability, chosen):
    described = read_problem(
        *shape, device="gpu", precision=precision, compute_capability=capability
    )
    assert choose_method(described) == chosen


def test_a_problem_is_all_that_the_choice_looks_at():
    assert "compute_capability" in Problem.__dataclass_fields__


@pytest.mark.skipif(gpu.missing() is not None, reason=gpu.missing() or "")
def test_a_gpu_array_is_no_numpy_array():
    with gpu.stand_in() as cupy:
        array = cupy.asarray(IMAGE)
        with pytest.raises(TypeError, match="not allowed"):
            np.asarray(array)
        with pytest.raises(TypeError):
            array + IMAGE
        with pytest.raises(TypeError):
            cupy.maximum(array, IMAGE)
        assert np.isnan(cupy.empty((3, 2)).get()).all(), "new memory must not look like zeros"


@pytest.mark.skipif(gpu.missing() is not None, reason=gpu.missing() or "")
def test_a_network_learns_the_same_on_the_gpu_as_on_the_cpu():
    images = RANDOM.standard_normal((12, 8, 9, 3)).astype(np.float32)
    targets = RANDOM.integers(0, 2, 12)

    def trained(move, x, y):
        model = layers.Sequential(
            [
                layers.Conv2D(4, 3, activation="relu", padding="same"),
                layers.MaxPooling2D(2),
                layers.Conv2D(3, 3),
                layers.Flatten(),
                layers.Dense(2, activation="softmax"),
            ],
            seed=4,
        )
        model.build((8, 9, 3))
        move(model)
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, epochs=2, batch_size=4, verbose=0)
        return model.predict(x)

    on_cpu = trained(lambda model: None, images, targets)
    with gpu.stand_in() as cupy:
        on_gpu = trained(
            lambda model: model.to(cupy), cupy.asarray(images), cupy.asarray(targets)
        ).get()
    np.testing.assert_allclose(on_gpu, on_cpu, atol=2e-5)
