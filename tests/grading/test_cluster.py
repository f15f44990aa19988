"""A real scheduler and real workers on this machine; one of them is killed at work."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from grading.gradebook import rows
from grading.order import Order
from tests.grading import course_copy as one
from tests.grading.answers import FULL, NAME

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
pytest.importorskip("distributed")


@contextlib.contextmanager
def program(*words, **options):
    environment = {**os.environ, "PYTHONPATH": str(one.ROOT), "CONVKIT_COURSE_SECRET": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_worker_is_killed_and_the_gradebook_is_the_same_row_for_row(tmp_path):
    students = {f"s{n:02}": (one.right, one.wrong)[n % 2]() for n in range(12)}
    tree = one.hand_in(tmp_path / "s", students)
    one.grade(tree, tmp_path / "here")
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = ("distributed.cli.dask_scheduler", "--host", address, "--no-dashboard")
    worker = (
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
        "--host",
        "127.0.0.1",
        "--local-directory",
    )
    with (
        program(*scheduler, cwd=tmp_path),
        program(*worker, str(tmp_path / "w1"), cwd=tmp_path) as first,
        program(*worker, str(tmp_path / "w2"), cwd=tmp_path),
    ):
        killed = []
        wait_for_workers(address, 2)
        watcher = threading.Thread(target=kill_when_busy, args=(address, first, killed))
        watcher.start()
        outcome, _ = one.grade(tree, tmp_path / "there", dask=address)
        watcher.join()
    assert killed, "the worker had nothing in hand when it was to be killed"
    assert outcome["graded"] == 12
    assert one.points(outcome["entries"]["s00"]) == FULL
    assert rows(tmp_path / "there" / "gradebook.db") == rows(tmp_path / "here" / "gradebook.db")
    for student in students:
        below = f"feedback/{student}/{NAME}/{NAME}.html"
        assert (tmp_path / "there" / below).read_bytes() == (tmp_path / "here" / below).read_bytes()


def wait_for_workers(address, count):
    from distributed import Client

    end = time.monotonic() + 90
    while True:
        try:
            with Client(address, timeout=30, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=60)
            return
        except OSError:
            if time.monotonic() > end:
                raise


def kill_when_busy(address, process, killed):
    """Kill a worker once it has been seen with tasks of ours in hand."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        (mine,) = [worker for worker, pid in pids.items() if pid == process.pid]
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if any("grade_shard" in str(key) for key in client.processing().get(mine, ())):
                os.kill(process.pid, signal.SIGKILL)
                killed.append(process.pid)
                return
            time.sleep(0.02)


def test_a_cluster_whose_workers_have_no_sandbox_is_refused(tmp_path):
    from grading.cluster import _check

    assert _check("none") is None
    assert "NoSandbox" in _check("no such kind")
    assert Order.__dataclass_fields__["dask"].default is None
