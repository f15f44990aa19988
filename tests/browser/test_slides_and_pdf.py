"""The slides by keyboard and on paper; the book as one PDF."""

import io
import re
import unicodedata
from pathlib import Path

import pytest

from tests.browser import driver, pdf

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(book_site):
    with driver.served(book_site) as served:
        yield served


def text(sheet):
    """The words of a sheet, with letters that print joins (fi) apart again."""
    return " ".join(unicodedata.normalize("NFKC", sheet.extract_text()).split())


@pytest.fixture
def slides(chromium, address):
    """A function that opens the slides; every error on them fails the test."""
    contexts, errors = [], []

    def go(theme="light", width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        driver.set_theme(context, theme)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda r: r.url.startswith((address, "data:")) or errors.append(r.url))
        page.goto(f"{address}/slides.html", wait_until="networkidle")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not errors


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_slides_are_accessible(slides, theme):
    import axe_playwright_python

    page = slides(theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.keyboard.press("n")  # with the notes
    page.add_script_tag(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    assert not [(v["id"], n["html"][:200]) for v in found["violations"] for n in v["nodes"]]


def test_slides_turn_by_keyboard_and_show_their_notes(slides):
    page = slides()
    count = page.locator(".slide").count()
    on_top = "Math.round(scrollY / innerHeight)"

    def where():
        return page.evaluate(
            "[...document.querySelectorAll('.slide')].findIndex("
            "s => Math.abs(s.getBoundingClientRect().top) < 30)"
        )

    assert where() == 0, page.evaluate(on_top)
    for key, expected in [
        ("ArrowRight", 1),
        ("PageDown", 2),
        ("ArrowLeft", 1),
        ("End", count - 1),
        ("ArrowRight", count - 1),
        ("Home", 0),
        ("PageUp", 0),
    ]:
        page.keyboard.press(key)
        page.wait_for_timeout(120)
        assert where() == expected, key
    note = page.locator("aside").first
    assert not note.is_visible()
    page.keyboard.press("N")
    assert note.is_visible()


def test_slides_do_not_move_sideways_on_a_phone(slides):
    assert slides(width=320).evaluate("document.documentElement.scrollWidth") <= 320


def test_each_slide_is_one_sheet_of_paper(slides):
    from pypdf import PdfReader

    page = slides()
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    titles = page.locator(".slide h1, .slide h2").all_inner_texts()
    assert len(sheets) == len(titles)
    for sheet, title in zip(sheets, titles, strict=True):
        assert title.replace(" ", "") in text(sheet).replace(" ", "")
        assert sheet.mediabox.width > sheet.mediabox.height


@pytest.fixture(scope="module")
def printed(chromium, book_site, tmp_path_factory):
    from pypdf import PdfReader

    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    starts = pdf.make(book_site, target, chromium)
    return PdfReader(target), starts


def test_the_pdf_holds_every_page_of_the_book(printed):
    reader, starts = printed
    names = [name for _, listed in pdf.parts() for name in listed]
    assert list(starts) == names and len(names) >= 15
    for name in names:
        title = pdf.heading((driver.run.SITE / f"{name}.html").read_text("utf-8"))
        assert title.replace(" ", "") in text(reader.pages[starts[name]]).replace(" ", ""), name


def test_sheets_are_numbered_as_the_contents_say(printed):
    reader, starts = printed
    assert text(reader.pages[0]).startswith("From convolution")
    contents = text(reader.pages[1])
    for name, start in starts.items():
        assert re.search(rf"(?<!\d){start + 1}(?!\d)", contents), name
        assert re.search(
            rf"(?<!\d){start + 1}$|(?<!\d){start + 1}(?!\d)", text(reader.pages[start])
        )


def test_the_outline_and_the_links_lead_to_sheets(printed):
    reader, starts = printed
    flat = [
        item for part in reader.outline for item in (part if isinstance(part, list) else [part])
    ]
    pages = {reader.get_destination_page_number(item) for item in flat}
    assert set(starts.values()) <= pages
    jumps, outside = 0, []
    for sheet in reader.pages:
        for annotation in sheet.get("/Annots") or []:
            link = annotation.get_object()
            jumps += "/Dest" in link
            address = str((link.get("/A") or {}).get("/URI", ""))
            if "127.0.0.1" in address:
                outside.append(address)
    assert jumps > 50
    assert not [a for a in outside if re.search(r"/ch\d\d\.html", a)], (
        "links to a server that is gone"
    )


def test_stills_and_folded_answers_are_in_the_pdf(printed):
    reader, starts = printed
    order = sorted(starts.values())
    chapter = range(starts["ch02"], order[order.index(starts["ch02"]) + 1])
    words = " ".join(text(reader.pages[n]) for n in chapter)
    assert "Here the little box steps over the image" in words  # a still
    assert "They would stay apart if there were three filters" in words  # an explanation
    assert "The box reaches from front to back" in words  # the order, and why
