"""The same shards on a `dask.distributed` cluster.

Submissions travel as bytes and results come back as plain data, so workers share no disk with
this machine; they need the repository and its `course` extra installed, and a sandbox that works.
"""

from __future__ import annotations

from collections.abc import Iterator

from grading.grade import check_sandbox
from grading.pool import failed, grade_shard, shards


def grade_there(task, submissions, kind, address: str, *, times=None) -> Iterator[dict]:
    """Grade on a cluster; results come as they are ready.

    A shard whose worker dies is run again elsewhere. TLS settings come from Dask's own
    configuration (`distributed.comm.tls`), used when the address begins with tls://.
    """
    from distributed import Client, Future, as_completed

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
        for worker, problem in client.run(_check, kind, on_error="return").items():
            if problem:
                raise RuntimeError(f"worker {worker}: {problem}")
        # One submission at a time: the fewer are in a worker's hands, the fewer are done twice.
        size = 1 if len(submissions) < 200 else 4
        there = client.scatter(task, broadcast=True)
        futures: dict[Future, list] = {}
        for shard in shards(submissions, size):
            future = client.submit(grade_shard, there, shard, kind, times, pure=False, retries=2)
            futures[future] = shard
        for future in as_completed(futures):
            shard = futures[future]
            if future.status == "finished":
                yield from future.result()
            else:
                yield from (failed(task, submission, kind) for submission in shard)
            future.release()


def _check(kind):
    try:
        check_sandbox(kind)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
