"""What the fast methods rest on: short correlations, cut products, work space, sizes of tiles."""

import copy
import math
import pickle

import numpy as np
import pytest

from convkit import METHODS, choose_method, conv2d, plan, read_problem
from convkit.methods import fft, products, tile_sizes
from convkit.methods.cook_toom import short_correlation, strided_correlation
from convkit.scratch import LARGE, LINE, ROOM, Scratch, ScratchPool
from convkit.thread_parts import MapParts, prepare_parts, thread_parts

RANDOM = np.random.default_rng(11)


@pytest.mark.parametrize("results", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("taps", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("stride", [1, 2, 3, 8])
def test_a_strided_correlation_is_the_definition(results, taps, stride):
    if results + -(-taps // stride) > 10:
        return
    short = strided_correlation(results, taps, stride)
    pixels, weights = RANDOM.standard_normal(short.tile), RANDOM.standard_normal(taps)
    expected = np.correlate(pixels, weights, "valid")[::stride]
    got = short.result @ ((short.filters @ weights) * (short.image @ pixels))
    np.testing.assert_allclose(got, expected, atol=1e-9)
    assert (short.results, short.taps) == (results, taps)
    # One multiplication for each result, and one more for each tap that shares its remainder.
    assert short.products == min(stride, taps) * (results - 1) + taps


def test_a_stride_of_two_saves_multiplications_along_each_axis():
    assert strided_correlation(4, 3, 2).products == 9  # the definition has 12
    assert short_correlation(4, 3).products == 6


@pytest.mark.parametrize("size", [1, 5, 49, 61, 100])
def test_products_that_are_cut_are_whole(size, monkeypatch):
    a, b = RANDOM.standard_normal((3, size, 16)), RANDOM.standard_normal((3, 2, 16, 8))
    expected = np.einsum("pmk,pqkn->pmqn", a, b)
    for most in (10**9, 10_000, 5_000, 1_100, 1):
        monkeypatch.setattr(products, "UNPACKED", most)
        out = np.full((3, size, 2, 8), np.nan)
        products.multiply_wide(a, b, out)
        np.testing.assert_allclose(out, expected, atol=1e-12)


@pytest.mark.parametrize("most", [12, 13, 100, 10**6])
def test_a_transform_of_long_rows_is_cut_and_whole(most, monkeypatch):
    monkeypatch.setattr(products, "UNPACKED", most)
    matrix, a = RANDOM.standard_normal((3, 4)), RANDOM.standard_normal((2, 4, 37))
    out = np.full((2, 3, 37), np.nan)
    products.transform(matrix, a, out)
    np.testing.assert_allclose(out, matrix @ a, atol=1e-12)


def test_buffers_begin_at_a_cache_line_and_large_ones_share_a_room():
    scratch = Scratch(np)
    small = scratch("small", (5,), np.float32)
    middle = scratch("middle", (7, 3000), np.float32)
    one = scratch("one", (LARGE // 4 + 3,), np.float32)
    two = scratch("two", (LARGE // 4,), np.float32)
    assert small.size == 5
    assert all(buffer.ctypes.data % LINE == 0 for buffer in (middle, one, two))
    between = two.ctypes.data - (one.ctypes.data + one.nbytes)
    assert 0 <= between < LINE
    huge = scratch("huge", (ROOM // 4 + 1,), np.float32)
    for value, buffer in enumerate((small, middle, one, two, huge)):
        buffer[...] = value
    assert [b.ravel()[-1] for b in (small, middle, one, two, huge)] == [0, 1, 2, 3, 4]
    again = scratch("one", (LARGE // 4 + 3,), np.float32)
    assert again.ctypes.data == one.ctypes.data


def test_a_loan_says_how_many_threads_share_the_cache():
    pool = ScratchPool(np)
    with pool.borrow(3) as scratch:
        assert scratch.sharers == 3
        with pool.borrow() as other:
            assert other is not scratch and other.sharers == 1


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("method", ["winograd", "im2col", "direct"])
def test_large_filters_are_shared_by_maps(method, threads):
    image, filters = RANDOM.standard_normal((7, 8, 130)), RANDOM.standard_normal((130, 3, 3, 210))
    made = plan(filters, image.shape, padding="same", method=method, threads=threads)
    assert isinstance(made._prepared, MapParts)
    parts = thread_parts(made.problem, made._prepared, threads)
    assert [part.maps for part, *_ in parts] == [s.stop - s.start for s, _ in made._prepared]
    assert sum(part.maps for part, *_ in parts) == 210
    one = conv2d(image, filters, padding="same", method=method, threads=1)
    np.testing.assert_allclose(made(image), one, atol=1e-10)
    out = np.full((7, 8, 210), np.nan)
    made(image, out=out)
    np.testing.assert_allclose(out, one, atol=1e-10)


def test_a_plan_shared_by_maps_takes_a_dask_image():
    array = pytest.importorskip("dask.array", reason="Dask is not installed")
    image, filters = RANDOM.standard_normal((9, 8, 130)), RANDOM.standard_normal((130, 3, 3, 128))
    made = plan(filters, image.shape, padding="same", threads=2)
    assert isinstance(made._prepared, MapParts)
    lazy = made(array.from_array(image, chunks=(4, 5, 130)))
    np.testing.assert_allclose(lazy.compute(scheduler="sync"), made(image), atol=1e-10)
    assert made._unshared is made._unshared  # prepared once, for all images to come


@pytest.mark.parametrize(
    ("image", "filters"),
    [
        ((64, 64, 16), (16, 3, 3, 128)),  # few weights
        ((4, 7, 7, 130), (130, 3, 3, 128)),  # an image for each thread
        ((7, 7, 130), (130, 3, 3, 100)),  # few maps
    ],
)
def test_other_problems_are_not_shared_by_maps(image, filters):
    problem = read_problem(image, filters)
    weights = np.zeros(problem.filters_shape, np.float32)
    assert not isinstance(prepare_parts(METHODS["im2col"], weights, problem, 2), MapParts)


@pytest.mark.parametrize(
    ("image", "filters", "options", "method"),
    [
        ((56, 56, 128), (128, 3, 3, 128), {"stride": 2, "planned": True}, "winograd"),
        ((56, 56, 128), (128, 3, 3, 128), {"stride": 2}, "im2col"),  # its filters cost too much
        ((56, 56, 64), (64, 5, 5, 64), {"stride": 2}, "winograd"),
        ((56, 56, 64), (64, 3, 3, 64), {"stride": 3, "planned": True}, "mec"),
        ((224, 224, 3), (3, 7, 7, 64), {"stride": 2, "planned": True}, "space_to_depth"),
        ((64, 64, 3), (3, 7, 7, 64), {"stride": 2, "planned": True}, "mec"),  # few results
        ((14, 14, 512), (512, 3, 3, 512), {"padding": "same"}, "direct"),
        ((14, 14, 512), (512, 3, 3, 512), {"padding": "same", "planned": True}, "winograd"),
        ((14, 14, 512), (512, 3, 3, 512), {"fast": False, "planned": True}, "im2col"),
        ((28, 28, 512), (512, 3, 3, 512), {"padding": "same"}, "winograd"),
        ((14, 14, 192), (192, 3, 3, 192), {"padding": "same"}, "winograd"),
        ((1024, 1024), (15, 15), {}, "split_rows"),
        ((1024, 1024), (31, 31), {}, "fft"),
    ],
)
def test_the_rule_of_choose_method(image, filters, options, method):
    problem = read_problem(image, filters, **options)
    assert choose_method(problem, tile_limits()) == method


@pytest.mark.parametrize("method", ["auto", "direct", "im2col", "winograd"])
@pytest.mark.parametrize("threads", [1, 2])
def test_no_images_and_large_filters_give_no_maps(method, threads):
    filters = np.ones((400, 3, 3, 400), np.float32)
    empty = np.zeros((0, 9, 9, 400), np.float32)
    assert conv2d(empty, filters, method=method, threads=threads).shape == (0, 7, 7, 400)
    assert plan(filters, empty.shape, method=method, threads=threads)(empty).size == 0


@pytest.mark.parametrize("size", [30, 60, 90])
def test_winograd_takes_a_kernel_whose_filters_are_a_large_matrix_to_make(size):
    image, filters = (
        RANDOM.standard_normal((90, 90)),
        RANDOM.standard_normal((size // 3, size // 3)),
    )
    options = {"stride": size // 15, "method": "winograd"}
    expected = conv2d(image, filters, stride=size // 15, method="im2col")
    np.testing.assert_allclose(conv2d(image, filters, **options), expected, atol=1e-9)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_plan_can_be_copied_and_sent_to_another_process(copied, threads):
    image, filters = RANDOM.standard_normal((9, 8, 130)), RANDOM.standard_normal((130, 3, 3, 128))
    made = plan(filters, image.shape, bias=np.ones(128), activation="relu", threads=threads)
    made(image)
    other = copied(made)
    np.testing.assert_array_equal(other(image), made(image))
    assert repr(other) == repr(made)
    filters[...] = 0
    np.testing.assert_array_equal(other(image), made(image))


def tile_limits():
    """The built-in crossovers, whatever `convkit tune` found here."""
    from convkit.methods.crossovers import Crossovers

    return Crossovers()


def test_tiles_follow_from_the_work():
    def tiles(size, channels, **options):
        problem = read_problem(
            (size, size, channels), (channels, 3, 3, channels), padding="same", **options
        )
        return tile_sizes.tile_results(problem)

    assert tiles(112, 128, planned=True) == (6, 6)  # many tiles: the fewest multiplications
    assert tiles(56, 256, planned=True) == (4, 4)
    small = tiles(14, 512, planned=True)  # large filters for few tiles: fewer places to read
    assert math.prod(m + 2 for m in small) < 36
    assert math.prod(tiles(14, 512)) <= math.prod(small)  # to make, in a single call, too


@pytest.mark.parametrize("size", [50, 97, 300, 1024, 3000])
@pytest.mark.parametrize("kernel", [2, 31, 49])
def test_tiles_of_the_fft_hold_the_kernel_and_transform_little(size, kernel):
    problem = read_problem((size, size), (kernel, kernel))
    rows, columns = fft.tile_size(problem)
    assert min(rows, columns) >= kernel and max(rows, columns) <= fft.CPU.largest
    assert rows == fft.fast_length(rows)
    count = math.prod(-(-(size - kernel + 1) // (tile - kernel + 1)) for tile in (rows, columns))
    assert count * rows * columns <= 1.6 * max(size, 60) ** 2


def test_spectra_of_many_filters_stay_within_their_bytes():
    problem = read_problem((600, 600, 16), (16, 5, 5, 32))
    rows, columns = fft.tile_size(problem)
    assert rows * columns * 16 * 32 * 4 <= 1.1 * fft.CPU.spectra_bytes
