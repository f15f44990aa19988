"""Threads: the same numbers, from plans that several threads share."""

import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from convkit import METHODS, conv2d, plan, read_problem, threads
from convkit.methods.method import Method
from convkit.scratch import ScratchPool
from convkit.thread_parts import even_parts
from convkit.threads import (
    available_cores,
    one_blas_thread,
    run_threaded,
    thread_count,
)
from tests.fuzz.made import CPU, make

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize("method", CPU)
@pytest.mark.parametrize("threads", [2, 3, 50])
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_threads_do_not_change_the_result(method, threads, batch):
    image, filters, options, _ = make(method, lambda options: options[0])
    image = RANDOM.standard_normal((batch, 23, 20, image.shape[3]))
    filters = filters.astype(np.float64)
    one = conv2d(image, filters, method=method, threads=1, **options)
    many = conv2d(image, filters, method=method, threads=threads, **options)
    np.testing.assert_allclose(many, one, rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", CPU)
def test_a_plan_may_be_called_from_several_threads_at_once(method):
    image, filters, options, _ = make(method, lambda options: options[0])
    images = RANDOM.standard_normal((16, 2, 30, 31, image.shape[3]))
    made = plan(filters.astype(np.float64), images[0].shape, method=method, threads=2, **options)
    expected = [made(image) for image in images]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for got, wanted in zip(pool.map(made, images), expected, strict=True):
                np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("total", [1, 7, 15, 16, 28, 112, 113])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("whole", [1, 4])
def test_shares_cover_everything_once_and_cut_at_whole_tiles(total, count, whole):
    parts = even_parts(total, min(count, total), whole=whole)
    assert parts[0][0] == 0
    assert parts[-1][1] == total
    assert all(a[1] == b[0] for a, b in itertools.pairwise(parts))
    assert all(last > first for first, last in parts)
    if total >= 2 * whole * count:
        assert all(first % whole == 0 for first, _ in parts)


def test_small_problems_stay_on_one_thread_and_large_ones_use_all_cores():
    small = read_problem((32, 32, 3), (3, 5, 5, 64))
    mec, winograd = METHODS["mec"], METHODS["winograd"]
    assert thread_count(None, small, mec) == 1
    assert thread_count(3, small, mec) == 3
    large = read_problem((224, 224, 64), (64, 3, 3, 64))
    assert thread_count(None, large, winograd) in (1, available_cores())


def test_blas_gets_its_threads_back_after_calls_that_overlap():
    threadpoolctl = pytest.importorskip("threadpoolctl", reason="threadpoolctl is not installed")

    def blas_threads():
        return [
            i["num_threads"]
            for i in threadpoolctl.threadpool_info()
            if i["user_api"] == "blas" and "numpy" in i["filepath"]
        ]

    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        before = blas_threads()
        image, filters = RANDOM.standard_normal((40, 41, 8)), RANDOM.standard_normal((8, 3, 3, 8))
        made = plan(filters, image.shape, threads=2)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: made(image), range(200)))
        assert blas_threads() == before
        with one_blas_thread():
            assert set(blas_threads()) <= {1}
            with one_blas_thread():
                pass
            assert set(blas_threads()) <= {1}
        assert blas_threads() == before


def test_one_thread_means_one_for_blas_too():
    threadpoolctl = pytest.importorskip("threadpoolctl", reason="threadpoolctl is not installed")
    seen = []

    def run(image, prepared, problem, out, scratch):
        every = threadpoolctl.threadpool_info()
        seen.append(
            {
                i["num_threads"]
                for i in every
                if i["user_api"] == "blas" and "numpy" in i["filepath"]
            }
        )

    problem = read_problem((64, 64, 32), (32, 3, 3, 32))
    method = Method("seen", lambda problem: None, None, run)
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        image, out = np.zeros(problem.image_shape), np.zeros(problem.output_shape)
        run_threaded(method, image, None, problem, out, ScratchPool(np), 1)
    assert seen == [{1}]


LATE = """
import atexit, os, signal, threading, warnings
import numpy as np
from convkit import plan
from convkit.threads import one_blas_thread

image, filters = np.ones((40, 41, 8)), np.ones((8, 3, 3, 8))
made = plan(filters, image.shape, threads=2)
expected = made(image)
right = lambda: np.array_equal(made(image), expected)
"""


def run_late(program):
    done = subprocess.run(
        [sys.executable, "-c", LATE + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_after_use_has_threads_of_its_own():
    program = """
# What Python 3.12 and later warn of is what is tested here.
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
def child():
    signal.alarm(20)
    os._exit(0 if right() else 3)
if not (one := os.fork()):
    child()
with one_blas_thread():
    two = os.fork()
    if two == 0 and right():
        with one_blas_thread():
            pass
if not two:
    child()
print(*(os.waitpid(pid, 0)[1] for pid in (one, two)))
"""
    assert run_late(program) == ["0", "0"]


def test_a_call_while_python_ends_uses_fewer_threads():
    program = """
atexit.register(lambda: print(right()))
main = threading.current_thread()
threading.Thread(target=lambda: (main.join(), print(right()))).start()
"""
    assert run_late(program) == ["True", "True"]


def test_a_system_without_more_threads_gets_the_result_all_the_same(monkeypatch):
    class Full(ThreadPoolExecutor):
        def submit(self, work):
            late.append(work)  # as the library does: the work is kept, and no thread begins
            raise RuntimeError("can't start new thread")

    late = []
    monkeypatch.setattr(threads, "worker_pool", Full)
    image, filters = RANDOM.standard_normal((40, 41, 8)), RANDOM.standard_normal((8, 3, 3, 8))
    result = conv2d(image, filters, threads=3)
    np.testing.assert_allclose(result, conv2d(image, filters, threads=1), rtol=0, atol=1e-12)
    result[:] = 7
    for work in late:
        work()
    assert (result == 7).all()


def test_an_error_in_one_thread_ends_the_call_and_lets_blas_go():
    def run(image, prepared, problem, out, scratch):
        raise KeyboardInterrupt

    problem = read_problem((64, 64, 32), (32, 3, 3, 32))
    image, out = np.zeros(problem.image_shape), np.zeros(problem.output_shape)
    method = Method("stopped", lambda problem: None, None, run)
    with pytest.raises(KeyboardInterrupt):
        run_threaded(method, image, None, problem, out, ScratchPool(np), 4)
    assert one_blas_thread()._calls == 0
