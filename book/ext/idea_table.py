"""The table for instructors: each idea, and where the book explains, shows, asks and exercises it.

    ```{ideas}
    ```

The rows come from the labels (idea_labels.py). A label that leads nowhere, and is not listed as
still to come, is a warning, and so is one that is listed and there.
"""

from collections.abc import Iterator

import idea_labels
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

LOGGER = logging.getLogger(__name__)
HEADS = ("section", "figure", "widget", "question", "exercise")


class idea_table(nodes.General, nodes.Element):
    """Stands where the table will be, until all pages are read."""


class IdeasDirective(SphinxDirective):
    """`{ideas}`: the place of the table."""

    def run(self) -> list[nodes.Node]:
        """A mark, which `write_table` replaces."""
        place = idea_table()
        self.set_source_info(place)
        return [place]


def link(app: Sphinx, docname: str, label: str, text: str = "") -> nodes.reference | None:
    """A link to a label, or None. Without a text, the heading that follows the label."""
    domain = app.env.get_domain("std")
    key = label.lower()
    target, anchor = domain.anonlabels.get(key, ("", ""))
    if not target:
        return None
    heading = domain.labels.get(key, ("", "", ""))[2]
    words = nodes.inline("", text or heading or label)
    return make_refnode(app.builder, docname, target, anchor, words)


def chapter(app: Sphinx, label: str) -> str:
    """The number of the chapter in which a label stands; '' if it is nowhere."""
    target = app.env.get_domain("std").anonlabels.get(label.lower(), ("", ""))[0]
    return f"{int(target[2:])}" if target[2:].isdigit() else target


def cells(app: Sphinx, docname: str, idea: str) -> Iterator[nodes.Node]:
    """The five cells of an idea: nodes or plain text."""
    wanted = idea_labels.WORDS_ONLY.get(idea, idea_labels.KINDS)
    for kind, head in zip(idea_labels.KINDS, HEADS, strict=True):
        label = f"{kind}-{idea}"
        if kind not in wanted:
            yield nodes.Text("–")
            continue
        found = link(app, docname, label, "" if kind == "idea" else head)
        listed = label in idea_labels.to_come()
        if found is None and not listed:
            LOGGER.warning("%s is nowhere in the book, nor in ideas_to_come.txt", label)
        if found is not None and listed:
            LOGGER.warning("%s is in the book: strike it from ideas_to_come.txt", label)
        yield found if found is not None else nodes.Text("to come")


def table(rows: list[list[nodes.Node]]) -> nodes.table:
    """A table of rows; a row is a list of nodes. The first row heads it."""
    group = nodes.tgroup(cols=len(rows[0]))
    group += [nodes.colspec(colwidth=1) for _ in rows[0]]
    parts = [nodes.thead(), nodes.tbody()]
    for number, row in enumerate(rows):
        line = nodes.row()
        for cell in row:
            line += nodes.entry("", nodes.paragraph("", "", cell))
        parts[min(number, 1)] += line
    group += parts
    return nodes.table("", group, classes=["ideas"])


def write_table(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each mark by the table, its rows in the order of the chapters."""
    for place in list(doctree.findall(idea_table)):
        rows = []
        for idea, words in idea_labels.IDEAS.items():
            number = chapter(app, f"idea-{idea}")
            rows.append([nodes.Text(number), nodes.Text(words), *cells(app, docname, idea)])
        rows.sort(key=lambda row: row[0].astext().rjust(9))
        heads = [nodes.Text(head) for head in ("chapter", "idea", *HEADS)]
        place.replace_self(table([heads, *rows]))


def make_scrollable(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """On a narrow screen the table scrolls in its frame: let the keyboard scroll it, too."""
    frame, table_tag = '<div class="pst-scrollable-table-container">', '<table class="ideas'
    named = frame[:-1] + ' tabindex="0" role="region" aria-label="Where each idea stands">'
    if context.get("body"):
        context["body"] = context["body"].replace(frame + table_tag, named + table_tag)


def read_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The page with the table depends on all others."""
    return [name for name in env.found_docs if name == "instructors"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.add_node(idea_table)
    app.add_directive("ideas", IdeasDirective)
    app.connect("doctree-resolved", write_table)
    app.connect("env-updated", read_again)
    app.connect("html-page-context", make_scrollable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
