"""When work on a GPU is done: in the order that CUDA promises, and as late as it allows.

Each piece of work knows what must be done before it: what was asked of its stream before, what an
event stands for, and, between the null stream and streams that are not `non_blocking`, everything
asked earlier. Nothing else is promised. Work is done when something waits for it, and then:

    "late"          only what is waited for, and what that needs
    "others first"  before each step towards it, all that other streams can do by then
    "in turns"      before each step towards it, one piece of that
    "random"        before each step towards it, some of that
    "at once"       every piece when it is asked for: nothing is ever late
"""

from __future__ import annotations

import random
import threading

from tests.emulator.memory import Block, EmulatorError

WHEN = ("late", "others first", "in turns", "random", "at once")


class Work:
    """Something that a GPU was asked to do."""

    __slots__ = ("action", "after", "blocks", "done", "what")

    def __init__(self, what: str, action=None, blocks=(), after=()):
        self.what, self.action, self.blocks = what, action, tuple(blocks)
        self.after, self.done = tuple(w for w in after if w is not None), False

    def do(self) -> None:
        """Do it now, and look at the memory before and after."""
        for block in self.blocks:
            if block.closed:
                raise EmulatorError(
                    f"{self.what}: an array's memory ({block.nbytes} bytes) was "
                    f"freed, and may hold somebody else's numbers"
                )
        if self.action is not None:
            self.action()
        for block in self.blocks:
            block.check_surroundings()


class Queue:
    """What was asked of one stream."""

    def __init__(self, device: int, *, null: bool = False, blocking: bool = True):
        self.device, self.null, self.blocking = device, null, blocking
        self.last: Work | None = None
        self.capture: Capture | None = None


class Capture:
    """Work that is noted for a graph and not done."""

    def __init__(self, origin: Queue):
        self.origin, self.works, self.last, self.broken = origin, [], {origin: None}, None

    def add(self, queue: Queue, work: Work, after=()) -> Work:
        before = [self.last[queue], *(w for w in after if w in self.works)]
        work.after = tuple(w for w in before if w is not None)
        self.works.append(work)
        self.last[queue] = work
        return work


