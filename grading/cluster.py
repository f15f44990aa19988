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
    from distributed import Client, KilledWorker, as_completed

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
        for worker, problem in client.run(_check, kind, on_error="return").items():
            if problem:
                raise RuntimeError(f"worker {worker}: {problem}")
        # Few at a time: the fewer are in a worker's hands, the fewer are done twice.
        size = 1 if len(submissions) < 200 else 4
        futures = {}
        for shard in shards(submissions, size):
            # The assignment goes along with each shard: data that lies on a worker dies with it.
            future = client.submit(grade_shard, task, shard, kind, times, pure=False)
            futures[future] = shard
        for future in as_completed(list(futures), loop=client.loop):
            shard = futures.pop(future)
            if future.status == "finished":
                yield from future.result()
            elif isinstance(future.exception(), KilledWorker):
                # It brought down one worker after the other; a person must look at it.
                yield from (failed(task, submission, kind) for submission in shard)
            else:
                raise RuntimeError(f"the cluster failed: {future.exception()!r}")


def _check(kind):
    try:
        check_sandbox(kind)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
