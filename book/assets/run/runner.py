"""Runs the page's cells inside the browser: output, last value, errors. Loaded by worker.js."""

import ast
import builtins
import io
import linecache
import pprint
import sys
import time
import traceback

MOST = 20_000  # characters that one cell may write; the rest is counted
NAMES = {"__name__": "__main__", "__builtins__": builtins}  # the variables of the page


class Page:
    """Gathers what a cell writes and hands it over in pieces, at most ten times a second."""

    def __init__(self, emit):
        self.emit, self.kind, self.pieces = emit, "stdout", []
        self.written = self.dropped = 0
        self.flushed = time.monotonic()

    def write(self, kind, text):
        room = MOST - self.written
        self.dropped += max(0, len(text) - room)
        text = text[: max(0, room)]
        if not text:
            return
        self.written += len(text)
        if kind != self.kind:
            self.flush()
            self.kind = kind
        self.pieces.append(text)
        if time.monotonic() - self.flushed > 0.1:
            self.flush()

    def flush(self):
        if self.pieces:
            self.emit(self.kind, "".join(self.pieces))
            self.pieces = []
        self.flushed = time.monotonic()

    def show(self, value):
        self.flush()
        html = getattr(value, "_repr_html_", None)
        drawn = html() if callable(html) and not isinstance(value, type) else None
        if drawn is None:
            self.write("value", as_text(value) + "\n")
            self.flush()
        else:
            self.emit("html", drawn)

    def end(self):
        self.flush()
        if self.dropped:
            self.emit("note", f"{self.dropped:,} more characters were written and are not shown.")


class Stream(io.TextIOBase):
    """What print writes to."""

    def __init__(self, page, kind):
        self.page, self.kind = page, kind

    def write(self, text):
        self.page.write(self.kind, text)
        return len(text)

    def writable(self):
        return True


def no_input(prompt="", /):
    """What input() does here: a page cannot wait for a line that is typed."""
    raise RuntimeError("input() cannot ask in a page: write the value into the cell instead")


def as_text(value):
    """A value as notebooks write it: containers that do not fit a line, one item a line."""
    text = repr(value)
    if len(text) > 79 and isinstance(value, list | tuple | dict | set):
        return pprint.pformat(value, width=79, sort_dicts=False)
    return text


def run_cell(code, name, emit):
    """Run one cell; returns "" or the name of the exception that ended it."""
    page = Page(emit)
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream(page, "stdout"), Stream(page, "stderr")
    NAMES["display"], builtins.input = page.show, no_input
    filename = f"<{name}>"
    # So that errors can quote the lines.
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    try:
        tree = ast.parse(code, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
            last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, filename, "exec"), NAMES)
        if last is not None:
            value = eval(compile(last, filename, "eval"), NAMES)
            if value is not None:
                NAMES["_"] = value
                page.show(value)
        return ""
    except BaseException as error:  # also what sys.exit and Stop raise
        page.flush()
        page.written = min(page.written, MOST - 4000)  # an error is always told
        page.write("error", explained(error, filename))
        return type(error).__name__
    finally:
        page.end()
        sys.stdout, sys.stderr = kept


def explained(error, filename):
    """The traceback from the cell on, without our own frames."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename != filename:
        step = step.tb_next
    lines = traceback.format_exception(type(error), error, step)
    if step is None and not isinstance(error, SyntaxError):
        lines = traceback.format_exception_only(error)
    return "".join(lines)
