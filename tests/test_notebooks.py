"""Chapters as notebooks: nothing of the book's own form is left in them, and they run alone."""

import re
import sys

import nbformat
import pytest

from tests import built
from tests.browser.driver import ROOT, run

sys.path.insert(0, str(ROOT / "book" / "ext"))
import chapter_rules
import notebook_text


@pytest.fixture(scope="module")
def folder():
    return built.book() / "notebooks"


def chapters():
    toc = (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"file: (ch\d\d)", toc)


def cells(text, glued=None):
    made = notebook_text.convert(notebook_text.plain_math(text), lambda *_: None)
    return [notebook_text.plain_inline(cell, glued or {}) for cell in made]


# ---- the text


def test_colors_of_symbols_are_written_as_jupyter_knows_them():
    text = r"$\img{A}[i] \star \flt{\mathbf{W}}$ and $\res{\bia{b}}$"
    assert notebook_text.plain_math(text) == (
        r"$\textcolor{#00639b}{A}[i] \star \textcolor{#ad4a00}{\mathbf{W}}$ and "
        r"$\textcolor{#00734f}{\textcolor{#9c3f76}{b}}$"
    )


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("A {term}`channel`, {term}`channels <channel>`.", "A channel, channels."),
        (
            "See [chapter 1](ch01.md) and [the flip](section-flip).",
            "See [chapter 1](ch01.ipynb) and the flip.",
        ),
        ("It gives {glue:text}`total`.", "It gives −4."),
        ("[Words](notation.md), [out](https://x.org/a)", "Words, [out](https://x.org/a)"),
        ("(idea-L02)=\n(figure-L02)=\n\n## A head", "## A head"),
        ("{math}`H'` {cite:p}`lecun1989`", "$H'$ (Lecun 1989)"),
        ("`code[0](a-b)`", "`code[0](a-b)`"),
    ],
)
def test_roles_and_links_become_plain(myst, plain):
    assert cells(myst, {"total": "−4"}) == [plain]


def test_boxes_folds_and_nested_fences():
    text = "::::{admonition} A trap\n:class: warning\n\nMind\nthis.\n\n```python\nx\n```\n::::\n"
    assert cells(text) == ["> **A trap**\n>\n> Mind\n> this.\n>\n> ```python\n> x\n> ```"]
    text = ":::{dropdown} Your sum\n4\n:::"
    assert cells(text) == ["<details><summary>Your sum</summary>\n\n4\n\n</details>"]


def test_a_numeric_question_shows_its_first_numbers():
    text = (
        ":::::{numeric} {value}`H` rows?\n:numbers: H = 7, 8, 9, 10\n::::{answer} H - 2\n"
        "Yes: {value}`H` − 2.\n::::\n::::{answer} else\nCount.\n::::\n:::::"
    )
    (cell,) = cells(text)
    assert cell.startswith("**7 rows?**")
    assert "**5** — Yes: 7 − 2." in cell and "**Another number** — Count." in cell


# ---- the notebooks


@pytest.mark.parametrize("name", chapters())
def test_each_chapter_is_a_clean_notebook(folder, name):
    notebook = nbformat.read(folder / f"{name}.ipynb", 4)
    nbformat.validate(notebook)
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for stray in (r"^:{3,}", r"\{[\w:-]+\}`", r"^\([\w-]+\)=", r"\\(img|flt|res|bia)\b", "glue:"):
        assert not re.search(stray, words, flags=re.M), stray
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any("figures" in cell.source for cell in code)
    assert not any(cell.outputs or cell.execution_count for cell in code)
    drawings = [cell for cell in code if "drawing" in cell.metadata.get("tags", [])]
    assert len(drawings) >= chapter_rules.DRAWINGS
    assert all(cell.metadata.jupyter.source_hidden for cell in drawings)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    page = (run.SITE / f"{name}.html").read_text("utf-8")
    assert f'href="notebooks/{name}.ipynb" download' in page


@pytest.mark.parametrize("name", ["ch02", "ch04"])
def test_a_chapter_runs_alone_in_an_empty_folder(folder, name, tmp_path, monkeypatch):
    """Only convkit, NumPy and Jupyter: the code of the drawings cannot be imported there."""
    from nbclient import NotebookClient

    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(folder / f"{name}.ipynb", 4)
    begin = (ROOT / "solutions" / "begin.py").read_text(encoding="utf-8")
    assert notebook.cells[2].source == begin.split("# ---- the cell begins here\n")[1].strip()
    last = "import importlib.util\nprint(importlib.util.find_spec('figures'))"
    notebook.cells.append(nbformat.v4.new_code_cell(last))
    (tmp_path / "empty").mkdir()
    settings = {"metadata": {"path": str(tmp_path / "empty")}}
    NotebookClient(notebook, timeout=120, resources=settings).execute()
    assert notebook.cells[-1].outputs[0].text.strip() == "None"
    kinds = [
        kind
        for cell in notebook.cells
        if "drawing" in cell.metadata.get("tags", [])
        for output in cell.outputs
        for kind in output.data
    ]
    assert kinds.count("image/svg+xml") >= 3
