"""Run in the page, practice in the page, and the book without a connection.

What this adds to the built book:
    _static/run/            the scripts from book/assets/run
    _static/run/vendor/     Python for the browser (run_vendor.py), the editor
    _static/run/run.json    which files those are, how many bytes
    sw.js                   the service worker: offline reading, cross-origin isolation

    ```{practice} 1.2
    :answer: output_size
    def output_size(size, kernel):
        ...
    ```

is an exercise to try on the page: the same check, the same verdict as in the notebook.
"""

import hashlib
import json
import shutil
from pathlib import Path

import run_vendor
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
# Not kept at the first visit: Python is kept when it is used, and no page loads the others.
NOT_KEPT = ("_static/run/vendor/", "_sources/", "_static/vendor/fontawesome/")


class practice(nodes.General, nodes.Element):
    """An exercise on the page."""


class PracticeDirective(SphinxDirective):
    """`{practice}`: an exercise to try on the page, by its number."""

    required_arguments = 1
    has_content = True
    option_spec = {"answer": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """The exercise as a code cell; raises if there is none of this number."""
        from convkit.check.registry import find

        self.assert_has_content()
        try:
            title = find(self.arguments[0], "public").title
        except KeyError as error:
            raise self.error(error.args[0]) from None
        code = "\n".join(self.content)
        place = practice(exercise=self.arguments[0], answer=self.options["answer"])
        place += nodes.paragraph("", f"Practice {self.arguments[0]}: {title}")
        cell = nodes.container(classes=["cell"])
        box = nodes.container(classes=["cell_input"])
        box += nodes.literal_block(code, code, language="python")
        cell += box
        place += cell
        place += nodes.paragraph(
            "", "Nothing that you write here is sent anywhere. The graded notebook asks the same."
        )
        self.set_source_info(place)
        return [place]


def open_practice(self: HTML5Translator, node: practice) -> None:
    """Begin the exercise, with what its script must know as attributes."""
    data = {"data-exercise": node["exercise"], "data-answer": node["answer"]}
    self.body.append(self.starttag(node, "section", CLASS="practice", **data))


def close_practice(self: HTML5Translator, node: practice) -> None:
    """End the exercise."""
    self.body.append("</section>\n")


def pass_by(self: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Other builders show the body alone."""


def is_project(app: Sphinx) -> bool:
    """Whether the book lies beside its package; some tests build a book without one."""
    return (run_vendor.ROOT / "convkit").is_dir() and app.builder.format == "html"


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Offline reading for every page; Run for pages with code cells."""
    if not is_project(app):
        return
    app.add_js_file("run/offline.js", type="module")
    if doctree is not None and has_cells(context.get("body", "")):
        app.add_js_file("run/cells.js", type="module")
        app.add_css_file("run/run.css")


def has_cells(body: str) -> bool:
    """Whether a page has code that can be run."""
    return "cell_input" in body


def add_python(app: Sphinx, error: Exception | None) -> None:
    """Put Python for the browser beside the scripts, or say why there is none."""
    if error is not None or not is_project(app):
        return
    static = Path(app.outdir) / "_static" / "run"
    static.mkdir(parents=True, exist_ok=True)
    say = LOGGER.info
    try:
        vendor, wheel = run_vendor.ensure(say), run_vendor.build_wheel(say)
    except run_vendor.NotFetched as reason:
        # No warning: a book without Run is a book, and -W would refuse it.
        print(f"\nRun in the page is left out of this book. {reason}\nBuild again when online.\n")
        shutil.rmtree(static / "vendor", ignore_errors=True)
        (static / "run.json").unlink(missing_ok=True)
    else:
        copy_new(vendor, static / "vendor")
        for old in static.glob("*.whl"):
            old.unlink()
        shutil.copyfile(wheel, static / wheel.name)
        # pyodide.asm.js is loaded as a script, whose bytes nobody can count.
        counted = [p for p in vendor.iterdir() if p.suffix in {".wasm", ".zip", ".whl", ".json"}]
        settings = {
            "vendor": "vendor/",
            "wheel": wheel.name,
            "sha256": run_vendor.sha256(wheel),
            "bytes": sum(path.stat().st_size for path in [*counted, wheel]),
        }
        (static / "run.json").write_text(json.dumps(settings), encoding="utf-8")
    write_service_worker(Path(app.outdir))


def copy_new(source: Path, target: Path) -> None:
    """Make the files of a folder those of another; what is as long stays as it is."""
    target.mkdir(exist_ok=True)
    for path in target.iterdir():
        if not (source / path.name).exists():
            path.unlink()
    for path in source.iterdir():
        copied = target / path.name
        if not copied.exists() or copied.stat().st_size != path.stat().st_size:
            shutil.copyfile(path, copied)


def write_service_worker(site: Path) -> None:
    """sw.js knows all files of the book by name, and by a version all their contents."""
    digest, files = hashlib.sha256(), []
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name in {"sw.js", ".buildinfo"} or name.endswith(".map"):
            continue
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        if not name.startswith(NOT_KEPT):
            files.append(name)
    worker = (HERE / "sw_template.js").read_text(encoding="utf-8")
    for mark, value in {
        "@VERSION@": digest.hexdigest()[:16],
        "@RUN@": run_vendor.fingerprint(),
        '["@FILES@"]': json.dumps(files, indent=0),
    }.items():
        worker = worker.replace(mark, value)
    (site / "sw.js").write_text(worker, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.add_node(practice, html=(open_practice, close_practice), text=(pass_by, pass_by))
    app.add_directive("practice", PracticeDirective)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", add_python)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
