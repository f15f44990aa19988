"""Images larger than memory: parts of files, and Dask arrays whose blocks overlap."""

import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convkit import conv2d, convolve2d, larger_than_memory, plan, read_problem
from tests.method_problems import CPU, make
from tests.problems import assert_close, definition, problems

dask_array = pytest.importorskip("dask.array", reason="no Dask: the extra 'dask' installs it")

RANDOM = np.random.default_rng(11)
IMAGE = RANDOM.standard_normal((23, 19, 3))
FILTERS = RANDOM.standard_normal((3, 3, 4, 5))


@settings(max_examples=150, deadline=None)
@given(problem=problems(dtypes=(np.float64,)), bytes_at_once=st.sampled_from([1, 500, 3000]))
def test_parts_of_bounded_size_give_the_whole(problem, bytes_at_once):
    image, filters, options = problem
    kept = larger_than_memory.AT_ONCE
    try:
        larger_than_memory.AT_ONCE = bytes_at_once
        result = conv2d(image, filters, **options)
    finally:
        larger_than_memory.AT_ONCE = kept
    assert_close(result, image, filters, options)


def test_parts_stay_within_their_bound():
    problem = read_problem((3, 4000, 5000, 1), (1, 5, 5, 1))
    parts = list(larger_than_memory.memory_parts(problem))
    sizes = [4 * (np.prod(p.image_shape) + np.prod(p.output_shape)) for p, _, _ in parts]
    assert len(parts) >= 6
    assert max(sizes) <= larger_than_memory.AT_ONCE


@settings(max_examples=60, deadline=None)
@given(problem=problems(dtypes=(np.float64,)), block=st.sampled_from([1, 2, 5, 100]))
def test_dask_equals_memory_for_every_option_and_border(problem, block):
    image, filters, options = problem
    if not image.size:
        return
    lazy = conv2d(dask_array.from_array(image, chunks=block), filters, **options)
    assert lazy.shape == conv2d(image, filters, **options).shape
    assert_close(lazy.compute(scheduler="sync"), image, filters, options)


@pytest.mark.parametrize("method", CPU)
def test_each_method_works_in_dask_blocks(method):
    """Prepared once for the whole image, used for blocks as narrow as a kernel."""
    image, filters, options, _ = make(method, lambda options: options[0])
    image = RANDOM.standard_normal((2, 21, 22, image.shape[3]))
    filters = filters.astype(np.float64)
    lazy = conv2d(
        dask_array.from_array(image, chunks=(1, 4, 3, 1)), filters, method=method, **options
    )
    np.testing.assert_allclose(
        lazy.compute(scheduler="sync"), definition(image, filters, **options), atol=1e-11
    )


def test_dask_is_lazy_and_plans_take_it():
    asked = []

    def load(block):
        asked.append(block.shape)
        return block

    image = dask_array.from_array(IMAGE, chunks=(8, 8, 3)).map_blocks(load, dtype=float, meta=IMAGE)
    made = plan(FILTERS, IMAGE.shape, padding="same", bias=np.arange(5.0), activation="relu")
    lazy = made(image)
    assert not asked
    assert lazy.numblocks[0] > 1
    np.testing.assert_allclose(lazy.compute(scheduler="sync"), made(IMAGE), atol=1e-12)
    corner = lazy[:4, :4].compute(scheduler="sync")
    np.testing.assert_allclose(corner, made(IMAGE)[:4, :4], atol=1e-12)


def test_convolve2d_flips_for_dask_too():
    lazy = convolve2d(dask_array.from_array(IMAGE, chunks=5), FILTERS)
    np.testing.assert_allclose(
        lazy.compute(scheduler="sync"), convolve2d(IMAGE, FILTERS), atol=1e-12
    )


def test_dask_says_what_it_cannot_do():
    image = dask_array.from_array(IMAGE, chunks=5)
    with pytest.raises(ValueError, match=r"dask\.array\.store"):
        conv2d(image, FILTERS, out=np.empty((21, 16, 5)))
    with pytest.raises(ValueError, match="3 channels"):
        conv2d(image, FILTERS[:2])


def test_importing_convkit_does_not_import_dask():
    code = "import sys, convkit; sys.exit('dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_cluster_of_two_processes_gives_the_same():
    distributed = pytest.importorskip("distributed", reason="no distributed: the extra 'dask'")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        image = dask_array.from_array(IMAGE, chunks=(6, 7, 3))
        lazy = conv2d(image, FILTERS, stride=2, padding="same", bias=np.arange(5.0))
        result = client.compute(lazy, sync=True)
        assert len(client.scheduler_info()["workers"]) == 2
    expected = conv2d(IMAGE, FILTERS, stride=2, padding="same", bias=np.arange(5.0))
    np.testing.assert_allclose(result, expected, atol=1e-12)


FROM_DISK = """
import resource, sys
import numpy as np
import convkit
size, folder, limit = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
image = np.memmap(folder + "/image", np.float32, "w+", shape=(size, size))
for row, column in [(0, 0), (size // 2, size // 3), (size - 1, size - 1)]:
    image[row, column] = 1  # everything else stays a hole in the file
out = np.memmap(folder + "/out", np.float32, "w+", shape=(size, size))
filters = np.arange(25, dtype=np.float32).reshape(5, 5)
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
convkit.conv2d(image, filters, padding="same", bias=0.5, out=out, threads=2)
row, column = size // 2, size // 3
np.testing.assert_allclose(out[row - 2 : row + 3, column - 2 : column + 3],
                           filters[::-1, ::-1] + 0.5, atol=1e-4)
np.testing.assert_allclose(out[:3, :3], filters[2::-1, 2::-1] + 0.5, atol=1e-4)
np.testing.assert_allclose(out[-3:, -3:], filters[:1:-1, :1:-1] + 0.5, atol=1e-4)
assert abs(float(out[7, ::997].sum()) - 0.5 * len(out[7, ::997])) < 1e-3
print("right")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts such memory on Linux only")
def test_a_file_of_1600_megabytes_is_convolved_in_less_than_one_gigabyte():
    size = 20_000
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < 4 * size * size * 3:
            pytest.skip("no room for 3 GB of temporary files")
        done = subprocess.run(
            [sys.executable, "-c", FROM_DISK, str(size), folder, str(2**30)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == "right", done.stderr[-2000:]


def test_two_memmaps_of_one_file_overlap(tmp_path, monkeypatch):
    """Their addresses do not; the blocks of rows would read what was just written."""
    monkeypatch.setattr(larger_than_memory, "AT_ONCE", 4000)
    pixels, kernel = np.random.default_rng(8).random((40, 41)), np.ones((3, 3))
    np.save(tmp_path / "pixels.npy", pixels)
    image = np.load(tmp_path / "pixels.npy", mmap_mode="r")
    out = np.load(str(tmp_path / "pixels.npy"), mmap_mode="r+")
    expected = conv2d(pixels, kernel, padding="same")
    assert conv2d(image, kernel, padding="same", out=out) is out
    np.testing.assert_allclose(out, expected)


def test_a_result_beyond_all_memory_is_refused_at_once():
    start = time.monotonic()
    with pytest.raises((MemoryError, ValueError)):
        conv2d(np.ones((9, 9)), np.ones((3, 3)), padding=10**12)
    assert time.monotonic() - start < 5
