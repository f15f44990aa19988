"""Docstrings as the page of the package shows them.

They are written to be read in a terminal. There `(N, *shape)` is a shape; here a lone star would
begin an emphasis that never ends.
"""

import re

LONE_STAR = re.compile(r"(?<![*\w\\])\*(?=\w)(?![^*]*[^\s*]\*(?!\w))")


def escape_lone_stars(app, what, name, obj, options, lines):
    lines[:] = [LONE_STAR.sub(r"\\*", line) for line in lines]


def setup(app):
    # Before napoleon, which sets types in italics.
    app.connect("autodoc-process-docstring", escape_lone_stars, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
