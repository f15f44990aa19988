"""The page of summaries: the section *In short* of every chapter, copied when all are read.

The directive `{summaries}` marks its place.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)
CHAPTER = re.compile(r"ch\d\d")


class summaries(nodes.General, nodes.Element):
    """Stands where the summaries will be, until all pages are read."""


class SummariesDirective(SphinxDirective):
    """`{summaries}`: the place of all summaries."""

    def run(self) -> list[nodes.Node]:
        """A mark, which `put_summaries` replaces."""
        return [summaries()]


def summary(app: Sphinx, page: str) -> nodes.section | None:
    """The last words of a chapter, under its title; links inside become plain words."""
    doctree = app.env.get_doctree(page)
    found = [s for s in doctree.findall(nodes.section) if "in-short" in s["ids"]]
    if not found:
        LOGGER.warning("%s has no section “In short”", page)
        return None
    copied = found[0].deepcopy()
    copied["ids"], copied["names"] = [f"in-short-{page}"], []
    for link in list(copied.findall(addnodes.pending_xref)):
        link.replace_self(link.children)
    heading = app.env.titles[page].astext()
    address = app.builder.get_relative_uri("summary", page)
    link = nodes.reference("", heading, internal=True, refuri=address)
    copied[0].replace_self(nodes.title("", "", nodes.Text(f"{int(page[2:])}. "), link))
    return copied


def put_summaries(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each mark by the summaries of all chapters."""
    for place in list(doctree.findall(summaries)):
        pages = sorted(filter(CHAPTER.fullmatch, app.env.found_docs))
        place.replace_self([found for page in pages if (found := summary(app, page))])


def read_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The page of summaries: it depends on all chapters."""
    return [name for name in env.found_docs if name == "summary"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.add_node(summaries)
    app.add_directive("summaries", SummariesDirective)
    app.connect("doctree-resolved", put_summaries)
    app.connect("env-updated", read_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
