"""The ledger of reasons: each causal claim of the book, what was tried, and what it gave.

Where a chapter makes a claim, it names the experiment that could have refuted it:

    ```{claim} far-weights-learned
    :says: What the flattened network answers on the right is learned, not left over.
    :tried: Its weights for the last three columns were drawn again, 40 times.
    :gave: {glue:text}`as_trained` % right as trained, {glue:text}`drawn_again` % drawn again.
    ```

On the page this leaves a link to the claim's line on the page with

    ```{ledger}
    ```

which lists all of them in the order of the book. An experiment runs with the build: then the
chapter's hidden cell says ``tried("far-weights-learned", holds)``, which stops the build when the
claim no longer holds (figures/prose.py). Or it is a test: then the claim names it,

    :test: tests/test_ch09_ch10_ch11.py::test_a_layer_that_flips_would_learn_the_flipped_filter

A claim with neither, or with a test that does not exist, is a warning, and so is a name used twice.
"""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
PAGE = "ledger"
PARTS = ("says", "tried", "gave")


class claim(nodes.General, nodes.Element):
    """A claim on its page: three paragraphs, and the claim's name."""


class ledger_place(nodes.General, nodes.Element):
    """Stands where the list will be, until all pages are read."""


def trouble(name: str, source: str, test: str | None, root: Path = ROOT) -> str:
    """What is wrong with the experiment of a claim, or nothing.

    Parameters
    ----------
    name : str
        The claim's name.
    source : str
        The text of its page: a hidden cell may say ``tried("name", ...)``.
    test : str or None
        ``tests/file.py::test_name``.
    """
    if test is None:
        if not re.search(rf'\btried\(\s*"{re.escape(name)}"', source):
            return f'no experiment: neither tried("{name}", ...) in a cell nor a :test:'
        return ""
    file, _, function = test.partition("::")
    path = root / file
    known = path.is_file() and re.search(
        rf"^def {re.escape(function)}\(", path.read_text(encoding="utf-8"), flags=re.M
    )
    return "" if known and function.startswith("test_") else f"there is no test {test}"


class ClaimDirective(SphinxDirective):
    """A claim, where it is made."""

    required_arguments = 1
    option_spec = {part: directives.unchanged_required for part in (*PARTS, "test")}

    def run(self) -> list[nodes.Node]:
        """The claim, which `fill` replaces by a link; a warning if nothing was tried."""
        name, test = self.arguments[0], self.options.get("test")
        entry = claim(name=name, test=test or "", ids=[f"claim-{name}"])
        self.set_source_info(entry)
        for part in PARTS:
            if part not in self.options:
                raise self.error(f"the claim {name} has no :{part}:")
            found, messages = self.parse_inline(self.options[part])
            entry += [nodes.paragraph("", "", *found, classes=[part]), *messages]
        source = Path(self.env.doc2path(self.env.docname)).read_text(encoding="utf-8")
        if wrong := trouble(name, source, test):
            LOGGER.warning("claim %s: %s", name, wrong, location=entry)
        return [entry]


def pages(env: BuildEnvironment) -> list[str]:
    """All pages in the order of the table of contents."""
    order = [env.config.root_doc]
    for page in order:
        order += [child for child in env.toctree_includes.get(page, []) if child not in order]
    return order


def collected(env: BuildEnvironment) -> dict[str, list[claim]]:
    """Page → its claims, in order. A name that was used before is a warning."""
    found, known = {}, {}
    for page in pages(env):
        if page == PAGE:
            continue
        for entry in env.get_doctree(page).findall(claim):
            if entry["name"] in known:
                LOGGER.warning(
                    "claim %s: %s has it already",
                    entry["name"],
                    known[entry["name"]],
                    location=entry,
                )
            known[entry["name"]] = page
            found.setdefault(page, []).append(entry)
    return found


def line(app: Sphinx, page: str, entry: claim) -> nodes.list_item:
    """One claim of the ledger."""
    back = make_refnode(
        app.builder, PAGE, page, f"claim-{entry['name']}", nodes.Text("in the text")
    )
    says, tried, gave = (child.deepcopy() for child in entry.findall(nodes.paragraph))
    claimed = nodes.strong("", "", *[child.deepcopy() for child in says.children])
    says = nodes.paragraph("", "", claimed, nodes.Text(" ("), back, nodes.Text(")"))
    tried.insert(0, nodes.emphasis("", "Tried: "))
    gave.insert(0, nodes.emphasis("", "It gave: "))
    if entry["test"]:
        gave += [nodes.Text(" Test: "), nodes.literal("", entry["test"].partition("::")[2])]
    return nodes.list_item("", says, tried, gave, ids=[f"ledger-{entry['name']}"])


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Links in the chapters, and the list on its page."""
    for place in list(doctree.findall(ledger_place)):
        parts = []
        for page, entries in collected(app.env).items():
            title = app.env.titles[page].astext()
            link = make_refnode(app.builder, PAGE, page, "", nodes.Text(title))
            lines = [line(app, page, entry) for entry in entries]
            parts += [nodes.paragraph("", "", link), nodes.bullet_list("", *lines, bullet="*")]
        place.replace_self(parts)
    for entry in list(doctree.findall(claim)):
        there = make_refnode(
            app.builder, docname, PAGE, f"ledger-{entry['name']}", nodes.Text("How this was tried")
        )
        there["classes"].append("ck-claim")
        entry.replace_self(nodes.paragraph("", "", there, ids=entry["ids"], classes=["ck-claim"]))


class LedgerDirective(SphinxDirective):
    """The list of all claims."""

    def run(self) -> list[nodes.Node]:
        """A mark, which `fill` replaces."""
        place = ledger_place()
        self.set_source_info(place)
        return [place]


def read_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The ledger depends on all other pages."""
    return [name for name in env.found_docs if name == PAGE]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the two directives."""
    app.add_node(claim)
    app.add_node(ledger_place)
    app.add_directive("claim", ClaimDirective)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-resolved", fill)
    app.connect("env-updated", read_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
