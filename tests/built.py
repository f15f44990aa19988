"""The built book, for all tests: whoever asks first builds it, and the others wait.

The tests of the browser run beside the others. Two builds of one folder at a time, or a build
under the eyes of a browser, would show it a page whose styles are half written.
"""

import contextlib

from tests.browser.driver import ROOT, run

SOURCES = ("book", "convkit", "benchmarks", "solutions", "exercises", "_config.yml", "run.py")


def book():
    """The folder of the built book. What is already built and still true is used again."""
    run.BUILD.mkdir(exist_ok=True)
    with _alone(run.BUILD / "tests.lock"):
        if not _is_true():
            said = []
            assert run.build_book(out=said.append), "\n".join(said)
    return run.SITE


def _is_true() -> bool:
    """Whether the last build ended well, and no source has changed since."""
    built = run.BUILD / "built"
    if (run.BUILD / "unfinished").exists() or not built.exists() or not run.SITE.exists():
        return False
    since = built.stat().st_mtime
    paths = [path for name in SOURCES for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    return all(
        path.stat().st_mtime < since
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts
    )


@contextlib.contextmanager
def _alone(path):
    """A block that one process enters at a time; where files cannot be locked, any."""
    with path.open("w") as file:
        with contextlib.suppress(ImportError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        yield
