"""A plain page for each widget, served without the book: quick to make, nothing else on it."""

import shutil
import sys
from pathlib import Path

from tests.browser import driver

BOOK = driver.ROOT / "book"
MODULES = BOOK / "widgets"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{name}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="custom.css">
<link rel="stylesheet" href="widgets/widgets.css">
<style>*{{box-sizing:border-box}} main{{max-width:780px;margin:auto;padding:1rem}}
html{{--pst-color-background:#fff;--pst-color-info:#00639b}}
body{{margin:0;font:16px/1.5 system-ui,sans-serif;background:var(--pst-color-background);
color:var(--pst-color-text-base)}}</style>
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<main><h1>{name}</h1>{places}</main>
<script type="module" src="widgets/loader.js"></script>"""
PLACE = """<section class="widget" data-widget="{name}" aria-label="{name}">
<p class="still">The still form.</p></section>"""


def widget_names():
    """Every module that defines a widget."""
    return sorted(
        path.stem
        for path in MODULES.glob("*.js")
        if "\ndefine(" in path.read_text(encoding="utf-8")
    )


def make(folder: Path) -> Path:
    """Write the pages and everything they load to `folder`."""
    sys.path.insert(0, str(BOOK / "ext"))
    try:
        import widget_data
    finally:
        sys.path.remove(str(BOOK / "ext"))
    widget_data.write(folder / "widgets")
    shutil.copyfile(BOOK / "assets" / "custom.css", folder / "custom.css")
    for name in widget_names():
        page = PAGE.format(name=name, places=PLACE.format(name=name))
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    # A page with two of them, one under the other, and text to scroll through after them.
    both = "".join(PLACE.format(name=name) for name in ("filter-bank", "plug-layers"))
    page = PAGE.format(name="two", places=both + '<p style="height:2000px">More.</p>')
    (folder / "two.html").write_text(page, encoding="utf-8")
    return folder
