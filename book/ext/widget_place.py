"""The directive that marks the place of an interactive figure.

    ```{widget} slide-square
    :label: widget-L01
    :alt: A 2 by 2 square on a 6 by 8 image.

    A still picture or a few sentences: what stands here without scripts, and in print.
    ```

It writes `<section class="widget" data-widget="slide-square">` around its body. A script that
knows the name takes the place over; until one does, the body is what the reader sees.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


class widget_place(nodes.General, nodes.Element):
    """The place of one widget, holding its still form."""


class WidgetDirective(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec = {"label": directives.unchanged_required, "alt": directives.unchanged_required}

    def run(self):
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


def open_html(self, node):
    attributes = {"CLASS": "widget", "data-widget": node["name"]}
    if node["alt"]:
        attributes["aria-label"] = node["alt"]
    self.body.append(self.starttag(node, "section", **attributes))


def close_html(self, node):
    self.body.append("</section>\n")


def pass_by(self, node):
    """Other builders show the body alone."""


def setup(app):
    quiet = (pass_by, pass_by)
    app.add_node(widget_place, html=(open_html, close_html), latex=quiet, text=quiet)
    app.add_directive("widget", WidgetDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
