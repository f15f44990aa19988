"""Link the words of the glossary where a page uses them first.

The sources stay plain: no page has to mark its terms. Where a page does, with {term}`...`, that
link is kept, and counts. Plurals count as the word. Not linked are headings, code, formulas,
figures, other links, the places of widgets, and questions (their words move to other places).
"""

import re
from collections.abc import Iterable

from docutils import nodes
from quiz_html import quiz
from sphinx import addnodes
from sphinx.application import Sphinx
from widget_place import widget_place

CLOSED = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.caption,
    nodes.image,
    nodes.comment,
    nodes.table,
    nodes.citation,
    addnodes.desc,
    quiz,
    widget_place,
)
OPEN = (nodes.paragraph,)
LEFT_OUT = ("notation", "index", "api", "instructors")


def terms(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Each word of the glossary in lower case: (page, anchor)."""
    objects = app.env.get_domain("std").objects
    return {name.lower(): place for (kind, name), place in objects.items() if kind == "term"}


def definitions(app: Sphinx, docname: str) -> dict[str, str]:
    """The anchor of each term: the first sentence of what it means."""
    found = {}
    for item in app.env.get_doctree(docname).findall(nodes.definition_list_item):
        term = next(item.findall(nodes.term))
        meaning = next(item.findall(nodes.definition)).astext().replace("\n", " ")
        for anchor in term["ids"]:
            found[anchor] = re.split(r"(?<=\w\.) (?=[A-Z])", meaning)[0]
    return found


def pattern(words: Iterable[str]) -> re.Pattern:
    """Any of the words, the longest first, alone or in the plural, not within another word."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})s?(?![\w-])", re.I)


def is_open(part: nodes.Node) -> bool:
    """Whether a text or a link stands in a paragraph, and in nothing that is closed."""
    node, inside = part.parent, False
    while node is not None:
        if isinstance(node, CLOSED):
            return False
        inside = inside or isinstance(node, OPEN)
        node = node.parent
    return inside


def link_first_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Go through a page in its order and link each word of the glossary once."""
    if docname in LEFT_OUT or app.builder.format != "html":
        return
    places = terms(app)
    if not places:
        return
    word, done = pattern(places), set()
    anchors = {f"#{anchor}": name for name, (_, anchor) in places.items()}
    meanings = {page: definitions(app, page) for page in {page for page, _ in places.values()}}
    for node in list(doctree.findall()):
        if isinstance(node, nodes.reference) and is_open(node):
            address = node.get("refuri", "")
            done.add(next((n for a, n in anchors.items() if address.endswith(a)), None))
        elif isinstance(node, nodes.Text) and is_open(node):
            link_words(app, docname, node, word, done, places, meanings)


def link_words(
    app: Sphinx,
    docname: str,
    text: nodes.Text,
    word: re.Pattern,
    done: set[str | None],
    places: dict[str, tuple[str, str]],
    meanings: dict[str, dict[str, str]],
) -> None:
    """Replace a text by itself with links to the words that were not used before."""
    parts, at, content = [], 0, text.astext()
    for found in word.finditer(content):
        name = found[1].lower()
        if name in done:
            continue
        done.add(name)
        page, anchor = places[name]
        address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        link = nodes.reference(
            "",
            found[0],
            internal=True,
            refuri=address,
            classes=["first-use"],
            reftitle=meanings[page].get(anchor, ""),
        )
        parts += [nodes.Text(content[at : found.start()]), link]
        at = found.end()
    if parts:
        parent = text.parent
        place = parent.index(text)
        parent[place : place + 1] = [*parts, nodes.Text(content[at:])]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    # After Sphinx has turned {term}`...` into links.
    app.connect("doctree-resolved", link_first_uses, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
