"""What surrounds the chapters, in the built book: glossary, sources, ideas, summaries, slides."""

import itertools
import re
import sys
import urllib.parse

import pytest
from bs4 import BeautifulSoup

import convkit
from tests import built
from tests.browser import driver
from tests.browser.driver import ROOT, run

BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "ext"))
import first_use  # noqa: E402
import idea_labels  # noqa: E402
import slides  # noqa: E402

CHAPTERS = sorted(path.stem for path in BOOK.glob("ch[0-9][0-9].md"))


@pytest.fixture(scope="module")
def soups():
    built.book()
    return {
        name: BeautifulSoup((run.SITE / name).read_text("utf-8"), "html.parser")
        for name in driver.pages(run.SITE)
    }


# ---- the extensions


def test_the_map_of_the_extensions_names_every_file_and_those_that_are_registered():
    words = (BOOK / "ext" / "README.md").read_text("utf-8")
    parts = words.split("| tool |")  # first the extensions, then the tools
    named = [set(re.findall(r"(\w+)\.py`", part)) for part in parts]
    assert named[0] | named[1] == {path.stem for path in (BOOK / "ext").glob("*.py")}
    config = (ROOT / "_config.yml").read_text("utf-8")
    registered = set(re.findall(r"^    (\w+): book/ext$", config, re.M))
    assert len(registered) > 10
    firsts = set(re.findall(r"^\| `(\w+)\.py`", parts[0], re.M))
    assert firsts == registered


# ---- the glossary


CLOSED = "h1, h2, h3, h4, pre, code, table, figure, summary, .katex, .quiz, .widget, .cell"
CLOSED += ", .practice, .admonition-title, .as-notebook, .cell_output"


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_word_of_the_glossary_is_linked_where_a_page_uses_it_first(soups, page):
    terms = [term["id"][5:] for term in soups["notation.html"].select("dt[id^=term-]")]
    article = BeautifulSoup(str(soups[f"{page}.html"].find("article")), "html.parser")
    for closed in article.select(CLOSED):
        closed.extract()
    for link in article.find_all("a"):
        name = link.get("href", "").partition("#term-")[2]
        link.replace_with(f" \x00{name}\x00 " if name else " ")
    text = article.get_text()
    linked = re.findall("\x00([^\x00]+)\x00", text)
    assert len(set(linked)) >= 5 and set(linked) <= set(terms)
    for name in terms:
        word = name.replace("-", "[ -]")
        # A longer word of the glossary is not the shorter one within it.
        used = re.search(rf"(?<![\w\x00-]){word}s?(?![\w\x00-])", text, re.I)
        marker = text.find(f"\x00{name}\x00")
        assert used is None or 0 <= marker < used.start(), (
            f"{name}: {text[used.start() - 30 :][:60]!r}"
        )


def test_plurals_count_and_parts_of_words_do_not():
    word = first_use.pattern(["filter", "feature map", "map"])
    text = "Filters filter a feature map; prefilter, mapping, filter-bank."
    found = [m[0] for m in word.finditer(text)]
    assert found == ["Filters", "filter", "feature map"]


def test_a_link_of_the_glossary_says_what_the_word_means(soups):
    link = soups["ch02.html"].select_one("a.first-use")
    assert len(link["title"].split()) > 4 and "#term-" in link["href"]


# ---- the sources


def test_every_source_is_cited_and_every_citation_leads_to_one(soups):
    bib = (BOOK / "references.bib").read_text("utf-8")
    keys = set(re.findall(r"^@\w+\{(\w+),", bib, re.M))
    pages = {path.stem: path.read_text("utf-8") for path in BOOK.glob("*.md")}
    cited = {k for s in pages.values() for k in re.findall(r"\{cite:[pt]\}`(\w+)`", s)}
    assert len(keys) >= 15 and cited == keys
    assert not [name for name, text in pages.items() if re.search(r"\(source-\w+", text)]
    entries = soups["sources.html"].select(".citation-list [role=listitem]")
    assert len(entries) == len(keys)
    for entry in entries:
        assert re.search(r"\(\d{4}\)\. ", entry.get_text())
        assert entry.find("a", href=re.compile("^https://"))


def test_no_page_uses_a_role_that_is_gone(soups):
    assert not [name for name, soup in soups.items() if soup.select("[role=doc-biblioentry]")]


def test_citations_read_as_prose(soups):
    text = " ".join(soups["ch01.html"].find("main").get_text().split())
    assert "see Dumoulin and Visin (2016)." in text


# ---- the table of ideas


