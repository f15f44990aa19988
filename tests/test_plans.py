"""Plans: the same numbers as conv2d, kept filters and work space, many threads at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from problems import assert_close, definition, problems

from convkit import (
    METHODS,
    choose_method,
    conv2d,
    convolution_matrix,
    convolve2d,
    plan,
    read_problem,
)
from convkit.methods.crossovers import Crossovers, crossovers, store

IMAGE = np.random.default_rng(6).standard_normal((2, 13, 17, 3))
FILTERS = np.random.default_rng(7).standard_normal((3, 3, 3, 5))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_plan_equals_the_definition_call_after_call(problem):
    image, filters, options = problem
    planned = plan(filters, image.shape, **options)
    for scale in (1, -2):
        scaled = (image * scale).astype(image.dtype)
        tolerance = 1e-5 if image.itemsize == 4 else 1e-13
        assert_close(planned(scaled), scaled, filters, options, tolerance=tolerance)


@settings(max_examples=300, deadline=None)
@given(problems())
def test_choose_method_never_picks_a_refusing_method(problem):
    image, filters, options = problem
    options = {name: value for name, value in options.items() if name != "bias"}
    for fast in (True, False):
        for planned in (True, False):
            described = read_problem(
                image.shape, filters.shape, dtype=image.dtype, fast=fast, planned=planned, **options
            )
            method = METHODS[choose_method(described)]
            assert method.refuses(described) is None
            assert fast or not method.larger_rounding


@pytest.mark.parametrize("method", ["direct", "im2col"])
@pytest.mark.parametrize("shape", [(3, 3), (3, 3, 3), (3, 3, 3, 5), (3, 1, 1)])
def test_a_plan_keeps_filters_and_bias_of_its_own(method, shape):
    image = IMAGE[0, :, :, 0] if len(shape) == 2 else IMAGE
    filters = np.random.default_rng(7).standard_normal(shape)
    bias = np.arange(1.0, 1 + (shape[3] if len(shape) == 4 else 1))
    expected = definition(image, filters, bias=bias)
    planned = plan(filters, image.shape, bias=bias, method=method)
    filters[:], bias[:] = 0, 0
    np.testing.assert_allclose(planned(image), expected, atol=1e-12)


def test_a_plan_takes_big_endian_numbers_and_gives_the_machines_own():
    planned = plan(FILTERS.astype(">f8"), IMAGE.shape)
    result = planned(IMAGE.astype(">f8"))
    assert result.dtype.isnative
    np.testing.assert_allclose(result, definition(IMAGE, FILTERS), atol=1e-12)


def test_a_plan_may_be_called_from_several_threads_at_once():
    planned = plan(FILTERS, IMAGE.shape, padding="same", threads=2)
    images = [IMAGE + shift for shift in range(40)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(planned, images))
    for image, result in zip(images, results, strict=True):
        np.testing.assert_allclose(result, definition(image, FILTERS, padding="same"), atol=1e-10)


def test_results_of_earlier_calls_are_not_overwritten():
    planned = plan(FILTERS, IMAGE.shape)
    first = planned(IMAGE)
    kept = first.copy()
    planned(IMAGE * 3)
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("image", [IMAGE[0], IMAGE[:1], IMAGE[:, :-1]])
def test_another_shape_is_refused(image):
    with pytest.raises(ValueError, match=r"\(2, 13, 17, 3\)") as caught:
        plan(FILTERS, IMAGE.shape)(image)
    assert str(image.shape) in str(caught.value)


def test_an_image_that_would_lose_digits_is_refused():
    planned = plan(FILTERS.astype(np.float32), IMAGE.shape)
    with pytest.raises(TypeError, match=r"image.astype\('float32'\)"):
        planned(IMAGE)
    assert planned(IMAGE.astype(np.float32)).dtype == np.float32
    assert planned(np.ones(IMAGE.shape, np.uint8)).dtype == np.float32


def test_repr_tells_shapes_and_method():
    text = repr(plan(FILTERS, IMAGE.shape, method="direct"))
    assert "(2, 13, 17, 3)" in text
    assert "'direct'" in text


@settings(max_examples=100, deadline=None)
@given(problems(dtypes=[np.float64]))
def test_rows_of_a_problem_are_rows_of_its_result(problem):
    """What threads and blocks of rows are built on, for every row that a result has."""
    image, filters, options = problem
    options = {name: value for name, value in options.items() if name != "bias"}
    described = read_problem(image.shape, filters.shape, dtype=image.dtype, **options)
    image, filters = image.reshape(described.image_shape), filters.reshape(described.filters_shape)
    whole = METHODS["direct"](image, filters, described)
    for first in range(described.output_size[0]):
        last = min(first + 2, described.output_size[0])
        part, needed = described.rows(first, last)
        assert part.output_size == (last - first, described.output_size[1])
        assert min(part.pads[0]) >= 0
        np.testing.assert_allclose(
            METHODS["direct"](image[:, needed], filters, part), whole[:, first:last], atol=1e-12
        )


def test_what_is_kept_between_calls_never_makes_a_wrong_argument_right():
    """(True, 1.0) equals (1, 1) and has its hash: a careless cache would take the one for both."""
    image, filters = np.ones((9, 8, 3)), np.ones((3, 3, 3, 4))
    for _ in range(2):
        conv2d(image, filters, stride=1, padding=(1, 1), groups=1, fast=True)
        conv2d(image, filters, stride=(1, 1), padding=1)
        for wrong in (
            {"stride": True},
            {"stride": (True, 1)},
            {"stride": 1.0},
            {"groups": True},
            {"padding": (1.0, 1)},
            {"fast": 1},
        ):
            with pytest.raises(TypeError):
                conv2d(image, filters, **wrong)
    np.testing.assert_array_equal(
        conv2d(image, filters, stride=[2, 1]), conv2d(image, filters, stride=(2, 1))
    )


def test_a_method_chosen_before_tuning_is_chosen_again_after_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    crossovers.cache_clear()
    try:
        filters = np.ones((8, 3, 3, 12), np.float32)
        assert plan(filters, (40, 40, 8)).method == "mec"
        store(Crossovers(winograd_channels=2))
        assert plan(filters, (40, 40, 8)).method == "winograd"
    finally:
        monkeypatch.undo()
        crossovers.cache_clear()


class Own(np.ndarray):
    """An array whose class has other ideas about shapes, as np.matrix has."""

    def reshape(self, *shape):
        raise AssertionError("of the subclass")

    astype = reshape


@pytest.mark.parametrize("kind", [Own, np.matrix])
def test_subclasses_are_read_and_written_as_plain_arrays(kind):
    image, kernel = IMAGE[0, :, :, 0], FILTERS[0, :, :, 0]
    expected = conv2d(image, kernel, bias=1.0, activation="relu")
    given = image.view(kind), kernel.view(kind)
    out = np.zeros_like(expected).view(kind)
    assert conv2d(*given, bias=1.0, activation="relu", out=out) is out
    np.testing.assert_array_equal(np.asarray(out), expected)
    result = plan(given[1], image.shape, bias=1.0, activation="relu")(given[0])
    assert type(result) is np.ndarray
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(
        convolve2d(*given, padding="full"), convolve2d(image, kernel, padding="full")
    )
    matrix = convolution_matrix(given[1], image.shape)
    np.testing.assert_array_equal(matrix, convolution_matrix(kernel, image.shape))


@pytest.mark.parametrize("method", [None, 3, ["im2col"], {}])
def test_a_method_that_is_no_name_is_refused_with_the_names(method):
    with pytest.raises(ValueError, match=r"'auto', 'bands', .*'winograd', 'gpu_naive'"):
        conv2d(IMAGE, FILTERS, method=method)
