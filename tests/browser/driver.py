"""A browser and a server, as the browser tests and the screenshots use them."""

import contextlib
import os
import shutil
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
import run  # noqa: E402  (run.py lies in the top folder, which need not be on the path)

# Nothing that would talk to the network by itself, and no sandbox: containers forbid it.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium():
    """Path of a Chromium on this machine, or None. The variable CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextlib.contextmanager
def served(folder):
    """Serve `folder` as `run.py book` does, on a free port; gives the address."""
    server = run.serve(folder, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield started
        finally:
            started.close()


def pages(site):
    """Addresses of all pages of the book, below `site`; the empty generated index is none."""
    found = sorted(path.relative_to(site).as_posix() for path in Path(site).rglob("*.html"))
    return [name for name in found if not name.startswith("_") and name != "genindex.html"]


def set_theme(context, theme):
    """Every page of this context opens in `theme`, "light" or "dark"."""
    context.add_init_script(
        f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}');"
    )
