"""Notebooks to download install the package that lies beside the book.

Exercises and chapters begin with the same cell, and in a clone it knows no address: none is
needed there. Where the book is published, BOOK_ADDRESS says where, and the address and SHA-256 of
the wheel (the one that Run uses) are written into the copies. Nothing is ever installed by name.
"""

import os
from pathlib import Path

import run_vendor
from sphinx.application import Sphinx

EMPTY = (r"WHEEL = \"\"", r"SHA256 = \"\"")  # as they stand in a notebook's JSON


def fill_in(app: Sphinx, error: Exception | None) -> None:
    """Give every downloaded notebook the address of this book's wheel."""
    address = os.environ.get("BOOK_ADDRESS", "").rstrip("/")
    if error is not None or not address:
        return
    wheel = run_vendor.build_wheel()
    values = f"{address}/_static/run/{wheel.name}", run_vendor.sha256(wheel)
    site = Path(app.outdir)
    for notebook in [*site.glob("_downloads/*/*.ipynb"), *site.glob("notebooks/*.ipynb")]:
        text = notebook.read_text(encoding="utf-8")
        for empty, value in zip(EMPTY, values, strict=True):
            text = text.replace(empty, empty.replace(r"\"\"", rf"\"{value}\""))
        notebook.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    # Before run_in_page puts the wheel there and lists all files for the service worker.
    app.connect("build-finished", fill_in, priority=450)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
