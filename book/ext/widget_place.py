"""The directive that marks the place of an interactive figure.

    ```{widget} slide-square
    :label: widget-L01
    :alt: A 2 by 2 square on a 6 by 8 image.

    A still picture or a few sentences: what stands here without scripts, and in print.
    ```

It writes `<section class="widget" data-widget="slide-square">` around its body. A script that
knows the name takes the place over; until one does, the body is what the reader sees.
The scripts are book/widgets/*.js. A page without a widget loads none of them.
"""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator
from widget_data import write


class widget_place(nodes.General, nodes.Element):
    """The place of one widget, holding its still form."""


class WidgetDirective(SphinxDirective):
    """`{widget}`: the place of an interactive figure, by its name."""

    required_arguments = 1
    has_content = True
    option_spec = {"label": directives.unchanged_required, "alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """The place with its still form; raises if that is missing."""
        if not self.content:
            raise self.error(
                f"the widget {self.arguments[0]!r} has an empty body: write what a reader "
                "without scripts, and a printed page, should show in its place"
            )
        place = widget_place(name=self.arguments[0], alt=self.options.get("alt", ""))
        self.set_source_info(place)
        if label := self.options.get("label"):
            place["names"].append(nodes.fully_normalize_name(label))
            self.state.document.note_explicit_target(place, place)
        self.state.nested_parse(self.content, self.content_offset, place)
        return [place]


def open_html(self: HTML5Translator, node: widget_place) -> None:
    """Begin the place, with the name that its script looks for."""
    attributes = {"CLASS": "widget", "data-widget": node["name"]}
    if node["alt"]:
        attributes["aria-label"] = node["alt"]
    self.body.append(self.starttag(node, "section", **attributes))


def close_html(self: HTML5Translator, node: widget_place) -> None:
    """End the place."""
    self.body.append("</section>\n")


def pass_by(self: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Other builders show the body alone."""


def copy_scripts(app: Sphinx) -> None:
    """Put the widgets' scripts and their data beside the pages."""
    if app.builder.format == "html":
        write(Path(app.outdir) / "_static" / "widgets")


def add_loader(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Give pages with a widget the loader, which fetches each widget's own module."""
    if doctree is not None and next(doctree.findall(widget_place), None) is not None:
        app.add_js_file("widgets/loader.js", type="module")
        app.add_css_file("widgets/widgets.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    quiet = (pass_by, pass_by)
    app.add_node(widget_place, html=(open_html, close_html), latex=quiet, text=quiet)
    app.add_directive("widget", WidgetDirective)
    app.connect("builder-inited", copy_scripts)
    app.connect("html-page-context", add_loader)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
