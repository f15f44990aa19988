"""The first cell of every notebook: the course's package, installed if it is missing.

`generate.py` puts what stands below the line into each notebook. WHEEL and SHA256 stay empty in
exercises/, which belong to a clone; where the book is published, book/ext/handouts.py fills them
in, with the address and the fingerprint of the wheel that lies beside the book.
"""

# ruff: noqa: F401 (a notebook uses what it imports, in later cells)
# ---- the cell begins here
import importlib.util
import subprocess
import sys

import numpy as np

WHEEL = ""  # the course's package by its address, never by its name ...
SHA256 = ""  # ... and its fingerprint, which pip compares

if WHEEL and importlib.util.find_spec("convkit") is None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", f"{WHEEL}#sha256={SHA256}"]
    subprocess.run(pip, check=True)
    importlib.invalidate_caches()

try:
    from convkit import check
except ImportError as error:
    raise ImportError(
        f"The course's package is missing ({error}). If a package called convkit is installed, it "
        "is another one: that name on the package index belongs to somebody else. Remove it with "
        "`pip uninstall convkit`, and download this notebook from the book, or open it in a clone "
        "of the course: from there it finds the right one."
    ) from None
