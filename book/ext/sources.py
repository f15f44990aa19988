"""The list of sources: its form, and a role that screen readers still know.

A source stands in references.bib; `note` says in one sentence what is to be found there. It is
cited by {cite:t}`key` (Author (Year) as a part of the sentence) or {cite:p}`key` (in brackets).
"""

import dataclasses
import re

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.style.formatting import BaseStyle
from pybtex.style.template import field, first_of, href, join, names, optional, sentence, tag
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.plugin import register_plugin as register_reference_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


class BookStyle(BaseStyle):
    """Authors (year). *Title.* Where. Link. What is found there."""

    default_sorting_style = "author_year_title"

    def entry(self, e: object) -> object:
        """The template of every kind of source."""
        people = names("author", sep=", ", sep2=" and ", last_sep=" and ")
        where = first_of[optional[field("journal")], optional[field("booktitle")], ""]
        address = first_of[
            optional[
                href[
                    join["https://doi.org/", field("doi", raw=True)],
                    join["doi:", field("doi", raw=True)],
                ]
            ],
            optional[href[field("url", raw=True), field("url", raw=True)]],
            "",
        ]
        return join(sep=" ")[
            join[people, " (", field("year"), ")."],
            tag("em")[join[field("title"), "."]],
            optional[sentence(sep=", ")[where, optional[field("pages")]]],
            join[address, "."],
            optional[join[field("note"), "."]],
        ]

    get_article_template = get_inproceedings_template = get_book_template = entry
    get_misc_template = get_techreport_template = entry


@dataclasses.dataclass
class RoundStyle(AuthorYearReferenceStyle):
    """Author (Year), in the brackets that prose uses."""

    def __post_init__(self) -> None:
        """Set round brackets for every form of a citation."""
        for part in ("parenthetical", "textual", "author", "label", "year"):
            setattr(self, f"bracket_{part}", BracketStyle(left="(", right=")"))
        super().__post_init__()


def mend_roles(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """The role doc-biblioentry is deprecated: an entry of a list is a list item."""
    body = context.get("body")
    if body and "doc-biblioentry" in body:
        context["body"] = re.sub(r' role="doc-biblioentry"', ' role="listitem"', body)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the two styles, which _config.yml and sources.md name."""
    register_plugin("pybtex.style.formatting", "book", BookStyle)
    group = "sphinxcontrib.bibtex.style.referencing"
    register_reference_style(group, "author_year_round", RoundStyle)
    app.connect("html-page-context", mend_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
