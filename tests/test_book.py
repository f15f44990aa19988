"""The built book, read as files: links, addresses, formulas; and builds that must fail."""

import hashlib
import importlib
import json
import re
import shutil
import subprocess
import urllib.parse

import pytest
from bs4 import BeautifulSoup

from tests import built
from tests.browser import driver
from tests.browser.driver import ROOT, run

VENDOR = ROOT / "book" / "assets" / "vendor"


@pytest.fixture(scope="session")
def site():
    return built.book()


@pytest.fixture(scope="session")
def soups(site):
    return {
        name: BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for name in driver.pages(site)
    }


def test_the_book_has_its_pages(soups):
    assert {"index.html", "notation.html", "ch00.html", "ch01.html", "ch02.html"} <= set(soups)


def test_every_link_inside_the_book_leads_somewhere(site, soups):
    ids = {
        name: {tag["id"] for tag in soup.find_all(id=True)}
        | {tag["name"] for tag in soup.find_all("a", attrs={"name": True})}
        # A widget with a state: #w=its-name;...
        | {f"w={tag['data-widget']}" for tag in soup.find_all(attrs={"data-widget": True})}
        for name, soup in soups.items()
    }
    broken = []
    for name, soup in soups.items():
        for tag in soup.find_all(href=True):
            address = urllib.parse.urlsplit(tag["href"])
            if address.scheme or address.netloc:
                continue
            path = urllib.parse.unquote(address.path)
            target = (site / name).parent / path if path else site / name
            if not target.is_file():
                broken.append(f"{name}: {tag['href']} (no such file)")
                continue
            page = target.resolve().relative_to(site.resolve()).as_posix()
            # "#" alone means the top of the page.
            anchor = address.fragment
            anchor = anchor.split(";")[0] if anchor.startswith("w=") else anchor
            if anchor and page in ids and anchor not in ids[page]:
                broken.append(f"{name}: {tag['href']} (no such anchor)")
    assert not broken, "\n".join(broken)


def outside(address):
    return re.match(r"(?:[a-z]+:)?//", address.strip(), re.IGNORECASE) is not None


def test_no_page_asks_for_a_file_from_elsewhere(soups):
    """Links to other sites are fine to click; nothing may be loaded from there."""
    asked = []
    for name, soup in soups.items():
        for tag in soup.find_all(["script", "img", "iframe", "source", "video", "audio", "embed"]):
            asked += [(name, tag[key]) for key in ("src", "srcset", "data") if tag.get(key)]
        for tag in soup.find_all("link"):
            if not set(tag.get("rel", [])) <= {"canonical", "license"}:
                asked.append((name, tag["href"]))
        for tag in soup.find_all(["image", "use"]):
            asked += [(name, tag[key]) for key in ("href", "xlink:href") if tag.get(key)]
        for tag in soup.find_all("script", src=False):
            asked += [(name, found) for found in re.findall(r"""import\(?["']([^"']+)""", tag.text)]
    assert len(asked) > 20, "the scan found almost nothing: it no longer fits the pages"
    assert not [pair for pair in asked if outside(pair[1])]


def test_no_style_asks_for_a_file_from_elsewhere(site):
    for style in (site / "_static").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", text)
        addresses += re.findall(r"@import\s+[\"']([^\"']+)", text)
        assert not [address for address in addresses if outside(address)], style


RAW_FORMULA = re.compile(r"\$\$|\\begin\{|\\end\{|\\\(|\\\[|\\frac|\\sum\b|\\mathbf")


def test_every_formula_is_rendered(soups):
    shown = 0
    for name, soup in soups.items():
        body = soup.find("main")
        shown += len(body.select(".katex"))
        assert not body.select(".formula-error, .katex-error"), name
        for tag in body.select("annotation, pre, code, script"):
            tag.extract()
        assert not (found := RAW_FORMULA.search(body.get_text())), f"{name}: {found}"
    assert shown > 20


def test_widgets_have_a_still_form(soups):
    places = [place for soup in soups.values() for place in soup.select("section.widget")]
    assert places
    for place in places:
        assert place["data-widget"]
        assert place.get_text(strip=True) or place.find("svg")


def tracked(pattern):
    listing = subprocess.run(
        ["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, text=True
    )
    if listing.returncode:
        pytest.skip("no git checkout: cannot tell which files are committed")
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_committed_notebooks_hold_no_outputs():
    for notebook in tracked("*.ipynb"):
        if not notebook.exists():  # deleted, and the deletion not yet committed
            continue
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), notebook
            assert cell.get("execution_count") is None, notebook


