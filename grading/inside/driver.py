"""Runs a student's cells and calls their functions, one request at a time.

Started as `python -I -S driver.py`, with the sandbox around it. Everything that it says is taken
as data from a stranger: student code shares this process and may do here what it likes.
"""

import ast
import io
import json
import linecache
import os
import resource
import signal
import sys
import time
import traceback


def become_nobody(uid):
    """Leave root behind, where the sandbox was started by root. Nothing has run before this."""
    if uid and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def set_limits(limits):
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            resource.setrlimit(kind, (value, value))


SETTINGS = json.loads(sys.argv[1])
become_nobody(SETTINGS["uid"])
set_limits(SETTINGS["limits"])
sys.path[:] = [*SETTINGS["path"], *sys.path]

import ipython_cells  # noqa: E402 - convkit/check/ipython_cells.py, put there by the sandbox
import stubs  # noqa: E402
import wire  # noqa: E402


class TooLong(BaseException):
    """Not an Exception, so that `except Exception` in a loop does not swallow it."""


class Alarm:
    """Interrupts what computes too long, or waits for something that does not come.

    The clock on the wall alone decides nothing while the code computes: a busy machine is slow.
    """

    def __init__(self):
        signal.signal(signal.SIGPROF, self._computed)
        signal.signal(signal.SIGALRM, self._waited)
        self.began = self.computed = self.seconds = self.until = 0.0

    def set(self, seconds, patience):
        self.began, self.computed = time.monotonic(), time.process_time()
        self.seconds, self.until = seconds, self.began + seconds * patience
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def stop(self):
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _computed(self, number, frame):
        # Comes again each second, for a loop that swallows even this one.
        signal.setitimer(signal.ITIMER_PROF, 1.0)
        raise TooLong("took too long")

    def _waited(self, number, frame):
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        now = time.monotonic()
        idle = time.process_time() - self.computed < 0.02 * (now - self.began)
        if idle or now > self.until:
            raise TooLong("took too long")


class Capped(io.StringIO):
    """Collects output up to a size, and then only counts."""

    def __init__(self, most):
        super().__init__()
        self.most, self.seen = most, 0

    def write(self, text):
        room = self.most - self.seen
        self.seen += len(text)
        if room > 0:
            super().write(text[:room])
        return len(text)

    def value(self):
        more = f"\n… {self.seen - self.most} more characters" if self.seen > self.most else ""
        return self.getvalue() + more


