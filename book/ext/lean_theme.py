"""Leave out what the theme loads and this book does not use.

A plain page of the theme loads about a megabyte. Half of it draws a dozen icons, which
custom.css draws itself; the template static/webpack-macros.html leaves that script out.
This file drops scripts and styles that other extensions add to every page.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

UNUSED = (
    "thebe",  # its address is outside the book, and it throws when it is off
    "sphinx-thebe",
    "togglebutton",  # the book folds things with sphinx-design, which needs no script
    "design-tabs",
    "https:",
    "http:",
)


def _used(asset: object) -> bool:
    address = str(getattr(asset, "filename", None) or asset)
    body = str(getattr(asset, "attributes", {}).get("body", ""))
    return not any(word in address or word in body for word in UNUSED)


def keep_what_is_used(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Take scripts and styles that no page needs out of the page's head."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if _used(asset)]


def drop_thebe_settings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take out the block of settings that sphinx-thebe writes into each page with code."""
    for node in list(doctree.findall(nodes.raw)):
        if "text/x-thebe-config" in node.astext():
            node.parent.remove(node)


EMPTY_HEADER = re.compile(r'<th class="([^"]*)">\s*(?:<p>\s*</p>)?\s*</th>')


WIDE_TABLE = re.compile(  # of seven columns or more; the table of ideas has a name of its own
    r'<div class="(pst-scrollable-table-container)">'
    r'(<table class="(?!ideas)[^>]*>\s*<thead>\s*<tr[^>]*>(?:\s*<th\b(?:(?!</tr>).)*?</th>){7})',
    re.S,
)


def mend_tables(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """The empty corner of a table is no header of anything: screen readers would announce it.

    A wide table scrolls in its frame: the keyboard must reach it there.
    """
    if context.get("body"):
        body = EMPTY_HEADER.sub(r'<td class="\1"></td>', context["body"])
        context["body"] = WIDE_TABLE.sub(
            r'<div class="\1" tabindex="0" role="region" aria-label="A wide table">\2', body
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.connect("html-page-context", mend_tables)
    app.connect("doctree-resolved", drop_thebe_settings, priority=10_000)
    # After every extension that adds files on this event.
    app.connect("html-page-context", keep_what_is_used, priority=10_000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
