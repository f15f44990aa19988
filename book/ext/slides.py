"""The slides for a lesson: one page, made from book/slides.md and the figures of the chapters.

A slide begins with its title. `figure:` names a function in book/figures, `open:` a link and its
words, `note:` what the teacher says; the rest is Markdown. Slides are parted by `---`.

Also the role {deep}`words <page#w=widget;state>`: a link to a live figure in a given state.
"""

import html
import importlib
import re
import sys
from pathlib import Path

from docutils import nodes
from markdown_it import MarkdownIt
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

LOGGER = logging.getLogger(__name__)
FIELD = re.compile(r"^(figure|open|note): (.*)$", re.M)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides: {title}</title>
<link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/custom.css">
<link rel="stylesheet" href="_static/slides/slides.css">
<script src="_static/slides/slides.js" type="module"></script>
</head>
<body>
<header><a href="teach.html">Back to the book</a>
<span id="keys" hidden><kbd>→</kbd> <kbd>←</kbd> turn, <kbd>N</kbd> shows notes</span></header>
<main>
{slides}
</main>
</body>
</html>
"""


def parse(source: str) -> list:
    """The slides as dictionaries: title, text, and the fields that there are."""
    slides = []
    for part in re.split(r"^---\s*$", source, flags=re.M):
        title, _, rest = part.strip().partition("\n")
        fields = dict(FIELD.findall(rest))
        slides.append({"title": title.lstrip("# "), "text": FIELD.sub("", rest).strip(), **fields})
    return slides


def figure(name: str, srcdir: Path) -> str:
    """A figure as HTML: the one that its chapter shows."""
    if str(srcdir) not in sys.path:
        sys.path.append(str(srcdir))
    module, function = name.split(".")
    return getattr(importlib.import_module(f"figures.{module}"), function)()._repr_html_()


def write(slide: dict, number: int, count: int, srcdir: Path) -> str:
    """One slide as HTML."""
    level, say = "h1" if number == 1 else "h2", html.escape
    parts = [f"<{level}>{say(slide['title'])}</{level}>"]
    if "figure" in slide:
        parts.append(figure(slide["figure"], srcdir))
    parts.append(MarkdownIt().render(slide["text"]))
    if "open" in slide:
        address, _, words = slide["open"].partition(" | ")
        parts.append(f'<p class="open"><a href="{say(address)}">{say(words)}</a></p>')
    if "note" in slide:
        parts.append(f'<aside aria-label="Note {number}"><p>{say(slide["note"])}</p></aside>')
    head = f'<section class="slide" id="slide-{number}" data-of="{number} / {count}">'
    return "\n".join([head, *parts, "</section>"])


def write_slides(app: Sphinx, error: Exception | None) -> None:
    """Write slides.html beside the pages, if the book has slides."""
    source = Path(app.srcdir) / "slides.md"
    if error is not None or app.builder.name != "html" or not source.exists():
        return
    slides = parse(source.read_text(encoding="utf-8"))
    written = [
        write(slide, number, len(slides), Path(app.srcdir))
        for number, slide in enumerate(slides, start=1)
    ]
    page = PAGE.format(title=slides[0]["title"], slides="\n".join(written))
    (Path(app.outdir) / "slides.html").write_text(page, encoding="utf-8")


class DeepRole(SphinxRole):
    """A link into a page, to a live figure and its state; the page must exist."""

    def run(self) -> tuple[list[nodes.Node], list]:
        """The link; a page that does not exist is a warning."""
        words, _, address = self.text.rpartition("<")
        page, _, state = address.rstrip("> ").partition("#")
        if page not in self.env.found_docs:
            where = self.get_location()
            LOGGER.warning("{deep} leads to %r, which is no page", page, location=where)
        link = nodes.reference("", words.strip(), internal=True, refuri=f"{page}.html#{state}")
        return [link], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.add_role("deep", DeepRole())
    # Before the service worker is written, which lists all files.
    app.connect("build-finished", write_slides, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
