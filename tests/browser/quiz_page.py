"""A page of questions without the book around it: quick to make, nothing else on it."""

import io
import re
import shutil
import sys

from tests.browser import plain
from tests.browser.driver import ROOT

TEXT = """# Questions

::::{choice} Which **one** of $x$, *y* and z?
:::{answer} The first
It is tempting, and wrong.
:::
:::{answer} The second
Yes, the second.
:::
:::{answer} The third
Nobody takes the third.
:::
::::

::::{numeric} A row of {value}`H` pixels, a kernel of {value}`K`. How many places?
:numbers: H = 7, 8, 1000; K = 2, 3
:::{answer} H - K + 1
Yes: {value}`H` − {value}`K` + 1 is {value}`H - K + 1`.
:::
:::{answer} (H - K) / 2
That is half of {value}`H - K`.
:::
:::{answer} else
Count them.
:::
::::

::::{order} From the image to the map: what comes first?
:either: 2 3
:::{answer} Lay the square on a place
It comes before all.
:::
:::{answer} Multiply red
It comes before the sum, like green.
:::
:::{answer} Multiply green
It comes before the sum, like red.
:::
:::{answer} Add
It comes when all products are there.
:::
::::
"""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Questions</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="custom.css">
<link rel="stylesheet" href="quiz/quiz.css">
<style>*{{box-sizing:border-box}} main{{max-width:780px;margin:auto;padding:1rem}}
html{{--pst-color-background:#fff;--pst-color-info:#00639b}}
body{{margin:0;font:16px/1.5 system-ui,sans-serif;background:var(--pst-color-background);
color:var(--pst-color-text-base)}} [hidden]{{display:none!important}}</style>
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<main class="bd-article">{body}</main><script type="module" src="quiz/quiz.js"></script>"""


def build(text, folder):
    """Turn MyST text into HTML with the directives of the book alone: (html, warnings)."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    ext = str(ROOT / "book" / "ext")
    if ext not in sys.path:
        sys.path.insert(0, ext)
    (folder / "index.md").write_text(text, encoding="utf-8")
    said = io.StringIO()
    settings = {"extensions": ["myst_parser", "quiz"], "html_theme": "basic", "root_doc": "index"}
    settings["myst_enable_extensions"] = ["colon_fence"]
    with docutils_namespace():
        app = Sphinx(
            folder,
            None,
            folder / "out",
            folder / "trees",
            "html",
            confoverrides=settings,
            status=None,
            warning=said,
            freshenv=True,
        )
        app.build()
    return (folder / "out" / "index.html").read_text("utf-8"), said.getvalue()


def make(folder):
    """Write the page and everything it loads to `folder`."""
    (folder / "work").mkdir()
    html, warnings = build(TEXT, folder / "work")
    assert not warnings
    body = re.search(r'<div class="body" role="main">(.*?)<div class="clearer">', html, re.S)[1]
    plain.make(folder)
    shutil.copytree(ROOT / "book" / "assets" / "quiz", folder / "quiz")
    (folder / "quiz.html").write_text(PAGE.format(body=body), encoding="utf-8")
    return folder
