"""Join what a cell printed in pieces, without breaking its lines.

A kernel sends what is printed whenever its timer strikes, also in the middle of a line. myst-nb
ends each piece with a line break, so on a busy machine `print(a, b)` may come out as two lines.
Here the pieces of one stream are joined as they came, before myst-nb sees them.
"""

from myst_nb.core import render
from sphinx.application import Sphinx

tidy = render.coalesce_streams


def whole_lines(outputs: list) -> list:
    """Give one output for each stream of a cell, at the place of its first piece."""
    joined, streams = [], {}
    for output in outputs:
        name = output.get("name") if output["output_type"] == "stream" else None
        if name in streams:
            streams[name]["text"] += output["text"]
            continue
        if name:
            output = streams[name] = output.copy()
        joined.append(output)
    return tidy(joined)


def setup(app: Sphinx) -> dict[str, bool]:
    """Put `whole_lines` in the place of myst-nb's own function."""
    render.coalesce_streams = whole_lines
    return {"parallel_read_safe": True, "parallel_write_safe": True}
