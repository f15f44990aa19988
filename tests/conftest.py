"""What is the same for all tests: markers become skips with a reason, and skips are summed up.

`--require browser,sandbox,torch` turns skips for these reasons into failures (so do compiler,
nvrtc and gpu).
"""

import functools
import importlib.util
import shutil
import subprocess
from collections import Counter

import pytest

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
    "torch": ("no torch (python run.py test --extras peers installs it)", ("torch", "peers")),
}
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
    from convkit.cuda.diagnose import driver_version

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
    parser.addoption(
        "--require", default="", help="skips that fail: browser,sandbox,torch,compiler,nvrtc,gpu"
    )


def pytest_configure(config):
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


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
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
