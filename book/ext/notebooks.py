"""Every chapter as a notebook that runs as it is, with nothing but convkit and NumPy.

What myst-nb has executed is read again: visible cells become code cells, without results. A cell
that only draws becomes a cell that holds its drawing, since the code of the drawings
belongs to the book. The text is rewritten by notebook_text.py. A link stands below each chapter.
"""

import ast
import base64
import html
import json
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import notebook_text
from docutils import nodes
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.directives.code import LiteralInclude, LiteralIncludeReader

CHAPTER = re.compile(r"ch\d\d")
START = (
    "*This is a chapter of the book “{book}” as a notebook. The first cell finds the course's "
    "package, or installs it from where the book is published. Then run all cells: the drawings "
    "appear, too.*"
)
WIDGET = "*Here the page of the book has a figure to work with. It needs the book.*"
GLUED = re.compile(r"^\{glue:\}`(\w+)`$", re.M)


def drawing(svg: str) -> nbformat.NotebookNode:
    """A cell that shows a drawing which it carries, with its code folded away."""
    packed = base64.b85encode(zlib.compress(svg.encode(), 9)).decode()
    code = (
        "import base64, zlib\nfrom IPython.display import SVG\n\n"
        f'SVG(zlib.decompress(base64.b85decode(r"""{packed}""")))'
    )
    return new_code_cell(code, metadata={"jupyter": {"source_hidden": True}, "tags": ["drawing"]})


def shown(data: dict) -> list[nbformat.NotebookNode]:
    """What an output shows, as cells: a drawing with its caption, a table, or text."""
    page, plain = text(data, "text/html"), text(data, "text/plain")
    if svg := text(data, "image/svg+xml"):
        caption = re.search(r"<figcaption[^>]*>(.*?)</figcaption>", page, flags=re.S)
        words = html.unescape(re.sub(r"<[^>]+>", "", caption[1])).strip() if caption else ""
        return [drawing(svg), *([new_markdown_cell(f"*{words}*")] if words else [])]
    if page:
        return [new_markdown_cell(page)]
    return [new_markdown_cell(f"```\n{plain}\n```")] if plain else []


def text(data: dict, kind: str) -> str:
    """What an output or a cell holds of one kind, as one string; '' if nothing."""
    found = data.get(kind, "")
    return found if isinstance(found, str) else "".join(found)


def glued_words(glued: dict) -> dict[str, str]:
    """The numbers and words that sentences quote, as they are to be written."""
    plain = {name: text(output["data"], "text/plain") for name, output in glued.items()}
    return {n: ast.literal_eval(v) if v[:1] in "'\"" else v for n, v in plain.items()}


class Chapter:
    """One executed chapter on its way to a notebook."""

    def __init__(
        self, executed: nbformat.NotebookNode, glued: dict, folder: Path, config: Config
    ) -> None:
        self.cells_read, self.glued, self.folder = executed["cells"], glued, folder
        self.words, self.config = glued_words(glued), config

    def cells(self) -> Iterator[nbformat.NotebookNode]:
        """The cells of the notebook, one after the other."""
        for cell in self.cells_read:
            source, tags = text(cell, "source"), cell["metadata"].get("tags", [])
            if cell["cell_type"] == "markdown":
                yield from self.markdown(source)
            elif "remove-input" in tags:
                for output in cell.get("outputs", []):
                    yield from shown(output.get("data", {}))
            elif "remove-cell" not in tags:
                yield new_code_cell(source)

    def markdown(self, source: str) -> Iterator[nbformat.NotebookNode]:
        """The cells that stand for one cell of text: it may hold directives with code."""
        source = GLUED.sub(r"````````{glue} \1\n````````", source)
        for part in notebook_text.convert(notebook_text.plain_math(source), self.directive):
            if isinstance(part, str):
                yield new_markdown_cell(notebook_text.plain_inline(part, self.words))
            else:
                yield from part

    def directive(
        self, name: str, argument: str, options: dict[str, str], inner: list[str]
    ) -> list[nbformat.NotebookNode] | None:
        """Cells for what is more than text, or None."""
        if name == "glue":
            return shown(self.glued[argument]["data"])
        if name == "widget":
            return [new_markdown_cell(WIDGET), *self.markdown("\n".join(inner))]
        if name == "practice":
            check = f'from convkit import check\n\ncheck.run("{argument}", {options["answer"]})'
            return [new_code_cell("\n".join(inner)), new_code_cell(check)]
        if name == "literalinclude":
            return [self.included(argument, options)]
        return None

    def included(self, argument: str, options: dict[str, str]) -> nbformat.NotebookNode:
        """Python of ours is fetched from the package by the notebook; other files are copied."""
        path = Path(argument)
        if "pyobject" in options and path.parts[:2] == ("..", "convkit"):
            module, name = ".".join(path.with_suffix("").parts[1:]), options["pyobject"]
            lines = [
                "import importlib",
                "import inspect",
                "",
                f'code = importlib.import_module("{module}")',
            ]
            return new_code_cell("\n".join([*lines, f"print(inspect.getsource(code.{name}))"]))
        known = {name: LiteralInclude.option_spec[name](value) for name, value in options.items()}
        reader = LiteralIncludeReader(str(self.folder / path), known, self.config)
        return new_markdown_cell(f"```{options.get('language', '')}\n{reader.read()[0]}\n```")


def make(executed: Path, cache: str, folder: Path, config: Config) -> nbformat.NotebookNode:
    """The notebook of one chapter, from what myst-nb has left of it."""
    glue_file = executed.with_suffix(".glue.json")
    glued = json.loads(glue_file.read_text("utf-8")) if glue_file.exists() else {}
    # What was not executed in this build has its results in the cache only.
    _, complete = get_cache(cache).merge_match_into_notebook(nbformat.read(executed, 4))
    chapter = Chapter(complete, glued, folder, config)
    first = new_markdown_cell(START.format(book=config.html_title))
    cells = list(chapter.cells())
    cells[1:1] = [first, new_code_cell(first_cell())]
    for number, cell in enumerate(cells):
        cell["id"] = f"{executed.stem}-{number}"  # the same in every build
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def first_cell() -> str:
    """The cell with which the exercises begin, too."""
    sys.path.append(str(Path(__file__).parents[2] / "solutions"))
    import generate

    return generate.first_cell()


def executed_file(app: Sphinx, docname: str) -> Path:
    """Where myst-nb puts a page with its cells, as a notebook."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"


def add_link(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Write the link below a chapter."""
    if CHAPTER.fullmatch(pagename) and executed_file(app, pagename).exists():
        context["body"] += (
            f'<p class="as-notebook"><a href="notebooks/{pagename}.ipynb" download>'
            "This chapter as a notebook</a></p>\n"
        )


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """Write the notebooks of all chapters beside the pages."""
    if error is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "notebooks"
    folder.mkdir(exist_ok=True)
    cache = app.env.mystnb_config.execution_cache_path
    for docname in filter(CHAPTER.fullmatch, app.env.found_docs):
        if (executed := executed_file(app, docname)).exists():
            notebook = make(executed, cache, Path(app.srcdir), app.config)
            nbformat.write(notebook, folder / executed.name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.connect("html-page-context", add_link)
    # Before the service worker is written, which lists all files.
    app.connect("build-finished", write_notebooks, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