class Notebook:
    """The names of one notebook, and what its cells showed."""

    def __init__(self, inbox, outbox):
        self.inbox, self.outbox, self.alarm = inbox, outbox, Alarm()
        self.names = {"__name__": "__main__", "__builtins__": __builtins__}
        self.names["display"] = self.display
        self.names["get_ipython"] = stubs.Nothing
        self.shell, self.shown = None, []
        main = type(sys)("__main__")
        main.__dict__.update(self.names)
        self.names = main.__dict__
        sys.modules["__main__"] = main

    # ---- requests

    def run(self, source, index, seconds, patience):
        """Run a cell; its last expression is shown, as a notebook does."""
        out, err = Capped(100_000), Capped(20_000)
        self.shown, problem = [], None
        real = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, err
        self.alarm.set(seconds, patience)
        try:
            self._run(source, f"<cell {index}>")
        except BaseException as error:  # SystemExit and KeyboardInterrupt, too
            self.alarm.stop()
            problem = describe(error)
        finally:
            self.alarm.stop()
            sys.stdout, sys.stderr = real
        return {"out": out.value(), "err": err.value(), "shown": self.shown[:20], "error": problem}

    def _run(self, source, name):
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        tree = ast.parse(ipython_cells.as_python(source), name)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
            last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, name, "exec"), self.names)
        if last is not None:
            value = eval(compile(last, name, "eval"), self.names)
            if value is not None:
                self.names["_"] = value
                self.display(value)

    def display(self, *values, **options):
        for value in values:
            if len(self.shown) < 20:
                try:
                    text = repr(value)
                except Exception as error:
                    text = f"(no text: {type(error).__name__})"
                self.shown.append(str(text)[:20_000])

    def look(self, name):
        """What a name stands for: a function to call from outside, or a value."""
        if name not in self.names:
            return {"kind": "missing"}
        value = self.names[name]
        if callable(value):
            return {"kind": "function", "empty": is_empty(value)}
        try:
            wire.pack({"value": value})
        except Exception as error:
            return {"kind": "other", "why": str(error)[:300]}
        return {"kind": "value", "value": value}

    def call(self, name, args, kwargs, seconds, patience):
        """Call a student's function; tell what it returned, printed, changed or raised."""
        out = Capped(20_000)
        before = [wire.np.array(a) if isinstance(a, wire.np.ndarray) else None for a in args]
        real = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, Capped(0)
        self.alarm.set(seconds, patience)
        try:
            value = self.names[name](*args, **kwargs)
            self.alarm.stop()
            answer = {"value": value}
            wire.pack(answer)
        except BaseException as error:
            self.alarm.stop()
            answer = {"error": describe(error)}
        finally:
            self.alarm.stop()
            sys.stdout, sys.stderr = real
        changed = {
            number: args[number]
            for number, old in enumerate(before)
            if old is not None and not wire.np.array_equal(old, args[number])
        }
        return {**answer, "printed": out.value(), "changed": changed}

    # ---- the loop

    def ask(self, name, args, kwargs):
        """Ask outside for something that the exercise gives to its learners."""
        wire.send(self.outbox, {"ask": name, "args": list(args), "kwargs": dict(kwargs)})
        answer = wire.receive(self.inbox)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def serve(self):
        own = os.getpid()
        while True:
            try:
                request = wire.receive(self.inbox)
            except EOFError:
                os._exit(0)
            number, action = request.pop("id"), request.pop("do")
            try:
                answer = getattr(self, action)(**request)
                if os.getpid() != own:  # a child of student code must not read our requests
                    os._exit(0)
                data = wire.pack({"id": number, **answer})
            except BaseException as error:
                if os.getpid() != own:
                    os._exit(0)
                data = wire.pack({"id": number, "error": describe(error), "kind": "other"})
            wire.send_packed(self.outbox, data)


def is_empty(function):
    """Tell whether a body is still `...`, `pass` or a docstring alone."""

    def empty(): ...

    code = getattr(function, "__code__", None)
    return code is not None and code.co_code == empty.__code__.co_code


def describe(error):
    """An exception as text: its type, its message, the student's last line on the way."""
    try:
        words = str(error)[:500]
    except Exception:
        words = ""
    line = None
    if isinstance(error, SyntaxError):
        words = f"{error.msg} (line {error.lineno})"
    else:
        own = [
            f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<cell")
        ]
        if own and own[-1].line:
            line = f"line {own[-1].lineno}: {own[-1].line[:200]}"
    name = type(error).__name__
    if isinstance(error, TooLong):
        name, words = "TimeoutError", "it took too long, and was stopped"
    return {"type": str(name)[:80], "text": words, "line": line}


def main():
    inbox, outbox = os.dup(0), os.dup(1)
    nothing = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):  # what C code and child processes print goes nowhere
        os.dup2(nothing, fd)
    os.close(nothing)
    sys.stdin = io.StringIO()
    os.chdir(SETTINGS["home"])
    if SETTINGS["given"]:
        for name in os.listdir("/given"):
            with open(f"/given/{name}", "rb") as old, open(name, "wb") as new:
                new.write(old.read())
    # Last, so that a file called numpy.py does no harm.
    sys.path.append(SETTINGS["home"])
    notebook = Notebook(inbox, outbox)
    stubs.install(notebook.ask)
    wire.send(outbox, {"id": 0, "ready": True})
    notebook.serve()


main()