class Machine:
    """The GPUs of one `stand_in`, and what they have been asked to do."""

    current: Machine | None = None

    def __init__(self, capabilities=((9, 0),), when: str = "late", seed: int = 1):
        self.capabilities = tuple(capabilities)
        self.nulls = [Queue(index, null=True) for index in range(len(self.capabilities))]
        self._queues = list(self.nulls)
        self._when, self._random, self._turn = when, random.Random(seed), False
        if when not in WHEN:
            raise ValueError(f"streams is one of {', '.join(WHEN)}, not {when!r}")
        self._pending: dict[Work, None] = {}
        self._freed: list[tuple[Block, tuple[Work, ...]]] = []
        self._lock = threading.RLock()
        self.fault: Exception | None = None
        self.is_open = True

    def queue(self, device: int, *, blocking: bool) -> Queue:
        """For a new stream."""
        self._queues.append(Queue(device, blocking=blocking))
        return self._queues[-1]

    @property
    def is_late(self) -> bool:
        """Whether work may be done after it was asked for."""
        return self._when != "at once"

    def issue(self, queue: Queue, what: str, action=None, blocks=(), after=()) -> Work:
        """Ask for work on a stream."""
        with self._lock:
            self._check()
            if queue.capture is not None:
                return queue.capture.add(queue, Work(what, action, blocks), after)
            self._refuse_implicit(queue, what)
            work = Work(what, action, blocks, (*after, *self._before(queue)))
            queue.last = work
            self._pending[work] = None
            if not self.is_late:
                self.wait_for([work])
            return work

    def _before(self, queue: Queue) -> tuple[Work, ...]:
        """The work that must be done before what is asked of this stream now."""
        before = [queue.last]
        if queue.null:
            before += [q.last for q in self._queues if q.device == queue.device and q.blocking]
        elif queue.blocking:
            before.append(self.nulls[queue.device].last)
        return tuple(work for work in before if work is not None and not work.done)

    def _refuse_implicit(self, queue: Queue, what: str) -> None:
        """The null stream waits for blocking streams; one that captures cannot be waited for."""
        if queue.null:
            for other in self._queues:
                if other.capture and other.blocking and other.device == queue.device:
                    other.capture.broken = "cudaErrorStreamCaptureInvalidated"
                    raise EmulatorError(
                        f"cudaErrorStreamCaptureImplicit: {what} on the null stream"
                        f" while a stream is capturing"
                    )

    def wait_for_queue(self, queue: Queue) -> None:
        """Wait for a stream, which may not be capturing."""
        self.refuse_capture(queue)
        self.wait_for([queue.last] if not queue.null else self._before(queue))

    def wait_for_device(self, device: int) -> None:
        """Wait for all that a GPU was asked to do."""
        queues = [queue for queue in self._queues if queue.device == device]
        for queue in queues:
            self.refuse_capture(queue)
        self.wait_for([queue.last for queue in queues])

    def refuse_capture(self, queue: Queue) -> None:
        """What waits cannot be noted in a graph."""
        if queue.capture is not None:
            queue.capture.broken = "cudaErrorStreamCaptureInvalidated"
            raise EmulatorError(
                "cudaErrorStreamCaptureUnsupported: operation not permitted when "
                "stream is capturing: it waits"
            )

    def wait_for(self, works) -> None:
        """Do these pieces of work, and what they need; perhaps others before them."""
        with self._lock:
            self._check()
            needed = self._needs(works)
            others = [work for work in self._pending if work not in needed]
            for work in needed:
                while self._is_others_turn():
                    ready = next((w for w in others if all(b.done for b in w.after)), None)
                    if ready is None:
                        break
                    others.remove(ready)
                    self._do([ready])
                self._do([work])
            self._close_what_is_free()

    def _is_others_turn(self) -> bool:
        """Whether something that nobody waits for comes next."""
        if self._when == "random":
            return self._random.random() < 0.5
        self._turn = not self._turn
        return self._when == "others first" or (self._when == "in turns" and self._turn)

    def _needs(self, works) -> dict[Work, None]:
        """These and all before them that is not done, in an order that is allowed."""
        found: dict[Work, None] = {}
        stack = [(work, False) for work in works if work is not None]
        while stack:
            work, visited = stack.pop()
            if work.done or work in found:
                continue
            if visited:
                found[work] = None
                continue
            stack.append((work, True))
            before = list(work.after)
            self._random.shuffle(before)
            stack += [(other, False) for other in before]
        return found

    def _do(self, works) -> None:
        for work in works:
            try:
                if not work.done:
                    work.do()
            except Exception as fault:
                self.fault = fault
                raise
            finally:
                self._pending.pop(work, None)
                work.done, work.action, work.after = True, None, ()

    def _check(self) -> None:
        """After a fault CUDA answers every call with it, until the process ends."""
        if self.fault is not None:
            raise EmulatorError(f"cudaErrorIllegalAddress: {self.fault}") from self.fault

    def release(self, block: Block, queue: Queue) -> None:
        """An array is gone: work asked of this stream from now on may be given its memory."""
        with self._lock:
            self._freed.append((block, self._before(queue)))
            self._close_what_is_free()

    def _close_what_is_free(self) -> None:
        kept = []
        for block, before in self._freed:
            if all(work.done for work in before):
                block.close()
            else:
                kept.append((block, before))
        self._freed = kept

    def close(self, *, drop: bool) -> None:
        """The end of the block that it was made for."""
        if drop or self.fault is not None:
            for work in self._pending:
                work.done, work.action = True, None
            self._pending.clear()
        else:
            self.wait_for(list(self._pending))
        self.fault, self._when = None, "at once"  # arrays may still be read
        self.is_open = False
        self._close_what_is_free()


def here() -> Machine:
    """The machine that the current thread works on."""
    if Machine.current is None:
        raise EmulatorError("there is no stand-in for a GPU here any more")
    return Machine.current
