"""CuPy's streams, events and graphs, on a `Machine` instead of a driver."""

from __future__ import annotations

import threading
import time

from tests.emulator.machine import Capture, Machine, Queue, Work, here
from tests.emulator.memory import EmulatorError


class _Now(threading.local):
    """What is current is current for one thread, and for each device."""

    def __init__(self):
        self.machine, self.device, self.streams = None, 0, {}

    def of(self, machine: Machine) -> _Now:
        """Begin anew for another machine."""
        if self.machine is not machine:
            self.machine, self.device, self.streams = machine, 0, {}
        return self


_now = _Now()


def now() -> _Now:
    """The current device and streams of this thread."""
    return _now.of(here())


class Stream:
    """As `cupy.cuda.Stream`."""

    def __init__(self, null=False, non_blocking=False, ptds=False, priority=None):
        self._null, self.is_non_blocking, self.priority = null, non_blocking, priority or 0
        self.device_id = -1 if null or ptds else now().device
        self._machine, self._queue, self._before = None, None, []
        if not null and not ptds:
            self._queue_here()

    def _queue_here(self) -> Queue:
        machine = here()
        if self._null:
            return machine.nulls[now().device]
        if self._machine is not machine:
            self._machine = machine
            device = now().device if self.device_id < 0 else self.device_id
            self._queue = machine.queue(device, blocking=not self.is_non_blocking)
        return self._queue

    @property
    def ptr(self) -> int:
        """A handle."""
        return 0 if self._null else id(self._queue_here())

    def __eq__(self, other):
        return isinstance(other, Stream) and self.ptr == other.ptr

    def __hash__(self):
        return hash(self.ptr)

    def __enter__(self):
        device = now().device if self.device_id < 0 else self.device_id
        self._before.append((device, now().streams.get(device)))
        return self.use()

    def __exit__(self, *_):
        device, stream = self._before.pop()
        now().streams[device] = stream

    def use(self):
        """Make it current on its device."""
        now().streams[now().device if self.device_id < 0 else self.device_id] = self
        return self

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        last = self._queue_here().last
        return last is None or last.done

    def synchronize(self) -> None:
        """Wait for all that was asked of it."""
        here().wait_for_queue(self._queue_here())

    def record(self, event=None):
        """Note how far this stream is."""
        event = Event() if event is None else event
        event.record(self)
        return event

    def wait_event(self, event) -> None:
        """Let what is asked from now on wait for an event."""
        queue, machine = self._queue_here(), here()
        if event.work is None:
            return
        if queue.capture is None and event.capture is not None:  # so it takes part in the graph
            queue.capture = event.capture
            queue.capture.last[queue] = None
        machine.issue(queue, "wait_event", after=(event.work,))

    def launch_host_func(self, callback, arg) -> None:
        """Call a function of the host in the order of the stream."""
        here().issue(self._queue_here(), "a host function", lambda: callback(arg))

    def add_callback(self, callback, arg) -> None:
        """As CuPy's."""
        self.launch_host_func(lambda given: callback(self, 0, given), arg)

    def begin_capture(self, mode=None) -> None:
        """From now on, note what is asked instead of doing it."""
        if self._null:
            raise RuntimeError("cannot capture on the default (legacy) stream")
        queue = self._queue_here()
        if queue.capture is not None:
            raise EmulatorError("cudaErrorIllegalState: this stream is capturing already")
        queue.capture = Capture(queue)

    def is_capturing(self) -> bool:
        """Whether it notes instead of doing."""
        return self._queue_here().capture is not None

    def end_capture(self):
        """What was noted, as a graph."""
        capture = self._queue_here().capture
        if capture is None or capture.origin is not self._queue_here():
            raise EmulatorError("cudaErrorStreamCaptureUnmatched: it did not begin on this stream")
        for queue in capture.last:
            queue.capture = None
        if capture.broken:
            raise EmulatorError(f"{capture.broken}: operation failed due to a previous error")
        seen, stack = set(), [capture.last[capture.origin]]
        while stack:
            work = stack.pop()
            if work is not None and work not in seen:
                seen.add(work)
                stack += work.after
        if any(work is not None and work not in seen for work in capture.last.values()):
            raise EmulatorError("cudaErrorStreamCaptureUnjoined: another stream was not waited for")
        return Graph(capture.works)


class Event:
    """As `cupy.cuda.Event`; it tells the time at which its stream came by."""

    def __init__(self, block=False, disable_timing=False, interprocess=False):
        self.work: Work | None = None
        self.capture: Capture | None = None
        self.ptr, self._times, self._seen = id(self), not disable_timing, None

    def record(self, stream=None) -> None:
        """Stand for all that was asked of a stream until now."""
        queue = current_queue() if stream is None else stream._queue_here()
        self.capture, self._seen = queue.capture, None
        self.work = here().issue(queue, "an event", self._look_at_the_clock)

    def _look_at_the_clock(self):
        self._seen = time.perf_counter()

    def synchronize(self) -> None:
        """Wait for what it stands for."""
        if self.capture is not None:
            here().refuse_capture(self.capture.origin)
        here().wait_for([self.work])

    @property
    def done(self) -> bool:
        """Whether what it stands for is done."""
        return self.work is None or self.work.done


def get_elapsed_time(start: Event, end: Event) -> float:
    """Milliseconds of the emulation between two events."""
    for event in (start, end):
        if event.work is None or not event._times:
            raise EmulatorError("cudaErrorInvalidResourceHandle: the event was not recorded")
        if event._seen is None:
            raise EmulatorError("cudaErrorNotReady: the event has not been reached")
    return 1e3 * (end._seen - start._seen)


class Graph:
    """As `cupy.cuda.Graph`: work that can be done again, with the same memory."""

    def __init__(self, works):
        self._works = works

    def launch(self, stream=None) -> None:
        """Ask for all of it."""
        works = self._works

        def again():
            for work in works:
                work.do()

        queue = current_queue() if stream is None else stream._queue_here()
        here().issue(queue, "a graph", again)

    def upload(self, stream=None) -> None:
        """Nothing has to be brought anywhere."""


Stream.null = Stream(null=True)
Stream.ptds = Stream(ptds=True)


def get_current_stream(device_id=-1) -> Stream:
    """The stream that work goes to."""
    device = now().device if device_id < 0 else device_id
    return now().streams.get(device) or Stream.null


def current_queue(device: int | None = None) -> Queue:
    """The queue of the current stream of a device."""
    device = now().device if device is None else device
    stream = now().streams.get(device)
    if stream is None or stream._null:
        return here().nulls[device]
    return stream._queue_here()