def test_vendored_files_are_the_ones_we_know():
    sums = dict(
        reversed(line.split("  "))
        for line in (VENDOR / "SHA256SUMS").read_text().split("\n")
        if line
    )
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"SHA256SUMS", "README.md"}
    }
    assert there == sums


def test_formulas_and_their_styles_are_of_one_katex():
    from sphinxcontrib import katex

    assert f"KaTeX {katex.katex_version} " in (VENDOR / "README.md").read_text()
    assert f'content:"{katex.katex_version}"' in (VENDOR / "katex" / "katex.min.css").read_text()


# ---------------------------------------------------------------- books made to fail

PAGE = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
(top)=
# A page

"""
CELL = "```{code-cell} python\n%s\n```\n"
FAULTS = {
    "raising cell": (CELL % "1 / 0", "ZeroDivisionError"),
    "missing document": ("[a page](elsewhere.md)\n", "elsewhere"),
    "missing anchor": ("[a place](#nowhere)\n", "nowhere"),
    "missing term": ("{term}`no such word`\n", "no such word"),
    "broken formula": ("$\\frac{1}$\n", "formula"),
    "empty widget": ("```{widget} nothing\n```\n", "empty body"),
}


@pytest.fixture
def small_book(tmp_path):
    """A function that builds a book of one page with our settings: (built?, what was said)."""
    shutil.copy(ROOT / "_config.yml", tmp_path)
    for folder in ("ext", "assets"):
        shutil.copytree(ROOT / "book" / folder, tmp_path / "book" / folder)
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    (tmp_path / "book" / "_toc.yml").write_text("format: jb-book\nroot: index\n")

    def build(text):
        if text is not None:
            (tmp_path / "book" / "index.md").write_text(PAGE + text, encoding="utf-8")
        said = []
        built = run.build_book(tmp_path, out=said.append)
        return built, "\n".join(said)

    return build


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_page_fails_the_build(small_book, fault):
    text, said = FAULTS[fault]
    built, log = small_book(text)
    assert not built
    assert said in log


def test_a_faulty_page_fails_again_until_it_is_mended(small_book):
    assert not small_book(FAULTS["missing anchor"][0])[0]
    # Sphinx alone would now say nothing and succeed.
    assert not small_book(None)[0]
    built, log = small_book("[a place](#top) and $\\img{A} \\star \\flt{W}$\n")
    assert built, log


def test_changed_code_executes_the_page_again(small_book, tmp_path):
    helper = tmp_path / "book" / "helper.py"
    page = tmp_path / "_build" / "html" / "index.html"
    helper.write_text("VALUE = 'the first value'\n")
    text = CELL % "import helper\nhelper.VALUE"
    assert small_book(text)[0]
    assert "the first value" in page.read_text(encoding="utf-8")
    helper.write_text("VALUE = 'another value'\n")
    built, log = small_book(None)
    assert built
    assert "executing" in log
    assert "another value" in page.read_text(encoding="utf-8")
    built, log = small_book(None)
    assert built
    assert "executing" not in log


def test_numbered_equations_are_numbered_once(small_book, tmp_path):
    built, log = small_book("\\begin{align}\na &= b\n\\end{align}\n")
    assert built, log
    page = BeautifulSoup((tmp_path / "_build/html/index.html").read_text(), "html.parser")
    assert page.select(".katex")
    assert not page.select(".katex .tag")
    assert [number.get_text()[:3] for number in page.select(".eqno")] == ["(1)"]


def test_a_line_that_was_printed_in_pieces_stays_one_line(monkeypatch):
    pytest.importorskip("myst_nb")
    from nbformat.v4 import new_output

    monkeypatch.syspath_prepend(ROOT / "book" / "ext")
    whole_lines = importlib.import_module("whole_lines")
    pieces = [new_output("stream", name="stdout", text=text) for text in ("12", "3 62\n", "end")]
    other = new_output("stream", name="stderr", text="note")
    broken = whole_lines.tidy([piece.copy() for piece in pieces])
    assert broken[0]["text"] == "12\n3 62\nend\n"  # why it is needed
    whole, note = whole_lines.whole_lines([pieces[0], other, *pieces[1:]])
    assert (whole["text"], note["text"]) == ("123 62\nend\n", "note\n")
