"""Several threads for one convolution: how many, who they are, and BLAS's own meanwhile.

What bounds two of them: on large layers the outer cache and memory, which they share, as two
processes would. On small ones Python: between two calls of NumPy a thread needs the interpreter's
lock, and if it must wait for it, waking takes longer than the call that it waits for.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from threading import Lock

from convkit.methods.method import Method
from convkit.problem import Problem
from convkit.scratch import ScratchPool
from convkit.shapes import whole_number
from convkit.thread_parts import thread_parts

# Multiply-adds below which BLAS would not begin threads for the products of our methods anyway.
HOLD_FROM = 10_000_000


def thread_count(threads, problem: Problem, method: Method) -> int:
    """How many threads to use: the caller's number, or what machine, size and method suggest.

    Without threadpoolctl, which holds BLAS at one thread while we use our own, the default is 1
    and BLAS may use threads by itself.
    """
    if threads is not None:
        return whole_number(threads, "threads", least=1)
    if problem.device != "cpu":
        return 1
    return max(1, min(useful_cores(), problem.multiply_adds // method.worth_a_thread))


def useful_cores() -> int:
    """Cores worth a thread of ours each: one where threads, or a hold on BLAS's, are missing."""
    if sys.platform == "emscripten" or _blas() is None:
        return 1
    return available_cores()


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_threaded(
    method: Method, image, prepared, problem: Problem, out, pool: ScratchPool, threads: int
) -> None:
    """Run `method` on parts of the problem side by side, each part into its own part of `out`.

    `prepared` comes from `thread_parts.prepare_parts`, for as many threads.
    """
    parts = thread_parts(problem, prepared, threads)
    if len(parts) <= 1:
        with pool.borrow() as scratch:
            if threads > 1 or problem.multiply_adds < HOLD_FROM:
                method.run(image, prepared, problem, out, scratch)
            else:  # one thread means one: BLAS does not begin others either
                with one_blas_thread():
                    method.run(image, prepared, problem, out, scratch)
        return

    left = deque(parts)  # popleft is atomic: each part is done once, by whoever comes first

    def work():
        while left:
            try:
                part, image_index, out_index, filters = left.popleft()
            except IndexError:
                return
            with pool.borrow(threads) as scratch:
                method.run(image[image_index], filters, part, out[out_index], scratch)

    with one_blas_thread():
        others = []
        try:
            # Python that is ending, or a system that is full, starts no threads: fewer do it then.
            with suppress(RuntimeError):
                for _ in parts[1:]:
                    others.append(worker_pool(threads).submit(work))
            work()  # the caller is a thread too
        finally:
            left.clear()
            wait(others)  # they write into the caller's array
        for other in others:
            other.result()


@cache
def worker_pool(threads: int) -> ThreadPoolExecutor:
    """Threads that are started once and kept."""
    return ThreadPoolExecutor(threads, thread_name_prefix="convkit")


@cache
def _blas():
    """Controllers of each BLAS's own threads, or None where threadpoolctl is not installed."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    libraries = ThreadpoolController().lib_controllers
    return [library for library in libraries if library.user_api == "blas"]


class _Hold:
    """How many calls want BLAS to keep to one thread: the first one says so, the last one undoes.

    Without counting, two calls that overlap would each put back what they had found, and the
    later of them the other's 1.
    """

    def __init__(self):
        self._lock, self._calls, self._found = Lock(), 0, []

    def __enter__(self):
        with self._lock:
            self._calls += 1
            if self._calls == 1:
                for library in _blas() or ():
                    threads = library.get_num_threads()
                    if threads != 1:
                        self._found.append((library, threads))
                        library.set_num_threads(1)

    def __exit__(self, *_):
        with self._lock:
            self._calls = max(self._calls - 1, 0)  # 0 already, in a child forked in the block
            if self._calls == 0:
                self._undo()

    def _undo(self):
        while self._found:
            library, threads = self._found.pop()
            library.set_num_threads(threads)

    def forget(self):
        """In a forked child: the calls of the parent's other threads are not here."""
        self._lock, self._calls = Lock(), 0
        self._undo()


_HOLD = _Hold()


def _after_fork():
    """A child has none of its parent's threads: what is handed to those would wait forever."""
    worker_pool.cache_clear()
    _HOLD.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def one_blas_thread():
    """A block in which BLAS uses one thread for each call; without threadpoolctl, no change."""
    return _HOLD
