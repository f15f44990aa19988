"""What is the same for all tests: markers become skips with a reason, and skips are summed up.

`--require browser,sandbox,torch` turns skips for these reasons into failures (so do compiler,
nvrtc, gpu and packages).
"""

import functools
import importlib.util
import re
import shutil
import signal
import subprocess
from collections import Counter

import pytest

from tests import quick

# What a test can lack: what its skip reason says, and the words by which we recognize it.
LACKS = {
    "browser": ("no browser (Chromium was not found)", ("browser", "chromium", "playwright")),
    "sandbox": ("no sandbox (bubblewrap cannot run here)", ("sandbox", "bwrap", "bubblewrap")),
    "nvrtc": (
        "no CUDA compiler (python run.py test --extras gpu-build installs it)",
        ("no cuda compiler",),
    ),
    "compiler": ("no compiler (g++ or clang++ on Linux)", ("no compiler",)),
    "gpu": ("no GPU (no CUDA driver, or CuPy is not installed)", ("gpu", "cupy", "cuda")),
    "packages": (
        "{} is not installed (python run.py test installs it)",
        ("is not installed (python run.py test installs it)",),
    ),
    "torch": ("no torch (python run.py test --extras peers installs it)", ("torch", "peers")),
}
# A file of tests that needs one of these is skipped where it is missing, whichever way it imports
# it; the other files are run all the same. convkit itself needs only NumPy.
PACKAGES = (
    "array_api_strict",
    "bs4",
    "dask",
    "distributed",
    "docutils",
    "hypothesis",
    "jupytext",
    "ml_dtypes",
    "nbclient",
    "nbformat",
    "nbgrader",
    "playwright",
    "pypdf",
    "scipy",
    "sphinx",
    "sqlalchemy",
    "traitlets",
)
MARKERS = {"browser": "browser", "sandbox": "sandbox", "gpu": "gpu", "peers": "torch"}


def has_browser():
    from tests.browser import driver

    return driver.chromium() is not None and importlib.util.find_spec("playwright") is not None


def has_sandbox():
    program = shutil.which("bwrap")
    if program is None:
        return False
    # Being installed is not enough: some systems forbid what it does.
    try_it = [program, "--unshare-all", "--ro-bind", "/", "/", "true"]
    return subprocess.run(try_it, capture_output=True).returncode == 0


def has_gpu():
    from convkit.gpu_diagnosis import driver_version

    if importlib.util.find_spec("cupy") is None or driver_version() is None:
        return False  # CuPy is slow to import, and then says no more
    import cupy

    return cupy.is_available()


def has_torch():
    return importlib.util.find_spec("torch") is not None


CHECKS = {"browser": has_browser, "sandbox": has_sandbox, "gpu": has_gpu, "torch": has_torch}


@functools.cache
def has(need):
    return CHECKS[need]()


def pytest_addoption(parser):
    parser.addoption("--require", default="", help="skips that fail: " + ",".join(LACKS))
    parser.addoption(
        "--quick",
        nargs="?",
        type=int,
        choices=(1, 2),
        const=0,
        help="only the tests of tests/quick.py; 1 or 2: one half of them",
    )


def pytest_ignore_collect(collection_path, config):
    """With --quick, files of which no test would run are not even imported."""
    half = config.getoption("--quick")
    if half is not None and collection_path.suffix == ".py":
        return True if not quick.takes(collection_path, half) else None
    return None


def pytest_collection_modifyitems(config, items):
    half = config.getoption("--quick")
    if half is not None:
        kept, left = quick.sample(items, half)
        items[:] = kept
        config.hook.pytest_deselected(items=left)


def listen_to_signals():
    """SIGTERM and SIGHUP end a run as Ctrl-C does: fixtures close what they opened."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def pytest_configure(config):
    listen_to_signals()
    config.required = [word for word in config.getoption("--require").split(",") if word]
    unknown = set(config.required) - set(LACKS)
    if unknown:
        raise pytest.UsageError(f"--require knows {', '.join(LACKS)}, not {', '.join(unknown)}")


def pytest_runtest_setup(item):
    for marker, need in MARKERS.items():
        if item.get_closest_marker(marker) and not has(need):
            pytest.skip(LACKS[need][0])


def required_lack(config, reason):
    """The name of a requirement for lack of which something was skipped, or None."""
    words = reason.lower()
    return next((n for n in config.required if any(w in words for w in LACKS[n][1])), None)


def fail_if_required(config, report):
    if not report.skipped or hasattr(report, "wasxfail") or not isinstance(report.longrepr, tuple):
        return
    lack = required_lack(config, report.longrepr[2])
    if lack:
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr[2]}\nand --require {lack} forbids skipping for that."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    fail_if_required(item.config, report)
    return report


def skip_without_package(report):
    """Make a skip of a file that could not be imported for lack of a package."""
    missing = re.search(r"ModuleNotFoundError: No module named '(\w+)", str(report.longrepr))
    if report.failed and missing and missing[1] in PACKAGES:
        reason = LACKS["packages"][0].format(missing[1])
        report.outcome, report.longrepr = "skipped", (report.nodeid, None, f"Skipped: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    skip_without_package(report)
    fail_if_required(collector.config, report)
    return report


def pytest_terminal_summary(terminalreporter):
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    terminalreporter.section("skipped, and why")
    if not reasons:
        terminalreporter.line("Nothing was skipped.")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:5}  {reason}")