def test_every_idea_has_all_its_parts_or_is_listed_as_to_come():
    expected, present = set(idea_labels.expected()), idea_labels.present()
    listed = idea_labels.to_come()
    assert sorted(listed) == sorted(expected - present), "ideas_to_come.txt is not what is missing"
    assert len(expected) == 24 * 5 - 2 * 3
    strange = {label for label in present if label.split("-")[1] not in idea_labels.IDEAS} - {
        f"{kind}-L00" for kind in idea_labels.KINDS
    }
    assert not strange, "labels of ideas that the table does not know"


def test_nothing_is_to_come_any_more():
    assert idea_labels.to_come() == []


def test_the_table_leads_from_each_idea_to_its_parts(soups):
    rows = soups["instructors.html"].select("table.ideas tbody tr")
    assert len(rows) == len(idea_labels.IDEAS)
    for row in rows:
        chapter, idea, *cells = row.select("td")
        assert idea.get_text() in idea_labels.IDEAS.values()
        links = [a["href"] for cell in cells for a in cell.select("a")]
        assert len(links) in (2, 5)
        kinds = ("idea", "question") if len(links) == 2 else idea_labels.KINDS
        for kind, link in zip(kinds, links, strict=True):
            page, anchor = link.split("#")
            target = soups[page].find(id=anchor)
            assert target is not None, link
            assert anchor.startswith(f"{kind}-l") or kind in ("idea", "exercise"), link
        assert f"ch{int(chapter.get_text()):02}.html" in links[0]


# ---- summaries, the package, teaching


def test_each_chapter_is_summed_up_on_one_page(soups):
    sections = soups["summary.html"].select("section[id^=in-short-ch]")
    assert [s["id"].removeprefix("in-short-") for s in sections] == CHAPTERS
    for section in sections:
        own = soups[f"{section['id'][-4:]}.html"].find("section", id="in-short")
        assert section.find(["li", "td"]).get_text() == own.find(["li", "td"]).get_text()
        assert section.h2.find("a")["href"] == f"{section['id'][-4:]}.html"


def test_the_package_is_described_in_full(soups):
    described = {tag["id"] for tag in soups["api.html"].select("dt[id^=convkit]")}
    modules = {"METHODS", "data", "layers", "layouts", "reference"}
    for name in set(convkit.__all__) - modules:
        found = getattr(convkit, name)
        names = {f"convkit.{name}", f"{found.__module__}.{name}"}
        assert names & described, f"{name} is not on the page of the package"
    text = soups["api.html"].find("article").get_text()
    assert "*int" not in text and ":param" not in text and "----" not in text


def test_the_lesson_has_six_links_into_live_figures(soups):
    links = [a["href"] for a in soups["teach.html"].select("table a[href*='#w=']")]
    assert len(links) == 6
    minutes = [row.td.get_text() for row in soups["teach.html"].select("table tbody tr")]
    edges = [tuple(map(int, re.findall(r"\d+", words))) for words in minutes]
    assert edges[0][0] == 0 and edges[-1][1] == 50
    assert all(one[1] == other[0] for one, other in itertools.pairwise(edges))
    on_slides = [a["href"] for a in soups["slides.html"].select(".open a")]
    assert on_slides == links, "slides and plan open different figures"


@pytest.mark.parametrize("page", ["teach.html", "slides.html"])
def test_links_into_live_figures_name_what_the_figure_knows(soups, page):
    """A misspelled name would be passed over in silence, and open the usual state."""
    links = {a["href"] for a in soups[page].select("a[href*='#w=']")}
    assert len(links) >= 6
    for link in links:
        target, _, state = link.partition("#w=")
        name, *fields = urllib.parse.unquote(state).split(";")
        assert soups[target].select(f'section.widget[data-widget="{name}"]'), link
        source = (BOOK / "widgets" / f"{name}.js").read_text("utf-8")
        known = re.search(r"static defaults = \{(.*?)\};", source, re.S)[1]
        for field in fields:
            key, _, value = field.partition("=")
            assert re.search(rf"\b{key}: ", known), f"{name} has no {key}"
            if not re.fullmatch(r"[-\d.,]+", value):
                assert re.search(rf"\b{value}\b", source), f"{name} does not know {key}={value}"


def test_slides_show_the_figures_of_the_chapters(soups):
    parsed = slides.parse((BOOK / "slides.md").read_text("utf-8"))
    drawn = soups["slides.html"].select("section.slide")
    assert len(drawn) == len(parsed) >= 10
    for slide, section in zip(parsed, drawn, strict=True):
        assert section.find(["h1", "h2"]).get_text() == slide["title"]
        assert bool(section.find("svg")) == ("figure" in slide)
        assert section.aside and "note" in slide
    assert len(soups["slides.html"].select("h1")) == 1
