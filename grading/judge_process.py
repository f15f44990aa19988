"""The judge's process: for each notebook a child of its own, with limits, that dies with it.

`python -m grading.judge_process FD` waits for work on a socket. It never reads what students made:
each request goes to a child, which is forked first and reads then. So no judge ever holds the
data, or the secret, of another student; and what brings one down costs a second, not a worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pickle
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time

from grading import judging, sandbox, seccomp

SIZE = struct.Struct(">I")
_SUBREAPER, _NO_NEW_RIGHTS, _SECCOMP, _FILTER = 36, 38, 22, 2


def main(fd: int) -> None:
    """Take requests, one after the other, until nobody is there to make any."""
    control = socket.socket(fileno=fd)
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        library.prctl(_SUBREAPER, 1, 0, 0, 0)  # a dead judge leaves its sandbox to us
    judging.warm()
    while True:
        head, fds, _, _ = socket.recv_fds(control, 64, 1)
        if not head:
            return
        limits = json.loads(head)
        status = _one(fds[0], control, limits, library)
        if status is None:
            return
        control.sendall(json.dumps(status).encode())


def _one(fd, control, limits, library):
    """One child's life; how it ended, as plain data; None when nobody waits for it any more."""
    folder = tempfile.mkdtemp(prefix="grading-")
    os.chmod(folder, 0o755)
    alive, held = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.close(alive)
            control.close()
            tempfile.tempdir = folder
            limit_this_process(limits, library)
            _answer(fd, limits)
            status = 0
        finally:
            os._exit(status)
    os.close(held)
    os.close(fd)
    until, why, gone = time.monotonic() + limits["wall"], "", False
    while True:
        ready = select.select([alive, control], [], [], max(0, until - time.monotonic()))[0]
        if alive in ready:
            break
        gone = control in ready
        why = "" if gone else f"it took longer than {limits['wall']:.0f} seconds"
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        break
    _, code = os.waitpid(pid, 0)
    os.close(alive)
    _bury()
    shutil.rmtree(folder, ignore_errors=True)
    if gone:
        return None
    ended = os.waitstatus_to_exitcode(code)
    if not why and ended == -signal.SIGXCPU:
        why = "it took too much computing time"
    elif not why and ended:
        why = "it took too much memory, or crashed"
    return {"ended": ended, "why": why}


def _bury():
    """End and collect whatever a judge left: its sandbox, and what student code started."""
    while True:
        for pid in sandbox.tree(os.getpid())[1:]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, 0):
                pass
        except ChildProcessError:
            return


def limit_this_process(limits, library):
    """Memory and time of this process; and no network from here on."""
    # Only the soft limits: the sandbox, started from here, sets its own.
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    now = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (now + limits["memory"], hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    program = seccomp.no_network()
    if program:
        lines = ctypes.create_string_buffer(program, len(program))
        pointer = ctypes.create_string_buffer(
            struct.pack("@HP", len(program) // 8, ctypes.addressof(lines))
        )
        library.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
        library.prctl(_SECCOMP, _FILTER, pointer, 0, 0)


def _address_space() -> int:
    """Bytes that this process has mapped already."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 30


def _answer(fd, limits):
    """Read the request, judge, and tell what is begun, found and done, each as it happens."""
    with socket.socket(fileno=fd) as line:

        def tell(**message):
            data = json.dumps(message).encode()
            line.sendall(SIZE.pack(len(data)) + data)

        def begin(what):
            """Another thing begins, with computing time of its own."""
            used = resource.getrusage(resource.RUSAGE_SELF)
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            soft = int(used.ru_utime + used.ru_stime + limits["cpu"]) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
            tell(begins=what)

        begin("read")
        with line.makefile("rb") as stream:
            request = pickle.load(stream)  # from the grader; students' files are bytes in it
        result = judging.judge(request, begin, lambda id_, found: tell(found=[id_, found]))
        tell(result=result)


if __name__ == "__main__":
    main(int(sys.argv[1]))
