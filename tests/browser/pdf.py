"""The whole book as one PDF: `python run.py pdf`, or `python -m tests.browser.pdf FILE [SITE]`.

Chromium prints each page, without scripts: so the figures to work with are their stills, and
questions are text. Folded answers are opened. pypdf joins the prints, numbers the pages, adds an
outline, and makes links from page to page work inside the file.
"""

import html
import io
import re
import sys
from pathlib import Path

from tests.browser import driver

MARGIN = {"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"}
FEET = MARGIN | {"top": "0mm", "bottom": "0mm"}
STYLE = """<style>
@media print {
  .bd-sidebar-primary, .bd-sidebar-secondary, .bd-header, .bd-header-article, .skip-link,
  .as-notebook, .prev-next-footer, .bd-footer, #pst-skip-link { display: none !important; }
  .bd-main .bd-content .bd-article-container, .bd-article, .bd-main, .bd-content {
    max-width: none !important; padding: 0 !important; margin: 0 !important; }
  #jb-print-docs-body { display: none; }
  .bd-article h1, .bd-article-container h1 { display: block !important; }
  .bd-article h1 { text-align: start; font-weight: 650; margin: 0 0 1em; }
  .widget, .quiz { break-inside: auto; }
  html { font-size: 10.5pt; }
  details > summary { list-style: none; }
}
</style>"""
FRONT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.5 system-ui, "Noto Sans", "Liberation Sans", sans-serif; }}
body {{ margin: 0; color: #1e2327; }}
.title {{ height: 250mm; display: flex; flex-direction: column; justify-content: center; }}
h1 {{ font-size: 34pt; line-height: 1.15; margin: 0 0 1em; }} h2 {{ break-before: page; }}
h3 {{ margin: 1.6em 0 0.3em; font-size: 12pt; }} p {{ margin: 0.2em 0; }}
.line {{ display: flex; gap: 1em; justify-content: space-between; break-inside: avoid; }}
a {{ color: inherit; text-decoration: none; }}
</style><div class="title"><h1>{title}</h1><p>{author}</p><p>{copyright}</p></div>
<h2>Contents</h2>{contents}"""
NUMBERS = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; }}
div {{ height: 296mm; box-sizing: border-box; padding: 281mm 0 0; break-after: page;
font: 8.5pt system-ui, "Noto Sans", "Liberation Sans", sans-serif; color: #56606a;
display: flex; justify-content: space-between; }} div:last-child {{ break-after: auto; }}
</style>{lines}"""


def settings() -> dict:
    text = (driver.ROOT / "_config.yml").read_text(encoding="utf-8")
    keys = ("title", "author", "copyright")
    return {key: re.search(rf'^{key}: "?(.*?)"?$', text, re.M)[1] for key in keys}


def parts() -> list:
    """The book's order: [(part, [page, ...]), ...], from its table of contents."""
    found = [("", [])]
    for line in (driver.ROOT / "book" / "_toc.yml").read_text(encoding="utf-8").split("\n"):
        if caption := re.search(r"caption: (.*)", line):
            found.append((caption[1].strip(), []))
        elif page := re.search(r"(?:root|file): (\w+)", line):
            found[-1][1].append(page[1])
    return found


def heading(source: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", source, re.S)[1]
    words = re.sub(r'<a class="headerlink".*?</a>|<[^>]+>', "", found, flags=re.S)
    return html.unescape(words).strip()


def for_paper(source: str) -> str:
    """A page as it is printed: everything unfolded, its own scripts left out."""
    source = re.sub(r"<details(?![^>]*\bopen\b)", "<details open", source)
    return source.replace("</head>", STYLE + "</head>", 1)


def print_page(page, address: str, source: str, margin: dict = MARGIN) -> bytes:
    """The print of a page that has this source and stands at this address."""
    page.route(address, lambda route: route.fulfill(body=source, content_type="text/html"))
    page.goto(address, wait_until="networkidle")
    page.emulate_media(media="print", color_scheme="light")
    return page.pdf(format="A4", margin=margin, print_background=True)


def count(data: bytes) -> int:
    """How many sheets of paper a print has."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(data)).pages)


def numbered(heads: list) -> str:
    """Empty sheets with a running head and a number at the foot; none where the head is empty."""
    feet = [
        f"<span>{html.escape(words)}</span><span>{number}</span>" if words else ""
        for number, words in enumerate(heads, start=1)
    ]
    return NUMBERS.format(lines="".join(f"<div>{foot}</div>" for foot in feet))


def contents(order: list, titles: dict, starts: dict, address: str) -> str:
    lines = []
    for caption, names in order:
        lines.append(f"<h3>{html.escape(caption)}</h3>" if caption else "")
        lines += [
            f'<p class="line"><a href="{address}/{name}.html">{html.escape(titles[name])}</a>'
            f"<span>{starts[name] + 1}</span></p>"
            for name in names
        ]
    return "\n".join(lines)


def links_inside(writer, address: str, starts: dict) -> int:
    """Turn links to our own address into jumps within the file; how many there were."""
    from pypdf.generic import ArrayObject, NameObject

    changed = 0
    for sheet in writer.pages:
        for annotation in sheet.get("/Annots") or []:
            link = annotation.get_object()
            target = str((link.get("/A") or {}).get("/URI", ""))
            found = re.fullmatch(rf"{re.escape(address)}/(\w+)\.html(?:#.*)?", target)
            if found and found[1] in starts:
                goal = writer.pages[starts[found[1]]].indirect_reference
                del link["/A"]
                link[NameObject("/Dest")] = ArrayObject([goal, NameObject("/Fit")])
                changed += 1
    return changed


def make(site: Path, target: Path, browser) -> dict:
    """Write the PDF of a built book; returns the sheet on which each page starts, from 0."""
    from pypdf import PdfReader, PdfWriter

    order, info = parts(), settings()
    names = [name for _, listed in order for name in listed]
    sources = {name: (site / f"{name}.html").read_text(encoding="utf-8") for name in names}
    titles = {name: heading(source) for name, source in sources.items()}
    with driver.served(site) as address:
        page = browser.new_context(java_script_enabled=False).new_page()
        prints = {}
        for name in names:
            prints[name] = print_page(page, f"{address}/{name}.html", for_paper(sources[name]))
            print(f"  {name}: {count(prints[name])} pages", flush=True)
        counts = [count(prints[name]) for name in names]

        def front(starts):
            listed = contents(order, titles, starts, address)
            return print_page(page, f"{address}/front", FRONT.format(**info, contents=listed))

        # The contents have the same length whatever numbers stand in them.
        first = count(front(dict.fromkeys(names, 0)))
        starts = {name: first + sum(counts[:k]) for k, name in enumerate(names)}
        sheets = [(front(starts), "")] + [(prints[name], titles[name]) for name in names]
        heads = [words for data, words in sheets for _ in range(count(data))]
        numbers = PdfReader(
            io.BytesIO(print_page(page, f"{address}/numbers", numbered(heads), FEET))
        )
        writer = PdfWriter()
        for data, _ in sheets:
            writer.append(io.BytesIO(data), import_outline=False)
        for sheet, number in zip(writer.pages, numbers.pages, strict=True):
            sheet.merge_page(number)
        links_inside(writer, address, starts)
    for caption, listed in order:
        parent = (
            writer.add_outline_item(title=caption, page_number=starts[listed[0]])
            if caption
            else None
        )
        for name in listed:
            writer.add_outline_item(title=titles[name], page_number=starts[name], parent=parent)
    writer.add_metadata({"/Title": info["title"], "/Author": info["author"]})
    writer.compress_identical_objects()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        writer.write(file)
    return starts


def main(arguments: list) -> int:
    target = Path(arguments[0])
    if driver.chromium() is None:
        print("A PDF needs Chromium: apt install chromium, or set CHROMIUM to the path of one.")
        return 1
    site = Path(arguments[1]) if len(arguments) > 1 else driver.run.SITE
    with driver.browser() as browser:
        starts = make(site, target, browser)
    print(f"Wrote {target} ({target.stat().st_size / 1e6:.1f} MB, {len(starts)} parts).")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
