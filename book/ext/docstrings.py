"""Docstrings as the page of the package shows them.

They are written to be read in a terminal. There `(N, *shape)` is a shape; here a lone star would
begin an emphasis that never ends.
"""

import re

from sphinx.application import Sphinx

LONE_STAR = re.compile(r"(?<![*\w\\])\*(?=\w)(?![^*]*[^\s*]\*(?!\w))")


def escape_lone_stars(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Put a backslash before each star that begins no emphasis, in place."""
    lines[:] = [LONE_STAR.sub(r"\\*", line) for line in lines]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    # Before napoleon, which sets types in italics.
    app.connect("autodoc-process-docstring", escape_lone_stars, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
